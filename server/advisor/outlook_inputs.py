"""What is to be expected of one class from now on, ready for whoever decides how many counters to open."""

from dataclasses import dataclass

from server.advisor.gamma_rate import GammaRate


@dataclass(frozen=True, slots=True)
class OutlookInputs:
    """Rates per minute, times in minutes; the names are those of `forecast.Forecast`.

    `arrival_rates` are an average day's in consecutive steps of `step_min`; today's are those times
    `day_multiplier`. Without history the steps hold the branch's own expectation and the multiplier what is
    measured against it. After `ends_after_min` nobody comes. `abandonment_rate` is 0 unless enough customers
    leave to be reckoned with.
    """

    step_min: float
    arrival_rates: tuple[float, ...]
    day_multiplier: GammaRate
    service_rate: GammaRate
    abandonment_rate: float
    ends_after_min: float

    @property
    def mean_rates(self) -> tuple[float, ...]:
        """Expected arrivals per minute of today, step by step."""
        return tuple(rate * self.day_multiplier.mean for rate in self.arrival_rates)
