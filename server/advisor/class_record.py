"""What one class of counters has counted today: the raw numbers from which its rates are made."""

from dataclasses import dataclass
from typing import Any

from server.advisor.day_history import DayHistory, Slot
from server.advisor.gamma_rate import Counted, GammaRate
from server.domain.branch import ClassPolicy
from server.domain.counter import Counter

LEAST_ALPHA = 0.1  # a class that expects nobody still may get somebody: a rate must not be zero for certain


@dataclass(frozen=True, slots=True)
class Memory:
    """How long measurements count and how much the branch's own expectation is worth. Times in minutes."""

    arrival_half_life: float = 30.0
    service_half_life: float = 120.0
    prior_arrival_time: float = 10.0
    prior_services: float = 3.0
    slot: int = 5


@dataclass(slots=True)
class Spread:
    """Mean and variance of service times, one at a time (Welford 1962: no sum of squares to cancel)."""

    n: int = 0
    mean: float = 0.0
    squares: float = 0.0

    def add(self, value: float) -> None:
        self.n += 1
        step = value - self.mean
        self.mean += step / self.n
        self.squares += step * (value - self.mean)

    @property
    def cv2(self) -> float | None:
        """Squared coefficient of variation, None below two values; 1 for exponential service."""
        if self.n < 2 or self.mean <= 0:
            return None
        return self.squares / (self.n - 1) / self.mean**2


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """A class as measured at one moment. Rates per minute, times in minutes.

    `completions` and `no_shows` both end the time a ticket occupies a counter; `service_rate` is their number
    over all time occupied (walk-up, service, wrap-up, and calls that nobody answered), so that arrivals /
    service rate is the true load. `cv2` is of completed services; below `cv2_n` = 30 it says little.
    """

    counter_class: str
    arrivals: int
    arrival_rate: GammaRate
    completions: int
    no_shows: int
    busy_minutes: float
    service_rate: GammaRate
    cv2: float | None
    cv2_n: int
    waiting: int
    busy_counters: int
    open_counters: int

    @property
    def mean_service_min(self) -> float:
        """Minutes for which a customer occupies a counter, on average."""
        return 1 / self.service_rate.mean

    def as_dict(self, level: float = 0.8) -> dict[str, Any]:
        """For screens and the log: plain JSON values, each rate with its interval at `level`."""
        arrivals, services = self.arrival_rate.interval(level), self.service_rate.interval(level)
        return {
            "counter_class": self.counter_class,
            "level": level,
            "arrivals": self.arrivals,
            "arrivals_per_min": self.arrival_rate.mean,
            "arrivals_per_min_low": arrivals[0],
            "arrivals_per_min_high": arrivals[1],
            "completions": self.completions,
            "no_shows": self.no_shows,
            "busy_minutes": self.busy_minutes,
            "services_per_min": self.service_rate.mean,
            "services_per_min_low": services[0],
            "services_per_min_high": services[1],
            "mean_service_min": self.mean_service_min,
            "mean_service_min_low": 1 / services[1],
            "mean_service_min_high": 1 / services[0],
            "cv2": self.cv2,
            "cv2_n": self.cv2_n,
            "waiting": self.waiting,
            "busy_counters": self.busy_counters,
            "open_counters": self.open_counters,
        }


class ClassRecord:
    """The counts of one class, from the minute it `begins` on. Times in minutes since the epoch."""

    def __init__(self, key: str, policy: ClassPolicy, memory: Memory, begins: float) -> None:
        self.key = key
        expected = policy.expected_arrivals_per_hour / 60
        self.arrival_prior = GammaRate(
            max(LEAST_ALPHA, expected * memory.prior_arrival_time), memory.prior_arrival_time
        )
        self.service_prior = GammaRate(memory.prior_services, memory.prior_services * policy.expected_service_min)
        self.arrivals = Counted(memory.arrival_half_life, begins, running=1)
        self.services = Counted(memory.service_half_life, begins)
        self.durations = Spread()
        self.no_shows = 0
        self.waiting = 0
        self.open_counters: set[str] = set()
        self.history = DayHistory(memory.slot)

    def touch(self, now: float) -> Slot:
        """The present slot of the history; asked for before a level changes, so the past keeps its own."""
        return self.history.slot(now, self.waiting, len(self.open_counters))

    def arrive(self, now: float, in_hours: float) -> None:
        self.touch(now).arrivals += 1
        self.arrivals.add(in_hours)

    def call(self, now: float, waited: float | None) -> None:
        """A call; `waited` in minutes where it is the ticket's first, else None."""
        slot = self.touch(now)
        slot.calls += 1
        if waited is not None:
            slot.waits += 1
            slot.wait_sum += waited

    def depart(self, now: float, occupied: float, what: str) -> None:
        """A ticket that had been called leaves the class after `occupied` minutes at its counters."""
        self.services.add(now)
        if what == "no_show":
            self.no_shows += 1
        elif what == "completed":
            self.durations.add(occupied)
            slot = self.touch(now)
            slot.completions += 1
            slot.service_sum += occupied

    def place_counter(self, counter: Counter, now: float) -> None:
        self.touch(now)
        if counter.is_open:
            self.open_counters.add(counter.id)
        else:
            self.open_counters.discard(counter.id)

    def service_rate(self, now: float) -> GammaRate:
        return self.services.at(now).rate(self.service_prior)

    def figures(self, now: float, in_hours: float) -> ClassFigures:
        """At `now`; `in_hours` is `now` too, but never before the branch opens nor after it closes."""
        arrivals, services = self.arrivals.at(in_hours), self.services.at(now)
        return ClassFigures(
            counter_class=self.key,
            arrivals=arrivals.n,
            arrival_rate=arrivals.rate(self.arrival_prior),
            completions=services.n - self.no_shows,
            no_shows=self.no_shows,
            busy_minutes=services.minutes,
            service_rate=services.rate(self.service_prior),
            cv2=self.durations.cv2,
            cv2_n=self.durations.n,
            waiting=self.waiting,
            busy_counters=services.running,
            open_counters=len(self.open_counters),
        )
