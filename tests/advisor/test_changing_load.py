"""A load that follows the day: exact where it can be checked, and laws of conservation where it cannot."""

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.advisor.changing_load import offered_load_over, staffing_mol, transient
from server.advisor.queue_model import mms, optimal_servers

rates = st.lists(st.floats(0, 2), min_size=1, max_size=8)
quick = settings(max_examples=40, deadline=None)
DAY = (0.1, 0.2, 0.3, 0.5, 0.4, 0.2, 0.1)  # arrivals a minute, by half-hour


@quick
@given(rates, st.floats(0.05, 1), st.floats(1, 60), st.floats(0, 10))
def test_the_load_is_what_small_steps_come_to(lams: list[float], mu: float, step: float, start: float) -> None:
    found, m, parts = offered_load_over(lams, mu, step, start), start, 400
    for lam, slot in zip(lams, found, strict=True):
        area, h = 0.0, step / parts
        for _ in range(parts):  # midpoint rule
            middle = m + h / 2 * (lam - mu * m)
            area, m = area + middle * h, m + h * (lam - mu * middle)
        assert (slot.mean, slot.end) == pytest.approx((area / step, m), rel=2e-3, abs=1e-3)


@quick
@given(rates, st.floats(0.05, 1), st.floats(1, 60))
def test_who_comes_is_in_service_or_has_been_served(lams: list[float], mu: float, step: float) -> None:
    loads = offered_load_over(lams, mu, step)
    assert loads[-1].end == pytest.approx(
        step * math.fsum(lam - mu * load.mean for lam, load in zip(lams, loads, strict=True)), abs=1e-9
    )


def test_the_load_lags_behind_a_peak_and_settles_at_a_steady_rate() -> None:
    loads = offered_load_over((0.1, 0.6, 0.1), 0.1, 30, start=1.0)
    assert loads[1].mean < 6
    assert loads[2].mean > 1
    assert offered_load_over((0.3,), 0.1, 30, start=3.0)[0].mean == pytest.approx(3.0)
    assert offered_load_over((0.3,) * 20, 0.1, 30)[-1].end == pytest.approx(3.0)


def test_each_slot_is_staffed_for_its_load() -> None:
    plan = staffing_mol(DAY, 0.1, 30, 1.0, max_servers=8, min_servers=2)
    loads = offered_load_over(DAY, 0.1, 30)
    best = [optimal_servers(load.mean, 1, 1, 1, max_servers=8, min_servers=2).servers for load in loads]
    assert [slot.servers for slot in plan] == best
    assert min(best) == 2
    assert max(best) == best[3]  # the peak


def test_dearer_counters_never_staff_more() -> None:
    staffed = [[slot.servers for slot in staffing_mol(DAY, 0.1, 30, ratio, max_servers=9)] for ratio in (0.2, 1, 5)]
    assert all(more >= fewer for plan in pairwise(staffed) for more, fewer in zip(*plan, strict=True))


@pytest.mark.parametrize("servers", [(1, 2, 3, 6, 6, 3, 2), (2, 2, 2, 2, 2, 2, 2), (0, 3, 3, 0, 9, 3, 3)])
def test_who_comes_is_present_or_has_been_served(servers: tuple[int, ...]) -> None:
    before = 4.0
    for lam, slot in zip(DAY, transient(DAY, 0.1, servers, 30, 4), strict=True):
        busy = slot.present - slot.waiting
        assert slot.present_end - before == pytest.approx(30 * (lam - 0.1 * busy), abs=1e-6)
        before = slot.present_end


def test_a_plan_kept_for_long_comes_to_the_steady_state() -> None:
    steady, slot = mms(0.25, 0.1, 4), transient((0.25,) * 10, 0.1, (4,) * 10, 60, exceeding=(5.0,))[-1]
    assert (slot.waiting, slot.wait) == pytest.approx((steady.lq, steady.wq), rel=1e-3)
    assert slot.exceeds == pytest.approx((steady.wait_exceeds(5.0),), rel=1e-3)


def test_a_backlog_is_carried_into_the_next_slot() -> None:
    rush = transient((0.6, 0.2), 0.1, (3, 3), 30)
    calm = transient((0.2, 0.2), 0.1, (3, 3), 30)
    assert rush[1].wait > 3 * calm[1].wait
    # Of those who wait, all have come by Little's law: the mean queue is the arrivals times their waits.
    emptied = transient((0.6, 0.2, 0.0, 0.0, 0.0), 0.1, (3,) * 5, 30)
    waited = math.fsum(lam * slot.wait for lam, slot in zip((0.6, 0.2, 0, 0, 0), emptied, strict=True))
    assert math.fsum(slot.waiting for slot in emptied) == pytest.approx(waited, rel=2e-3)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"arrival_rates": (0.1, -1.0)}, "arrival_rates must be a finite number, zero or more"),
        ({"service_rate": 0.0}, "service_rate must be a finite number, more than zero"),
        ({"step": math.nan}, "step must be a finite number"),
        ({"servers_by_slot": (3,)}, "every slot needs its servers; got 1 for 2 slots"),
        ({"servers_by_slot": (3, -1)}, "servers_by_slot must be at least 0"),
        ({"present": -1}, "present must be at least 0"),
        ({"exceeding": (-1.0,)}, "exceeding must be a finite number, zero or more"),
    ],
)
def test_impossible_plans_are_refused_in_words(changes: dict[str, Any], words: str) -> None:
    plan: dict[str, Any] = {"arrival_rates": (0.1, 0.2), "service_rate": 0.1, "servers_by_slot": (3, 3), "step": 30}
    with pytest.raises(ValueError, match=words):
        transient(**plan | changes)


def test_an_impossible_price_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="cost_ratio must be a finite number, zero or more"):
        staffing_mol(DAY, 0.1, 30, -1.0, max_servers=8)
