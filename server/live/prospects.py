"""What each of those who wait can expect, worked out for all of a queue at once: people ahead, and a range."""

from bisect import bisect_left
from datetime import datetime, timedelta

from server.advisor.outlook import Outlooks
from server.advisor.quotes import promise
from server.domain.hall import Hall, OpenCounters
from server.domain.ticket import Segment, Ticket
from server.domain.turns import ahead_of_each

Range = tuple[float, float] | None  # P10 and P90 in seconds from now; None: no honest promise

HOLD = timedelta(seconds=5)  # for the places of those with an appointment; all others change with an event
NEAR = 10  # people ahead up to which every place is quoted by itself
STEPS = [*range(NEAR + 1), *(round(NEAR * 1.15**n) for n in range(1, 50))]  # further away, between these
ROUND_S = 30  # a range that changes by less says nothing new, and need not be sent


class Prospects:
    """Of one branch. Nothing is worked out before somebody asks, and nothing twice of one state of the hall."""

    def __init__(self) -> None:
        self._places: dict[str, tuple[int, datetime, dict[str, int]]] = {}
        self._near: dict[tuple[str, Segment, int], Range] = {}
        self._far: dict[tuple[str, Segment, int], Range] = {}
        self._near_of: tuple[int, object] = (-1, None)
        self._far_of: tuple[OpenCounters | None, object] = (None, None)

    def places(self, hall: Hall, queue_id: str, now: datetime) -> dict[str, int]:
        """Ticket -> people ahead, in the order of their turns."""
        held = self._places.get(queue_id)
        if held is None or held[0] != hall.seq or not timedelta() <= now - held[1] < HOLD:
            held = self._places[queue_id] = (hall.seq, now, ahead_of_each(hall, queue_id, now))
        return held[2]

    def wait(self, hall: Hall, ticket: Ticket, ahead: int, known: Outlooks) -> Range:
        """`known` is what has been measured of every queue. Far from the turn the range lies between two that are
        quoted, for a quote takes as long as a message to ten phones."""
        if ticket.queue_id not in known:
            return None  # a queue that is newer than the measurements
        self._forget(hall, known)
        key = ticket.queue_id, ticket.segment
        if ahead <= NEAR:
            return self._quoted(self._near, hall, key, ahead, known)
        at = bisect_left(STEPS, ahead)
        if at == len(STEPS):
            return None
        low, high = STEPS[at - 1], STEPS[at]
        below = self._quoted(self._far, hall, key, low, known)
        above = self._quoted(self._far, hall, key, high, known)
        if below is None or above is None:
            return None
        part = (ahead - low) / (high - low)
        p10, p90 = (one + part * (other - one) for one, other in zip(below, above, strict=True))
        return p10, p90

    def _forget(self, hall: Hall, known: Outlooks) -> None:
        """Near its turn every event counts; far from it only which counters are open, and how quick they are."""
        if self._near_of[0] != hall.seq or self._near_of[1] is not known:
            self._near, self._near_of = {}, (hall.seq, known)
        if self._far_of[0] is not hall.open_now or self._far_of[1] is not known:
            self._far, self._far_of = {}, (hall.open_now, known)

    def _quoted(
        self,
        kept: dict[tuple[str, Segment, int], Range],
        hall: Hall,
        key: tuple[str, Segment],
        ahead: int,
        known: Outlooks,
    ) -> Range:
        place = (*key, ahead)
        if place not in kept:
            found, _ = promise(hall, key[0], ahead, key[1], known)
            kept[place] = None if found is None else (found.p10, found.p90)
        return kept[place]


def told(found: Range) -> tuple[int, int] | None:
    """In whole half minutes, outwards: the range that is told holds the one that was found."""
    if found is None:
        return None
    low, high = found
    return int(low // ROUND_S) * ROUND_S, -int(-high // ROUND_S) * ROUND_S
