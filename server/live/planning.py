"""The plan of a day for each class of counters: the recommended one, the manager's own, and what each would give."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

from server.advisor.day_plan import DayPlan, plan_of, short_slots
from server.advisor.day_slots import Slots
from server.advisor.plan_change import Change
from server.advisor.plan_evaluation import Evaluation
from server.advisor.shift_plan import plan_counters, plan_shifts
from server.advisor.shifts import PlannedShift
from server.advisor.what_if import compare
from server.live.day_to_plan import ClassDayToPlan


@lru_cache(maxsize=256)  # a week of a few classes, looked at from several screens
def recommended(day: ClassDayToPlan) -> DayPlan:
    return plan_counters(day.slots) if day.rules is None else plan_shifts(day.slots, day.rules)


@lru_cache(maxsize=64)
def planned(day: ClassDayToPlan, counters: tuple[int, ...]) -> DayPlan:
    """These counters, with the cheapest shifts that cover them."""
    best = recommended(day)
    if counters == best.counters:
        return best
    if day.rules is None:
        return plan_of(day.slots, counters)
    asked = replace(day.slots, least=counters, most=counters)
    found = plan_shifts(asked, day.rules)
    evaluation = replace(found.evaluation, slots=day.slots)
    return replace(found, slots=day.slots, evaluation=evaluation, short=short_slots(day.slots, counters))


def class_plan(day: ClassDayToPlan, counters: tuple[int, ...] | None) -> dict[str, Any]:
    """What the plan's page shows of one class: the recommended plan and, if there is one, the manager's own."""
    best = recommended(day)
    plan = best if counters is None else planned(day, counters)
    return {
        "least": day.least,
        "most": day.most,
        "arrivals_per_hour": [60 * rate for rate in day.slots.arrivals],
        "service_min": day.slots.service_min[0] if len(day.slots) else None,
        "recommended": best.counters,
        "recommended_evaluation": _evaluation(best.evaluation),
        "recommended_people": best.people,
        "recommended_shifts": _shifts(best),
        "counters": plan.counters,
        "evaluation": _evaluation(plan.evaluation),
        "people": plan.people,
        "shifts": _shifts(plan),
    }


def what_if(
    day: ClassDayToPlan, counters: tuple[int, ...], arrivals_factor: float, service_factor: float, ill: int
) -> dict[str, Any]:
    """What these counters would give on such a day with so many tellers ill (machines broken), and the plan
    mended for it. `counters_left` are those that would be open if nobody acted."""
    plan = planned(day, counters)
    gone = Change("counters_closed" if day.rules is None else "tellers_ill", ill)
    factors = Change("arrivals_factor", arrivals_factor), Change("service_factor", service_factor)
    found = compare(plan, (*factors, gone))
    return {
        "evaluation": _evaluation(found.after),
        "people": plan.people,
        "shifts": _shifts(plan),
        "counters_left": found.after.counters,
        "repaired": found.repaired.counters,
        "repaired_evaluation": _evaluation(found.repaired.evaluation),
        "repaired_people": found.repaired.people,
        "repaired_shifts": _shifts(found.repaired),
    }


def _evaluation(found: Evaluation) -> dict[str, Any]:
    rows = [
        {
            "at": found.slots.clock(at * found.slots.slot_min),
            "wait_min": row.wait,
            "waiting": row.waiting,
            "long_wait": row.over[0],
            "keeps_up": row.keeps_up,
            "staff_cost": row.staff_cost,
            "waiting_cost": row.waiting_cost,
        }
        for at, row in enumerate(found.rows)
    ]
    return {
        "slots": rows,
        "staff_cost": found.staff_cost,
        "waiting_cost": found.waiting_cost,
        "cost": found.cost,
        "wait_min": found.wait,
        "long_wait": found.over[0],
        "worst_wait_min": max((row.wait for row in found.rows), default=0.0),
    }


def _shifts(plan: DayPlan) -> list[dict[str, Any]]:
    return [_shift(plan.slots, planned_shift) for planned_shift in plan.shifts]


def _shift(slots: Slots, found: PlannedShift) -> dict[str, Any]:
    start, end, pause = found.shift.start, found.shift.end, found.shift.pause
    rest = None if pause is None else {"start": slots.clock(pause[0]), "end": slots.clock(pause[1])}
    return {"start": slots.clock(start), "end": slots.clock(end), "break": rest, "count": found.people}
