"""Who opens and closes the counters of the simulated branch: a schedule, or a policy at its reviews."""

from collections.abc import Mapping
from dataclasses import dataclass

from server.advisor.arguments import count
from server.advisor.simulation.class_day import Controller, Moment
from server.advisor.simulation.hall_floor import NOBODY, HallFloor
from server.domain.branch import CounterClass, ProfileEntry


@dataclass(frozen=True, slots=True)
class CounterChange:
    """A counter that opens or closes, or serves other queues, `at` so many minutes; None: as it was."""

    at: float
    counter_id: str
    is_open: bool | None = None
    profile: tuple[ProfileEntry, ...] | None = None


@dataclass(slots=True)
class Tally:
    """What a class has counted, by the class of the queue as in the real measurements."""

    arrivals: int = 0
    served: int = 0
    minutes: float = 0.0


class HallStaff:
    """Times in minutes, as in `HallFloor`. `coming` says when counters that were asked for will be there."""

    def __init__(self, floor: HallFloor, controllers: Mapping[CounterClass, Controller], lag: float) -> None:
        self.floor, self.controllers, self.lag = floor, controllers, lag
        self.number_of = {counter.id: number for number, counter in enumerate(floor.counters)}
        branch = floor.hall.branch
        self.class_of = {queue_id: branch.class_of(queue_id) for queue_id in branch.queues}
        self.openings = dict.fromkeys(CounterClass, 0)
        self.coming: dict[int, float] = {}
        self._tallies = {counter_class: Tally() for counter_class in controllers}
        self._seen_arrivals = self._seen_calls = 0

    def apply(self, change: CounterChange, now: float) -> None:
        """A change that was planned. ValueError for a counter that the branch has not got."""
        number = self.number_of.get(change.counter_id)
        if number is None:
            raise ValueError(f"no counter {change.counter_id!r} in this branch")
        before = self.floor.counters[number]
        opens = before.is_open if change.is_open is None else change.is_open
        self.openings[before.counter_class] += opens and not before.is_open
        profile = before.profile if change.profile is None else change.profile
        self.floor.set_counter(number, now, is_open=opens, profile=profile)

    def arrive(self, number: int, now: float) -> None:
        """A counter that was asked for is there, unless it has been sent back meanwhile."""
        if self.coming.get(number) == now:
            del self.coming[number]
            self._set(number, now, True)

    def review(self, now: float) -> list[int]:
        """Asks every controller; the counters that will be there after the lag."""
        self._count()
        asked: list[int] = []
        for counter_class, controller in self.controllers.items():
            moment = self.moment(counter_class, now)
            change = count(controller(moment), "controller") - moment.open_counters
            if change > 0:
                asked += self._open(counter_class, change, now)
            elif change < 0:
                self._close(counter_class, -change, now)
        return asked

    def moment(self, counter_class: CounterClass, now: float) -> Moment:
        """What can be known of a class: tickets by the class of their queue, counters by their own."""
        floor, tally = self.floor, self._tallies[counter_class]
        running = [k for k, one in enumerate(floor.at) if one != NOBODY and self._class(one) is counter_class]
        to_come = sum(floor.busy_until[number] - now for number in running)
        served_now = sum(1 for number in running if number not in floor.unanswered)
        own = self._of_class(counter_class)
        return Moment(
            now=now,
            waiting=self._waiting(counter_class, now),
            serving=len(running),
            open_counters=sum(1 for number in own if floor.is_open[number] or number in self.coming),
            arrivals=tally.arrivals,
            completions=tally.served - served_now,
            busy_minutes=tally.minutes - to_come,
            no_shows=sum(1 for one in floor.no_shows if self._class(one) is counter_class),
        )

    def _class(self, customer: int) -> CounterClass:
        crowd = self.floor.crowd
        return self.class_of[crowd.places[crowd.kinds[customer]][0]]

    def _of_class(self, counter_class: CounterClass) -> list[int]:
        return [number for number, each in enumerate(self.floor.counters) if each.counter_class is counter_class]

    def _waiting(self, counter_class: CounterClass, now: float) -> int:
        floor = self.floor
        there = sum(len(tickets) for key, tickets in floor.waiting.items() if self.class_of[key] is counter_class)
        for line in floor.lines:
            if self.class_of[line.queue.id] is counter_class:
                there += sum(1 for one in line.customers if not floor.seen_leaving or floor.leaves[one] > now)
        return there

    def _count(self) -> None:
        """What has happened since the last review."""
        floor = self.floor
        for customer in range(self._seen_arrivals, floor.next):
            if tally := self._tallies.get(self._class(customer)):
                tally.arrivals += 1
        for at, _, customer, end in floor.calls[self._seen_calls :]:
            if tally := self._tallies.get(self._class(customer)):
                tally.served += floor.called_at[customer] == at
                tally.minutes += end - at
        self._seen_arrivals, self._seen_calls = floor.next, len(floor.calls)

    def _open(self, counter_class: CounterClass, wanted: int, now: float) -> list[int]:
        """Opens so many of the class, first those whose teller has not gone yet, then by number."""
        floor = self.floor
        shut = [k for k in self._of_class(counter_class) if not floor.is_open[k] and k not in self.coming]
        shut.sort(key=lambda k: (floor.at[k] == NOBODY, floor.counters[k].number))
        asked = []
        for number in shut[:wanted]:
            self.openings[counter_class] += 1
            if self.lag == 0 or floor.at[number] != NOBODY:
                self._set(number, now, True)
            else:
                self.coming[number] = now + self.lag
                asked.append(number)
        return asked

    def _close(self, counter_class: CounterClass, wanted: int, now: float) -> None:
        """Closes so many of the class: first those still on their way, then the idle, the highest number first."""
        floor = self.floor
        there = [k for k in self._of_class(counter_class) if floor.is_open[k] or k in self.coming]
        there.sort(key=lambda k: (k not in self.coming, k not in floor.idle, -floor.counters[k].number))
        for number in there[:wanted]:
            if number in self.coming:
                del self.coming[number]
            else:
                self._set(number, now, False)

    def _set(self, number: int, now: float, is_open: bool) -> None:
        self.floor.set_counter(number, now, is_open=is_open, profile=self.floor.counters[number].profile)
