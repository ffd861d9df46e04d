"""What is expected of the next hours: a profile, a level that every step shares, and an end."""

import math

import pytest

from server.advisor.forecast import Forecast, forecast, level_forecast
from server.advisor.gamma_rate import GammaRate

SERVICE = GammaRate(30, 300)


def test_the_last_rate_goes_on_until_nobody_comes_any_more() -> None:
    found = Forecast(5.0, (0.2, 0.4), GammaRate(20, 20), SERVICE, ends_after_min=60.0)
    assert found.expected(5.0) == pytest.approx(1.0)
    assert found.expected(7.5) == pytest.approx(2.0)
    assert found.expected(30.0) == pytest.approx(1.0 + 25 * 0.4)
    assert found.expected(600.0) == found.expected(60.0) == pytest.approx(1.0 + 55 * 0.4)


def test_a_profile_is_read_from_now_on() -> None:
    found = forecast([0.1, 0.3, 0.5], 30.0, 20.0, k=25, seen=8, expected_so_far=2, service_rate=SERVICE, closes=90.0)
    assert found.arrival_rates[:4] == pytest.approx((0.1, 0.1, 0.3, 0.3))
    assert found.day_multiplier == GammaRate(33, 27)
    assert found.expected(40.0) == pytest.approx(10 * 0.1 + 30 * 0.3)
    assert found.expected(1000.0) == pytest.approx(10 * 0.1 + 30 * 0.3 + 30 * 0.5)
    assert found.ends_after_min == 70.0


def test_after_the_profile_its_last_slot_goes_on_and_after_closing_nobody_comes() -> None:
    late = forecast([0.1, 0.3], 30.0, 100.0, k=25, seen=0, expected_so_far=0, service_rate=SERVICE)
    assert late.expected(10.0) == pytest.approx(3.0)
    shut = forecast([0.1], 30.0, 40.0, k=25, seen=0, expected_so_far=0, service_rate=SERVICE, closes=30.0)
    assert shut.expected(60.0) == 0.0


def test_without_history_the_rate_of_late_goes_on_as_uncertain_as_it_is() -> None:
    found = level_forecast(GammaRate(6, 20), SERVICE, ends_after_min=100.0)
    assert found.expected(10.0) * found.day_multiplier.mean == pytest.approx(3.0)
    assert found.day_multiplier.interval(0.8)[1] == pytest.approx(GammaRate(6, 20).interval(0.8)[1] / 0.3)


def test_hindsight_adds_what_was_counted_to_what_was_known() -> None:
    before = Forecast(5.0, (0.4,), GammaRate(25, 25), SERVICE)
    after = before.after(60.0, 30, 12, 100.0)
    assert after.day_multiplier == GammaRate(55, 49)
    assert after.service_rate == GammaRate(42, 400)
    assert after.arrival_rates == before.arrival_rates


@pytest.mark.parametrize("rates", [(), (-0.1,), (math.nan,), (math.inf,)])
def test_impossible_rates_are_refused_in_words(rates: tuple[float, ...]) -> None:
    with pytest.raises(ValueError, match="arrival_rates must"):
        Forecast(5.0, rates, GammaRate(20, 20), SERVICE)
