"""One class at one moment, made ready for the program: what it costs, how far to look, in what states and steps."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.advisor.arguments import rate
from server.advisor.dynamic_program import Prices
from server.advisor.forecast import Forecast
from server.advisor.reckoning import Limits
from server.advisor.transitions import (
    CLOCK_GRID,
    GRID,
    PATIENCE_GRID,
    Array,
    place,
    places,
    step_chain,
    value_at,
)

SIZES = (32, 44, 60, 80)
SPARE_STATES = 14
MOST_IN_LUMP = 64
TWICE = round(math.log(2) / CLOCK_GRID)


@dataclass(frozen=True, slots=True)
class Costs:
    """Of one open counter and of one customer present, per hour; and of opening a counter, once. All >= 0."""

    counter_cost: float
    waiting_cost: float
    opening_cost: float = 0.0

    def __post_init__(self) -> None:
        for name in self.__slots__:
            rate(getattr(self, name), name)


@dataclass(frozen=True, slots=True)
class Span:
    """How far the program looks, and how often it may decide. Minutes.

    A step is `step_min` long, and about twice that after the first `fine_min`: who decides anew every five
    minutes need not see that far so sharply. Too short a horizon never pays back an opening: 30 minutes at an
    opening cost of 30 counter-minutes made a day 43 % dearer. So it is `least_min`, or `paybacks` times the
    minutes a counter could stay open for the price of its opening, but `most_min` at most.
    """

    step_min: float = 5.0
    fine_min: float = 30.0
    least_min: float = 90.0
    paybacks: float = 3.0
    most_min: float = 240.0

    def horizon(self, costs: Costs) -> float:
        price, rent = self.paybacks * costs.opening_cost * 60, costs.counter_cost
        return max(self.least_min, min(price / rent, self.most_min) if rent else self.most_min * (price > 0))


class Room(NamedTuple):
    """States 0 ... `size` - 1, each of `lump` customers: in a great crowd one more or less decides nothing, and
    the work grows with the cube of the size. Who comes when the last state is taken is not counted; there every
    decision is the same."""

    size: int
    lump: int

    def state(self, present: int) -> int:
        return min(round(present / self.lump), self.size - 1)


class Scope(NamedTuple):
    """What matrices are about: `first` to `last` counters, and the states of a `Room`."""

    first: int
    last: int
    size: int
    lump: int

    @property
    def servers(self) -> NDArray[np.int64]:
        return np.arange(self.first, self.last + 1)

    def state(self, present: int) -> int:
        return Room(self.size, self.lump).state(present)


@dataclass(frozen=True)
class Situation:
    """One class at one moment, made ready for the program: time is counted in mean service times.

    `present` customers (waiting and at counters), `open_now` counters, of which `allowed_step` may be opened or
    closed at once (None: any number). Steps are within 5 % of `span`'s: a place on a grid in mean service times,
    so that all rates share their matrices.
    """

    present: int
    open_now: int
    forecast: Forecast
    costs: Costs
    limits: Limits
    span: Span
    allowed_step: int | None = None

    @cached_property
    def service_rate(self) -> float:
        return self.forecast.service_rate.mean

    @cached_property
    def steps(self) -> tuple[int, ...]:
        """The length of each step in mean service times, as a place on its grid."""
        first = place(self.span.step_min * self.service_rate, CLOCK_GRID)
        assert first is not None
        fine = value_at(first, CLOCK_GRID) / self.service_rate
        horizon = self.span.horizon(self.costs)
        sharp = max(1, round(min(self.span.fine_min, horizon) / fine))
        rest = max(0, round((horizon - sharp * fine) / (2 * fine)))
        return (first,) * sharp + (first + TWICE,) * rest

    @cached_property
    def lengths(self) -> NDArray[np.float64]:
        """The same as numbers: (T,)."""
        return np.exp(np.array(self.steps) * CLOCK_GRID)

    @cached_property
    def ends(self) -> NDArray[np.float64]:
        """When each step ends, in mean service times from now: (T,)."""
        return np.cumsum(self.lengths)

    @cached_property
    def servers(self) -> NDArray[np.int64]:
        """Every number of counters that may be open or is."""
        return np.arange(min(self.limits.least, self.open_now), max(self.limits.most, self.open_now) + 1)

    @cached_property
    def allowed(self) -> NDArray[np.bool_]:
        return (self.servers >= self.limits.least) & (self.servers <= self.limits.most)

    @cached_property
    def room(self) -> Room:
        """States to reckon with if every counter can be opened."""
        return self.room_with(self.limits.most)

    @cached_property
    def _coming(self) -> list[tuple[float, float]]:
        """Of each step: 15 % more arrivals than expected, and its length."""
        arrivals = 1.15 * self.forecast.day_multiplier.mean / self.service_rate * self.mean_arrivals * self.lengths
        return list(zip(arrivals.tolist(), self.lengths.tolist(), strict=True))

    def scope(self, first: int, last: int) -> Scope:
        """Where to reckon with `first` to `last` counters that stay open: with all numbers in the states of the
        program, whose matrices are there already, unless the crowd would outgrow them."""
        room = self.room_with(first)
        if room == self.room:
            first, last = int(self.servers[0]), int(self.servers[-1])
        return Scope(first, last, *room)

    @cached_property
    def choosing(self) -> Scope:
        """For the program's own decisions: the numbers that are allowed."""
        within = self.servers[self.allowed]
        return Scope(int(within[0]), int(within[-1]), *self.room)

    def room_with(self, counters: int) -> Room:
        """Enough states for the crowd to come if at least so many counters stay open, and some above it."""
        crowd = peak = float(self.present)
        for arriving, length in self._coming:
            crowd += arriving - min(crowd, max(1, counters)) * length
            peak = max(peak, crowd)
        wanted, lump = peak + 2 * math.sqrt(peak) + SPARE_STATES, 1
        while wanted > SIZES[-1] * lump and lump < MOST_IN_LUMP:
            lump *= 2
        return Room(next((size for size in SIZES if size * lump >= wanted), SIZES[-1]), lump)

    @cached_property
    def mean_arrivals(self) -> NDArray[np.float64]:
        """Mean arrival rate of an average day in each step at the mean service rate: (T,)."""
        return np.asarray(self.arrivals([self.service_rate])[0])

    @cached_property
    def weights(self) -> list[float]:
        """What an integral over each step counts for in a mean over the arrivals of the horizon."""
        arrivals = self.mean_arrivals if self.mean_arrivals.any() else np.ones(len(self.steps))
        found: list[float] = (arrivals / (arrivals * self.lengths).sum()).tolist()
        return found

    def arrivals(self, service_rates: Sequence[float]) -> NDArray[np.float64]:
        """Mean arrival rate of an average day in each step, a step taking as long as it does at each of the
        service rates: (D, T)."""
        per_service = 1 / np.asarray(service_rates)[:, None]
        ends = np.concatenate(([0.0], self.ends)) * per_service
        return np.diff(self.forecast.expected(ends), axis=1) / (self.lengths * per_service)

    @cached_property
    def patience(self) -> int | None:
        return place(self.forecast.abandonment_rate / self.service_rate, PATIENCE_GRID)

    @cached_property
    def mean_loads(self) -> list[int | None]:
        """The load of each step at the mean rates, as a place on its grid."""
        loads = self.mean_arrivals * (self.forecast.day_multiplier.mean / self.service_rate)
        return places(loads[None], GRID)[0]

    def mean_steps(self, scope: Scope) -> list[Array]:
        """The matrices of every step at the mean rates."""
        shape = (self.patience, *scope)
        return step_chain([(*law, *shape) for law in zip(self.mean_loads, self.steps, strict=True)])

    def steps_at(self, pairs: Sequence[tuple[float, float]], scope: Scope) -> list[list[Array]]:
        """The same under each pair of day multiplier and service rate."""
        shape = (self.patience, *scope)
        multipliers, services = zip(*pairs, strict=True)
        loads = self.arrivals(services) * (np.array(multipliers) / np.array(services))[:, None]
        rows = places(loads, GRID)
        return [step_chain([(*law, *shape) for law in zip(row, self.steps, strict=True)]) for row in rows]

    def prices(self, service_rate: float) -> Prices:
        """Per mean service time, as the program counts."""
        costs, per_hour = self.costs, 60 * service_rate
        return Prices(costs.counter_cost / per_hour, costs.waiting_cost / per_hour, costs.opening_cost)
