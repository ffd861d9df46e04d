"""When a closed branch opens next: in the morning, after a weekend, after a holiday, and where nobody knows."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from server.domain.branch import DayHours
from server.domain.opening import closed_because, next_opening
from tests.set_up_anew import grouped

BRANCH = grouped()  # Monday to Saturday, on Saturdays from nine to one; closed in the first days of October


def at(text: str) -> datetime:
    """By the branch's own clock."""
    return datetime.fromisoformat(f"{text}+08:00").astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "why", "opens", "words"),
    [
        ("2026-03-02T07:00", "early", "2026-03-02 08:30", "today"),
        ("2026-03-02T17:00", "over", "2026-03-03 08:30", "tomorrow"),
        ("2026-03-06T18:00", "over", "2026-03-07 09:00", "tomorrow"),
        ("2026-03-07T14:00", "over", "2026-03-09 08:30", "weekday"),
        ("2026-03-08T00:00", "day", "2026-03-09 08:30", "tomorrow"),
        ("2026-10-01T11:00", "day", "2026-10-03 09:00", "weekday"),
        ("2026-10-04T11:00", "day", "2026-10-07 08:30", "weekday"),
    ],
)
def test_the_next_opening_is_told_with_the_reason(now: str, why: str, opens: str, words: str) -> None:
    found = next_opening(BRANCH, at(now))
    assert found is not None
    assert closed_because(BRANCH, at(now)) == why
    assert (f"{found.day} {found.hours.opens:%H:%M}", found.words) == (opens, words)


def test_a_week_from_now_it_is_named_by_its_date() -> None:
    days: dict[str, DayHours | None] = {f"2026-03-{day:02d}": None for day in range(2, 9)}
    found = next_opening(replace(BRANCH, special_days=days), at("2026-03-02T10:00"))
    assert found is not None
    assert (found.in_days, found.words) == (7, "date")


def test_a_branch_that_never_opens_promises_nothing() -> None:
    assert next_opening(replace(BRANCH, open_days=()), at("2026-03-02T10:00")) is None
