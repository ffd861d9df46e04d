"""How many are called before each of those who wait in a queue, told of all of them at once."""

from bisect import bisect_left
from collections import deque
from datetime import datetime
from heapq import merge
from typing import Any

from server.domain.hall import Hall
from server.domain.routing import order
from server.domain.ticket import Ticket

KEPT = -1  # the rank of a promise that counts: before everybody in the line
Turn = tuple[int, Any, int, int, Ticket]  # (what they are sorted by: place, order; calls to come, rank; the ticket)


def ahead_of_each(hall: Hall, queue_id: str, now: datetime) -> dict[str, int]:
    """Ticket -> people of its own queue who are called before it, as far as can be told: by arrival and head
    start, by a promise when its call or time has come; who asked for more time not before it is over.

    Other queues of the same counters, and the share that VIPs have of their calls, may still bring others between.
    """
    line = hall.line(queue_id)
    plain = _in_order(hall, line.by_segment())
    if not line.promised:
        return {ticket.id: place for place, ticket in enumerate(plain)}
    orders = [order(hall, ticket) for ticket in plain]
    aside = [_turn(hall, ticket, orders, now) for ticket in line.promised.values()]
    return {ticket.id: place for place, ticket in enumerate(_together(plain, sorted(aside, key=lambda t: t[:2])))}


def _in_order(hall: Hall, segments: list[list[Ticket]]) -> list[Ticket]:
    """Each segment is in order by itself."""
    if len(segments) < 2:
        return segments[0] if segments else []
    return list(merge(*segments, key=lambda ticket: order(hall, ticket)))


def _turn(hall: Hall, ticket: Ticket, orders: list[Any], now: datetime) -> Turn:
    """After how many calls it may be called, and after how many of the line proper."""
    mine, calls = order(hall, ticket), hall.tally(ticket.queue_id).calls
    to_come = max(0, (ticket.due_call or 0) - calls, (ticket.deferred_to or 0) - calls)
    promised = ticket.due_call is not None or (ticket.appointment_at is not None and now >= ticket.appointment_at)
    rank = KEPT if promised else bisect_left(orders, mine)
    return max(to_come, rank), mine, to_come, rank, ticket


def _together(plain: list[Ticket], aside: list[Turn]) -> list[Ticket]:
    """The line with everybody in it whose place is beside it. `aside` is in the order of their turns."""
    found: list[Ticket] = []
    passed, left = 0, deque(aside)
    while left and passed < len(plain):
        _, _, to_come, rank, ticket = left[0]
        if len(found) < to_come or passed < rank:
            found.append(plain[passed])
            passed += 1
        else:
            found.append(ticket)
            left.popleft()
    return found + plain[passed:] + _alone(list(left), len(found))


def _alone(left: list[Turn], calls: int) -> list[Ticket]:
    """Those who are let wait, once nobody else is there: by arrival, and before all a promise that is due by then."""
    found: list[Ticket] = []
    while left:
        ready = [turn for turn in left if turn[2] <= calls + len(found)]
        turn = min(ready or left, key=lambda turn: (bool(ready) and turn[3] != KEPT, turn[1]))
        left.remove(turn)
        found.append(turn[-1])
    return found
