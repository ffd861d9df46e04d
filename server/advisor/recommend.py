"""From a judgement to words for the manager: open or close a counter now, why, or nothing worth saying."""

import math
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from server.advisor.judgement import Judgement, side
from server.advisor.plan_outlook import EVERY_MIN
from server.advisor.reckoning import finite
from server.advisor.recommendation import Reason, Recommendation

__all__ = ["DWELL", "STANDING", "Voice", "recommend"]

DWELL = timedelta(minutes=10)  # of silence after a change of the class's counters, or a dismissal
MANY_WAIT = 1.5  # people waiting for each open counter: then the queue that is there is the reason
BUSIER = 1.15  # arrivals within the horizon, by now's: then what is to come is the reason
QUIETER = 0.9


@dataclass(frozen=True, slots=True)
class Voice:
    """When a judgement is worth a manager's attention. The program decides; this only keeps it from mumbling.

    `confidence`: the least chance that hindsight would go the same way. Money per hour.
    """

    to_open: float = 0.5
    to_close: float = 0.6
    saving_per_hour: float = 1.0


# What stands is judged more mildly than what is to be given, or it would come and go by the minute.
STANDING = Voice(to_open=0.35, to_close=0.45, saving_per_hour=0.0)


def recommend(judged: Judgement, voice: Voice | None = None) -> Recommendation | None:
    """What to tell the manager of one class; None where nothing is worth doing or too little is known."""
    voice = voice or Voice()
    question, here, advised = judged.question, judged.open_now, judged.advised
    figures = question.figures
    if advised == here or question.limits.most < 1:
        return None
    if here == 0:
        # No service can be measured here: with people before closed counters there is nothing to wait for.
        return _recommendation(judged, 1.0) if figures.waiting else None
    if here < question.limits.least:
        return _recommendation(judged, 1.0)
    if not figures.enough_seen:
        return None
    sure = judged.sure.same_direction
    if sure < (voice.to_open if advised > here else voice.to_close) or judged.saving_per_hour < voice.saving_per_hour:
        return None
    return _recommendation(judged, sure)


def _recommendation(judged: Judgement, sure: float) -> Recommendation:
    here, advised, found = judged.open_now, judged.advised, judged.reckoning
    now, after = (side(judged, counters) for counters in (here, advised))
    rows = {row.servers: row for row in found.rows}
    saving = judged.saving_per_hour
    return Recommendation(
        counter_class=judged.question.figures.counter_class,
        action="open" if advised > here else "close",
        open_now=here,
        advised=advised,
        optimum=found.optimum,
        keeps_up_now=here in rows and rows[here].stable,
        keeps_up_after=advised in rows and rows[advised].stable,
        growth_now=found.growth(here),
        growth_after=found.growth(advised),
        cost_now=now["cost_per_hour"],
        cost_after=after["cost_per_hour"],
        saving=saving,
        wait_now=now["wait_min"],
        wait_after=after["wait_min"],
        confidence=sure,
        reason=_reason(judged, now["wait_min"], after["wait_min"], saving),
        reckoning=found,
        plan=as_dict(judged),
    )


def _reason(judged: Judgement, wait_now: float | None, wait_after: float | None, saving: float) -> Reason:
    """The strongest ground there is: nobody serves, the law, people already here, people on their way, or money."""
    question, here, advised = judged.question, judged.open_now, judged.advised
    figures = question.figures
    params: dict[str, Any] = {"open": here, "advised": advised, "waiting": figures.waiting}
    if here == 0:
        return Reason("advice_open_first", params)
    if here < question.limits.least:
        return Reason("advice_open_minimum", params | {"least": question.limits.least})
    minutes = {"wait_now": _minutes(wait_now), "wait_after": _minutes(wait_after), "saving": round(saving)}
    params |= minutes
    soon, later = _arrivals(judged)
    if advised > here:
        # The program may mean to close soon again, and its mean wait may even be the longer one for that: "with 6
        # counters" is told as what 6 counters are like.
        params["wait_after"] = _minutes(judged.plan.choice(advised).kept_wait)
        if figures.waiting >= MANY_WAIT * here:
            return Reason("advice_open_queue", params)
        if later > BUSIER * soon:
            return Reason("advice_open_ahead", params | {"soon": round(soon), "later": round(later)})
        if not judged.reckoning.rows[here - 1].stable:
            return _overload(judged, params)
        return Reason("advice_open_saves", params)
    if later < QUIETER * soon:
        return Reason("advice_close_quiet", params | {"soon": round(soon), "later": round(later)})
    return Reason("advice_close_saves", params)


