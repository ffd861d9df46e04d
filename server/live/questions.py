"""What the advisor is asked about each class of counters: all it needs, copied at one moment on the event loop."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from server.advisor.question import Question
from server.advisor.reckoning import Limits
from server.domain.hall import Hall

if TYPE_CHECKING:
    from server.advisor.rates import Measurements

HORIZON_MIN = 240.0
STEP_MIN = 5.0
PLAN_SLOT = timedelta(minutes=30)


def questions(
    hall: Hall, measurements: "Measurements", now: datetime, plans: Mapping[str, Sequence[int]]
) -> dict[str, Question]:
    """One for each class that has counters. `plans`: class -> counters by half-hour from opening on."""
    figures = measurements.figures(now)
    inputs = measurements.outlook_inputs(now, HORIZON_MIN, STEP_MIN)
    found: dict[str, Question] = {}
    for key, policy in hall.branch.policies.items():
        limits = limits_of(hall, key)
        if limits.most < 1:
            continue
        settled, ahead = hall.settled_at.get(key), inputs[key]
        found[key] = Question(
            figures=figures[key],
            costs=policy,
            limits=limits,
            step_min=ahead.step_min,
            arrival_rates=ahead.arrival_rates,
            day_multiplier=ahead.day_multiplier,
            abandonment_rate=ahead.abandonment_rate,
            ends_after_min=ahead.ends_after_min,
            since_change=float("inf") if settled is None else max(0.0, (now - settled).total_seconds() / 60),
            planned=_planned(hall, plans.get(key), now),
            day_rate=_day_rate(measurements, hall, key, now),
            at=now,
        )
    return found


def _day_rate(measurements: "Measurements", hall: Hall, key: str, now: datetime) -> float:
    """Mean arrivals per minute over the whole day: as learnt of such days, else as the branch expects."""
    day = hall.branch.business_day(now)
    found = measurements.profile(key, day)
    opens, closes = (moment.timestamp() / 60 for moment in hall.branch.hours(day))
    if found is None or closes <= opens:
        return hall.branch.policies[key].expected_arrivals_per_hour / 60
    return found[0].expected(opens, closes) / (closes - opens)


def limits_of(hall: Hall, key: str) -> Limits:
    there = sum(1 for counter in hall.counters.values() if counter.counter_class == key)
    return Limits(hall.branch.policies[key].min_counters, there)


def _planned(hall: Hall, plan: Sequence[int] | None, now: datetime) -> int | None:
    """The plan's number for this half-hour."""
    if not plan:
        return None
    opens, _ = hall.branch.hours(hall.branch.business_day(now))
    slot = (now - opens) // PLAN_SLOT
    return plan[slot] if 0 <= slot < len(plan) else None
