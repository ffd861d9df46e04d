"""Turns the branch's events into measured rates, one event at a time, whatever the length of the day."""

import math
from collections import Counter as Counted
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from server.advisor.arguments import rate
from server.advisor.class_day import ClassDay
from server.advisor.class_figures import ClassFigures
from server.advisor.class_record import ClassRecord
from server.advisor.day_history import SlotFigures
from server.advisor.day_rates import DayRates, Hours, hours_of
from server.advisor.experience import Experience
from server.advisor.gamma_rate import GammaRate
from server.advisor.memory import Memory
from server.advisor.outlook_inputs import OutlookInputs
from server.advisor.stay import Stay
from server.domain.branch import Branch
from server.domain.counter import Counter, Status
from server.domain.events import Event
from server.domain.ticket import State, Ticket

__all__ = ["ClassFigures", "DayRecords", "GammaRate", "Measurements", "Memory", "SlotFigures"]

ARRIVALS = frozenset({"issued", "checked_in", "transferred"})  # a missed number taken on again is no arrival
QUIET_END = 120.0  # minutes without any event before closing time after which nobody can have been counting
AFTER_HOURS = 60.0  # minutes after closing time in which counters are still closed by hand
KEPT = 31  # days that wait to be stored: whoever cannot store them for a month will not fill the memory

DayRecords = dict[str, ClassDay]


