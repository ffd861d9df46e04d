"""Customers who give up: limits in which the formula is known, laws that always hold, and extremes."""

import math
from dataclasses import astuple
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.advisor import abandonment
from server.advisor.abandonment import AbandonmentMeasures, erlang_a
from server.advisor.queue_model import mms

rates = st.floats(1e-3, 20)
patience = st.floats(1e-4, 100)
counters = st.integers(1, 30)
quick = settings(max_examples=60, deadline=None)


def figures(found: AbandonmentMeasures) -> list[float]:
    return [found.p0, found.p_wait, found.p_abandon, found.lq, found.l, found.wq, found.wq_served, found.utilization]


@quick
@given(st.floats(0.0, 0.99), rates, counters)
def test_without_impatience_it_is_the_plain_queue(rho: float, mu: float, s: int) -> None:
    found, plain = erlang_a(rho * s * mu, mu, 0.0, s), mms(rho * s * mu, mu, s)
    assert (found.p0, found.p_wait, found.p_abandon) == pytest.approx((plain.p0, plain.p_wait, 0.0), rel=1e-9)
    assert (found.lq, found.l, found.wq) == pytest.approx((plain.lq, plain.l, plain.wq), rel=1e-9)
    assert (found.wq_served, found.utilization) == pytest.approx((plain.wq, plain.rho), rel=1e-9)


def test_without_impatience_an_overloaded_queue_grows_for_ever() -> None:
    found = erlang_a(0.5, 0.1, 0.0, 4)
    assert (found.p_wait, found.p_abandon, found.utilization) == (1.0, 0.0, 1.0)
    assert found.lq == found.l == found.wq == found.wq_served == math.inf


@quick
@given(rates, rates, counters)
def test_who_leaves_as_fast_as_others_are_served_makes_a_hall_of_endless_counters(
    lam: float, mu: float, s: int
) -> None:
    found = erlang_a(lam, mu, mu, s)
    assert found.l == pytest.approx(lam / mu, rel=1e-9)
    assert found.p0 == pytest.approx(math.exp(-lam / mu), rel=1e-9)


@quick
@given(rates, rates, patience, counters)
def test_who_comes_is_served_or_leaves(lam: float, mu: float, theta: float, s: int) -> None:
    found = erlang_a(lam, mu, theta, s)
    assert lam * (1 - found.p_abandon) == pytest.approx(s * mu * found.utilization, rel=1e-9, abs=1e-9 * lam)
    assert theta * found.lq == pytest.approx(lam * found.p_abandon, rel=1e-9)
    assert found.lq == pytest.approx(lam * found.wq, rel=1e-12)
    assert found.l == pytest.approx(found.lq + s * found.utilization, rel=1e-9)
    assert 0 <= found.p_abandon <= found.p_wait <= 1


@quick
@given(rates, rates, patience, counters, st.floats(1.01, 10))
def test_more_patience_makes_longer_waits_and_fewer_leave(
    lam: float, mu: float, theta: float, s: int, more: float
) -> None:
    short, long = erlang_a(lam, mu, theta, s), erlang_a(lam, mu, theta / more, s)
    assert long.wq >= short.wq * (1 - 1e-12)
    assert long.p_abandon <= short.p_abandon * (1 + 1e-12)


@quick
@given(rates, rates, patience, counters, st.floats(1e-3, 1e3))
def test_the_unit_of_time_changes_nothing(lam: float, mu: float, theta: float, s: int, unit: float) -> None:
    one, other = erlang_a(lam, mu, theta, s), erlang_a(lam * unit, mu * unit, theta * unit, s)
    assert (other.p_wait, other.p_abandon, other.lq) == pytest.approx(
        (one.p_wait, one.p_abandon, one.lq), rel=1e-8, abs=1e-300
    )
    assert other.wq_served * unit == pytest.approx(one.wq_served, rel=1e-8, abs=1e-300)


@pytest.mark.parametrize("theta", [0.5, 1e-2, 1e-3, 1e-4])
@pytest.mark.parametrize("rho", [0.3, 0.95, 1.0, 1.05, 2.0])
@pytest.mark.parametrize("s", [1, 4, 50])
def test_sums_and_integrals_agree(theta: float, rho: float, s: int, monkeypatch: pytest.MonkeyPatch) -> None:
    summed = erlang_a(rho * s, 1.0, theta, s)
    monkeypatch.setattr(abandonment, "_TERMS", 0)
    assert figures(erlang_a(rho * s, 1.0, theta, s)) == pytest.approx(figures(summed), rel=1e-11)


def test_in_an_overloaded_hall_of_patient_people_the_surplus_leaves() -> None:
    # The queue is so long that the surplus leaves: fluid limits (Whitt 2004), whatever the size.
    for s, theta in ((1, 1e-12), (10, 1e-9), (10_000, 1e-3), (2, 1e-300)):
        found = erlang_a(1.5 * s, 1.0, theta, s)
        assert found.p_abandon == pytest.approx(1 / 3, rel=1e-9)
        assert found.lq == pytest.approx(0.5 * s / theta, rel=1e-9)
        assert found.wq_served == pytest.approx(math.log(1.5) / theta, rel=1e-4)


@pytest.mark.parametrize(
    ("lam", "mu", "theta", "s"),
    [
        (0.0, 1.0, 0.5, 3), (5e-324, 1.0, 0.5, 1), (1e-300, 1.0, 0.5, 3), (1.0, 1.0, 1e308, 2), (1.0, 1.0, 5e-324, 2),
        (2.0, 1.0, 1e-300, 2), (1e300, 1.0, 1.0, 2), (1e6, 1e-6, 1.0, 1), (1e5, 1.0, 1e-12, 100_000),
        (1e-5, 1.0, 0.5, 100_000), (1.0, 1.0, 1e-17, 1), (0.3, 0.1, 0.05, 1),
    ],
)  # fmt: skip
def test_no_size_overflows(lam: float, mu: float, theta: float, s: int) -> None:
    found = erlang_a(lam, mu, theta, s)
    assert all(math.isfinite(value) and value >= 0 for value in astuple(found))
    assert max(found.p0, found.p_wait, found.p_abandon, found.utilization) <= 1 + 1e-12


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((-0.1, 0.1, 0.1, 3), "arrival_rate must be a finite number, zero or more"),
        ((0.2, 0.0, 0.1, 3), "service_rate must be a finite number, more than zero"),
        ((0.2, 0.1, math.nan, 3), "abandonment_rate must be a finite number, zero or more; got nan"),
        ((0.2, 0.1, 0.1, 0), "servers must be at least 1; got 0"),
        ((1e300, 1e-300, 0.1, 1), "arrival_rate / service_rate must be a finite number"),
    ],
)
def test_impossible_figures_are_refused_in_words(arguments: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        erlang_a(*arguments)
