"""The next hour of the hall as it stands, played many times: what another profile or counter would change."""

import math
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from server.advisor.arguments import count, rate
from server.advisor.simulation.crowd import Crowd
from server.advisor.simulation.hall_day import own_hall, play
from server.advisor.simulation.hall_floor import HallFloor
from server.advisor.simulation.hall_staff import CounterChange, HallStaff
from server.advisor.simulation.present import Expected, Present, draw_future, present_in
from server.domain.branch import CounterClass
from server.domain.hall import Hall

__all__ = ["CounterChange", "Outlook", "from_hall", "look_ahead"]

FOLLOWED = 2.0  # horizons, for which those who have come are followed to their call


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the next minutes come to on average, and how long those wait who are there or come in them.

    `waiting_minutes` and `customer_minutes`: customers waiting, and present, integrated over the horizon, by
    class of their queue; `counter_minutes`: open counters. Waits in minutes by queue, from the arrival to
    the call, for queues that anyone was in. `cost`: what waiting and counters cost by the class policies, in
    the branch's currency; `costs` run by run, so that outlooks of one seed can be compared in pairs.
    """

    waiting_minutes: dict[CounterClass, float]
    customer_minutes: dict[CounterClass, float]
    counter_minutes: dict[CounterClass, float]
    mean_wait: dict[str, float]
    wait_p50: dict[str, float]
    wait_p90: dict[str, float]
    cost: float
    costs: tuple[float, ...]


def look_ahead(
    hall: Hall,
    now: datetime,
    changes: Sequence[CounterChange],
    rates_by_queue: Mapping[str, float],
    mean_service_by_class: Mapping[CounterClass, float],
    horizon_min: float = 60.0,
    runs: int = 40,
    seed: int = 0,
    *,
    cv2_by_class: Mapping[CounterClass, float] | None = None,
    no_show_share: float = 0.0,
    patience: float | None = None,
) -> Outlook:
    """The hall's next `horizon_min` > 0 minutes if `changes` are made (times in minutes from `now`).

    Rates in arrivals per minute, services in minutes, for every queue and class that is in use; `patience` is
    the mean in minutes until a customer gives up, `no_show_share` that of tickets called in vain. The same
    `seed` gives the same customers whatever the changes: common random numbers. `hall` is not changed.
    ValueError for impossible arguments. About 2 ms a run for eight counters and an hour.
    """
    horizon, runs = rate(horizon_min, "horizon_min", zero=False), count(runs, "runs", least=1)
    expected = Expected(rates_by_queue, mean_service_by_class, cv2_by_class or {}, no_show_share, patience)
    present = present_in(hall, now)
    total = _Total()
    for run in range(runs):
        crowd = draw_future(Random(f"{seed}:{run}"), present, expected, horizon)
        floor = from_hall(hall, present, crowd)
        staff = HallStaff(floor, {}, 0.0)
        play(floor, staff, [c for c in changes if c.at < horizon], horizon, horizon)
        counter_minutes = floor.minutes_until(horizon)
        floor.run_until(FOLLOWED * horizon)
        total.add(floor, horizon, counter_minutes, present.at_counter)
    return total.mean(runs)


def from_hall(hall: Hall, present: Present, crowd: Crowd) -> HallFloor:
    """A floor on which everybody is where they are in the hall; the first of `crowd` are those `present`.

    Waiting tickets keep their promises and misses, running services take what `crowd` says is left of them,
    and every open counter that is free calls at once.
    """
    floor = HallFloor(own_hall(hall), present.now, crowd, no_show_min=1.0)
    everybody = dict(enumerate(present.tickets))
    floor.seat(
        {one: ticket for one, ticket in everybody.items() if one not in present.at_counter},
        {one: everybody[one].counter_id or "" for one in present.at_counter},
    )
    floor.begin()
    return floor


class _Total:
    """Sums over the runs."""

    def __init__(self) -> None:
        self.waiting, self.present, self.counters = (dict.fromkeys(CounterClass, 0.0) for _ in range(3))
        self.waits: dict[str, list[float]] = {}
        self.costs: list[float] = []

    def add(
        self, floor: HallFloor, horizon: float, counter_minutes: Sequence[float], at_counter: Container[int]
    ) -> None:
        """One run, which has been followed beyond the horizon."""
        branch, crowd = floor.hall.branch, floor.crowd
        cost = 0.0
        for counter, minutes in zip(floor.counters, counter_minutes, strict=True):
            self.counters[counter.counter_class] += minutes
            cost += minutes / 60 * branch.policies[counter.counter_class].counter_cost
        for one, (arrival, kind) in enumerate(zip(crowd.arrivals, crowd.kinds, strict=True)):
            queue_id = crowd.places[kind][0]
            counter_class = branch.class_of(queue_id)
            called = floor.called_at[one]
            waits_until = floor.gave_up_at(one, FOLLOWED * horizon) if math.isnan(called) else called
            leaves = waits_until if math.isnan(called) else called + crowd.services[one]
            stayed = _within(arrival, leaves, horizon)
            self.waiting[counter_class] += _within(arrival, waits_until, horizon)
            self.present[counter_class] += stayed
            cost += stayed / 60 * branch.policies[counter_class].waiting_cost
            if one not in at_counter:
                self.waits.setdefault(queue_id, []).append(waits_until - arrival)
        self.costs.append(cost)

    def mean(self, runs: int) -> Outlook:
        waits = {queue_id: sorted(each) for queue_id, each in self.waits.items()}
        return Outlook(
            waiting_minutes={key: total / runs for key, total in self.waiting.items()},
            customer_minutes={key: total / runs for key, total in self.present.items()},
            counter_minutes={key: total / runs for key, total in self.counters.items()},
            mean_wait={queue_id: sum(each) / len(each) for queue_id, each in waits.items()},
            wait_p50={queue_id: _quantile(each, 0.5) for queue_id, each in waits.items()},
            wait_p90={queue_id: _quantile(each, 0.9) for queue_id, each in waits.items()},
            cost=sum(self.costs) / runs,
            costs=tuple(self.costs),
        )


def _within(start: float, end: float, horizon: float) -> float:
    """Minutes from `start` to `end` that lie between now and the horizon."""
    return max(0.0, min(end, horizon) - max(start, 0.0))


def _quantile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that `share` of them do not exceed."""
    return ordered[math.ceil(share * len(ordered)) - 1]
