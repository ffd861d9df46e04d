"""How long one service takes at one class of counters: who is being served counts while it lasts."""

from dataclasses import dataclass, field, replace
from typing import Any

from server.advisor.class_day import ServiceDay
from server.advisor.gamma_rate import Counted, GammaRate
from server.advisor.spread import FEW, Spread

FOR_EVER = 1e9  # half-life in minutes: one service has too few customers a day to forget any of them


@dataclass(frozen=True, slots=True)
class ServiceFigures:
    """One service at one class of counters, days that are over included as far as they are worth.

    `rate` per minute of ends over time occupied (running ones, and calls that nobody answered, included); `n`
    customers served today; `cv2` of theirs and of earlier ones, `cv2_n` in number.
    """

    rate: GammaRate
    n: int
    cv2: float | None
    cv2_n: int

    def as_dict(self, level: float = 0.8) -> dict[str, Any]:
        low, high = self.rate.interval(level)
        return {
            "mean_min": 1 / self.rate.mean,
            "mean_min_low": 1 / high,
            "mean_min_high": 1 / low,
            "n": self.n,
            "cv2": self.cv2,
            "cv2_n": self.cv2_n,
            "cv2_few": self.cv2_n < FEW,
        }


@dataclass(slots=True)
class ServiceRecord:
    """The counts of one service today, from the minute it `begins` on."""

    begins: float
    counted: Counted = field(init=False)
    durations: Spread = field(default_factory=Spread)

    def __post_init__(self) -> None:
        self.counted = Counted(FOR_EVER, self.begins)

    def run(self, change: int, now: float) -> None:
        """So many more are at a counter from now on."""
        self.counted.advance(now)
        self.counted.running += change

    def figures(self, now: float, prior: GammaRate, known: Spread) -> ServiceFigures:
        together = known.plus(self.durations)
        rate = self.counted.at(now).rate(prior)
        return ServiceFigures(rate, round(self.durations.n), together.cv2, round(together.n))

    def day(self, now: float) -> ServiceDay:
        """What is kept of it when the day is over."""
        counted = self.counted.at(now)
        return ServiceDay(counted.n, counted.minutes, replace(self.durations))
