"""A whole branch over one day under the real rules: what a profile, a schedule or a policy would have done."""

import math
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import datetime
from heapq import heapify, heappop, heappush
from itertools import count
from operator import sub
from typing import NamedTuple

from server.advisor.arguments import rate
from server.advisor.simulation.class_day import Controller
from server.advisor.simulation.crowd import Crowd
from server.advisor.simulation.hall_floor import HallFloor
from server.advisor.simulation.hall_staff import CounterChange, HallStaff
from server.domain.branch import CounterClass
from server.domain.hall import Counters, Hall

__all__ = ["CounterChange", "Crowd", "HallResult", "SimulatedCall", "simulate_hall_day"]


class SimulatedCall(NamedTuple):
    """One call, minutes after the beginning; a number that nobody answers is called more than once."""

    at: float
    counter_id: str
    customer: int


@dataclass(frozen=True, slots=True)
class HallResult:
    """What a day came to in a branch, until the last customer had gone. Times in minutes.

    `wait_of` by customer, to the call that they answered; NaN for those not served. Customers count for the
    class of their queue, counters for their own. `customer_minutes` is the integral of customers present,
    `waiting_minutes` of those waiting: who left counts until then, who answered no call counts nothing, and
    who still waits when no counter that is open serves them (`unserved`) counts until the doors close.
    `log` holds (time, number in `counter_ids`, customer, end) of every call.
    """

    wait_of: tuple[float, ...]
    customer_minutes: dict[CounterClass, float]
    waiting_minutes: dict[CounterClass, float]
    counter_minutes: dict[CounterClass, float]
    openings: dict[CounterClass, int]
    served: int
    abandoned: int
    no_shows: int
    unserved: int
    log: list[tuple[float, int, int, float]] = field(repr=False)
    counter_ids: tuple[str, ...] = field(repr=False)

    @property
    def calls(self) -> list[SimulatedCall]:
        """Every call in order of time."""
        return [SimulatedCall(at, self.counter_ids[number], customer) for at, number, customer, _ in self.log]


def simulate_hall_day(
    hall: Hall,
    begins: datetime,
    crowd: Crowd,
    *,
    closes: float,
    changes: Sequence[CounterChange] = (),
    controllers: Mapping[CounterClass, Controller] | None = None,
    review: float = 5.0,
    no_show_min: float = 1.0,
    lag: float = 0.0,
) -> HallResult:
    """The day of `crowd` in a branch like `hall`, whose rules, counters and profiles it takes as they are.

    Times in minutes since `begins`; nobody waits then, and nobody arrives after `closes` > 0. Counters open
    and close by `changes`, and by `controllers` of classes asked at 0 and every `review`; what they ask for
    is there after `lag`. A closing counter finishes its service, and may be opened again at once until then.
    After `closes` every open counter stays until nobody waits for it. A teller waits `no_show_min` for a
    customer who does not come, a machine as long as the rules say; the number is put back as they say too.
    `hall` itself is not changed. ValueError for impossible arguments.
    """
    closes, review, lag = rate(closes, "closes", zero=False), rate(review, "review", zero=False), rate(lag, "lag")
    if crowd.arrivals and not 0 <= crowd.arrivals[0] <= crowd.arrivals[-1] <= closes:
        raise ValueError("everybody arrives between the beginning and closing time")
    floor = HallFloor(own_hall(hall), begins, crowd, rate(no_show_min, "no_show_min"))
    floor.begin()
    staff = HallStaff(floor, controllers or {}, lag)
    play(floor, staff, changes, closes, review)
    floor.run_until(math.inf)
    floor.count_minutes_to(closes)
    return _result(floor, staff, closes)


def own_hall(hall: Hall) -> Hall:
    """A hall like this one, in which nobody waits yet, to be changed at will."""
    return Hall(
        hall.branch,
        "simulated",
        counters=Counters(hall.counters),
        tallies={key: copy(tally) for key, tally in hall.tallies.items()},
        vip_credit=hall.vip_credit,
    )


def play(floor: HallFloor, staff: HallStaff, changes: Sequence[CounterChange], until: float, review: float) -> None:
    """The floor up to and at `until`, with all changes and reviews before that."""
    order = count()  # of what happens at the same time: as planned, then the reviews
    agenda: list[tuple[float, int, CounterChange | int | None]] = []
    agenda += [(rate(change.at, "at"), next(order), change) for change in changes]
    if staff.controllers:
        agenda += [(step * review, next(order), None) for step in range(math.ceil(until / review))]
    heapify(agenda)
    while agenda:
        now, _, what = heappop(agenda)
        if now >= until:
            break
        floor.run_until(now)
        if isinstance(what, CounterChange):
            staff.apply(what, now)
        elif what is not None:
            staff.arrive(what, now)
        else:
            for asked in staff.review(now):
                heappush(agenda, (staff.coming[asked], next(order), asked))
    floor.run_until(until)


def _result(floor: HallFloor, staff: HallStaff, closes: float) -> HallResult:
    crowd, called_at = floor.crowd, floor.called_at
    waited, served = ([0.0] * len(crowd.places) for _ in range(2))
    gone, abandoned, unserved = set(floor.no_shows), 0, 0
    each = zip(crowd.arrivals, called_at, crowd.kinds, crowd.services, strict=True)
    for one, (arrival, called, kind, service) in enumerate(each):
        if called == called:  # no NaN
            waited[kind] += called - arrival
            served[kind] += service
        else:
            leaves = floor.seen_leaving and floor.leaves[one] < math.inf
            stays_on = not leaves and one not in gone
            waited[kind] += floor.gave_up_at(one, closes if stays_on else math.inf) - arrival
            unserved += stays_on
            abandoned += leaves
    present, waiting, minutes = (dict.fromkeys(CounterClass, 0.0) for _ in range(3))
    for kind, (queue_id, _) in enumerate(crowd.places):
        waiting[staff.class_of[queue_id]] += waited[kind]
        present[staff.class_of[queue_id]] += waited[kind] + served[kind]
    for number, counter in enumerate(floor.counters):
        minutes[counter.counter_class] += floor.minutes[number]
    return HallResult(
        wait_of=tuple(map(sub, called_at, crowd.arrivals)),
        customer_minutes=present,
        waiting_minutes=waiting,
        counter_minutes=minutes,
        openings=staff.openings,
        served=len(crowd.arrivals) - abandoned - len(gone) - unserved,
        abandoned=abandoned,
        no_shows=len(gone),
        unserved=unserved,
        log=floor.calls,
        counter_ids=tuple(counter.id for counter in floor.counters),
    )
