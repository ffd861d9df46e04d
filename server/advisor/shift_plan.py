"""The day plan: counters for each half-hour and the shifts that give them, at the least cost of staff and waiting."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from server.advisor.arguments import rate
from server.advisor.day_plan import GAP, DayPlan, plan_of
from server.advisor.day_slots import Slots, day_slots
from server.advisor.poisson import Vector
from server.advisor.queue_model import TIE
from server.advisor.shifts import PlannedShift, Shift, ShiftRules, possible_shifts
from server.advisor.slot_costs import Savings, savings

__all__ = ["DayPlan", "PlannedShift", "Shift", "ShiftRules", "Slots", "day_slots", "plan_counters", "plan_shifts"]

Cover = npt.NDArray[np.int64]

TIME_LIMIT_S = 2.0  # somebody waits for the plan; an ordinary day takes some hundredths of this


def plan_counters(slots: Slots) -> DayPlan:
    """The cheapest number of counters for each slot by itself, within its limits.

    A counter is opened as long as it saves more waiting than it costs, or the slot cannot keep up without it,
    or the law demands it. About 1 ms, and 20 for the evaluation.
    Source: marginal analysis at the modified offered load of each slot, see `savings`.
    """
    price = slots.counter_cost * slots.hours * (1 + TIE)
    return plan_of(slots, [sum(gain > price for gain in saved) for saved in savings(slots)])


def plan_shifts(slots: Slots, rules: ShiftRules, *, time_limit_s: float = TIME_LIMIT_S) -> DayPlan:
    """The shifts that cost least together with the waiting: min sum c_k x_k + sum f_t(n_t), n_t covered by shifts.

    f_t is what waiting costs in slot t: convex, and steep where the counters cannot keep up (see `savings`).
    Where staff is lacking it is the best cover there is, and `short` names the slots. Classes share no staff:
    each is planned by itself. ValueError for impossible rules. About 20 ms, and 20 for the evaluation.
    Source: set covering with a convex price of what is left uncovered, solved by HiGHS.
    """
    rate(time_limit_s, "time_limit_s")
    choice, staff = possible_shifts(slots, rules), rules.staff
    # Counters for which there can be no staff are no counters; `short` is told by what the day demands.
    most = slots.most if staff is None else tuple(min(most, staff) for most in slots.most)
    least = tuple(map(min, slots.least, most))
    saved = savings(replace(slots, most=most, least=least), max((shift.cost for shift in choice), default=0.0))
    covers = _covers(slots, choice)
    people, gap = _cheapest(choice, saved, covers, staff, time_limit_s)
    counters = np.minimum(covers @ np.array(people, dtype=int), most).tolist()
    shifts = tuple(PlannedShift(shift, number) for shift, number in zip(choice, people, strict=True) if number)
    return plan_of(slots, counters, rules, shifts, gap)


def _covers(slots: Slots, choice: Sequence[Shift]) -> Cover:
    """A row per slot, a column per shift: 1 where it has somebody at a counter."""
    begins = range(0, len(slots) * slots.slot_min, slots.slot_min)
    rows = [[shift.works(begin, begin + slots.slot_min) for shift in choice] for begin in begins]
    return np.array(rows, dtype=np.int64).reshape(len(slots), len(choice))


def _cheapest(
    choice: Sequence[Shift], saved: Savings, covers: Cover, staff: int | None, time_limit_s: float
) -> tuple[list[int], float | None]:
    """People on each shift, and by which share that may cost more than the best."""
    if not choice or not any(saved):
        return [0] * len(choice), 0.0
    from scipy.optimize import Bounds, LinearConstraint, milp

    # A variable per shift, then one per counter that may be missing, at the price of what it would save. These
    # prices fall in j, so that the missing ones are the last ones, and whole, without being asked to.
    owner = np.repeat(np.arange(len(saved)), [len(row) for row in saved])
    missing = (owner == np.arange(len(saved))[:, None]).astype(float)
    n = len(choice)
    upper = np.concatenate((np.full(n, missing.sum(axis=1).max()), np.ones(len(owner))))
    limits = [LinearConstraint(np.hstack((covers, missing)), missing.sum(axis=1), np.inf)]
    if staff is not None:
        limits.append(LinearConstraint(np.arange(len(upper)) < n, -np.inf, staff))
    found = milp(
        np.concatenate(([shift.cost for shift in choice], np.concatenate(saved))),
        integrality=np.arange(len(upper)) < n,
        bounds=Bounds(0, upper),
        constraints=limits,
        options={"time_limit": time_limit_s, "mip_rel_gap": GAP},
    )
    if found.x is None:
        return _one_by_one([shift.cost for shift in choice], saved, covers, staff), None
    return np.rint(found.x[:n]).astype(int).tolist(), max(0.0, float(found.mip_gap or 0.0))


def _one_by_one(costs: Sequence[float], saved: Savings, covers: Cover, staff: int | None) -> list[int]:
    """Ever the shift that saves most, as long as one saves more than it costs: for when the search has no time."""
    people, at_work = [0] * len(costs), np.zeros(len(saved), dtype=int)
    while staff is None or sum(people) < staff:
        next_saved = [row[have] if have < len(row) else 0.0 for row, have in zip(saved, at_work, strict=True)]
        gains: Vector = np.array(next_saved) @ covers - np.array(costs)
        best = int(np.argmax(gains))
        if gains[best] <= 0:
            break
        people[best] += 1
        at_work += covers[:, best]
    return people