class Measurements:
    """Arrivals, services and levels of every class of one branch.

    Feed it the events of a business day in order of `seq`, beginning with `branch.day_started` (whatever came
    before is forgotten then, but for what `experience` learns of it), and ask at any time. Each event costs
    O(1). `counters` are the branch's counters as known at that time: machines stay open overnight, so no event
    of today need tell of them. `experience` is of the days before, of which nobody has stored `unstored` yet.
    """

    def __init__(
        self,
        branch: Branch,
        counters: Iterable[Counter] = (),
        memory: Memory | None = None,
        experience: Experience | None = None,
        unstored: Iterable[tuple[date, DayRecords]] = (),
    ) -> None:
        self._branch = branch
        self._memory = memory or Memory()
        self._experience = experience or Experience()
        self._counters = {counter.id: counter for counter in counters}
        self._records: dict[str, ClassRecord] = {}
        self._stays: dict[str, Stay] = {}
        self._hours: Hours | None = None
        self._last_life: float | None = None  # when somebody last did something today
        self._over: dict[date, DayRecords] = dict(unstored)  # days that are over
        self._stored: date | None = None

    def apply(self, event: Event) -> None:
        """Counts one event. Events of a ticket that was never seen before are taken as they come."""
        now = event.at.timestamp() / 60
        if event.kind == "branch.day_started":
            day = event.day or self._branch.business_day(event.at)
            self._end_day(day, now)
            self._counters = {key: c for key, c in self._counters.items() if c.is_machine}
            self._start(day, now)
        self._know_the_day(event.at)
        self._see_life(event, now)
        if event.branch is not None:
            self._take_settings(event.branch, now)
        if event.ticket is not None:
            self._ticket(event.kind.removeprefix("ticket."), event.ticket, now)
        if event.counters is not None:
            self._furnish(event.counters, now)
        if event.counter is not None:
            self._counters[event.counter.id] = event.counter
            if event.counter.counter_class in self._records:
                self._records[event.counter.counter_class].place_counter(event.counter, now)

    def figures(self, now: datetime) -> dict[str, ClassFigures]:
        """Every class of the branch as measured at `now`."""
        records, at = self._today(now)[1], now.timestamp() / 60
        late = self._late(records, at)
        return {
            key: records[key].figures(at, self._services_of(key), self._targets_at(key), late[key])
            for key in self._branch.policies
        }

    def mean_service_s(self, now: datetime) -> dict[str, float]:
        """Seconds for which a customer occupies a counter of each class, on average: what a quote needs."""
        records, at = self._today(now)[1], now.timestamp() / 60
        return {key: 60 / records[key].service_rate(at).mean for key in self._branch.policies}

    def service_min(self, now: datetime) -> dict[str, dict[str, float]]:
        """Minutes for which each service occupies a counter, on average: class -> service -> minutes."""
        records, at = self._today(now)[1], now.timestamp() / 60
        found = {key: records[key].service_figures(at, self._services_of(key)) for key in self._branch.policies}
        return {key: {name: 1 / one.rate.mean for name, one in services.items()} for key, services in found.items()}

    def queue_rates(self, now: datetime) -> dict[str, float]:
        """Arrivals per minute, by queue: each class's rate, shared out as its queues have been used today."""
        records, found = self._today(now)[1], dict[str, float]()
        for key in self._branch.policies:
            arrivals = records[key].arrivals.at(now.timestamp() / 60)
            there = [queue for queue in self._branch.queues.values() if not queue.retired]
            queues = [queue.id for queue in there if queue.counter_class == key]
            mean = arrivals.rate().mean
            found |= {queue_id: mean * share for queue_id, share in arrivals.queue_shares(queues).items()}
        return found

    def outlook_inputs(self, now: datetime, horizon_min: float, step_min: float = 5.0) -> dict[str, OutlookInputs]:
        """What is expected of every class in the next `horizon_min` minutes, in steps of `step_min`.

        Both > 0, else ValueError. O(classes x steps).
        """
        steps = math.ceil(rate(horizon_min, "horizon_min", zero=False) / rate(step_min, "step_min", zero=False))
        (hours, records), at = self._today(now), now.timestamp() / 60
        ends_after = max(0.0, hours.closes - at)
        return {key: records[key].outlook(at, steps, step_min, ends_after) for key in self._branch.policies}

    def profile(self, counter_class: str, day: date) -> tuple[DayRates, int] | None:
        """The arrivals to be expected of a whole day, whichever, and how many days that is learnt from; None
        where no such day is known yet."""
        profile = self._experience.of(counter_class).profile
        rates = profile.rates(day)
        return None if rates is None else (DayRates(hours_of(self._branch, day), rates), profile.days(day))

    def history(self, now: datetime) -> dict[str, list[SlotFigures]]:
        """The day so far in slots, per class, from the first event of a ticket or counter on."""
        at = now.timestamp() / 60
        return {
            key: record.history.figures(at, record.waiting, len(record.open_counters))
            for key, record in self._records.items()
        }

    def day_records(self, now: datetime) -> DayRecords:
        """What would be kept of every class if the day were over at `now`; nothing where there was no event."""
        return self._day_records(now.timestamp() / 60)

    def unstored(self, now: datetime) -> dict[date, DayRecords]:
        """The days that are over and that `stored` has not been told of, the oldest first. The present day is
        over once what was left of it has expired."""
        found, hours = dict(self._over), self._hours
        if hours is not None and hours.day != self._stored and now >= self._branch.expiry(hours.day):
            records = {} if self._stays else self.day_records(now)
            if records:
                found[hours.day] = records
        return found

    def stored(self, day: date) -> None:
        """The day is kept for good: `unstored` need not tell of it any more."""
        self._over.pop(day, None)
        if self._hours is not None and self._hours.day == day:
            self._stored = day

    def _know_the_day(self, now: datetime) -> Hours:
        return self._hours or self._start(self._branch.business_day(now), now.timestamp() / 60)

    def _today(self, now: datetime) -> tuple[Hours, dict[str, ClassRecord]]:
        """The records of the present day; new ones where the log has not come to it yet, for nobody has done
        anything this morning and yesterday's would say that the doors have shut for good."""
        hours, day = self._know_the_day(now), self._branch.business_day(now)
        if day <= hours.day:
            return hours, self._records
        machines = [counter for counter in self._counters.values() if counter.is_machine]
        fresh = Measurements(self._branch, machines, self._memory, self._experience)
        return fresh._start(day, now.timestamp() / 60), fresh._records

    def _end_day(self, following: date, now: float) -> None:
        """The day that was under way is learned; it is stored unless it was before."""
        if self._hours is None or following <= self._hours.day:
            return
        day, records = self._hours.day, self._day_records(now)
        if records and self._experience.learn(day, records) and day != self._stored:
            self._over[day] = records
            for forgotten in list(self._over)[:-KEPT]:
                del self._over[forgotten]

    def _see_life(self, event: Event, now: float) -> None:
        """What the clock does by itself, maybe the next morning only, does not tell that anybody was there."""
        assert self._hours is not None
        if now <= self._hours.closes + AFTER_HOURS and event.kind != "ticket.expired":
            self._last_life = now

    def _day_records(self, now: float) -> DayRecords:
        if self._hours is None or self._last_life is None:
            return {}
        until = min(now, self._hours.closes)
        # The process, or the whole branch, was away at the end: that was no quiet afternoon.
        until = self._last_life if until - self._last_life > QUIET_END else until
        return {key: self._records[key].day(now, until) for key in self._branch.policies}

    def _start(self, day: date, now: float) -> Hours:
        """Begins to measure: not before the doors open, nor before `now`, for a system set up at noon has not
        seen a quiet morning."""
        self._hours, self._last_life = hours_of(self._branch, day), None
        self._stays = {}
        self._records = {key: self._new_record(key, now) for key in self._branch.policies}
        for counter in self._counters.values():
            if counter.is_open and counter.counter_class in self._records:
                self._records[counter.counter_class].open_counters.add(counter.id)
        return self._hours

    def _new_record(self, key: str, now: float) -> ClassRecord:
        hours = self._hours
        assert hours is not None
        policy, experience = self._branch.policies[key], self._experience.of(key)
        return ClassRecord(key, policy, self._memory, max(now, hours.opens), hours, experience)

    def _take_settings(self, branch: Branch, now: float) -> None:
        """The branch was changed in the middle of the day: what has been counted stays."""
        self._branch = branch
        hours = hours_of(branch, self._hours.day) if self._hours else None
        if hours is not None and hours != self._hours:
            self._hours = hours
            for record in self._records.values():
                record.arrivals.take_hours(hours)
        for key, policy in branch.policies.items():
            if key in self._records:
                self._records[key].take_policy(policy)
            else:
                self._records[key] = self._new_record(key, now)

    def _furnish(self, counters: Iterable[Counter], now: float) -> None:
        """The branch has other counters now. One that is gone, or of another class, was closed: only machines go
        while they are open."""
        there = {counter.id: counter for counter in counters}
        for key, before in self._counters.items():
            record = self._records.get(before.counter_class)
            if record and (key not in there or there[key].counter_class is not before.counter_class):
                record.place_counter(replace(before, status=Status.CLOSED), now)
        self._counters = there
        for counter in there.values():
            if counter.counter_class in self._records:
                self._records[counter.counter_class].place_counter(counter, now)

    def _services_of(self, key: str) -> list[str]:
        """The services that the branch offers at counters of this class."""
        branch = self._branch
        at_class = {queue.id for queue in branch.queues.values() if queue.counter_class == key}
        offered = [service for service in branch.services.values() if not service.retired]
        return [s.id for s in offered if s.queue_id in at_class or s.machine_queue_id in at_class]

    def _ticket(self, what: str, ticket: Ticket, now: float) -> None:
        stay = self._stays.pop(ticket.id, None)
        if stay is not None:
            stay.leave(now)
            if not ticket.open:
                stay.give_up(self._target_of(stay), now)
            stay.answer(what, ticket.open, now)
            if stay.called and (what == "transferred" or not ticket.open):
                stay.depart(what, now)
        if stay is None or what == "transferred":
            stay = self._new_stay(ticket, what)
        if stay is None:
            return
        stay.ticket = ticket
        if what in ARRIVALS and ticket.state is State.WAITING:
            # A ticket that is handed in is older than its event.
            stay.join(min(now, ticket.arrived_at.timestamp() / 60), now)
        if what == "called":
            stay.call(ticket, now, self._target_of(stay))
        elif what == "started":
            stay.start()
        if ticket.open:
            stay.enter(ticket.state, now)
            self._stays[ticket.id] = stay

    def _target_of(self, stay: Stay) -> float | None:
        """The wait that the branch has set itself for it, as it is set up at this moment."""
        return None if stay.ticket is None else self._branch.target_of(stay.ticket.service_id, stay.record.key)

    def _targets_at(self, key: str) -> set[float]:
        """The waits that the branch has set itself for whoever may come to counters of this class: a segment with a
        queue of its own brings every service there."""
        branch = self._branch
        queues = (branch.queues.get(queue_id) for queue_id in branch.segment_queues.values())
        offered = [service.id for service in branch.services.values() if not service.retired]
        anything = any(queue is not None and queue.counter_class == key for queue in queues)
        found = (branch.target_of(service, key) for service in (offered if anything else self._services_of(key)))
        return {target for target in found if target is not None}

    def _late(self, records: dict[str, ClassRecord], now: float) -> "Counted[str]":
        """How many wait past their target, by class; whoever is left from a day before is nobody."""
        here = (stay for stay in self._stays.values() if records.get(stay.record.key) is stay.record)
        return Counted(stay.record.key for stay in here if stay.is_late(self._target_of(stay), now))

    def _new_stay(self, ticket: Ticket, what: str) -> Stay | None:
        """None where the branch has no such queue any more, or asks no advice for its class."""
        queue = self._branch.queues.get(ticket.queue_id)
        record = self._records.get(queue.counter_class) if queue else None
        if record is None:
            return None
        return Stay(record, record.service(ticket.service_id), ticket.queue_id, quoted=what != "transferred")
