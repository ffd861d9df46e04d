"""When the branch is open on the day it is there: simulated people keep its hours, in its own time zone."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo


def local(branch: dict[str, Any], now: datetime) -> datetime:
    return now.astimezone(ZoneInfo(branch["time_zone"]))


def hours(branch: dict[str, Any], now: datetime) -> tuple[datetime, datetime] | None:
    """Opening and closing time of today; None where the branch stays closed."""
    return hours_on(branch, local(branch, now).date())


def hours_on(branch: dict[str, Any], day: date) -> tuple[datetime, datetime] | None:
    special = branch.get("special_days", {})
    usual = (
        branch.get("day_hours", {}).get(str(day.weekday()), branch) if day.weekday() in branch["open_days"] else None
    )
    found = special.get(day.isoformat(), usual)
    if found is None:
        return None
    zone = ZoneInfo(branch["time_zone"])
    opens, closes = time.fromisoformat(found["opens"]), time.fromisoformat(found["closes"])
    return datetime.combine(day, opens, zone), datetime.combine(day, closes, zone)


def next_opening(branch: dict[str, Any], now: datetime) -> datetime:
    """The opening time of the next business day after today."""
    today = local(branch, now).date()
    following = (hours_on(branch, today + timedelta(days=ahead)) for ahead in range(1, 15))
    return next(day[0] for day in following if day)
