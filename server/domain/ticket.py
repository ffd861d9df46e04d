"""A ticket's life: its states, and the one table of the moves that are allowed."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any

from server.domain.refusals import Refusal


class State(StrEnum):
    BOOKED = "booked"
    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    PARKED = "parked"
    COMPLETED = "completed"
    NO_SHOW = "no_show"
    CANCELLED = "cancelled"
    ABANDONED = "abandoned"
    EXPIRED = "expired"


class Segment(StrEnum):
    ORDINARY = "ordinary"
    PRIORITY = "priority"
    VIP = "vip"


AT_COUNTER = frozenset({State.CALLED, State.SERVING})
OPEN = frozenset({State.BOOKED, State.WAITING, State.CALLED, State.SERVING, State.PARKED})

# What happened -> (from which states it may happen, the state it leads to).
# Recall, return, transfer and resume are things that happen, not states to be in.
MOVES: dict[str, tuple[frozenset[State], State]] = {
    "checked_in": (frozenset({State.BOOKED}), State.WAITING),
    "called": (frozenset({State.WAITING}), State.CALLED),
    "recalled": (frozenset({State.CALLED}), State.CALLED),
    "started": (frozenset({State.CALLED}), State.SERVING),
    "completed": (frozenset({State.CALLED, State.SERVING}), State.COMPLETED),
    "parked": (frozenset({State.CALLED, State.SERVING}), State.PARKED),
    "resumed": (frozenset({State.PARKED}), State.SERVING),
    "returned": (frozenset({State.CALLED, State.SERVING, State.PARKED, State.NO_SHOW}), State.WAITING),
    "transferred": (
        frozenset({State.WAITING, State.CALLED, State.SERVING, State.PARKED}),
        State.WAITING,
    ),
    "deferred": (frozenset({State.WAITING, State.CALLED}), State.WAITING),
    "no_show": (frozenset({State.CALLED}), State.NO_SHOW),
    "cancelled": (frozenset({State.BOOKED, State.WAITING, State.CALLED, State.PARKED}), State.CANCELLED),
    "abandoned": (frozenset({State.WAITING, State.PARKED}), State.ABANDONED),
    "expired": (OPEN, State.EXPIRED),
}


@dataclass(frozen=True, slots=True)
class Ticket:
    """One number on one piece of paper. All times are UTC; a ticket never changes, it is replaced."""

    id: str
    visit_id: str
    branch_id: str
    business_day: date
    prefix: str
    serial: int
    step: int  # 1 for the visit's first service; later services keep the number
    number: str
    service_id: str
    later_services: tuple[str, ...]
    queue_id: str
    segment: Segment
    state: State
    issued_at: datetime
    arrived_at: datetime  # at this step: what the wait is measured from
    order_at: datetime  # arrival that counts for the order: kept over transfers, so nobody starts from behind
    called_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    counter_id: str | None = None
    calls: int = 0  # call-outs at this counter, recalls included
    misses: int = 0
    due_call: int | None = None  # a kept promise: due once its queue has counted this many calls
    appointment_at: datetime | None = None  # the other kept promise
    ahead: int | None = None  # people ahead when it was issued, as printed
    quote_p50_s: float | None = None  # the first wait that was promised; scored when the ticket is called
    quote_p90_s: float | None = None
    quote_p10_s: float | None = None  # printed nowhere: the other end of the range that is scored
    quote_by: str | None = None  # how the wait was foretold: queue_length | last_to_start
    # They asked for more time, once: let wait until the queue has counted this many calls, if anybody else is there.
    deferred_to: int | None = None

    @property
    def at_counter(self) -> bool:
        return self.state in AT_COUNTER

    @property
    def open(self) -> bool:
        return self.state in OPEN

    @property
    def put_back(self) -> bool:
        """Missed, or asked for more time: how long it waits says nothing of the queue any more."""
        return self.misses > 0 or self.deferred_to is not None


FIELDS = tuple(Ticket.__slots__)
values_of = attrgetter(*FIELDS)  # all that a ticket holds, in the order of FIELDS
_SET = {name: vars(Ticket)[name].__set__ for name in FIELDS}
_SETTERS = tuple(_SET.values())


def changed(ticket: Ticket, **changes: Any) -> Ticket:
    """The ticket with these fields changed: as `dataclasses.replace`, at half its time, for every press does it."""
    new = object.__new__(Ticket)
    for put, value in zip(_SETTERS, values_of(ticket), strict=True):
        put(new, value)
    for name, value in changes.items():
        _SET[name](new, value)
    return new


def move(ticket: Ticket, what: str, **changes: Any) -> Ticket:
    """The ticket after `what` happened to it, or a Refusal where the table does not allow it."""
    allowed, to = MOVES[what]
    if ticket.state not in allowed:
        raise Refusal("move_not_allowed", number=ticket.number, state=ticket.state.value, move=what)
    return changed(ticket, state=to, **changes)


def ticket_from(data: dict[str, Any]) -> Ticket:
    """A ticket from its stored or transmitted form."""
    known = {**data}
    known["business_day"] = date.fromisoformat(known["business_day"])
    known["later_services"] = tuple(known["later_services"])
    known["segment"] = Segment(known["segment"])
    known["state"] = State(known["state"])
    for name in (
        "issued_at",
        "arrived_at",
        "order_at",
        "called_at",
        "started_at",
        "ended_at",
        "appointment_at",
    ):
        if known.get(name) is not None:
            known[name] = datetime.fromisoformat(known[name])
    return Ticket(**known)
