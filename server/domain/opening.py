"""When a closed branch opens next, and the words for it: what a screen without script is told."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from server.domain.branch import Branch, DayHours

LONGEST_CLOSED_DAYS = 400
A_WEEK = 7
Closed = Literal["early", "over", "day"]


@dataclass(frozen=True, slots=True)
class Opening:
    day: date
    in_days: int
    hours: DayHours

    @property
    def words(self) -> str:
        """The key of the sentence, without `shared.opens.`."""
        if self.in_days < 2:
            return ("today", "tomorrow")[self.in_days]
        return "weekday" if self.in_days < A_WEEK else "date"


def closed_because(branch: Branch, now: datetime) -> Closed:
    """Of a branch that is not open: before its doors open, after they have closed, or all day."""
    local = branch.local(now)
    hours = branch.hours_on(local.date())
    if hours is None:
        return "day"
    return "early" if local.time() < hours.opens else "over"


def next_opening(branch: Branch, now: datetime) -> Opening | None:
    """None where no day of the next year is known."""
    local = branch.local(now)
    for in_days in range(LONGEST_CLOSED_DAYS):
        day = local.date() + timedelta(days=in_days)
        hours = branch.hours_on(day)
        if hours is not None and (in_days > 0 or local.time() < hours.opens):
            return Opening(day, in_days, hours)
    return None
