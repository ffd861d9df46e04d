"""A class of counters as it may be measured, and what is asked about it: for tests that need no day behind it."""

from dataclasses import replace
from typing import Any

from server.advisor.class_figures import ClassFigures
from server.advisor.gamma_rate import GammaRate
from server.advisor.judgement import Judgement, judge
from server.advisor.question import Question
from server.advisor.reckoning import Limits
from server.advisor.recommend import Voice, recommend
from server.advisor.recommendation import Recommendation
from server.domain.branch import ClassPolicy

COSTS = ClassPolicy(counter_cost=60, waiting_cost=60, expected_service_min=10, expected_arrivals_per_hour=12)
LIMITS = Limits(least=1, most=6)
AHEAD = 48  # steps of five minutes


def figures(
    per_hour: float, service_min: float, open_counters: int, *, hours: float = 4.0, **changes: Any
) -> ClassFigures:
    """Measured for `hours`: the longer, the surer. Every counter is busy."""
    services = max(per_hour * hours, 1)
    found = ClassFigures(
        counter_class="cash",
        arrivals=round(per_hour * hours),
        arrival_rate=GammaRate(per_hour * hours, 60 * hours),
        completions=round(services),
        no_shows=0,
        busy_minutes=services * service_min,
        service_rate=GammaRate(services, services * service_min),
        cv2=1.0,
        cv2_n=round(services),
        waiting=0,
        busy_counters=open_counters,
        open_counters=open_counters,
    )
    return replace(found, **changes)


def sources_branch(waiting: int = 5, **changes: Any) -> ClassFigures:
    """Three counters, lambda 0.2523 and mu 0.1 a minute: fifteen minutes of wait."""
    return figures(15.138, 10, 3, waiting=waiting, **changes)


def question(measured: ClassFigures, **changes: Any) -> Question:
    """The measured rate goes on, as uncertain as it is."""
    rate = measured.arrival_rate
    asked = Question(
        figures=measured,
        costs=COSTS,
        limits=LIMITS,
        step_min=5.0,
        arrival_rates=(rate.mean,) * AHEAD,
        day_multiplier=GammaRate(rate.alpha, rate.alpha),
        day_rate=rate.mean,
    )
    return replace(asked, **changes)


def judged(measured: ClassFigures, **changes: Any) -> Judgement:
    return judge(question(measured, **changes))


def said(measured: ClassFigures, voice: Voice | None = None, **changes: Any) -> Recommendation | None:
    return recommend(judged(measured, **changes), voice)


def told(measured: ClassFigures, voice: Voice | None = None, **changes: Any) -> Recommendation:
    """What must be said."""
    found = said(measured, voice, **changes)
    assert found is not None
    return found
