"""The wait that is promised: the right quantiles, no promise where none is honest, and nothing worked out twice."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import betaincinv, gammaincinv

from server.advisor.turn import Turn
from server.advisor.waiting_time import WaitQuote, quantiles_of_shape, quote, quote_turn


@pytest.mark.parametrize("ahead", [0, 1, 2, 5, 19, 60, 199, 200, 400, 3000])
def test_the_promise_is_the_erlang_quantile(ahead: int) -> None:
    found = quote(ahead, 3, 8.0)
    assert found is not None
    relative = 1e-12 if ahead < 200 else 1e-5
    assert found.p10 == pytest.approx(gammaincinv(ahead + 1, 0.1) * 8 / 3, rel=relative)
    assert found.p50 == pytest.approx(gammaincinv(ahead + 1, 0.5) * 8 / 3, rel=relative)
    assert found.p90 == pytest.approx(gammaincinv(ahead + 1, 0.9) * 8 / 3, rel=relative)
    assert found.mean == pytest.approx((ahead + 1) * 8 / 3)


def test_half_wait_less_than_the_median_and_nine_tenths_less_than_the_ninth_decile() -> None:
    draw = random.Random(3)
    waits = [sum(draw.expovariate(4 / 8.0) for _ in range(7)) for _ in range(20_000)]
    found = quote(6, 4, 8.0)
    assert found is not None
    assert sum(wait <= found.p50 for wait in waits) / 20_000 == pytest.approx(0.5, abs=0.015)
    assert sum(wait <= found.p90 for wait in waits) / 20_000 == pytest.approx(0.9, abs=0.01)


def test_who_finds_a_free_counter_waits_not_at_all() -> None:
    assert quote(-1, 3, 8.0) == WaitQuote(0.0, 0.0, 0.0)


def test_no_counter_open_gives_no_promise() -> None:
    assert quote(0, 0, 8.0) is None
    assert quote(-1, 0, 8.0) is None


@given(st.integers(0, 2000), st.integers(1, 30), st.floats(0.1, 100))
def test_more_people_ahead_wait_longer_and_more_counters_shorten_it(ahead: int, servers: int, mean: float) -> None:
    here, behind = quote(ahead, servers, mean), quote(ahead + 1, servers, mean)
    faster = quote(ahead, servers + 1, mean)
    assert here is not None
    assert behind is not None
    assert faster is not None
    assert faster.p50 < here.p50 < here.p90
    assert here.p10 < here.p50
    assert here.p50 < behind.p50
    assert here.p90 < behind.p90


@pytest.mark.parametrize(("ahead", "services"), [(0, 3.0), (4, 12.5), (30, 60.0)])
def test_a_rate_that_is_little_known_gives_the_wait_of_its_whole_posterior(ahead: int, services: float) -> None:
    found = quote(ahead, 3, 8.0, services=services)
    assert found is not None
    for promised, probability in ((found.p10, 0.1), (found.p50, 0.5), (found.p90, 0.9)):
        part = betaincinv(ahead + 1, services, probability)
        assert promised == pytest.approx(part / (1 - part) * services * 8 / 3, rel=0.01)  # shapes are rounded
    assert found.mean == pytest.approx((ahead + 1) * 8 / 3 * services / (services - 1))


def test_a_mean_from_a_single_service_promises_no_mean_wait() -> None:
    found = quote(3, 2, 8.0, services=1.0)
    assert found is not None
    assert found.mean == math.inf
    assert found.p90 < math.inf


def ends_of_service(draw: random.Random, shape: float, counters: int, ends: int) -> float:
    """Time to that many ends at busy counters looked at in the midst of services: Gamma, mean 1."""
    times = []
    for _ in range(counters):
        # What is under way when somebody looks is longer than most, and they come anywhere in it.
        end = draw.gammavariate(shape + 1, 1 / shape) * draw.random()
        for _ in range(ends):
            times.append(end)
            end += draw.gammavariate(shape, 1 / shape)
    return sorted(times)[ends - 1]


@pytest.mark.parametrize("cv2", [0.25, 0.5, 2.0])
@pytest.mark.parametrize(("counters", "ends"), [(1, 3), (3, 1), (2, 6), (6, 4)])
def test_service_that_is_not_exponential_has_its_own_spread(cv2: float, counters: int, ends: int) -> None:
    draw = random.Random(17)
    waits = sorted(ends_of_service(draw, 1 / cv2, counters, ends) for _ in range(4000))
    found = quote(ends - 1, counters, 1.0, cv2=cv2)
    plain = quote(ends - 1, counters, 1.0)
    assert found is not None
    assert plain is not None
    most = 0.18 if ends < 3 else 0.08
    assert found.p50 == pytest.approx(waits[2000], rel=most)
    assert found.p90 == pytest.approx(waits[3600], rel=most)
    assert abs(found.p90 - waits[3600]) < abs(plain.p90 - waits[3600])


def test_who_overtakes_makes_the_wait_longer_and_less_certain() -> None:
    alone, endless = quote(5, 3, 8.0), quote(5, 3, 8.0, overtaking=0.1)
    first_minutes = quote(5, 3, 8.0, overtaking=0.1, head_start=5.0)
    assert alone is not None
    assert endless is not None
    assert first_minutes is not None
    assert endless.mean == pytest.approx(alone.mean / (1 - 0.1 * 8 / 3))
    assert first_minutes.mean == pytest.approx(alone.mean + 0.1 * 5 * 8 / 3)
    assert alone.p90 / alone.p50 < endless.p90 / endless.p50


def test_the_last_wait_pulls_the_promise_half_way() -> None:
    turn = Turn(6, 3, 3, 0.0)
    by_length, short = quote_turn(turn, 8.0, services=50), quote_turn(turn, 8.0, services=50, last_wait=4.0)
    same = quote_turn(turn, 8.0, services=50, last_wait=16.0)
    assert same.p50 == pytest.approx(by_length.p50)
    assert short.mean == pytest.approx((16 + 4) / 2 * 50 / 49)
    assert short.p50 < by_length.p50


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((1.5, 3, 8.0), "ahead must be a whole number"),
        ((1, -1, 8.0), "servers must be at least 0"),
        ((1, 3, float("nan")), "mean_service must be a finite number"),
    ],
)
def test_impossible_figures_are_refused_in_words(arguments: tuple[int, int, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        quote(*arguments)


def test_the_quantiles_of_a_place_are_worked_out_once() -> None:
    before = quantiles_of_shape.cache_info()
    for services in (20.0, 20.1, 20.2):
        quote(12, 4, 8.0, services=services)
        quote(12, 4, 9.0, services=services)
    after = quantiles_of_shape.cache_info()
    assert after.hits - before.hits >= 4
    assert after.misses - before.misses <= 2


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        ({"cv2": -0.1}, "cv2 must be a finite number"),
        ({"services": 0.0}, "services must be more than zero"),
        ({"services": math.nan}, "services must be more than zero"),
        ({"overtaking": math.inf}, "overtaking must be a finite number"),
        ({"head_start": -1.0}, "head_start must be zero or more"),
    ],
)
def test_impossible_measurements_are_refused_too(figures: dict[str, float], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        quote(1, 3, 8.0, **figures)
