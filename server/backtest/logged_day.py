"""A day that a branch has logged: who came when, and for how long each occupied a counter."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from random import Random

from server.advisor.rates import ARRIVALS
from server.backtest.real_day import make_day
from server.backtest.scenario import Day
from server.domain.branch import Branch
from server.domain.events import Event
from server.domain.ticket import State
from server.storage.database import open_database
from server.storage.event_log import events_after
from server.storage.halls import load_hall

CHUNK = 5000


@dataclass(slots=True)
class Visit:
    """One customer of the class; `occupied` minutes at a counter, None where no service is known."""

    arrival: float
    occupied: float | None = None
    appears: bool = True


@dataclass(slots=True)
class Logged:
    """The visits of one business day, minutes after midnight."""

    visits: list[Visit] = field(default_factory=list)
    open: dict[str, Visit] = field(default_factory=dict)


def day_from_log(url: str, branch_id: str, counter_class: str, *, day: date | None = None, seed: int = 1) -> Day:
    """One business day (the last on which anybody came, by default) of one class of counters.

    Services that are not known, of those who left or are still there, are drawn from those that are.
    ValueError where there is nothing of such a day.
    """
    engine = open_database(url, writing=False)
    try:
        with engine.connect() as connection:
            branch = load_hall(connection, branch_id).branch
            read = partial(events_after, connection, branch_id, limit=CHUNK)
            days = visits_by_day(branch, counter_class, _all_events(read))
    finally:
        engine.dispose()
    return _day(branch, days, day, seed)


def _all_events(read: Callable[[int], list[Event]]) -> Iterator[Event]:
    seq = 0
    while found := read(seq):
        yield from found
        seq = found[-1].seq


def visits_by_day(branch: Branch, counter_class: str, events: Iterable[Event]) -> dict[date, Logged]:
    """Everybody who came to the class, by business day."""
    days: dict[date, Logged] = {}
    for event in events:
        ticket = event.ticket
        if ticket is None:
            continue
        of_day = days.setdefault(ticket.business_day, Logged())
        what = event.kind.removeprefix("ticket.")
        known = of_day.open.pop(ticket.id, None) if what in {"transferred", "completed", "no_show"} else None
        if known is not None:
            known.appears = what != "no_show"
            if what == "completed" and ticket.called_at and ticket.ended_at:
                known.occupied = (ticket.ended_at - ticket.called_at).total_seconds() / 60
        if what in ARRIVALS and ticket.state is State.WAITING and branch.class_of(ticket.queue_id) == counter_class:
            visit = of_day.open[ticket.id] = Visit(_minute(branch, ticket.arrived_at))
            of_day.visits.append(visit)
    return days


def _day(branch: Branch, days: dict[date, Logged], day: date | None, seed: int) -> Day:
    busy = sorted(when for when, logged in days.items() if logged.visits)
    chosen = day or (busy[-1] if busy else None)
    if chosen is None or chosen not in busy:
        raise ValueError(f"the log has no customers of {chosen or 'this class'}")
    visits = sorted(days[chosen].visits, key=lambda visit: visit.arrival)  # some may have been handed in late
    known = [visit.occupied for when in busy for visit in days[when].visits if visit.occupied is not None]
    if not known:
        raise ValueError("the log has no service that has ended")
    rng = Random(seed)
    opens, closes = branch.hours(chosen)
    return make_day(
        chosen,
        [visit.arrival for visit in visits],
        [rng.choice(known) if visit.occupied is None else visit.occupied for visit in visits],
        {when: [visit.arrival for visit in days[when].visits] for when in busy if when < chosen},
        appears=[visit.appears for visit in visits],
        hours=(
            opens.hour * 60 + opens.minute,
            closes.hour * 60 + closes.minute,
        ),
    )


def _minute(branch: Branch, at: datetime) -> float:
    local = branch.local(at)
    return local.hour * 60 + local.minute + local.second / 60
