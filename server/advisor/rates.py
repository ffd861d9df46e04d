"""Turns the branch's events into measured rates, one event at a time, whatever the length of the day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from server.advisor.class_record import ClassFigures, ClassRecord, Memory
from server.advisor.day_history import SlotFigures
from server.advisor.gamma_rate import GammaRate
from server.domain.branch import Branch
from server.domain.counter import Counter
from server.domain.events import Event
from server.domain.ticket import AT_COUNTER, State, Ticket

__all__ = ["ClassFigures", "GammaRate", "Measurements", "Memory", "SlotFigures"]


ARRIVALS = frozenset({"issued", "checked_in", "transferred"})  # a missed number taken on again is no arrival


@dataclass(slots=True)
class Place:
    """Where a ticket is in its class, and for how many minutes it has occupied counters there."""

    record: ClassRecord
    waiting: bool = False
    occupies: bool = False
    since: float = 0.0
    occupied: float = 0.0
    called: bool = False

    def enter(self, state: State, now: float) -> None:
        self.waiting, self.occupies, self.since = state is State.WAITING, state in AT_COUNTER, now
        self._level(+1, now)

    def leave(self, now: float) -> None:
        self._level(-1, now)
        if self.occupies:
            self.occupied += now - self.since

    def _level(self, change: int, now: float) -> None:
        self.record.touch(now)
        self.record.waiting += change * self.waiting
        self.record.services.advance(now)
        self.record.services.running += change * self.occupies


class Measurements:
    """Arrivals, services and levels of every class of one branch.

    Feed it the events of a business day in order of `seq`, beginning with `branch.day_started` (whatever came
    before is forgotten then), and ask at any time. Each event costs O(1). `counters` are the branch's
    counters as known at that time: machines stay open overnight, so no event of today need tell of them.
    """

    def __init__(self, branch: Branch, counters: Iterable[Counter] = (), memory: Memory | None = None) -> None:
        self._branch = branch
        self._memory = memory or Memory()
        self._counters = {counter.id: counter for counter in counters}
        self._records: dict[str, ClassRecord] = {}
        self._places: dict[str, Place] = {}
        self._hours: tuple[float, float] | None = None

    def apply(self, event: Event) -> None:
        """Counts one event. Events of a ticket that was never seen before are taken as they come."""
        now = event.at.timestamp() / 60
        if event.kind == "branch.day_started":
            self._counters = {key: c for key, c in self._counters.items() if c.is_machine}
            self._start(event.day or self._branch.business_day(event.at), now)
        self._know_the_day(event.at)
        if event.ticket is not None:
            self._ticket(event.kind.removeprefix("ticket."), event.ticket, now)
        if event.counter is not None:
            self._counters[event.counter.id] = event.counter
            self._records[event.counter.counter_class].place_counter(event.counter, now)

    def figures(self, now: datetime) -> dict[str, ClassFigures]:
        """Every class of the branch as measured at `now`."""
        self._know_the_day(now)
        at = now.timestamp() / 60
        return {key: record.figures(at, self._in_hours(at)) for key, record in self._records.items()}

    def mean_service_s(self, now: datetime) -> dict[str, float]:
        """Seconds for which a customer occupies a counter of each class, on average: what a quote needs."""
        self._know_the_day(now)
        at = now.timestamp() / 60
        return {key: 60 / record.service_rate(at).mean for key, record in self._records.items()}

    def history(self, now: datetime) -> dict[str, list[SlotFigures]]:
        """The day so far in slots, per class, from the first event of a ticket or counter on."""
        at = now.timestamp() / 60
        return {
            key: record.history.figures(at, record.waiting, len(record.open_counters))
            for key, record in self._records.items()
        }

    def _know_the_day(self, now: datetime) -> None:
        if self._hours is None:
            self._start(self._branch.business_day(now), now.timestamp() / 60)

    def _start(self, day: date, now: float) -> None:
        """Begins to measure: not before the doors open, nor before `now`, for a system set up at noon has not
        seen a quiet morning."""
        branch = self._branch
        zone = ZoneInfo(branch.time_zone)
        opens, closes = (datetime.combine(day, hour, zone).timestamp() / 60 for hour in (branch.opens, branch.closes))
        self._hours = (opens, closes)
        self._places = {}
        self._records = {
            key: ClassRecord(key, policy, self._memory, max(now, opens)) for key, policy in branch.policies.items()
        }
        for counter in self._counters.values():
            if counter.is_open:
                self._records[counter.counter_class].open_counters.add(counter.id)

    def _in_hours(self, now: float) -> float:
        """Nobody can arrive before the doors open or after they close: that time says nothing of the rate."""
        assert self._hours is not None
        return min(max(now, self._hours[0]), self._hours[1])

    def _ticket(self, what: str, ticket: Ticket, now: float) -> None:
        record = self._records[self._branch.class_of(ticket.queue_id)]
        place = self._places.pop(ticket.id, None)
        if place is not None:
            place.leave(now)
            if place.called and (what == "transferred" or not ticket.open):
                place.record.depart(now, place.occupied, what)
        if place is None or what == "transferred":
            place = Place(record)
        if what in ARRIVALS and ticket.state is State.WAITING:
            record.arrive(now, self._in_hours(now))
        if what == "called":
            again = place.called or ticket.misses > 0
            record.call(now, None if again else now - ticket.arrived_at.timestamp() / 60)
            place.called = True
        if ticket.open:
            place.enter(ticket.state, now)
            self._places[ticket.id] = place
