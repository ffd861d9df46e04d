"""Asks the advisor about the hall as it is, and compares with the advice that stands."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from server.advisor.reckoning import reckon
from server.advisor.recommendation import Recommendation
from server.domain.advice import Advice, AdviceState
from server.domain.branch import CounterClass
from server.domain.counter import Counter, Status
from server.domain.events import because
from server.domain.hall import Hall
from server.live.questions import limits_of

if TYPE_CHECKING:  # the programs behind these load numpy, which a start need not wait for
    from server.advisor.judgement import Judgement
    from server.advisor.rates import Measurements

Json = dict[str, Any]

JUDGED_AFTER = timedelta(minutes=60)  # what hindsight sees of the time after an advice


def news_of_advice(
    hall: Hall, judged: Mapping[str, "Judgement"], now: datetime, new_id: Callable[[], str]
) -> Json | None:
    """What the advisor has to say that it has not said yet, as arguments of `give_advice`; None if nothing."""
    withdraw: dict[str, str] = {}
    give: list[Advice] = []
    if not hall.branch.is_open(now):  # nobody comes any more: the counters close as their queues empty
        return {"withdraw": dict.fromkeys(hall.advices, "no_longer_needed"), "give": []} if hall.advices else None
    for key, judgement in judged.items():
        if judgement.open_now != len(hall.open_counters(CounterClass(key))):
            continue  # they have changed while it was thought about
        standing = hall.advices.get(key)
        people = standing is not None and standing.action not in {"open", "close"}
        found = _said(hall, key, judgement, now, standing is not None and not people)
        if people:  # what stands about people makes way for what there is to say about counters
            if found is None:
                continue
            withdraw[key] = "replaced"
        elif standing is not None:
            why = _why_it_falls(standing, found, judgement.open_now)
            if why is None:
                continue
            withdraw[key] = why
            if why != "replaced":
                continue
        if found is not None and (counter := _counter_for(hall, found)) is not None:
            give.append(_advice(hall, found, counter, now, new_id()))
    return {"withdraw": withdraw, "give": give} if withdraw or give else None


def _said(hall: Hall, key: str, judgement: "Judgement", now: datetime, stands: bool) -> Recommendation | None:
    """What the class's own policy says; a dismissal or a change a moment ago keeps it silent."""
    from server.advisor.recommend import DWELL, STANDING, recommend

    settled = hall.settled_at.get(key)
    if not stands and settled is not None and now - settled < DWELL:
        return None
    return recommend(judgement, STANDING if stands else None)


def figures_for_screens(
    hall: Hall, measurements: "Measurements", judged: Mapping[str, "Judgement"], now: datetime
) -> Json:
    """Rates, the day so far, the cost of every number of counters, and the next ninety minutes, per class."""
    figures = measurements.figures(now)
    policies = hall.branch.policies
    return {
        "classes": {key: found.as_dict() for key, found in figures.items()},
        "history": measurements.history(now),
        "advice_table": {
            key: reckon(found, policies[key], limits_of(hall, key)).as_dict() for key, found in figures.items()
        },
        "outlook": {key: _outlook(judged.get(key), now) for key in figures},
    }


def _outlook(judgement: "Judgement | None", now: datetime) -> Json | None:
    """As the screens show it: with its bands on the clock, and its reasons in words."""
    if judgement is None:
        return None
    from server.advisor.recommend import as_dict

    found = as_dict(judgement, bands=True)
    at = judgement.question.at or now
    for steps in found["bands"].values():
        for step in steps or ():
            step["at"] = at + timedelta(minutes=step["minute"])
    rung, rush = found["rung"], judgement.question.figures.rush
    found["rung"] = rung | {"words": because(rung["code"], **rung["params"]).words}
    return found | {"at": at, "rush": rush.as_dict() if rush else None}


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
        score_due=score_due(hall, now),
    )


def score_due(hall: Hall, now: datetime) -> datetime:
    """When it can be told whether an advice of now was right: an hour on, or when the doors close."""
    _, closes = hall.branch.hours(hall.branch.business_day(now))
    return min(now + JUDGED_AFTER, closes)
