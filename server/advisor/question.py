"""What is asked about one class of counters: plain figures, so that asking loads none of the programs."""

import math
from dataclasses import dataclass
from datetime import datetime

from server.advisor.class_figures import ClassFigures
from server.advisor.gamma_rate import GammaRate
from server.advisor.reckoning import Limits
from server.domain.branch import ClassPolicy


@dataclass(frozen=True, slots=True)
class Question:
    """All that a judgement needs, taken at one moment. Rates per minute, times in minutes.

    `arrival_rates` are an average day's from now on, in steps of `step_min`; today's are those times
    `day_multiplier`. `since_change`: since the class's counters last changed or an advice for it was dismissed.
    `planned`: counters of the day plan now, None without one. `day_rate`: mean arrivals
    per minute over the whole day.
    """

    figures: ClassFigures
    costs: ClassPolicy
    limits: Limits
    step_min: float
    arrival_rates: tuple[float, ...]
    day_multiplier: GammaRate
    abandonment_rate: float = 0.0
    ends_after_min: float = math.inf
    since_change: float = math.inf
    planned: int | None = None
    day_rate: float = 0.0
    at: datetime | None = None

    @property
    def present(self) -> int:
        return self.figures.waiting + self.figures.busy_counters
