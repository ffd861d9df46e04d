"""The days before the one that is played, as the file tells of them."""

from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from server.replay.past import chosen_days, days_in, past_days, same_weekday, shifted

FIRST = date(2026, 3, 2)  # a Monday
HOURS = {"opens_s": 8 * 3600.0, "closes_s": 10 * 3600.0}
EACH = 4  # calls in every five minutes


@pytest.fixture
def counts(tmp_path: Path) -> Path:
    """Four days from seven to eleven, the n-th with n times as many."""
    path = tmp_path / "calls.csv"
    rows = []
    for number in range(4):
        start = datetime.fromisoformat(f"{FIRST + timedelta(days=number)}T07:00:00+00:00")
        slots = [start + timedelta(minutes=5 * slot) for slot in range(48)]
        rows += [f"{slot.isoformat()},{EACH * (number + 1)}" for slot in slots]
    path.write_text("\n".join(["start_utc,calls", *rows]), encoding="utf-8")
    return path


@pytest.fixture
def arrivals(tmp_path: Path) -> Path:
    path = tmp_path / "arrivals.csv"
    path.write_text("arrival_s_after_0900\n60\n", encoding="utf-8")
    return path


def test_the_days_of_a_file_of_counts_are_known_and_of_single_arrivals_there_are_none(
    counts: Path, arrivals: Path
) -> None:
    assert days_in(counts) == [FIRST + timedelta(days=n) for n in range(4)]
    assert days_in(arrivals) == []


def test_the_last_days_before_the_one_played_are_counted_by_quarter_hours(counts: Path) -> None:
    found = past_days(counts, FIRST + timedelta(days=3), 2, thin=1.0, seed=1, **HOURS)
    assert list(found) == [FIRST + timedelta(days=1), FIRST + timedelta(days=2)]
    second, third = found.values()
    assert (second.first_slot, second.arrivals) == (32, (3 * 2 * EACH,) * 8)  # only while the branch is open
    assert third.arrivals == (3 * 3 * EACH,) * 8
    assert second.open_min == (15.0,) * 8


def test_history_is_thinned_like_the_day_that_is_played(counts: Path) -> None:
    last = FIRST + timedelta(days=3)
    whole, third, again, other = (
        sum(sum(day.arrivals) for day in past_days(counts, last, 3, thin=thin, seed=seed, **HOURS).values())
        for thin, seed in ((1.0, 1), (0.3, 1), (0.3, 1), (0.3, 2))
    )
    assert third == again != other
    assert third == pytest.approx(0.3 * whole, rel=0.15)
    assert sum(past_days(counts, last, 3, thin=0.0, seed=1, **HOURS)[FIRST].arrivals) == 0


def test_there_may_be_fewer_days_than_asked_for_or_none_at_all(counts: Path, arrivals: Path) -> None:
    assert list(past_days(counts, FIRST + timedelta(days=1), 9, thin=1.0, seed=1, **HOURS)) == [FIRST]
    assert past_days(counts, FIRST, 9, thin=1.0, seed=1, **HOURS) == {}
    assert past_days(counts, FIRST + timedelta(days=3), 0, thin=1.0, seed=1, **HOURS) == {}
    assert past_days(arrivals, FIRST, 9, thin=1.0, seed=1, **HOURS) == {}


def test_days_keep_their_distance_in_another_calendar(counts: Path) -> None:
    played, to = FIRST + timedelta(days=3), date(2030, 6, 6)
    found = shifted(past_days(counts, played, 2, thin=1.0, seed=1, **HOURS), played, to)
    assert list(found) == [to - timedelta(days=2), to - timedelta(days=1)]


def test_a_day_is_played_on_its_own_weekday() -> None:
    monday = datetime.fromisoformat("2026-03-02T00:00:00+08:00")
    for number in range(7):
        day = date(2019, 7, 1) + timedelta(days=number)  # a Monday too
        assert same_weekday(monday, day).weekday() == day.weekday()
    assert same_weekday(monday, None) == monday


def test_days_are_played_in_turn_from_the_one_that_is_named(counts: Path, arrivals: Path) -> None:
    assert chosen_days(counts, None, 2) == [FIRST, FIRST + timedelta(days=1)]
    assert chosen_days(counts, FIRST + timedelta(days=2), 9) == [FIRST + timedelta(days=n) for n in (2, 3)]
    assert chosen_days(arrivals, None, 3) == [None]
