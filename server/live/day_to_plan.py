"""What a plan of one class on one day begins with: what is expected, and within which limits. Quick to load."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from server.advisor.day_slots import SLOT_MIN, Slots, day_slots
from server.advisor.shifts import ShiftRules
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


def day_to_plan(hall: Hall, key: str, day: date, expected: ExpectedClass) -> ClassDayToPlan:
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
        opens=hall.branch.hours(day)[0].time(),
    )
    return ClassDayToPlan(slots, None if key == CounterClass.SELF_SERVICE else SHIFTS, least, most)


def now_slot(hall: Hall, day: date, slots: Slots, now: datetime) -> int | None:
    """The half-hour in which we are; None on another day and outside the hours."""
    local, opens = hall.branch.local(now), hall.branch.hours(day)[0]
    since = local.replace(tzinfo=None) - opens.replace(tzinfo=None)
    at = since // timedelta(minutes=SLOT_MIN)
    return at if 0 <= at < len(slots) else None
