"""One line a ticket, once its day is over: what an analyst counts with."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from server.domain.branch import Branch
from server.domain.events import Event
from server.domain.ticket import State, Ticket

Cell = str | int | float | None

COLUMNS = (
    "branch business_day number step service queue counter_class segment outcome counter issued arrived called "
    "called_last started ended wait_min service_min calls misses ahead quote_p10_min quote_p50_min quote_p90_min "
    "ticket visit"
).split()
RUNS_AS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(slots=True)
class Stay:
    """A ticket as it is by now, and when it was first called since it came to its queue."""

    ticket: Ticket
    called: datetime | None = None
    calls: int = 0


def ticket_lines(branch: Branch, events: Iterable[tuple[date | None, Event]]) -> Iterator[list[Cell]]:
    """In the order of their numbers' issue, day by day; what is still open at the end comes last. Only the tickets
    of a day are held. Times are local, as a clock on the wall shows them; waits and services in minutes."""
    held: dict[str, Stay] = {}
    for _, event in events:
        if event.kind == "branch.day_started":
            over = [key for key, stay in held.items() if not stay.ticket.open]
            yield from (_line(branch, held.pop(key)) for key in over)
        if event.ticket is not None:
            _follow(held, event, event.ticket)
    yield from (_line(branch, stay) for stay in held.values())


def _follow(held: dict[str, Stay], event: Event, ticket: Ticket) -> None:
    stay = held.setdefault(ticket.id, Stay(ticket))
    if ticket.arrived_at != stay.ticket.arrived_at:
        stay.called = None  # sent on to another queue, where a new wait began
    if event.kind in ("ticket.called", "ticket.recalled"):
        stay.called = stay.called or event.at
        stay.calls += 1
    stay.ticket = ticket


def _line(branch: Branch, stay: Stay) -> list[Cell]:
    ticket = stay.ticket

    def local(moment: datetime | None) -> str | None:
        return None if moment is None else branch.local(moment).strftime("%Y-%m-%d %H:%M:%S")

    queue = branch.queues.get(ticket.queue_id)  # None: a queue of former days
    served = ticket.ended_at if ticket.state is State.COMPLETED else None
    times = [local(at) for at in (ticket.issued_at, ticket.arrived_at, stay.called, ticket.called_at)]
    quotes = [None if quote is None else round(quote / 60, 2) for quote in _quotes(ticket)]
    return [
        *map(_harmless, (branch.id, ticket.business_day.isoformat(), ticket.number)),
        ticket.step,
        *map(_harmless, (ticket.service_id, ticket.queue_id, queue.counter_class.value if queue else None)),
        ticket.segment.value,
        ticket.state.value,
        _harmless(ticket.counter_id),
        *times,
        local(ticket.started_at),
        local(ticket.ended_at),
        _minutes(ticket.arrived_at, stay.called),
        _minutes(ticket.started_at, served),
        stay.calls,
        ticket.misses,
        ticket.ahead,
        *quotes,
        _harmless(ticket.id),
        _harmless(ticket.visit_id),
    ]


def _quotes(ticket: Ticket) -> tuple[float | None, float | None, float | None]:
    return ticket.quote_p10_s, ticket.quote_p50_s, ticket.quote_p90_s


def _minutes(start: datetime | None, end: datetime | None) -> float | None:
    return None if start is None or end is None else round((end - start).total_seconds() / 60, 2)


def _harmless(cell: str | None) -> str | None:
    """A name that a spreadsheet would run as a formula is made plain text."""
    return f"'{cell}" if cell is not None and cell.startswith(RUNS_AS_A_FORMULA) else cell
