"""Waits by class: laws of conservation, exact formulas of one counter, and a simulation where nothing is exact."""

import heapq
import math
import random
from collections import deque
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.advisor.priority import priority_waits
from server.advisor.priority_chain import two_classes
from server.advisor.queue_model import mms

loads = st.lists(st.floats(0.02, 1), min_size=1, max_size=5)
counters = st.integers(1, 12)
rates = st.floats(0.1, 10)
quick = settings(max_examples=60, deadline=None)
few = settings(max_examples=15, deadline=None)


def arrivals_for(shares: Sequence[float], mus: Sequence[float], s: int, rho: float) -> list[float]:
    """Arrival rates with loads in these shares, together `rho` of s counters."""
    return [share / math.fsum(shares) * rho * s * mu for share, mu in zip(shares, mus, strict=True)]


@quick
@given(loads, rates, counters, st.floats(0.05, 0.999))
def test_priorities_move_waits_and_do_not_make_any(shares: list[float], mu: float, s: int, rho: float) -> None:
    lams = arrivals_for(shares, [mu] * len(shares), s, rho)
    found, fcfs = priority_waits(lams, mu, s), mms(math.fsum(lams), mu, s)
    assert math.fsum(found.lq) == pytest.approx(fcfs.lq, rel=1e-9)
    assert all(low >= high for high, low in pairwise(found))
    assert (found.rung, found.stable) == ("cobham", True)


@quick
@given(loads, rates, counters, st.floats(0.05, 0.99), st.floats(1e-3, 1e3))
def test_the_unit_of_time_changes_nothing(shares: list[float], mu: float, s: int, rho: float, unit: float) -> None:
    lams = arrivals_for(shares, [mu] * len(shares), s, rho)
    one, other = priority_waits(lams, mu, s), priority_waits([lam * unit for lam in lams], mu * unit, s)
    assert [wait * unit for wait in other] == pytest.approx(list(one), rel=1e-8)


@few
@given(st.floats(0.1, 0.9), rates, st.integers(1, 8), st.floats(0.05, 0.99))
def test_the_chain_at_equal_rates_is_cobhams_formula(share: float, mu: float, s: int, rho: float) -> None:
    high, low = arrivals_for([share, 1 - share], [mu, mu], s, rho)
    chain, formula = two_classes((high, low), (mu, mu), s), priority_waits([high, low], mu, s)
    assert (chain.high, chain.low) == pytest.approx(formula.lq, rel=1e-8)
    assert (chain.p_wait, chain.w0) == pytest.approx((formula.p_wait, formula.w0), rel=1e-8)


@few
@given(st.lists(st.floats(0.02, 1), min_size=2, max_size=4), st.integers(0, 1000), st.floats(0.05, 0.97))
def test_at_one_counter_all_is_exact(shares: list[float], seed: int, rho: float) -> None:
    draw = random.Random(seed)
    mus = [draw.uniform(0.1, 1) for _ in shares]
    lams = arrivals_for(shares, mus, 1, rho)
    residual, left, want = math.fsum(lam / mu**2 for lam, mu in zip(lams, mus, strict=True)), 1.0, []
    for lam, mu in zip(lams, mus, strict=True):
        above, left = left, left - lam / mu
        want.append(residual / above / left)
    found = priority_waits(lams, mus, 1)
    assert list(found) == pytest.approx(want, rel=1e-7)
    assert found.rung == ("chain" if len(shares) == 2 else "merged")


@few
@given(st.floats(0.1, 0.9), rates, rates, st.integers(1, 6), st.floats(0.1, 0.95))
def test_at_unequal_rates_too_the_unit_of_time_changes_nothing(
    share: float, fast: float, slow: float, s: int, rho: float
) -> None:
    lams = arrivals_for([share, 1 - share], [fast, slow], s, rho)
    one = two_classes((lams[0], lams[1]), (fast, slow), s)
    other = two_classes((lams[0] * 60, lams[1] * 60), (fast * 60, slow * 60), s)
    assert (other.high, other.low, other.p_wait) == pytest.approx((one.high, one.low, one.p_wait), rel=1e-7)


@pytest.mark.parametrize("idle", [1e-4, 3.1e-5, 2.9e-5, 1e-6, 1e-8])
def test_the_chain_holds_near_full_load(idle: float) -> None:
    lams = (4 * (1 - idle), 6 * (1 - idle))
    chain, formula = two_classes(lams, (1.0, 1.0), 10), priority_waits(lams, 1.0, 10)
    assert (chain.high, chain.low) == pytest.approx(formula.lq, rel=3e-7)