def _overload(judged: Judgement, params: dict[str, Any]) -> Reason:
    figures, here, found = judged.question.figures, judged.open_now, judged.reckoning
    params |= {
        "arrivals": round(figures.arrival_rate.mean * 60),
        "capacity": round(here * figures.service_rate.mean * 60),
        "growth": round(found.growth(here) * 60, 1),
    }
    all_of_them = judged.advised >= found.limits.most and found.growth(judged.advised) > 0
    return Reason("advice_open_all" if all_of_them else "advice_open_overload", params)


def _arrivals(judged: Judgement) -> tuple[float, float]:
    """Per hour: in the next quarter of an hour, and in the busiest (or quietest) hour of the horizon after it."""
    forecast = judged.plan.situation.forecast
    mean = forecast.day_multiplier.mean
    at = [0.0, 15.0, 75.0]
    quarter, until = (float(forecast.expected(minutes)) for minutes in at[1:])
    return mean * quarter * 4, mean * (until - quarter)


def _minutes(wait: float | None) -> float | int:
    """As people say it: 2.2, but 15."""
    if wait is None or not math.isfinite(wait):
        return 0
    return round(wait, 1) if wait < 10 else round(wait)


def as_dict(judged: Judgement, *, bands: bool = False) -> dict[str, Any]:
    """For screens and the log: plain JSON values. With `bands`, the next ninety minutes step by step."""
    plan, sure, question = judged.plan, judged.sure, judged.question
    found: dict[str, Any] = {
        "horizon_min": plan.horizon_min,
        "step_min": EVERY_MIN,
        "policy": question.costs.policy,
        "open_now": judged.open_now,
        "present": question.present,
        "waiting": question.figures.waiting,
        "most": question.limits.most,
        "least": question.limits.least,
        "advised": judged.advised,
        "compared": judged.compared,
        "optimum": judged.reckoning.optimum,
        "stay": side(judged, judged.open_now),
        "change": None if judged.compared is None else side(judged, judged.compared),
        "saving_per_hour": judged.saving_per_hour,
        "opening_cost": question.costs.cost_of_opening,
        "confidence": sure.same_direction,
        "wrong": {"chance": 1 - sure.same_direction, "cost": sure.loss_if_wrong},
        "thresholds": {"open_at": plan.open_at, "close_at": plan.close_at},
        "rung": _rung(judged),
        "others": [{"policy": name, "servers": servers} for name, servers in judged.others.items()],
        "rush": rush.as_dict() if (rush := question.figures.rush) else None,
        "forecast": _forecast(judged),
    }
    if bands:
        found["bands"] = {"stay": _steps(judged, judged.stay), "change": _steps(judged, judged.change)}
    return found


def _rung(judged: Judgement) -> dict[str, Any]:
    """Which formula speaks for the counters that are open, why, and its wait beside that of M/M/s."""
    spoken, row = judged.spoken, judged.reckoning.row(max(1, judged.open_now))
    waits = {"wait": _told(spoken.wait_min), "mms": _told(row.wq if row else math.inf)}
    return {
        "code": spoken.reason.code,
        "params": {**spoken.reason.params, **waits},
        "rung": spoken.rung,
        "wait_min": finite(spoken.wait_min),
        "mms_wait_min": finite(row.wq) if row else None,
    }


def _told(wait: float) -> str:
    """Minutes as they are read: 2.2, 15, or that there is no end to it."""
    if not math.isfinite(wait):
        return "∞"
    return f"{wait:.1f}" if wait < 10 else f"{wait:.0f}"


def _forecast(judged: Judgement) -> dict[str, Any]:
    """What the decision was taken on, so that hindsight can take it again."""
    question, service = judged.question, judged.question.figures.service_rate
    return {
        "step_min": question.step_min,
        "arrival_rates": [round(rate, 6) for rate in question.arrival_rates],
        "multiplier": [question.day_multiplier.alpha, question.day_multiplier.beta],
        "service": [service.alpha, service.beta],
        "abandonment_rate": question.abandonment_rate,
        "ends_after_min": question.ends_after_min if math.isfinite(question.ends_after_min) else None,
        "counted": {
            "arrivals": question.figures.arrivals,
            "services": question.figures.completions + question.figures.no_shows,
            "busy_minutes": question.figures.busy_minutes,
        },
    }


def _steps(judged: Judgement, shown: Any) -> list[dict[str, float]] | None:
    if shown is None:
        return None
    forecast = judged.plan.situation.forecast
    mean, before, found = forecast.day_multiplier.mean, 0.0, []
    for at, minute in enumerate(shown.minutes):
        until = float(forecast.expected(minute))
        length = minute - (shown.minutes[at - 1] if at else 0.0)
        row = {"minute": minute, "arrivals_per_hour": mean * (until - before) / length * 60}
        for name, band in (("waiting", shown.waiting), ("wait", shown.wait)):
            row |= {name: band.mean[at], f"{name}_low": band.p10[at], f"{name}_high": band.p90[at]}
        found.append(row)
        before = until
    return found
