"""The plan of a day as it is handed out: counters by slot, the shifts behind them, and what it would give."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from server.advisor.day_slots import Slots
from server.advisor.plan_evaluation import Evaluation, evaluate
from server.advisor.shifts import PlannedShift, ShiftRules
from server.advisor.slot_costs import floors

GAP = 1e-6  # so near to the best is the best


@dataclass(frozen=True, slots=True)
class DayPlan:
    """Counters of one class for every slot. `shifts` and `rules` are there where the plan is made of shifts.

    `short` are the slots that have fewer counters than their load or the law demands. By the costs it was made with,
    the plan costs at most the share `gap` more than the best; None where the search for it had no time.
    """

    slots: Slots
    evaluation: Evaluation
    short: tuple[int, ...]
    shifts: tuple[PlannedShift, ...] = ()
    rules: ShiftRules | None = None
    gap: float | None = 0.0

    @property
    def optimal(self) -> bool:
        """Whether no plan could be noticeably cheaper."""
        return self.gap is not None and self.gap <= GAP

    @property
    def counters(self) -> tuple[int, ...]:
        return self.evaluation.counters

    @property
    def people(self) -> int:
        """How many tellers the plan needs: those on its shifts, or at its busiest time."""
        return sum(shift.people for shift in self.shifts) if self.rules else max(self.counters, default=0)

    def as_dict(self) -> dict[str, Any]:
        """For a REST answer: plain JSON values, minutes after opening with local times."""
        return {
            **self.evaluation.as_dict(),
            "opens": self.slots.clock(0),
            "closes": self.slots.clock(len(self.slots) * self.slots.slot_min),
            "slot_min": self.slots.slot_min,
            "people": self.people,
            "short": [self.slots.span(at) for at in self.short],
            "shifts": [shift.as_dict(self.slots) for shift in self.shifts],
            "optimal": self.optimal,
            "gap": self.gap,
        }


def plan_of(
    slots: Slots,
    counters: Sequence[int],
    rules: ShiftRules | None = None,
    shifts: tuple[PlannedShift, ...] = (),
    gap: float | None = 0.0,
) -> DayPlan:
    """The plan with these counters (and shifts), reckoned through. ValueError for impossible counters."""
    found = evaluate(slots, counters, staff_cost=sum(shift.cost for shift in shifts) if rules else None)
    return DayPlan(slots, found, short_slots(slots, found.counters), shifts, rules, gap)


def short_slots(slots: Slots, counters: Sequence[int]) -> tuple[int, ...]:
    """The slots that have fewer counters than their load or the law demands."""
    pairs = zip(slots.checked(counters), floors(slots), strict=True)
    return tuple(at for at, (have, fewest) in enumerate(pairs) if have < fewest)
