"""The arrivals expected over one day, slot by slot, and over any stretch of it."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import accumulate

from server.domain.branch import Branch

SLOT_MIN = 15
SLOTS = 24 * 60 // SLOT_MIN


@dataclass(frozen=True, slots=True)
class Hours:
    """When the doors of one business day open and close, in minutes since the epoch; `midnight` is where the
    slots are counted from (on the day of a clock change it is an hour off, so that the open hours are right).
    On a day that is no open day they close as they open."""

    day: date
    midnight: float
    opens: float
    closes: float

    def clamp(self, now: float) -> float:
        """`now`, or the nearer end of the open hours."""
        return min(max(now, self.opens), self.closes)

    def slot(self, now: float) -> int:
        """The slot of the day in which `now` lies: 0 ... 95."""
        return min(max(int((now - self.midnight) // SLOT_MIN), 0), SLOTS - 1)

    def open_minutes(self, start: float, end: float) -> list[float]:
        """For how many minutes of each slot the doors are open between `start` and `end`."""
        start, end = max(start, self.opens), min(end, self.closes)
        begins = (self.midnight + slot * SLOT_MIN for slot in range(SLOTS))
        return [max(0.0, min(begin + SLOT_MIN, end) - max(begin, start)) for begin in begins]


def hours_of(branch: Branch, day: date) -> Hours:
    doors = branch.hours(day)
    opens, closes = (moment.timestamp() / 60 for moment in doors)
    if branch.hours_on(day) is None:
        closes = opens
    return Hours(day, opens - doors[0].hour * 60 - doors[0].minute, opens, max(opens, closes))


@dataclass(frozen=True, slots=True)
class DayRates:
    """Arrivals per minute in every slot of the day (96 of 15 minutes from midnight); none outside the hours."""

    hours: Hours
    per_min: Sequence[float]
    _until: Sequence[float] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        sums = accumulate((rate * SLOT_MIN for rate in self.per_min), initial=0.0)
        object.__setattr__(self, "_until", tuple(sums))

    def at(self, now: float) -> float:
        """Per minute, at the nearest moment at which the doors are open."""
        # The closing minute belongs to the slot that ends with it.
        inside = min(self.hours.clamp(now), max(self.hours.opens, self.hours.closes - 1e-6))
        return self.per_min[self.hours.slot(inside)]

    def expected(self, start: float, end: float) -> float:
        """Arrivals from `start` to `end`, minutes since the epoch."""
        return max(0.0, self._sum(end) - self._sum(start))

    def pieces(self, start: float, end: float) -> Iterator[tuple[float, float]]:
        """The open time between, cut where the rate changes: (minutes, rate per minute)."""
        now, end = self.hours.clamp(start), self.hours.clamp(end)
        while now < end:
            slot = self.hours.slot(now)
            border = self.hours.midnight + (slot + 1) * SLOT_MIN if slot < SLOTS - 1 else math.inf
            then = min(end, border)
            yield then - now, self.per_min[slot]
            now = then

    def slots(self) -> list[tuple[datetime, float]]:
        """(begin, expected arrivals) of every slot that lies in the open hours, as the charts draw them."""
        first, last = self.hours.slot(self.hours.opens), self.hours.slot(self.hours.closes - 1e-6)
        if self.hours.closes <= self.hours.opens:
            return []
        begins = [self.hours.midnight + slot * SLOT_MIN for slot in range(first, last + 1)]
        return [(datetime.fromtimestamp(begin * 60, UTC), self.expected(begin, begin + SLOT_MIN)) for begin in begins]

    def _sum(self, now: float) -> float:
        inside = self.hours.clamp(now)
        slot = self.hours.slot(inside)
        return self._until[slot] + self.per_min[slot] * (inside - self.hours.midnight - slot * SLOT_MIN)
