"""Rates that know how uncertain they are: a count of events over the time in which they could happen."""

import math
from copy import copy
from dataclasses import dataclass

from server.advisor.arguments import rate
from server.advisor.special import gamma_quantile


@dataclass(frozen=True, slots=True)
class GammaRate:
    """A rate per minute known as Gamma(alpha, beta): as if `alpha` events had been seen in `beta` minutes.

    Both > 0, else ValueError. Source: conjugate prior of a Poisson process (Gelman et al., BDA3, sec. 2.6).
    """

    alpha: float
    beta: float

    def __post_init__(self) -> None:
        rate(self.alpha, "alpha", zero=False)
        rate(self.beta, "beta", zero=False)

    @property
    def mean(self) -> float:
        """Events per minute."""
        return self.alpha / self.beta

    def interval(self, level: float = 0.8) -> tuple[float, float]:
        """The rates per minute between which the true one lies with probability `level`, as much left out on
        either side. `level` strictly between 0 and 1, else ValueError."""
        if not 0 < level < 1:
            raise ValueError(f"level must lie between 0 and 1; got {level!r}")
        low, high = (1 - level) / 2, (1 + level) / 2
        return gamma_quantile(self.alpha, low) / self.beta, gamma_quantile(self.alpha, high) / self.beta


@dataclass(slots=True)
class Counted:
    """Events and the minutes in which they could happen; what is one half-life old counts half.

    `running` says how many things pass their time at once: 1 for an arrival process, the number of occupied
    counters for services. Time is thus counted while it passes. Counting a service's time only at its end
    would leave the long ones out just while they run, and the rate would come out too high.
    """

    half_life: float  # minutes
    clock: float  # minutes, up to where time has been counted
    running: int = 0
    n: int = 0  # events in all
    minutes: float = 0.0  # time in all
    recent_n: float = 0.0
    recent_minutes: float = 0.0

    def advance(self, now: float) -> None:
        """Counts the time up to `now` (minutes); a clock that stands still or turns back counts nothing."""
        passed = now - self.clock
        if passed <= 0:
            return
        fading = math.log(2) / self.half_life
        kept = math.exp(-fading * passed)
        self.recent_n *= kept
        self.recent_minutes *= kept
        self.recent_minutes -= self.running * math.expm1(-fading * passed) / fading
        self.minutes += self.running * passed
        self.clock = now

    def add(self, now: float) -> None:
        """One event at `now` (minutes)."""
        self.advance(now)
        self.n += 1
        self.recent_n += 1

    def forget(self, minutes: float) -> None:
        """So many of the last minutes should not have been counted."""
        self.minutes = max(0.0, self.minutes - minutes)
        self.recent_minutes = max(0.0, self.recent_minutes - minutes)

    def at(self, now: float) -> "Counted":
        """The same counts at a later time, in which nothing more has happened."""
        later = copy(self)
        later.advance(now)
        return later

    def rate(self, prior: GammaRate) -> GammaRate:
        """The rate as the recent counts and `prior` have it.

        The prior stands in for what has not been measured: with T minutes counted its weight is b / (b + T),
        b being its own minutes. At full weight ten minutes of it would hold a fifth of a rate whose half-life
        is thirty, however long one measures; faded with the clock it would be gone after a quiet lunch.
        """
        weight = prior.beta / (prior.beta + self.recent_minutes)
        return GammaRate(weight * prior.alpha + self.recent_n, weight * prior.beta + self.recent_minutes)
