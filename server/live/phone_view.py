"""What one ticket's page shows: its own number and turn, and nothing of anybody else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from server.domain.branch import Branch
from server.domain.counter import Counter
from server.domain.ticket import MOVES, State, Ticket
from server.domain.visit import newest_step
from server.live.place import Place
from server.live.prospects import told

MAY_LEAVE = MOVES["cancelled"][0]
MAY_WAIT_LONGER = MOVES["deferred"][0]

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Sight:
    """All that a view is made of: where two are equal there is nothing new to tell."""

    ticket: Ticket
    ahead: int | None
    wait_s: tuple[int, int] | None
    counters_open: int
    counter: Counter | None
    branch: Branch

    def like(self, other: "Sight | None") -> bool:
        """What is in a hall is never changed, only replaced, so that most of it need not be looked into."""
        return (
            other is not None
            and self.ticket is other.ticket
            and self.ahead == other.ahead
            and self.wait_s == other.wait_s
            and self.counters_open == other.counters_open
            and self.counter is other.counter
            and self.branch is other.branch
        )


def ticket_of(place: Place, visit_id: str, now: datetime) -> Ticket | None:
    """What the visit has come to, if it is one of today: yesterday's paper opens nothing."""
    found = newest_step(place.hall.tickets, visit_id) or newest_step(place.ended.tickets, visit_id)
    if found is None or found.business_day != place.hall.branch.business_day(now):
        return None
    return found


def sight_of(place: Place, ticket: Ticket, now: datetime) -> Sight:
    hall = place.hall
    ahead, wait = None, None
    if ticket.state is State.WAITING:
        ahead = place.prospects.places(hall, ticket.queue_id, now).get(ticket.id)
    if ahead is not None:
        wait = told(place.prospects.wait(hall, ticket, ahead, place.outlooks(now)))
    serving = len(hall.open_for(ticket.queue_id))
    counter = hall.counters.get(ticket.counter_id or "")
    return Sight(ticket, ahead, wait, serving, counter, hall.branch)


def phone_view(sight: Sight, seq: int, now: datetime, push_key: str | None) -> Json:
    """The whole page's state; the newest counts."""
    ticket, branch = sight.ticket, sight.branch
    left = ticket.deferred_to is None and ticket.state in MAY_WAIT_LONGER
    return {
        "now": now,
        "seq": seq,
        "branch": {
            "id": branch.id,
            "name": branch.name,
            "time_zone": branch.time_zone,
            "languages": branch.languages,
        },
        "ticket": _own_ticket(sight),
        "ahead": sight.ahead,
        "wait_s": sight.wait_s,
        "counters_open": sight.counters_open,
        "more_time": {"left": int(left), "places": branch.rules.back_places},
        "can_leave": ticket.state in MAY_LEAVE,
        "push": None if push_key is None else {"key": push_key},
    }


def _own_ticket(sight: Sight) -> Json:
    ticket, branch = sight.ticket, sight.branch
    queue = branch.queues.get(ticket.queue_id)
    return {
        "number": ticket.number,
        "state": ticket.state,
        "service": _service_name(branch, ticket.service_id),
        "later": [_service_name(branch, service_id) for service_id in ticket.later_services],
        "queue": queue.name if queue else {},
        "class": queue.counter_class if queue else None,
        "segment": ticket.segment,
        "issued_at": ticket.issued_at,
        "called_at": ticket.called_at,
        "started_at": ticket.started_at,
        "ended_at": ticket.ended_at,
        "calls": ticket.calls,
        "misses": ticket.misses,
        "counter": _counter(sight.counter),
    }


def _service_name(branch: Branch, service_id: str) -> dict[str, str]:
    service = branch.services.get(service_id)
    return service.name if service else {}


def _counter(counter: Counter | None) -> Json | None:
    if counter is None:
        return None
    return {"id": counter.id, "number": counter.number, "name": None, "class": counter.counter_class}
