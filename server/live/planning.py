"""The plan of a day for each class of counters: the recommended one, the manager's own, and what each would give."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from server.advisor.day_plan import DayPlan, plan_of, short_slots
from server.advisor.day_slots import SLOT_MIN, Slots, day_slots
from server.advisor.plan_change import Change
from server.advisor.plan_evaluation import Evaluation
from server.advisor.shift_plan import plan_counters, plan_shifts
from server.advisor.shifts import PlannedShift, ShiftRules
from server.advisor.what_if import compare
from server.domain.branch import CounterClass
from server.domain.hall import Hall
from server.domain.refusals import Refusal
from server.live.day_outlook import ExpectedClass

# Four to eight hours, and half an hour off for whoever works six hours or more.
SHIFTS = ShiftRules(break_min=30)


@dataclass(frozen=True, slots=True)
class ClassDayToPlan:
    """One class on one day: what is expected, within which limits, and how its counters are staffed."""

    slots: Slots
    rules: ShiftRules | None  # None: machines, which work no shifts
    least: int
    most: int

    def checked(self, counters: Sequence[int]) -> tuple[int, ...]:
        """The counters, or a Refusal where they are no plan for this day."""
        fits = all(self.least <= number <= self.most for number in counters)
        if not fits or not counters or len(counters) != len(self.slots):
            raise Refusal("plan_not_possible", slots=len(self.slots), least=self.least, most=self.most)
        return tuple(counters)

    def fitted(self, counters: Sequence[int]) -> tuple[int, ...] | None:
        """A plan saved earlier, as far as the counters of today allow; None if the hours are others by now."""
        if len(counters) != len(self.slots):
            return None
        return tuple(min(max(number, self.least), self.most) for number in counters)


def day_to_plan(hall: Hall, key: str, expected: ExpectedClass) -> ClassDayToPlan:
    policy = hall.branch.policies[key]
    most = sum(counter.counter_class.value == key for counter in hall.counters.values())
    least = min(policy.min_counters, most)
    slots = day_slots(
        expected.arrivals_per_min,
        expected.service_min,
        counter_cost=policy.counter_cost,
        waiting_cost=policy.waiting_cost,
        most=most,
        least=least,
        opens=hall.branch.opens,
    )
    return ClassDayToPlan(slots, None if key == CounterClass.SELF_SERVICE else SHIFTS, least, most)


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


def now_slot(hall: Hall, day: date, slots: Slots, now: datetime) -> int | None:
    """The half-hour in which we are; None on another day and outside the hours."""
    local = hall.branch.local(now)
    since = local.replace(tzinfo=None) - datetime.combine(day, hall.branch.opens)
    at = since // timedelta(minutes=SLOT_MIN)
    return at if 0 <= at < len(slots) else None


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
