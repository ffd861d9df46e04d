"""Figures printed in books and in the source, with their place, and proof that wrong formulas are caught."""

import math
from collections.abc import Callable
from dataclasses import replace

import pytest

from server.advisor.queue_model import QueueMeasures, erlang_b, mms, optimal_servers
from tests.advisor.reference import OWN_CASES, as_printed, differences

HILLIER = "Hillier & Lieberman, Introduction to Operations Research, 8th ed., ch. 17, County Hospital"
GROSS = "Gross & Harris, Fundamentals of Queueing Theory, 3rd ed., sec. 2.3, eye clinic"
STEVENSON = "Stevenson, Operations Management, mechanics at the parts counter"
WINSTON = "Winston, Operations Research, sec. 20.6, bank staffing on Fridays"
TAHA = "Taha, Operations Research, ch. 18, tool crib"


@pytest.mark.parametrize(
    ("lam", "mu", "s", "measure", "printed", "book"),
    [
        (2, 3, 1, "lq", 4 / 3, HILLIER),
        (2, 3, 1, "wq", 2 / 3, HILLIER),
        (2, 3, 1, "w", 1, HILLIER),
        (2, 3, 1, "p_wait", 0.667, HILLIER),
        (2, 3, 2, "p0", 0.5, HILLIER),
        (2, 3, 2, "lq", 0.083, HILLIER),
        (6, 3, 3, "p0", 1 / 9, GROSS),
        (6, 3, 3, "lq", 0.889, GROSS),
        (6, 3, 3, "l", 2.889, GROSS),
        (40, 20, 3, "l", 2.889, STEVENSON),
        (2, 0.5, 5, "p_wait", 0.55, WINSTON),
        (2, 0.5, 5, "wq", 1.1, WINSTON),
        (17.5, 10, 2, "l", 7.467, TAHA),
        (17.5, 10, 3, "l", 2.217, TAHA),
        (17.5, 10, 4, "l", 1.842, TAHA),
    ],
)
def test_measures_are_those_printed_in_the_book(
    lam: float, mu: float, s: int, measure: str, printed: float, book: str
) -> None:
    # Books carry rounded figures on: half a unit of the last digit, or a thousandth.
    got = getattr(mms(lam, mu, s), measure)
    assert as_printed(got, printed) or as_printed(got, printed, 1e-3), book


def test_the_tool_crib_of_taha_needs_four_clerks() -> None:
    assert optimal_servers(17.5, 10, 12, 50, max_servers=20).servers == 4


MU = 0.1  # the source's branch: ten minutes a customer
LAM = 0.2523  # customers a minute, the rate at which three ordinary counters give its mean wait


def test_the_sources_branch_waits_15_minutes_at_three_counters_and_2_2_at_four() -> None:
    assert as_printed(mms(LAM, MU, 3).wq, 15, 1e-3)
    assert as_printed(mms(LAM, MU, 3).rho, 0.841)
    assert as_printed(mms(LAM, MU, 4).wq, 2.2)
    assert math.isclose(mms(0.2523175591032754, MU, 3).wq, 15.0, rel_tol=1e-12)


@pytest.mark.parametrize("ratio", [0.43, 0.5, 0.8, 1.0, 1.5, 2.0, 2.5, 3.0, 3.2])
@pytest.mark.parametrize("unit", [1.0, 60.0, 41.5])
def test_the_sources_branch_should_open_four_counters_at_any_cost_ratio_from_0_43_to_3_2(
    ratio: float, unit: float
) -> None:
    assert optimal_servers(LAM, MU, ratio * unit, unit, max_servers=8).servers == 4


def test_the_sources_four_counters_hold_between_the_exact_bounds_and_not_beyond() -> None:
    lam = 0.2523175591032754  # the rate that gives 15 minutes exactly
    low, high = 0.42290315363009284, 3.2248617660516805
    best = [
        optimal_servers(lam, MU, ratio, 1, max_servers=8).servers
        for ratio in (low * (1 - 1e-6), low * (1 + 1e-6), high * (1 - 1e-6), high * (1 + 1e-6))
    ]
    assert best == [5, 4, 4, 3]


def erlang_b_for_c(lam: float, mu: float, s: int) -> QueueMeasures:
    right = mms(lam, mu, s)
    return replace(right, p_wait=erlang_b(s, right.offered_load))


def wait_for_sojourn(lam: float, mu: float, s: int) -> QueueMeasures:
    right = mms(lam, mu, s)
    return replace(right, w=right.wq)


def queue_without_those_in_service(lam: float, mu: float, s: int) -> QueueMeasures:
    right = mms(lam, mu, s)
    return replace(right, l=right.lq)


def factorials_in_floats(lam: float, mu: float, s: int) -> QueueMeasures:
    right, a = mms(lam, mu, s), lam / mu
    last = a**s / float(math.factorial(s)) / (1 - a / s)
    p0 = 1 / (sum(a**k / float(math.factorial(k)) for k in range(s)) + last)
    wq = p0 * last / (s * mu * (1 - a / s))
    return replace(right, p0=p0, p_wait=p0 * last, wq=wq, w=wq + 1 / mu, lq=lam * wq, l=lam * wq + a)


@pytest.mark.parametrize(
    "wrong", [erlang_b_for_c, wait_for_sojourn, queue_without_those_in_service, factorials_in_floats]
)
def test_the_comparison_catches_a_wrong_formula(wrong: Callable[[float, float, int], QueueMeasures]) -> None:
    assert any(differences(case, wrong) for case in OWN_CASES)
    assert not any(differences(case, mms) for case in OWN_CASES)
