"""The days that are played: the same for everybody, and like the source's branch."""

from dataclasses import replace
from statistics import fmean, stdev

import pytest

from server.backtest.scenario import RATES, SCENARIOS, SLOT_MIN, Scenario, draw_day

BASE = SCENARIOS[0]


def test_the_day_has_the_sources_hours_and_peaks() -> None:
    day = draw_day(BASE, 1, 0)
    assert (day.opens_min / 60, (day.opens_min + day.closes) / 60) == (8.5, 17.0)
    peaks = [8.5 + slot * SLOT_MIN / 60 for slot, rate in enumerate(RATES) if rate == max(RATES)]
    assert peaks == [11.0, 11.5, 14.5]


def test_a_day_is_the_same_whoever_draws_it_and_no_other_days() -> None:
    assert draw_day(BASE, 1, 3) == draw_day(BASE, 1, 3)
    assert draw_day(BASE, 1, 3).customers != draw_day(BASE, 1, 4).customers
    assert draw_day(BASE, 2, 3).customers != draw_day(BASE, 1, 3).customers


def test_scenarios_share_their_arrivals_and_what_is_believed_changes_no_customer() -> None:
    base = draw_day(BASE, 1, 3)
    for scenario in SCENARIOS:
        day = draw_day(scenario, 1, 3)
        assert (day.rates, day.customers.arrivals) == (base.rates, base.customers.arrivals)
    wrong = draw_day(replace(BASE, believed=1.2), 1, 3)
    assert wrong.customers == base.customers
    assert wrong.believed_min == pytest.approx(12.0)


def test_days_differ_in_level_as_much_as_they_should() -> None:
    levels = [draw_day(replace(BASE, history=0), 1, index).mean_rate / fmean(RATES) for index in range(400)]
    assert fmean(levels) == pytest.approx(1.0, abs=4 * 0.18 / 20)
    assert stdev(levels) == pytest.approx(0.18, rel=0.15)


def test_a_ticket_that_nobody_answers_occupies_its_counter_for_a_minute() -> None:
    assert Scenario("x", no_show_share=0.1).occupied_min == pytest.approx(9.1)


def test_the_days_before_are_the_same_weekday_and_end_before_it() -> None:
    day = draw_day(BASE, 1, 0)
    assert len(day.history) == 20
    assert all(when < day.on and when.weekday() == day.on.weekday() for when, _ in day.history)
    assert [when for when, _ in day.history] == sorted(when for when, _ in day.history)
    assert draw_day(SCENARIOS[-1], 1, 0).history == ()
