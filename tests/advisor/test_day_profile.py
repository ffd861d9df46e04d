"""The profile of a day: it finds the true shape, the weekday's level and how far days differ, and forgets."""

import math
import random
from dataclasses import replace
from datetime import date, timedelta
from statistics import mean

import pytest

from server.advisor.day_profile import DayProfile
from server.advisor.day_rates import SLOTS, DayRates, Hours, hours_of
from tests.advisor.arrivals import (
    CLOSES,
    MONDAY,
    OPEN_MIN,
    OPENS,
    arrivals,
    by_slot,
    record_of,
    two_peaks,
    working_days,
)
from tests.advisor.day import branch

SATURDAY, TUESDAY = MONDAY + timedelta(days=5), MONDAY + timedelta(days=1)
OPEN = [slot for slot in range(SLOTS) if OPEN_MIN[slot]]


def learned(draw: random.Random, n: int, rates: list[float], k: float | None = None) -> DayProfile:
    """A profile that has learned `n` working days, each drawn anew at the true rates."""
    profile = DayProfile()
    for day in working_days(n):
        times = draw.gammavariate(k, 1 / k) if k else 1.0
        profile.learn(day, by_slot(arrivals(draw, rates, times)), OPEN_MIN)
    return profile


def rates_of(profile: DayProfile, day: date) -> list[float]:
    found = profile.rates(day)
    assert found is not None
    return found


def error(found: list[float], true: list[float]) -> float:
    """Root of the mean squared relative error over the open slots."""
    return math.sqrt(mean((found[slot] / true[slot] - 1) ** 2 for slot in OPEN))


def test_nothing_is_known_before_the_first_day_and_no_weekend_from_working_days() -> None:
    profile = DayProfile()
    assert profile.rates(MONDAY) is None
    assert profile.k == 25
    profile.learn(MONDAY, by_slot([600.0]), OPEN_MIN)
    assert profile.rates(TUESDAY) is not None
    assert profile.rates(SATURDAY) is None
    assert profile.days(TUESDAY) == 1
    assert profile.days(SATURDAY) == 0


def test_the_profile_comes_nearer_to_the_truth_with_every_week() -> None:
    true = two_peaks(0.3)
    errors = {n: mean(error(rates_of(learned(random.Random(s), n, true), MONDAY), true) for s in range(5)) for n in
              (1, 5, 20, 60)}  # fmt: skip
    assert errors[1] > errors[5] > errors[20] > errors[60]
    assert errors[60] < 0.09


def test_few_days_are_smoothed_across_neighbouring_slots() -> None:
    profile = DayProfile()
    profile.learn(MONDAY, by_slot([602.0, 603.0, 604.0]), OPEN_MIN)
    found = rates_of(profile, MONDAY)
    assert found[39] > 0.03  # nobody came in the quarter before, but it is likely that somebody will
    assert 0.1 > found[40] > found[39] == pytest.approx(found[41])
    assert 0 < found[50] < 0.002


def test_a_busy_monday_does_not_make_tuesdays_busy() -> None:
    draw, profile, true = random.Random(4), DayProfile(), two_peaks(0.3)
    for day in working_days(60):
        profile.learn(day, by_slot(arrivals(draw, true, 1.5 if day.weekday() == 0 else 1.0)), OPEN_MIN)
    monday, tuesday = (sum(rates_of(profile, day)) for day in (MONDAY, TUESDAY))
    assert monday / tuesday == pytest.approx(1.5, rel=0.12)
    assert error(rates_of(profile, TUESDAY), true) < 0.15


def test_a_year_follows_a_branch_that_has_changed() -> None:
    profile, days = DayProfile(), working_days(250)
    for index, day in enumerate(days):
        profile.learn(day, [0.0 if not open_min else 3.0 if index < 130 else 6.0 for open_min in OPEN_MIN], OPEN_MIN)
    assert rates_of(profile, MONDAY)[40] == pytest.approx(6 / 15, rel=0.15)


def test_what_is_kept_of_days_does_not_grow_and_each_is_learned_once_only() -> None:
    profile = learned(random.Random(1), 5, two_peaks(0.1))
    before = [len(kind.arrivals) + len(kind.minutes) for pool in profile._pools for kind in pool.kinds.values()]
    for day in working_days(60)[5:]:
        profile.learn(day, [0.0] * SLOTS, OPEN_MIN)
    after = [len(kind.arrivals) + len(kind.minutes) for pool in profile._pools for kind in pool.kinds.values()]
    assert after == before


@pytest.mark.parametrize("k", [8.0, 25.0, 100.0])
def test_how_far_days_differ_is_found_from_their_totals(k: float) -> None:
    true = two_peaks(0.4)
    found = mean(1 / learned(random.Random(seed), 60, true, k).k for seed in range(6))
    assert found == pytest.approx(1 / k, rel=0.4, abs=0.006)


def test_days_that_are_all_alike_still_leave_room_for_another_kind_of_day() -> None:
    assert 60 < learned(random.Random(3), 100, two_peaks(0.4)).k <= 200


