"""Which shifts staff may work: the pieces of which a day's plan is made."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from server.advisor.arguments import count, rate
from server.advisor.day_slots import Slots


@dataclass(frozen=True, slots=True)
class ShiftRules:
    """What the bank allows. Times in minutes, whole slots all; ValueError for impossible rules.

    A shift lasts one of `lengths_min`, from coming to leaving. It begins at `earliest_min` after opening or
    later, at `latest_min` or before (None: while it can still end in time). A shift of `break_from_min` or more
    has one unpaid break of `break_min`, with at least `work_min` of work before and after it; its counter is
    closed meanwhile. `cost_per_hour` is what a paid hour costs (None: `counter_cost`), `staff` how many tellers
    can come (None: any number). Where the day is shorter than the shortest shift, one may work all of it and
    is paid for the shortest.
    """

    lengths_min: tuple[int, ...] = tuple(range(240, 481, 30))
    earliest_min: int = 0
    latest_min: int | None = None
    break_min: int = 0
    break_from_min: int = 360
    work_min: int = 120
    cost_per_hour: float | None = None
    staff: int | None = None

    def __post_init__(self) -> None:
        if not self.lengths_min:
            raise ValueError("lengths_min must name a length at least")
        for length in self.lengths_min:
            count(length, "lengths_min", least=1)
        for name in ("earliest_min", "latest_min", "break_min", "break_from_min", "work_min", "staff"):
            if (value := getattr(self, name)) is not None:
                count(value, name)
        if self.cost_per_hour is not None:
            rate(self.cost_per_hour, "cost_per_hour")


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift: from minute `start` to `end` after opening, with its break if it has one, and its cost."""

    start: int
    end: int
    pause: tuple[int, int] | None
    cost: float

    def works(self, start: int, end: int) -> bool:
        """Whether somebody on this shift is at a counter from minute `start` to `end`."""
        if self.pause is not None and self.pause[0] < end and start < self.pause[1]:
            return False
        return self.start <= start and end <= self.end


@dataclass(frozen=True, slots=True)
class PlannedShift:
    """`people` tellers on the same shift."""

    shift: Shift
    people: int

    @property
    def cost(self) -> float:
        return self.shift.cost * self.people

    def as_dict(self, slots: Slots) -> dict[str, Any]:
        """Plain JSON values: minutes after opening and local times; `break` is None where there is none."""
        shift = self.shift
        return {
            **slots.times(shift.start, shift.end),
            "break": None if shift.pause is None else slots.times(*shift.pause),
            "count": self.people,
            "cost": self.cost,
        }


def possible_shifts(slots: Slots, rules: ShiftRules) -> tuple[Shift, ...]:
    """Every shift that the rules allow on this day, in order of time; ValueError where they are no whole slots."""
    step, day = slots.slot_min, len(slots) * slots.slot_min
    times = (*rules.lengths_min, rules.earliest_min, rules.latest_min or 0, rules.break_min, rules.work_min)
    if any(value % step for value in times):
        raise ValueError(f"the times of shifts must be whole slots of {step} minutes; got {times}")
    wage = (slots.counter_cost if rules.cost_per_hour is None else rules.cost_per_hour) / 60
    lengths, left = sorted(set(rules.lengths_min)), day - rules.earliest_min
    if 0 < left < lengths[0]:
        return (Shift(rules.earliest_min, day, None, wage * lengths[0]),)
    latest = day if rules.latest_min is None else rules.latest_min
    return tuple(
        Shift(start, start + length, pause, wage * (length - (pause[1] - pause[0] if pause else 0)))
        for start in range(rules.earliest_min, min(latest, day) + 1, step)
        for length in lengths
        if start + length <= day
        for pause in _breaks(start, length, rules, step)
    )


def _breaks(start: int, length: int, rules: ShiftRules, step: int) -> Iterator[tuple[int, int] | None]:
    """When a shift may have its break: None, once, for one that has none or is too short to be parted by it."""
    first, last = start + rules.work_min, start + length - rules.work_min - rules.break_min
    if rules.break_min == 0 or length < rules.break_from_min or first > last:
        yield None
        return
    for at in range(first, last + 1, step):
        yield at, at + rules.break_min
