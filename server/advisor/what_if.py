"""What if: tellers ill, a market day, slow service or broken counters, and how the plan is best mended."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from server.advisor.day_plan import DayPlan, short_slots
from server.advisor.day_slots import Slots
from server.advisor.plan_change import Change, changed_slots, missing
from server.advisor.plan_evaluation import Evaluation, evaluate
from server.advisor.shift_plan import plan_counters, plan_shifts
from server.advisor.shifts import Shift

__all__ = ["Change", "Comparison", "compare"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A plan as it was meant (`before`), what the changes make of it (`after`), and the plan mended for them."""

    changes: tuple[Change, ...]
    before: Evaluation
    after: Evaluation
    repaired: DayPlan

    @property
    def saving(self) -> float:
        """What mending saves in money for the day. It may be negative: counters that keep up may cost more."""
        return self.after.cost - self.repaired.evaluation.cost

    def as_dict(self) -> dict[str, Any]:
        """For a REST answer: plain JSON values, labels as codes."""
        return {
            "changes": [change.as_dict(self.before.slots) for change in self.changes],
            "before": self.before.as_dict(),
            "after": self.after.as_dict(),
            "repaired": self.repaired.as_dict(),
            "saving": self.saving,
        }


def compare(plan: DayPlan, changes: Sequence[Change]) -> Comparison:
    """What `changes` do to `plan` if nobody acts, and the plan that is best under them.

    Who is ill is missing at the counters and is not paid; nobody knows who it will be, so it is those who would
    have worked longest. For the mended plan as many tellers can come as the plan's rules say, less those who
    are ill; where they do not say, as many as the plan has, or any number with nobody ill. It is the plan
    itself where that is no dearer. About 50 ms. ValueError for impossible changes.
    """
    slots, lost = changed_slots(plan.slots, changes), _lost(plan, changes)
    there = [max(0, have - away) for have, away in zip(_at_work(plan), lost, strict=True)]
    counters = tuple(map(min, plan.counters, there, slots.most))
    after = evaluate(slots, counters, staff_cost=_wages(plan, sum(lost)) if plan.rules else None)
    repaired = _mended(plan, slots, missing(plan.slots, changes, "tellers_ill"))
    short = short_slots(slots, counters)
    # Plans are made by mean loads, good to a hundredth: a change for less than that is no improvement.
    if after.cost <= repaired.evaluation.cost and len(short) <= len(repaired.short):
        repaired = DayPlan(slots, after, short, plan.shifts, plan.rules, None)
    return Comparison(tuple(changes), plan.evaluation, after, repaired)


def _slots_of(plan: DayPlan, shift: Shift) -> set[int]:
    length = plan.slots.slot_min
    return {at for at in range(len(plan.slots)) if shift.works(at * length, (at + 1) * length)}


def _at_work(plan: DayPlan) -> tuple[int, ...]:
    """Tellers there in each slot."""
    if plan.rules is None:
        return plan.counters
    worked = [(_slots_of(plan, planned.shift), planned.people) for planned in plan.shifts]
    return tuple(sum(people for slots, people in worked if at in slots) for at in range(len(plan.slots)))


def _lost(plan: DayPlan, changes: Sequence[Change]) -> tuple[int, ...]:
    """How many of those are ill."""
    if plan.rules is None:
        return missing(plan.slots, changes, "tellers_ill")
    people = [_slots_of(plan, planned.shift) for planned in plan.shifts for _ in range(planned.people)]
    lost = [0] * len(plan.slots)
    for change in changes:
        if change.kind != "tellers_ill":
            continue
        touched = {at for at in range(len(plan.slots)) if change.share(plan.slots, at) > 0}
        people.sort(key=lambda worked: len(worked & touched), reverse=True)
        for worked in people[: int(change.amount)]:
            for at in worked & touched:
                lost[at] += 1
            worked -= touched
    return tuple(lost)


def _wages(plan: DayPlan, lost: int) -> float:
    """What the plan's shifts cost without `lost` slots of work."""
    wage = plan.slots.counter_cost
    if plan.rules is not None and plan.rules.cost_per_hour is not None:
        wage = plan.rules.cost_per_hour
    return max(0.0, sum(shift.cost for shift in plan.shifts) - wage * lost * plan.slots.hours)


def _mended(plan: DayPlan, slots: Slots, ill: Sequence[int]) -> DayPlan:
    rules, tellers = plan.rules, plan.rules.staff if plan.rules else None
    if tellers is None and any(ill):
        tellers = plan.people
    staffed = slots
    if tellers is not None:
        most = tuple(min(most, max(0, tellers - away)) for most, away in zip(slots.most, ill, strict=True))
        staffed = replace(slots, most=most, least=tuple(map(min, slots.least, most)))
    if rules is None:
        found = plan_counters(staffed)
    else:
        who_come = None if tellers is None else max(0, tellers - min(ill, default=0))
        found = replace(plan_shifts(staffed, replace(rules, staff=who_come)), rules=rules)
    return replace(found, slots=slots, short=short_slots(slots, found.counters))
