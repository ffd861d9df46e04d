"""A class of counters as measured at one moment: what the advice is made of and the screens show."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from server.advisor.gamma_rate import GammaRate
from server.advisor.patience import Patience
from server.advisor.quote_score import QuoteScore
from server.advisor.rush import Rush
from server.advisor.service_record import ServiceFigures
from server.advisor.spread import FEW, Spread
from server.advisor.target_record import TargetFigures

# Below these the advisor keeps silent, and the screens say why.
ARRIVALS_NEEDED = 5
SERVICES_NEEDED = 3
DAYS_NEEDED = 3  # of history, which stand in for what was not measured today


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """A class as measured at one moment. Rates per minute, times in minutes.

    `completions` and `no_shows` both end the time a ticket occupies a counter; `service_rate` is their number
    over all time occupied (walk-up, service, wrap-up, and calls that nobody answered), so that arrivals /
    service rate is the true load. `cv2` is of completed services, earlier days' included as far as they are
    worth (`durations`); below `cv2_n` = 30 it says little. `walk_up_min` and `in_service_min` are the means of
    its two parts. `arrival_rate` is the profile's at this time of day times the `multiplier` where there is
    history (`history_days` of such days), else what was counted of late. `expected` are the profile's arrivals
    per quarter-hour of this day, by its beginning; `quotes` and `target` are of today.
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
    durations: Spread = field(default_factory=Spread)
    walk_up_min: float | None = None
    in_service_min: float | None = None
    services: Mapping[str, ServiceFigures] = field(default_factory=dict)
    history_days: int = 0
    multiplier: GammaRate | None = None
    expected: tuple[tuple[datetime, float], ...] = ()
    rush: Rush | None = None
    patience: Patience | None = None
    quotes: QuoteScore = field(default_factory=QuoteScore)
    target: TargetFigures | None = None  # None: the branch has set itself none here

    @property
    def mean_service_min(self) -> float:
        """Minutes for which a customer occupies a counter, on average."""
        return 1 / self.service_rate.mean

    @property
    def enough_seen(self) -> bool:
        """Whether enough is known of the class to advise on it."""
        measured = self.arrivals >= ARRIVALS_NEEDED and self.completions >= SERVICES_NEEDED
        return measured or self.history_days >= DAYS_NEEDED

    def as_dict(self, level: float = 0.8) -> dict[str, Any]:
        """For screens and the log: plain JSON values, each rate with its interval at `level`."""
        return {
            "counter_class": self.counter_class,
            "level": level,
            "enough_seen": self.enough_seen,
            "waiting": self.waiting,
            "busy_counters": self.busy_counters,
            "open_counters": self.open_counters,
            **self._arrivals(level),
            **self._services(level),
            "patience": self.patience.as_dict(level) if self.patience else None,
            "quotes": self.quotes.as_dict(),
            "target": self.target.as_dict() if self.target else None,
        }

    def _arrivals(self, level: float) -> dict[str, Any]:
        low, high = self.arrival_rate.interval(level)
        times = self.multiplier.interval(level) if self.multiplier else (None, None)
        return {
            "arrivals": self.arrivals,
            "arrivals_per_min": self.arrival_rate.mean,
            "arrivals_per_min_low": low,
            "arrivals_per_min_high": high,
            "history_days": self.history_days,
            "multiplier": self.multiplier.mean if self.multiplier else None,
            "multiplier_low": times[0],
            "multiplier_high": times[1],
            "expected": [{"start": start.isoformat(), "arrivals": found} for start, found in self.expected],
            "rush": self.rush.as_dict() if self.rush else None,
        }

    def _services(self, level: float) -> dict[str, Any]:
        low, high = self.service_rate.interval(level)
        spread = self.durations.cv2_interval(level) or (None, None)
        return {
            "completions": self.completions,
            "no_shows": self.no_shows,
            "busy_minutes": self.busy_minutes,
            "services_per_min": self.service_rate.mean,
            "services_per_min_low": low,
            "services_per_min_high": high,
            "mean_service_min": self.mean_service_min,
            "mean_service_min_low": 1 / high,
            "mean_service_min_high": 1 / low,
            "cv2": self.cv2,
            "cv2_n": self.cv2_n,
            "cv2_few": self.cv2_n < FEW,
            "cv2_low": spread[0],
            "cv2_high": spread[1],
            "walk_up_min": self.walk_up_min,
            "in_service_min": self.in_service_min,
            "services": {key: found.as_dict(level) for key, found in self.services.items()},
        }
