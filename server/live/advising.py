"""Asks the advisor about the hall as it is, and compares with the advice that stands."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from server.advisor.advice import Limits, Rails, Recommendation, advise
from server.advisor.class_record import ClassFigures
from server.advisor.rates import Measurements
from server.advisor.reckoning import reckon
from server.domain.advice import Advice, AdviceState
from server.domain.counter import Counter, Status
from server.domain.hall import Hall

# Advice that stands is judged more mildly than advice that is to be given, or it would come and go by the minute.
STANDING_RAILS = Rails(confidence_to_open=0.35, confidence_to_close=0.45)


def news_of_advice(
    hall: Hall, measurements: Measurements, now: datetime, new_id: Callable[[], str]
) -> dict[str, Any] | None:
    """What the advisor has to say that it has not said yet, as arguments of `give_advice`; None if nothing."""
    withdraw: dict[str, str] = {}
    give: list[Advice] = []
    if not hall.branch.is_open(now):  # nobody comes any more: the counters close as their queues empty
        return {"withdraw": dict.fromkeys(hall.advices, "no_longer_needed"), "give": []} if hall.advices else None
    for key, figures in measurements.figures(now).items():
        standing = hall.advices.get(key)
        if standing is None:
            found = _advise(hall, key, figures, now, hall.settled_at.get(key))
        else:
            found = _advise(hall, key, figures, now, None, STANDING_RAILS)
            why = _why_it_falls(standing, found, figures.open_counters)
            if why is None:
                continue
            withdraw[key] = why
            if why != "replaced":
                continue
        if found is not None and (counter := _counter_for(hall, found)) is not None:
            give.append(_advice(hall, found, counter, now, new_id()))
    return {"withdraw": withdraw, "give": give} if withdraw or give else None


def figures_for_screens(hall: Hall, measurements: Measurements, now: datetime) -> dict[str, Any]:
    """Rates, the day so far, and the cost of every number of counters, per class."""
    figures = measurements.figures(now)
    policies = hall.branch.policies
    return {
        "classes": {key: found.as_dict() for key, found in figures.items()},
        "history": measurements.history(now),
        "advice_table": {
            key: reckon(found, policies[key], _limits(hall, key)).as_dict() for key, found in figures.items()
        },
    }


def _advise(
    hall: Hall,
    key: str,
    figures: ClassFigures,
    now: datetime,
    settled_at: datetime | None,
    rails: Rails | None = None,
) -> Recommendation | None:
    policy = hall.branch.policies[key]
    return advise(figures, policy, _limits(hall, key), now, settled_at=settled_at, rails=rails)


def _limits(hall: Hall, key: str) -> Limits:
    there = sum(1 for counter in hall.counters.values() if counter.counter_class == key)
    return Limits(hall.branch.policies[key].min_counters, there)


def _why_it_falls(standing: Advice, found: Recommendation | None, open_now: int) -> str | None:
    """Why the standing advice no longer holds; None where it does."""
    opening = standing.action == "open"
    if (opening and open_now >= standing.advised) or (not opening and open_now <= standing.advised):
        return "followed"
    if found is None or found.action != standing.action:
        return "no_longer_needed"
    changed = found.advised != standing.advised or open_now != standing.open_now
    # Whoever has accepted is on the way: the number they agreed to is not changed under their feet.
    return "replaced" if changed and standing.state is AdviceState.ISSUED else None


def _counter_for(hall: Hall, found: Recommendation) -> Counter | None:
    """The counter it would be: the first that is closed, or the last that is open, one without a customer first."""
    mine = [c for c in hall.counters.values() if c.counter_class == found.counter_class]
    if found.action == "open":
        shut = [c for c in mine if not c.is_open]
        return min(shut, key=lambda c: (c.status is not Status.CLOSED, c.number), default=None)
    return max((c for c in mine if c.is_open), key=lambda c: (c.id not in hall.at_counter, c.number), default=None)


def _advice(hall: Hall, found: Recommendation, counter: Counter, now: datetime, advice_id: str) -> Advice:
    return Advice(
        id=advice_id,
        branch_id=hall.branch.id,
        counter_class=counter.counter_class,
        action=found.action,
        counter_id=counter.id,
        open_now=found.open_now,
        advised=found.advised,
        state=AdviceState.ISSUED,
        issued_at=now,
        figures=found.as_dict(),
    )
