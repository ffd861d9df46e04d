"""Services that are not exponential: exact queues where there are any, a simulation where there are none."""

import heapq
import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.advisor.general_service import general_service_wait
from server.advisor.queue_model import mms
from server.advisor.spread_factor import spread_factor

quick = settings(max_examples=60, deadline=None)
variations = st.floats(0, 10)


def wait_at_constant_service(rho: float, s: int) -> float:
    """Mean wait of M/D/s in services: who is present after one of them is who waited before it, and who came."""
    load, size = rho * s, math.ceil(s + 60 / (1 - rho) + 20 * math.sqrt(s))
    came = np.exp([n * math.log(load) - load - math.lgamma(n + 1) for n in range(size)])
    moves = np.zeros((size, size))
    for present in range(size):
        waiting = max(0, present - s)
        moves[present, waiting:] = came[: size - waiting]
        moves[present, -1] += 1 - moves[present].sum()
    system = moves.T - np.eye(size)
    system[-1] = 1.0
    chances = np.linalg.solve(system, np.eye(size)[-1])
    return float(np.maximum(np.arange(size) - s, 0) @ chances) / load


@pytest.mark.parametrize("rho", [0.5, 0.7, 0.9, 0.95])
@pytest.mark.parametrize("s", [1, 2, 4, 10])
def test_constant_service_is_within_one_per_cent_of_the_exact_queue(rho: float, s: int) -> None:
    found = general_service_wait(rho * s, 1.0, s, 0.0)
    assert found.wq == pytest.approx(wait_at_constant_service(rho, s), rel=0.01)


@pytest.mark.parametrize("rho", [0.1, 0.2, 0.3])
@pytest.mark.parametrize("s", [2, 4, 10])
def test_where_hardly_anybody_waits_constant_service_is_within_13_per_cent(rho: float, s: int) -> None:
    found = general_service_wait(rho * s, 1.0, s, 0.0)
    assert found.wq == pytest.approx(wait_at_constant_service(rho, s), rel=0.13)


def simulated(draw: Callable[[], float], s: int, rho: float, seed: int) -> float:
    """Mean wait of M/G/s in mean services: each customer takes the counter that is free first."""
    arrivals, now, total, customers = random.Random(seed), 0.0, 0.0, 200_000
    free = [0.0] * s
    for _ in range(customers):
        now += arrivals.expovariate(rho * s)
        begins = max(now, free[0])
        total += begins - now
        heapq.heapreplace(free, begins + draw())
    return total / customers


@pytest.mark.parametrize(("cv2", "tolerance"), [(0.5, 0.04), (2.5, 0.1)])
@pytest.mark.parametrize("s", [2, 6])
def test_waits_are_those_of_simulated_gamma_services(cv2: float, tolerance: float, s: int) -> None:
    services = random.Random(5)
    found = general_service_wait(0.8 * s, 1.0, s, cv2)
    drawn = simulated(lambda: services.gammavariate(1 / cv2, cv2), s, 0.8, 6)
    assert found.wq == pytest.approx(drawn, rel=tolerance)
    # The plain model would be off by a third and more.
    assert abs(mms(0.8 * s, 1.0, s).wq / drawn - 1) > 0.25


@quick
@given(st.floats(0.01, 0.99), variations)
def test_one_counter_is_pollaczek_and_khinchine(rho: float, cv2: float) -> None:
    found = general_service_wait(rho, 1.0, 1, cv2)
    assert found.wq == pytest.approx(rho * (1 + cv2) / 2 / (1 - rho), rel=1e-9)
    assert found.method == "pollaczek_khinchine"


@quick
@given(st.integers(1, 40), st.floats(0, 1))
def test_exponential_service_is_the_plain_model_and_either_side_joins_it(s: int, rho: float) -> None:
    assert spread_factor(s, rho, 1.0) == 1.0
    assert spread_factor(s, rho, 1 - 1e-9) == pytest.approx(1, abs=1e-7)
    assert spread_factor(s, rho, 1 + 1e-9) == pytest.approx(1, abs=1e-7)


@quick
@given(st.integers(1, 40), st.floats(0.01, 1), variations, variations)
def test_more_regular_service_makes_shorter_waits(s: int, rho: float, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert 0.5 - 1e-12 <= spread_factor(s, rho, low) <= spread_factor(s, rho, high) + 1e-12


@quick
@given(st.integers(1, 40), variations)
def test_near_full_load_any_number_of_counters_waits_as_one(s: int, cv2: float) -> None:
    assert spread_factor(s, 1.0, cv2) == pytest.approx((1 + cv2) / 2)
    assert spread_factor(s, 7.0, cv2) == pytest.approx((1 + cv2) / 2)


def test_littles_law_and_overload_hold() -> None:
    found = general_service_wait(0.3, 0.1, 4, 0.4)
    assert found.lq == pytest.approx(0.3 * found.wq)
    assert (found.method, general_service_wait(0.3, 0.1, 4, 1.4).method) == ("kimura", "whitt")
    assert general_service_wait(0.5, 0.1, 4, 0.4).wq == math.inf
    assert general_service_wait(0.0, 0.1, 4, 0.4).wq == general_service_wait(0.0, 0.1, 4, 4.0).lq == 0.0


@pytest.mark.parametrize("cv2", [-0.1, math.nan, math.inf])
def test_an_impossible_spread_is_refused_in_words(cv2: Any) -> None:
    with pytest.raises(ValueError, match="cv2 must be a finite number, zero or more"):
        general_service_wait(0.3, 0.1, 4, cv2)
