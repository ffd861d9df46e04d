"""What is expected of the next hours, and how sure it is: the only thing the program sees of the world."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from server.advisor.arguments import duration, rate
from server.advisor.gamma_rate import GammaRate

STEP_MIN = 5.0
AHEAD_MIN = 240.0  # beyond this the last rate continues


@dataclass(frozen=True, slots=True)
class Forecast:
    """Arrivals and services of one class from now on. Rates per minute, times in minutes.

    `arrival_rates` are those of an average day in consecutive steps of `step_min`; today's are those times
    `day_multiplier`, which no step escapes and which is known as a Gamma distribution. After the last step its
    rate continues, until nobody comes any more after `ends_after_min`. `service_rate` is one counter's,
    `abandonment_rate` that of one waiting customer's leaving. ValueError for impossible figures.
    """

    step_min: float
    arrival_rates: tuple[float, ...]
    day_multiplier: GammaRate
    service_rate: GammaRate
    abandonment_rate: float = 0.0
    ends_after_min: float = math.inf
    _edges: NDArray[np.float64] = field(init=False, repr=False, compare=False)
    _totals: NDArray[np.float64] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        rate(self.step_min, "step_min", zero=False)
        rate(self.abandonment_rate, "abandonment_rate")
        duration(self.ends_after_min, "ends_after_min")
        if not self.arrival_rates:
            raise ValueError("arrival_rates must hold one rate at least")
        rates = [rate(each, "arrival_rates") for each in self.arrival_rates]
        edges = np.arange(len(rates) + 1) * self.step_min
        totals = np.concatenate(([0.0], np.cumsum(rates))) * self.step_min
        # One long step more, so that looking beyond the end needs no case of its own.
        far = 1e6 * self.step_min
        object.__setattr__(self, "_edges", np.append(edges, edges[-1] + far))
        object.__setattr__(self, "_totals", np.append(totals, totals[-1] + far * rates[-1]))

    def expected(self, minutes: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """Arrivals of an average day until so many minutes from now; any shape."""
        return np.asarray(np.interp(np.minimum(minutes, self.ends_after_min), self._edges, self._totals))

    def after(self, minutes: float, arrivals: int, completions: int, busy_minutes: float) -> "Forecast":
        """The same stretch of time, judged by what has come to pass within its first `minutes`."""
        day, service = self.day_multiplier, self.service_rate
        seen = GammaRate(day.alpha + arrivals, day.beta + float(self.expected(minutes)))
        served = GammaRate(service.alpha + completions, service.beta + busy_minutes)
        return replace(self, day_multiplier=seen, service_rate=served)


def forecast(
    profile_rates: Sequence[float],
    slot_min: float,
    now: float,
    *,
    k: float,
    seen: float,
    expected_so_far: float,
    service_rate: GammaRate,
    closes: float = math.inf,
    abandonment_rate: float = 0.0,
) -> Forecast:
    """The rest of a day whose average shape is known: profile x day multiplier.

    `profile_rates`: arrivals per minute of an average day in slots of `slot_min` minutes from opening on;
    `now` and `closes` in minutes since opening. The multiplier is m ~ Gamma(k, k) before the day, and
    Gamma(k + seen, k + expected_so_far) after `seen` arrivals against so many expected. k -> infinity: every
    day is like the other. ValueError for impossible figures. Source: Yang & Yi 2009 (input rate in a random
    environment, re-estimated as the day goes); conjugate Gamma (Gelman et al., BDA3, sec. 2.6).
    """
    steps = max(1, math.ceil(min(AHEAD_MIN, slot_min * len(profile_rates)) / STEP_MIN))
    totals = np.concatenate(([0.0], np.cumsum(profile_rates))) * slot_min
    edges = np.arange(len(totals)) * slot_min
    at = now + STEP_MIN * np.arange(steps + 1)
    rates = np.diff(np.interp(at, edges, totals)) / STEP_MIN
    # The last slot's rate goes on after the profile's end, should the branch be open longer than it tells.
    rates = np.where(at[:-1] >= edges[-1], profile_rates[-1], rates)
    return Forecast(
        step_min=STEP_MIN,
        arrival_rates=tuple(rates.tolist()),
        day_multiplier=GammaRate(k + seen, k + expected_so_far),
        service_rate=service_rate,
        abandonment_rate=abandonment_rate,
        ends_after_min=max(0.0, closes - now),
    )


def level_forecast(
    arrival_rate: GammaRate,
    service_rate: GammaRate,
    *,
    ends_after_min: float = math.inf,
    abandonment_rate: float = 0.0,
) -> Forecast:
    """A day without history: the rate measured of late goes on, as uncertain as it is."""
    return Forecast(
        step_min=STEP_MIN,
        arrival_rates=(arrival_rate.mean,),
        day_multiplier=GammaRate(arrival_rate.alpha, arrival_rate.alpha),
        service_rate=service_rate,
        abandonment_rate=abandonment_rate,
        ends_after_min=ends_after_min,
    )
