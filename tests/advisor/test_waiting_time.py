"""The wait that is promised: the right quantiles, no promise where none is honest, and no time lost on it."""

import random
import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammaincinv

from server.advisor.waiting_time import WaitQuote, quote


@pytest.mark.parametrize("ahead", [0, 1, 2, 5, 19, 60, 199, 200, 400, 3000])
def test_the_promise_is_the_erlang_quantile(ahead: int) -> None:
    found = quote(ahead, 3, 8.0)
    assert found is not None
    relative = 1e-12 if ahead < 200 else 1e-5
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
    assert here.p50 < behind.p50
    assert here.p90 < behind.p90


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


def test_a_promise_takes_less_than_30_microseconds() -> None:
    quickest = min(timeit.repeat(lambda: quote(12, 4, 8.0), number=1000, repeat=5)) / 1000
    assert quickest < 30e-6
