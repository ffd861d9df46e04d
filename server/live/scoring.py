"""What became of an advice: the counts of the time after it, for hindsight to judge."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from server.advisor.class_record import ClassFigures
from server.advisor.day_history import SlotFigures
from server.domain.advice import Advice, AdviceState
from server.domain.hall import Hall

if TYPE_CHECKING:
    from server.advisor.hindsight import Passed
    from server.advisor.rates import Measurements

Json = dict[str, Any]
SLOT = timedelta(minutes=5)


def due(hall: Hall, now: datetime) -> list[Advice]:
    """Advice of which it can be told by now whether it was right."""
    return [one for one in hall.unscored.values() if one.score_due is not None and one.score_due <= now]


def scores(hall: Hall, measurements: "Measurements", now: datetime) -> dict[str, Json]:
    """advice id -> its judgement, for all that are due. Each takes a program run, about a millisecond."""
    from server.advisor.hindsight import score

    found: dict[str, Json] = {}
    waiting = due(hall, now)
    if not waiting:
        return found
    figures, history = measurements.figures(now), measurements.history(now)
    for advice in waiting:
        key = advice.counter_class.value
        costs = hall.branch.policies.get(key)
        if costs is None:  # the branch has given up the class since, and with it what it cost
            found[advice.id] = {"verdict": "unknown", "at": now.isoformat(), "answer": _answer(advice)}
            continue
        judged = score(advice.figures, costs, _passed(advice, figures[key], history.get(key, []), now))
        found[advice.id] = judged | {"at": now.isoformat(), "answer": _answer(advice)}
    return found


def _passed(advice: Advice, figures: ClassFigures, slots: Sequence[SlotFigures], now: datetime) -> "Passed":
    from server.advisor.hindsight import Passed

    counted = ((advice.figures.get("plan") or {}).get("forecast") or {}).get("counted", {})
    within = [slot for slot in slots if advice.issued_at - SLOT < slot.start <= now]
    called = [(slot.mean_wait_min, slot.called) for slot in within if slot.mean_wait_min is not None]
    calls = sum(number for _, number in called)
    return Passed(
        minutes=(now - advice.issued_at).total_seconds() / 60,
        arrivals=max(0, figures.arrivals - counted.get("arrivals", 0)),
        services=max(0, figures.completions + figures.no_shows - counted.get("services", 0)),
        busy_minutes=max(0.0, figures.busy_minutes - counted.get("busy_minutes", 0.0)),
        wait_found=sum(wait * number for wait, number in called) / calls if calls else None,
        followed=_followed(advice, within),
    )


def _followed(advice: Advice, within: Sequence[SlotFigures]) -> bool:
    """Whether the counters were as advised for some of the time; of people one can only know what was said."""
    if advice.action not in {"open", "close"}:
        return _answer(advice) == "accepted"
    opening = advice.advised > advice.open_now
    return any(s.open_counters >= advice.advised if opening else s.open_counters <= advice.advised for s in within)


def _answer(advice: Advice) -> str:
    """What the manager said: accepted, dismissed, or none."""
    if advice.state is AdviceState.DISMISSED:
        return "dismissed"
    return "accepted" if advice.answered_by else "none"
