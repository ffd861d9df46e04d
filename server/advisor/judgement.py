"""One class of counters judged at one moment: what each policy would do, what it is worth, and how sure it is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from server.advisor.control import Costs, Forecast, Plan, plan
from server.advisor.ladder import Evidence, Spoken, speak
from server.advisor.plan_confidence import Confidence, confidence
from server.advisor.plan_outlook import Outlook, outlook
from server.advisor.policies import POLICIES, Sight
from server.advisor.question import Question
from server.advisor.rails import railed
from server.advisor.reckoning import Limits, Reckoning, finite, reckon

LOOKAHEAD = "lookahead"
OVERFLOW = 4.0  # times what all counters can serve
AHEAD_MIN = 90.0  # that the ladder looks at
COMPARED = ("mms", "so_tang", "day_plan", "static")


@dataclass(frozen=True)
class Judgement:
    """What came of a question. `advised` is what the class's own policy would have open now, within the rails;
    `compared` the number that the second forecast shows, None where there is no other."""

    question: Question
    plan: Plan
    advised: int
    compared: int | None
    sure: Confidence
    reckoning: Reckoning
    others: Mapping[str, int | None]
    stay: Outlook
    change: Outlook | None
    spoken: Spoken

    @property
    def open_now(self) -> int:
        return self.question.figures.open_counters

    @property
    def saving_per_hour(self) -> float:
        """Of the advised number now and the program after it, over leaving the counters as they are."""
        saved = self.plan.cost_if_kept - self.plan.choice(self.advised).cost
        return saved * 60 / self.plan.horizon_min


def judge(question: Question) -> Judgement:
    """The whole advice for one class: about 4 ms with warm caches. Pure, and safe in a thread of its own."""
    limits = Limits(question.limits.least, max(question.limits.most, question.limits.least, 1))
    found = plan(
        question.present,
        question.figures.open_counters,
        _forecast(question),
        Costs(question.costs.counter_cost, question.costs.waiting_cost, question.costs.cost_of_opening),
        limits,
    )
    reckoning = reckon(question.figures, question.costs, limits)
    others = _others(question, found)
    speaking = others.get(question.costs.policy)
    said = replace(found, advised=found.advised if speaking is None else speaking)
    advised = railed(said, question.since_change)
    asked = replace(found, advised=advised)
    compared = _compared(asked)
    return Judgement(
        question=question,
        plan=found,
        advised=advised,
        compared=compared,
        sure=confidence(asked),
        reckoning=reckoning,
        others=others,
        stay=outlook(found.situation, question.figures.open_counters),
        change=None if compared is None else outlook(found.situation, compared),
        spoken=speak(_evidence(question), max(1, question.figures.open_counters)),
    )


def _evidence(question: Question) -> Evidence:
    steps = round(AHEAD_MIN / question.step_min)
    today = [rate * question.day_multiplier.mean for rate in _bounded(question)[:steps]]
    return Evidence.of(question.figures, rates_ahead=tuple(today), step_min=question.step_min)


def _others(question: Question, found: Plan) -> dict[str, int | None]:
    """What every policy would have open now; None for the day plan where nothing is planned."""
    here = found.situation
    sight = Sight(
        present=here.present,
        open_now=here.open_now,
        forecast=here.forecast,
        costs=here.costs,
        limits=here.limits,
        day_rate=question.day_rate,
        planned=question.planned,
    )
    others: dict[str, int | None] = {name: POLICIES[name](sight) for name in COMPARED}
    if question.planned is None:
        others["day_plan"] = None
    return {LOOKAHEAD: found.advised} | others


def _forecast(question: Question) -> Forecast:
    return Forecast(
        step_min=question.step_min,
        arrival_rates=_bounded(question),
        day_multiplier=question.day_multiplier,
        service_rate=question.figures.service_rate,
        abandonment_rate=question.abandonment_rate,
        ends_after_min=question.ends_after_min,
    )


def _bounded(question: Question) -> tuple[float, ...]:
    """A rate at which the hall overflows many times over: beyond it every decision is the same, and the programs
    would only reckon with ever longer queues."""
    served = question.figures.service_rate.mean * (question.limits.most + 1)
    most = OVERFLOW * served / question.day_multiplier.mean
    return tuple(min(rate, most) for rate in question.arrival_rates)


def _compared(asked: Plan) -> int | None:
    """The advised number; where that is the present one, one more, or one fewer where no more are there."""
    here = asked.situation
    if asked.advised != here.open_now:
        return asked.advised
    for other in (here.open_now + 1, here.open_now - 1):
        if here.limits.least <= other <= here.limits.most:
            return other
    return None


def side(judgement: Judgement, counters: int) -> dict[str, Any]:
    """What so many counters now come to, as plain JSON values: `wait_min` if the present ones stay as they are
    throughout, and for another number if the program is followed from then on."""
    found = judgement.plan.choice(counters)
    shown = judgement.stay if counters == judgement.open_now else judgement.change
    waits = shown.wait.mean if shown else ()
    return {
        "cost_per_hour": finite(found.kept_cost * 60 / judgement.plan.horizon_min),
        "wait_min": found.kept_wait if counters == judgement.open_now else found.wait,
        "peak_wait_min": max(waits, default=None),
        "waiting_at_end": shown.waiting.mean[-1] if shown else None,
    }