def test_the_classes_that_the_counters_keep_up_with_have_finite_waits_whatever_comes_below() -> None:
    for mus in (0.1, (0.1, 0.2, 0.2)):
        found = priority_waits([0.2, 0.3, 0.5], mus, 4)
        assert found.wq[0] < math.inf
        assert not found.stable
        assert found.p_wait == 1.0
        assert found.wq[2] == found.lq[2] == math.inf
    full = priority_waits([0.2, 0.4], [0.1, 0.2], 4)
    assert (full.wq[1], full.p_wait, full.rung) == (math.inf, 1.0, "chain")
    # The low queue is never empty, so that it hardly matters how much fuller it might be.
    assert full.wq[0] == pytest.approx(priority_waits([0.2, 0.4 * (1 - 1e-4)], [0.1, 0.2], 4).wq[0], rel=1e-3)
    hopeless = priority_waits([0.5, 0.1], [0.1, 0.2], 4)
    assert list(hopeless) == [math.inf, math.inf]


def test_nobody_of_a_class_has_the_wait_that_somebody_would_have() -> None:
    alone = mms(0.2, 0.1, 3)
    first = priority_waits([0.0, 0.2], [0.05, 0.1], 3)
    assert first.wq[0] == pytest.approx(alone.p_wait / (3 * 0.1))
    assert first.lq[0] == 0.0
    assert priority_waits([0.2, 0.0], [0.1, 0.05], 3).wq[0] == pytest.approx(alone.wq)
    assert list(priority_waits([0.0, 0.0], [0.1, 0.2], 3)) == [0.0, 0.0]
    among_three = priority_waits([0.1, 0.0, 0.2], [0.1, 0.3, 0.2], 3)
    pair = priority_waits([0.1, 0.2], [0.1, 0.2], 3)
    assert [among_three[0], among_three[2]] == pytest.approx(list(pair), rel=0.03)
    assert (among_three.lq[1], among_three.rung) == (0.0, "merged")


def test_the_answer_reads_as_the_waits_themselves() -> None:
    found = priority_waits([0.1, 0.2], 0.1, 4)
    assert (len(found), tuple(found), found[-1], found[:1]) == (2, found.wq, found.wq[1], found.wq[:1])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (([], 0.1, 3), "every class needs two rates; got 0 of arrivals, 0 of services"),
        (([0.1, 0.2], [0.1], 3), "every class needs two rates; got 2 of arrivals, 1 of services"),
        (([0.1, -0.2], 0.1, 3), "arrival_rates must be a finite number, zero or more; got -0.2"),
        (([0.1, 0.2], [0.1, 0.0], 3), "service_rates must be a finite number, more than zero"),
        (([0.1], 0.1, 0), "servers must be at least 1"),
    ],
)
def test_impossible_figures_are_refused_in_words(arguments: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        priority_waits(*arguments)


def simulated(lams: Sequence[float], mus: Sequence[float], s: int, customers: int, seed: int) -> list[float]:
    """Mean waits by class of so many customers."""
    draw = random.Random(seed)
    coming = [(draw.expovariate(lam), k) for k, lam in enumerate(lams)]
    ends: list[float] = []
    lines: list[deque[float]] = [deque() for _ in lams]
    waits: list[list[float]] = [[] for _ in lams]
    for _ in range(customers):
        now, k = heapq.heappop(coming)
        heapq.heappush(coming, (now + draw.expovariate(lams[k]), k))
        while ends and (ends[0] <= now):
            end = heapq.heappop(ends)
            line = next((line for line in enumerate(lines) if line[1]), None)
            if line is not None:
                waits[line[0]].append(end - line[1].popleft())
                heapq.heappush(ends, end + draw.expovariate(mus[line[0]]))
        if len(ends) < s:
            waits[k].append(0.0)
            heapq.heappush(ends, now + draw.expovariate(mus[k]))
        else:
            lines[k].append(now)
    return [math.fsum(each) / len(each) for each in waits]


@pytest.mark.parametrize(
    ("lams", "mus", "s"),
    [((0.1, 0.2, 0.1), (0.1, 0.3, 0.1), 3), ((0.1, 0.1, 0.1, 0.1), (0.2, 0.1, 0.2, 0.1), 4)],
)
def test_merged_classes_wait_about_as_long_as_simulated_ones(
    lams: tuple[float, ...], mus: tuple[float, ...], s: int
) -> None:
    found = priority_waits(lams, mus, s)
    assert found.rung == "merged"
    assert list(found) == pytest.approx(simulated(lams, mus, s, 150_000, 11), rel=0.12)
