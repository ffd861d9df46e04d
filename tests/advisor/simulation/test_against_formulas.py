"""The simulation says what the formulas say wherever there is a formula, and a wrong one would be noticed."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from random import Random
from typing import Any

import pytest

from server.advisor.abandonment import erlang_a
from server.advisor.queue_model import erlang_c, mms
from server.advisor.simulation.crowd import Flow, draw_crowd
from server.advisor.simulation.hall_day import simulate_hall_day
from server.domain.branch import Rules
from server.domain.ticket import Segment
from tests.advisor.simulation.batches import Run, long_run, share_above, z_score
from tests.advisor.simulation.halls import hall_of, open_counters
from tests.domain.floor import NINE

SERVICE = 10.0
MU = 1 / SERVICE
FAR = 4.0  # standard errors

Measure = tuple[Callable[[Run], Sequence[float]], Callable[[Any], float]]  # of the run, and of the formula

run = lru_cache(long_run)

MMS: dict[str, Measure] = {
    "wait": (lambda it: it.waits, lambda exact: exact.wq),
    "must wait": (lambda it: share_above(it.waits, 0.0), lambda exact: exact.p_wait),
    "wait above 5 min": (lambda it: share_above(it.waits, 5.0), lambda exact: exact.wait_exceeds(5.0)),
    "wait above 20 min": (lambda it: share_above(it.waits, 20.0), lambda exact: exact.wait_exceeds(20.0)),
    "visit above 15 min": (lambda it: share_above(it.sojourns, 15.0), lambda exact: exact.sojourn_exceeds(15.0)),
    "present": (lambda it: it.present, lambda exact: exact.l),
    "waiting": (lambda it: [max(0, n - it.servers) for n in it.present], lambda exact: exact.lq),
    "busy": (lambda it: it.busy, lambda exact: exact.rho),
}
ERLANG_A: dict[str, Measure] = {
    "wait": (lambda it: it.waits, lambda exact: exact.wq),
    "must wait": (lambda it: share_above(it.waits, 0.0), lambda exact: exact.p_wait),
    "leaves": (lambda it: [float(wait != wait) for wait in it.result.wait_of], lambda exact: exact.p_abandon),
    "wait of the served": (lambda it: it.result.waits, lambda exact: exact.wq_served),
}


@pytest.mark.parametrize("measure", MMS)
@pytest.mark.parametrize(("servers", "load"), [(1, 0.5), (2, 0.7), (3, 0.8), (5, 0.6), (8, 0.75)])
def test_equal_customers_are_those_of_erlang_c(servers: int, load: float, measure: str) -> None:
    exact = mms(load * servers * MU, MU, servers)
    series, value = MMS[measure]
    assert abs(z_score(series(run(servers, load, servers)), value(exact))) < FAR


@pytest.mark.parametrize("measure", ERLANG_A)
@pytest.mark.parametrize(
    ("servers", "load", "patience"), [(1, 0.8, 20.0), (3, 0.9, 15.0), (3, 1.3, 30.0), (6, 1.0, 10.0)]
)
def test_impatient_customers_are_those_of_erlang_a(servers: int, load: float, patience: float, measure: str) -> None:
    exact = erlang_a(load * servers * MU, MU, 1 / patience, servers)
    series, value = ERLANG_A[measure]
    assert abs(z_score(series(run(10 + servers, load, servers, patience=patience)), value(exact))) < FAR


def cobham(load: float, servers: int, shares: Sequence[float]) -> list[float]:
    """Mean wait of each priority, no service being interrupted and all alike (Cobham 1954)."""
    at_full = erlang_c(servers, load * servers) * SERVICE / servers
    before = [load * sum(shares[:number]) for number in range(len(shares) + 1)]
    return [at_full / (1 - sooner) / (1 - with_own) for sooner, with_own in pairwise(before)]


@pytest.mark.parametrize(
    ("servers", "load", "shares", "priority"),
    [
        (servers, load, shares, priority)
        for servers, load, shares in (
            (1, 0.7, (0.5, 0.5)),
            (3, 0.8, (0.2, 0.8)),
            (6, 0.85, (0.3, 0.7)),
            (2, 0.75, (0.2, 0.3, 0.5)),
            (5, 0.8, (0.1, 0.3, 0.6)),
        )
        for priority in range(len(shares))
    ],
)
def test_priorities_wait_as_cobham_says(servers: int, load: float, shares: tuple[float, ...], priority: int) -> None:
    it = run(20 + servers, load, servers, shares=shares, customers=41_000)
    assert abs(z_score(it.waits_of(priority), cobham(load, servers, shares)[priority])) < FAR


@pytest.mark.parametrize(("load", "cv2"), [(0.6, 0.0), (0.8, 0.0), (0.6, 0.5), (0.7, 0.25), (0.5, 2.0), (0.6, 1.5)])
def test_one_counter_with_any_service_waits_as_pollaczek_and_khinchine_say(load: float, cv2: float) -> None:
    exact = load / (1 - load) * (1 + cv2) / 2 * SERVICE
    assert abs(z_score(run(30, load, 1, cv2=cv2).waits, exact)) < FAR


@pytest.mark.parametrize("vips", [0.0, 0.3])
def test_whoever_goes_first_all_together_wait_as_erlang_c_says(vips: float) -> None:
    """The whole routing: who is called next does not depend on how long they will take, so their mean wait
    over both classes is that of a single queue, whatever the turns (Kleinrock 1965)."""
    flows = [Flow("cash", [0.32 * (1 - vips)], SERVICE), Flow("vip", [0.32 * vips], SERVICE, Segment.VIP)]
    crowd = draw_crowd(Random(40), flows, length := 24_600 / 0.32)
    hall = hall_of(*open_counters(4, "cash vip"), rules=Rules(wait_cap_s=1e9))
    result = simulate_hall_day(hall, NINE, crowd, closes=length)
    exact = mms(0.32, MU, 4)
    assert abs(z_score(result.wait_of, exact.wq)) < FAR
    assert abs(z_score(share_above(result.wait_of, 0.0), exact.p_wait)) < FAR
    if vips:  # in turns of two to one they wait less than if all were alike
        of_vips = [wait for wait, kind in zip(result.wait_of, crowd.kinds, strict=True) if kind == 1]
        advantage = z_score(of_vips, exact.wq)
        assert advantage < -2 * FAR


def test_a_simulation_that_calls_the_last_first_would_be_noticed() -> None:
    """The mean wait cannot tell it, the long waits do."""
    wrong, exact = run(50, 0.8, 3, last_first=True), mms(0.8 * 3 * MU, MU, 3)
    assert abs(z_score(wrong.waits, exact.wq)) < FAR
    assert abs(z_score(share_above(wrong.waits, 20.0), exact.wait_exceeds(20.0))) > 2 * FAR


def test_a_simulation_that_interrupts_services_would_be_noticed() -> None:
    """If those who go first interrupted the others, they would wait as if they were alone."""
    shares, load = (0.3, 0.7), 0.8
    alone = run(51, load * shares[0], 3)
    assert abs(z_score(alone.waits, cobham(load, 3, shares)[0])) > 2 * FAR


def test_a_counter_too_few_and_a_patience_misread_would_be_noticed() -> None:
    assert abs(z_score(run(3, 0.8, 3).waits, mms(0.8 * 3 * MU, MU, 4).wq)) > 2 * FAR
    asked = run(13, 0.9, 3, patience=15.0)
    assert abs(z_score(asked.waits, erlang_a(0.9 * 3 * MU, MU, 1 / 20.0, 3).wq)) > FAR
