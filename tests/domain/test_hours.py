"""When the doors are open: as usual, on days with hours of their own, on single dates; and when they open next."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from server.domain.branch import Branch, DayHours
from tests.domain.floor import example_branch

SHORT = DayHours(time(9), time(13))
MONDAY, SATURDAY, SUNDAY, HOLIDAY = date(2026, 3, 2), date(2026, 3, 7), date(2026, 3, 8), date(2026, 3, 3)


@pytest.fixture
def branch() -> Branch:
    """Half a day on Saturdays, none on Sundays but one, and a holiday."""
    special = {HOLIDAY.isoformat(): None, "2026-03-15": SHORT}
    return replace(example_branch(), day_hours={"5": SHORT}, special_days=special)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """By the branch's own clock, eight hours ahead."""
    return datetime(day.year, day.month, day.day, hour - 8, minute, tzinfo=UTC)


def test_the_hours_of_a_day_are_those_of_its_date_then_of_its_weekday_then_the_usual(branch: Branch) -> None:
    assert branch.hours_on(MONDAY) == DayHours(time(8, 30), time(17))
    assert branch.hours_on(SATURDAY) == SHORT
    assert branch.hours_on(SUNDAY) is None
    assert branch.hours_on(HOLIDAY) is None
    assert branch.hours_on(date(2026, 3, 15)) == SHORT


@pytest.mark.parametrize(
    ("now", "is_open"),
    [
        (at(MONDAY, 8, 29), False),
        (at(MONDAY, 8, 30), True),
        (at(SATURDAY, 8, 45), False),
        (at(SATURDAY, 12, 59), True),
        (at(SATURDAY, 13), False),
        (at(HOLIDAY, 10), False),
        (at(SUNDAY, 10), False),
        (at(date(2026, 3, 15), 10), True),
    ],
)
def test_the_doors_are_open_in_those_hours(branch: Branch, now: datetime, is_open: bool) -> None:
    assert branch.is_open(now) is is_open


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (at(MONDAY, 8), (MONDAY, time(8, 30))),
        (at(MONDAY, 17), (date(2026, 3, 4), time(8, 30))),  # Tuesday is the holiday
        (at(SATURDAY, 14), (date(2026, 3, 9), time(8, 30))),
        (at(date(2026, 3, 14), 14), (date(2026, 3, 15), time(9))),
    ],
)
def test_when_they_open_next_is_known(branch: Branch, now: datetime, then: tuple[date, time]) -> None:
    found = branch.next_open(now)
    assert found is not None
    assert (found[0], found[1].opens) == then


def test_a_branch_that_opens_no_more_says_so(branch: Branch) -> None:
    assert replace(branch, open_days=(), special_days={}).next_open(at(MONDAY, 10)) is None


def test_what_is_left_of_a_short_day_expires_after_its_own_end(branch: Branch) -> None:
    assert branch.expiry(SATURDAY) == at(SATURDAY, 14)
    assert branch.expiry(MONDAY) == at(MONDAY, 18)