def test_half_a_day_is_no_quiet_day() -> None:
    profile, morning = DayProfile(), [minutes if slot < 48 else 0.0 for slot, minutes in enumerate(OPEN_MIN)]
    for day in working_days(10):
        profile.learn(day, [3.0 if minutes else 0.0 for minutes in morning], morning)
    found = rates_of(profile, MONDAY)
    assert found[40] == pytest.approx(0.2)
    assert found[60] == pytest.approx(0.2)  # nobody has seen an afternoon: it is taken for an average time


def test_a_day_of_a_few_minutes_teaches_nothing_however_many_came() -> None:
    profile, minute = DayProfile(), [0.04 if slot == 40 else 0.0 for slot in range(SLOTS)]
    profile.learn(MONDAY, [0.0] * SLOTS, [0.0] * SLOTS)
    profile.learn(TUESDAY, [3.0 if open_min else 0.0 for open_min in minute], minute)
    assert profile.rates(MONDAY) is None


@pytest.mark.parametrize("length", [0, 34, 97])
def test_a_day_of_another_length_is_refused_in_words(length: int) -> None:
    with pytest.raises(ValueError, match="a day has 96 slots"):
        DayProfile().learn(MONDAY, [0.0] * length, OPEN_MIN)


def test_profile_times_multiplier_foretells_the_next_hour_better_than_either_alone() -> None:
    """Days of the same shape whose level differs by a fifth, forty of them learned."""
    draw, true = random.Random(8), two_peaks(0.35)
    profile = learned(draw, 40, true, 25.0)
    errors: dict[str, list[float]] = {"both": [], "profile": [], "rate": []}
    for _ in range(40):
        expected = rates_of(profile, MONDAY)
        both, rate = record_of(expected, profile.k), record_of([0.35] * SLOTS, None, 0.35)
        times = arrivals(draw, true, draw.gammavariate(25.0, 1 / 25.0))
        for now in (600.0, 660.0, 720.0, 840.0, 900.0):
            for record in (both, rate):
                for at in times:
                    if record.counted.clock < at <= now:
                        record.add(at, "cash")
            came = sum(now < at <= now + 60 for at in times)
            later = both.at(now)
            foretold = {
                "both": sum(later.ahead(now, 12, 5.0)) * 5 * later.multiplier().mean,
                "profile": later.rates.expected(now, now + 60),
                "rate": 60 * rate.at(now).rate().mean,
            }
            for name, found in foretold.items():
                errors[name].append((came - found) ** 2)
    assert mean(errors["both"]) < 0.93 * mean(errors["profile"])
    assert mean(errors["both"]) < 0.75 * mean(errors["rate"])


def test_the_interval_of_the_rate_covers_the_truth_as_often_as_it_says() -> None:
    draw, true, covered, days = random.Random(12), two_peaks(0.3), 0, 120
    for _ in range(days):
        times = draw.gammavariate(20.0, 1 / 20.0)
        record = record_of(true, 20.0)
        for at in arrivals(draw, true, times):
            if at < 690:
                record.add(at, "cash")
        low, high = record.at(690.0).rate().interval(0.8)
        covered += low <= true[46] * times <= high
    assert 0.7 < covered / days < 0.9


def test_what_is_expected_adds_up_over_any_stretch_and_only_while_the_doors_are_open() -> None:
    rates = DayRates(Hours(MONDAY, 0.0, OPENS, CLOSES), two_peaks(0.2))
    whole = rates.expected(0.0, 2000.0)
    assert whole == pytest.approx(0.2 * (510 + 60 * 0.7 + 60 * 0.5))
    assert sum(rates.expected(t, t + 7.3) for t in [7.3 * i for i in range(200)]) == pytest.approx(whole)
    assert sum(minutes * rate for minutes, rate in rates.pieces(0.0, 2000.0)) == pytest.approx(whole)
    assert sum(n for _, n in rates.slots()) == pytest.approx(whole)
    assert rates.expected(CLOSES, 2000.0) == rates.expected(0.0, OPENS) == 0
    assert rates.at(0.0) == rates.at(OPENS) == pytest.approx(0.2)
    assert rates.at(690.0) == pytest.approx(0.34)
    assert rates.at(2000.0) == pytest.approx(0.2)  # the last open minute's, not the closed evening's


def test_on_a_day_that_is_no_open_day_the_doors_stay_shut() -> None:
    hours = hours_of(replace(branch(), open_days=(0, 1, 2, 3, 4)), SATURDAY)
    assert hours.opens == hours.closes
    assert not any(hours.open_minutes(0.0, 1e12))
    assert DayRates(hours, two_peaks(0.2)).slots() == []


def test_slots_are_counted_on_the_branchs_own_clock() -> None:
    hours = hours_of(branch(), MONDAY)
    assert hours.slot(hours.opens) == 34
    assert sum(hours.open_minutes(hours.opens + 5, hours.closes)) == pytest.approx(505)
