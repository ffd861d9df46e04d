"""Rushes and lulls: found soon, told from when on, over when they are over, and seldom seen where there is none."""

import random
from collections.abc import Sequence
from statistics import mean, median

import pytest

from server.advisor.arrival_record import ArrivalRecord
from server.advisor.rush import Rush
from tests.advisor.arrivals import CLOSES, arrivals, record_of, two_peaks


def told(record: ArrivalRecord, times: Sequence[float]) -> list[tuple[float, Rush]]:
    """Every rush or lull that was told of: (when it was first said, what)."""
    found, last = [], None
    for now in [*times, CLOSES]:
        if now < CLOSES:
            record.add(now, "cash")
        rush = record.rush if now < CLOSES else record.at(now).rush
        if rush is not None and last is None:
            found.append((now, rush))
        last = rush
    return found


@pytest.mark.parametrize("k", [20.0, 150.0])
def test_a_branch_of_four_classes_hears_about_one_false_alarm_in_twenty_days(k: float) -> None:
    """Days whose level differs as much as their profile says, with the study's peaks, but without a rush."""
    draw, days, alarms = random.Random(5), 60, 0
    for usual in (0.25, 0.12, 0.08, 0.05):
        rates = two_peaks(usual)
        for _ in range(days):
            alarms += len(told(record_of(rates, k), arrivals(draw, rates, draw.gammavariate(k, 1 / k))))
    # Three are expected; more than eight come by chance in 4 of 1000 series.
    assert alarms <= 8


def test_a_rush_is_found_within_the_hour_and_its_beginning_is_told() -> None:
    draw, rates = random.Random(6), two_peaks(0.3)
    delays, misses, begins, factors = [], 0, [], []
    for _ in range(30):
        found = told(record_of(rates, 100.0), arrivals(draw, rates, rush=(735.0, 855.0, 3.0)))
        rushes = [(at, rush) for at, rush in found if 735 <= at < 855]
        misses += not rushes
        for at, rush in rushes[:1]:
            delays.append(at - 735)
            begins.append(rush.since)
            factors.append(rush.factor)
            assert rush.kind == "rush"
            assert rush.as_dict()["since"].startswith("1970-01-01T")
    assert misses <= 1
    assert median(delays) < 45
    assert abs(median(begins) - 735) < 15
    assert 1.8 < mean(factors) < 3.5


def test_a_lull_is_found() -> None:
    draw, rates, found = random.Random(7), two_peaks(0.4), 0
    for _ in range(20):
        alarms = told(record_of(rates, 100.0), arrivals(draw, rates, rush=(720.0, CLOSES, 0.25)))
        found += any(at >= 720 and rush.kind == "lull" and rush.factor < 0.6 for at, rush in alarms)
    assert found >= 19


def test_a_rush_is_over_within_two_hours_of_its_end_and_says_nothing_of_the_day() -> None:
    draw, rates, over, levels = random.Random(8), two_peaks(0.4), 0, []
    for _ in range(20):
        record = record_of(rates, 50.0)
        for now in arrivals(draw, rates, rush=(570.0, 650.0, 3.0)):
            record.add(now, "cash")
        later = record.at(780.0)
        over += later.rush is None
        levels.append(later.multiplier().mean)
    assert over >= 19
    assert mean(levels) == pytest.approx(1.0, abs=0.12)


def test_while_a_rush_is_on_the_rate_follows_it_and_the_forecast_lets_it_pass() -> None:
    draw, rates = random.Random(9), two_peaks(0.4)
    quick, next_hour, last_hour = [], [], []
    for _ in range(20):
        record = record_of(rates, 100.0)
        for now in arrivals(draw, rates, rush=(735.0, 800.0, 3.0)):
            if now < 800:
                record.add(now, "cash")
        here = record.at(800.0)
        if here.rush is None:
            continue
        quick.append(here.rate().mean / 0.4)
        ahead = [rate * here.multiplier().mean for rate in here.ahead(800.0, 40, 5.0)]
        next_hour.append(mean(ahead[:12]) / 0.4)
        last_hour.append(mean(ahead[28:]) / mean(rates[62:67]))
    assert len(quick) >= 18
    assert 2.3 < mean(quick) < 3.3
    assert 1.5 < mean(next_hour) < mean(quick)
    assert 1.0 < mean(last_hour) < 1.5


def test_a_day_that_is_busy_from_the_first_minute_is_no_rush() -> None:
    draw, rates, alarms = random.Random(10), two_peaks(0.3), 0
    for _ in range(30):
        alarms += len(told(record_of(rates, 20.0), arrivals(draw, rates, 1.35)))
    assert alarms <= 2


def test_without_history_a_change_of_pace_is_noticed_too() -> None:
    flat = [0.4] * 96
    draw, found = random.Random(11), 0
    for _ in range(20):
        times = arrivals(draw, flat, rush=(720.0, CLOSES, 4.0))
        found += any(at > 720 and rush.kind == "rush" for at, rush in told(record_of(flat, None, 0.4), times))
    assert found >= 15


def test_what_is_told_does_not_depend_on_how_often_one_asks() -> None:
    times = arrivals(random.Random(12), two_peaks(0.4), rush=(700.0, 800.0, 3.0))
    quiet, asked = record_of(two_peaks(0.4), 50.0), record_of(two_peaks(0.4), 50.0)
    for now in times:
        quiet.add(now, "cash")
        asked.add(now, "cash")
        for minutes in (0.0, 1.0, 300.0):
            asked.at(now + minutes)
    assert asked.rush == quiet.rush
    assert asked.rate() == quiet.rate()
    assert asked.ahead(times[-1], 10, 5.0) == quiet.ahead(times[-1], 10, 5.0)
