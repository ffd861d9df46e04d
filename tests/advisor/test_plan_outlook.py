"""The lines on the manager's screen: against simulated days, and what must hold of any band."""

from itertools import pairwise
from random import Random
from statistics import fmean, stdev

import pytest

from server.advisor.control import Limits, plan
from server.advisor.plan_outlook import outlook
from server.advisor.simulation.class_day import simulate_class_day
from server.advisor.simulation.draw import draw_customers
from tests.advisor.situations import COSTS, LIMITS, SPAN, STEP_MIN, guessed, known, planned


def test_the_line_is_the_mean_queue_of_simulated_days() -> None:
    forecast = known(3.4)
    here = plan(0, 4, forecast, COSTS, LIMITS, span=SPAN).situation
    shown = outlook(here, 4, minutes=16 * STEP_MIN, every=4 * STEP_MIN)
    rate, closes = forecast.arrival_rates[0], 16 * STEP_MIN
    queues: list[list[int]] = [[] for _ in range(4)]
    for day in range(600):
        customers = draw_customers(Random(day), [rate], closes + 1, 10.0)
        trace = simulate_class_day(
            customers, 4, start_open=4, closes=closes + 1, review=4 * STEP_MIN, trace=True
        ).trace
        for at, (_, present, _) in enumerate(trace[1:5]):
            queues[at].append(max(0, present - 4))
    for found, mean in zip(queues, shown.waiting.mean, strict=True):
        assert abs(fmean(found) - mean) < 4 * stdev(found) / len(found) ** 0.5


def test_more_counters_shorten_the_queue_and_the_band_holds_the_mean() -> None:
    here = planned(9, 3, guessed(2.8)).situation
    stay, change = outlook(here, 3), outlook(here, 4)
    assert stay.minutes == tuple(float(minute) for minute in range(5, 95, 5))
    for band in (stay.waiting, stay.wait, change.waiting, change.wait):
        assert all(low <= high for low, high in zip(band.p10, band.p90, strict=True))
        assert all(low <= mean <= high for low, mean, high in zip(band.p10, band.mean, band.p90, strict=True))
    assert all(less < more for less, more in zip(change.waiting.mean, stay.waiting.mean, strict=True))
    assert all(less < more for less, more in zip(change.wait.mean, stay.wait.mean, strict=True))


def test_the_less_is_known_the_wider_the_band() -> None:
    sure, unsure = (
        outlook(planned(9, 3, forecast).situation, 3, draws=12)
        for forecast in (guessed(2.8, days=900.0, services=900.0), guessed(2.8, days=6.0, services=10.0))
    )
    assert sure.waiting.p90[-1] - sure.waiting.p10[-1] < unsure.waiting.p90[-1] - unsure.waiting.p10[-1]


def test_a_schedule_may_change_the_counters_on_its_way() -> None:
    here = planned(9, 3, guessed(2.8)).situation
    shown = outlook(here, [3, 3, 3, 5])
    assert shown.counters == (3, 3, 3) + (5,) * 15
    kept = outlook(here, 3)
    assert shown.waiting.mean[2] == pytest.approx(kept.waiting.mean[2])
    assert shown.waiting.mean[5] < kept.waiting.mean[5]
    assert all(later < earlier for earlier, later in pairwise(shown.wait.mean[3:8]))


def test_where_nobody_comes_the_queue_only_shrinks() -> None:
    here = planned(12, 3, known(1.0, ends_after_min=0.0)).situation
    shown = outlook(here, 3)
    assert all(later <= earlier for earlier, later in pairwise(shown.waiting.mean))
    assert shown.waiting.mean[-1] < 0.2


def test_a_great_crowd_has_its_line_too() -> None:
    shown = outlook(planned(400, 3, guessed(2.0)).situation, 3)
    assert shown.waiting.mean[0] == pytest.approx(397, rel=0.03)
    assert shown.wait.mean[0] == pytest.approx(397 / 3 * 10, rel=0.06)


@pytest.mark.parametrize("counters", [0, 6, [3, 9], []])
def test_counters_out_of_bounds_are_refused_in_words(counters: int | list[int]) -> None:
    here = plan(4, 3, guessed(2.0), COSTS, Limits(1, 5)).situation
    with pytest.raises(ValueError, match="counters must lie between 1 and 5"):
        outlook(here, counters)
