"""The queue model where textbooks do not reach: extremes, refusals, and laws that hold for any figures."""

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from server.advisor.queue_model import erlang_b, erlang_c, mms, optimal_servers

rates = st.floats(1e-3, 50)
costs = st.floats(0.01, 1000)
counters = st.integers(1, 30)
quick = settings(max_examples=60, deadline=None)


@pytest.mark.parametrize("t", [-1.0, math.nan])
def test_a_negative_time_is_refused(t: float) -> None:
    with pytest.raises(ValueError, match="t must be zero or more"):
        mms(0.25, 0.1, 4).wait_exceeds(t)
    with pytest.raises(ValueError, match="t must be zero or more"):
        mms(0.25, 0.1, 4).sojourn_exceeds(t)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((math.nan, 0.1, 3), "arrival_rate must be a finite number, zero or more; got nan"),
        ((-0.1, 0.1, 3), "arrival_rate must be a finite number, zero or more"),
        ((math.inf, 0.1, 3), "arrival_rate must be a finite number"),
        ((0.2, 0.0, 3), "service_rate must be a finite number, more than zero; got 0.0"),
        ((0.2, math.inf, 3), "service_rate must be a finite number"),
        ((0.2, 0.1, 0), "servers must be at least 1; got 0"),
        ((0.2, 0.1, 2.5), "servers must be a whole number; got 2.5"),
    ],
)
def test_impossible_figures_are_refused_in_words(arguments: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        mms(*arguments)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"counter_cost": -1}, "counter_cost must be a finite number, zero or more"),
        ({"waiting_cost": math.inf}, "waiting_cost must be a finite number"),
        ({"min_servers": 0}, "min_servers must be at least 1"),
        ({"min_servers": 4, "max_servers": 3}, "max_servers must be at least 4; got 3"),
    ],
)
def test_impossible_plans_are_refused_in_words(changes: dict[str, Any], words: str) -> None:
    plan: dict[str, Any] = {"counter_cost": 1, "waiting_cost": 1, "max_servers": 5}
    with pytest.raises(ValueError, match=words):
        optimal_servers(0.2, 0.1, **plan | changes)


def test_three_counters_at_exactly_full_load_do_not_keep_up_though_floats_say_so() -> None:
    assert 0.3 / 0.1 < 3
    full = mms(0.3, 0.1, 3)
    assert not full.stable
    assert (full.p0, full.p_wait, full.wq, full.l) == (0.0, 1.0, math.inf, math.inf)
    assert optimal_servers(0.3, 0.1, 1000, 1, max_servers=6).servers == 4


def test_overload_is_an_answer_and_says_how_fast_the_queue_grows() -> None:
    monday = mms(0.5, 0.1, 3)
    assert monday.growth == pytest.approx(0.2)
    assert monday.wait_exceeds(1e9) == monday.sojourn_exceeds(1e9) == 1.0
    plan = optimal_servers(0.5, 0.1, 60, 30, max_servers=3)
    assert (plan.servers, plan.keeps_up, plan.cost) == (3, False, math.inf)
    assert plan.growth == pytest.approx(0.2)
    assert plan.cost_above is None
    assert plan.cost_below == math.inf


def test_nobody_coming_needs_the_fewest_counters() -> None:
    empty = mms(0.0, 0.1, 3)
    assert (empty.p0, empty.p_wait, empty.lq, empty.l, empty.wq, empty.w) == (1, 0, 0, 0, 0, 10)
    assert optimal_servers(0, 0.1, 0, 5, max_servers=9, min_servers=2).servers == 2


def test_free_counters_are_all_opened_and_free_waiting_opens_the_fewest_that_keep_up() -> None:
    assert optimal_servers(0.25, 0.1, 0, 5, max_servers=9).servers == 9
    assert optimal_servers(0.25, 0.1, 5, 0, max_servers=9).servers == 3
    assert optimal_servers(0.25, 0.1, 5, 0, max_servers=9, min_servers=4).servers == 4


def test_nearly_free_counters_are_opened_as_long_as_they_save_more_than_they_cost() -> None:
    # Compared by whole costs, all plans from nine counters on agree to nine digits and nine would win.
    price = 1e-12
    best = optimal_servers(1, 1, price, 1, max_servers=30)
    gains = [a.lq - b.lq for a, b in pairwise(best.costs)]
    assert gains[best.servers - 2] > price >= gains[best.servers - 1]


def test_the_sojourn_tail_holds_where_the_textbook_form_overflows_or_divides_by_zero() -> None:
    nearly_full = mms(0.9999, 1, 1)
    assert nearly_full.sojourn_exceeds(2000) == pytest.approx(math.exp(-0.2), rel=1e-9)
    one_spare = mms(1, 1, 2)
    assert one_spare.sojourn_exceeds(3) == pytest.approx(math.exp(-3) * (1 + one_spare.p_wait * 3))
    assert mms(0.5, 1, 2).sojourn_exceeds(math.inf) == mms(0.5, 1, 2).wait_exceeds(math.inf) == 0.0


@pytest.mark.parametrize(("servers", "load"), [(100_000, 1e-9), (100_000, 99_999.0), (1000, 1e300), (1, 5e-324)])
def test_no_size_overflows(servers: int, load: float) -> None:
    assert 0 <= erlang_b(servers, load) <= erlang_c(servers, load) <= 1
    assert all(value >= 0 for value in (mms(load, 1, servers).p0, mms(load, 1, servers).wq))


@quick
@given(rates, rates, counters)
def test_littles_law_and_bounds_hold(lam: float, mu: float, s: int) -> None:
    found = mms(lam, mu, s)
    assume(found.stable)
    assert found.l == pytest.approx(lam * found.w, rel=1e-9)
    assert found.lq == pytest.approx(lam * found.wq, rel=1e-9)
    assert 0 <= found.p0 <= 1
    assert erlang_b(s, lam / mu) <= found.p_wait <= 1
    assert found.wait_exceeds(0) == found.p_wait
    assert found.sojourn_exceeds(0) == pytest.approx(1)


@quick
@given(rates, rates, st.integers(1, 30))
def test_one_counter_more_never_makes_the_hall_fuller(lam: float, mu: float, s: int) -> None:
    fewer, more = mms(lam, mu, s), mms(lam, mu, s + 1)
    assert more.l <= fewer.l
    assert more.wq <= fewer.wq


@quick
@given(rates, rates, st.integers(1, 15))
def test_merging_two_equal_classes_never_lengthens_the_wait(lam: float, mu: float, s: int) -> None:
    assert mms(2 * lam, mu, 2 * s).wq <= mms(lam, mu, s).wq


@quick
@given(rates, rates, costs, costs)
def test_the_unit_of_time_changes_nothing(lam: float, mu: float, counter: float, waiting: float) -> None:
    assume(lam / mu < 20)
    by_minute = optimal_servers(lam, mu, counter, waiting, max_servers=40)
    by_hour = optimal_servers(lam * 60, mu * 60, counter, waiting, max_servers=40)
    assert by_hour.servers == by_minute.servers
    assert by_hour.cost == pytest.approx(by_minute.cost, rel=1e-6)


@quick
@given(rates, rates, costs, costs, st.floats(1, 100))
def test_a_dearer_counter_never_raises_the_number_of_counters(
    lam: float, mu: float, counter: float, waiting: float, dearer: float
) -> None:
    cheap = optimal_servers(lam, mu, counter, waiting, max_servers=40)
    dear = optimal_servers(lam, mu, counter * dearer, waiting, max_servers=40)
    assert dear.servers <= cheap.servers


@quick
@given(rates, rates, costs, costs, st.integers(1, 5))
def test_costs_are_convex_and_the_optimum_is_their_least(
    lam: float, mu: float, counter: float, waiting: float, least: int
) -> None:
    found = optimal_servers(lam, mu, counter, waiting, max_servers=40, min_servers=least)
    table = [row.cost for row in found.costs if row.stable]
    assert [row.servers for row in found.costs] == list(range(least, 41))
    assume(table)
    steps = [after - before for before, after in pairwise(table)]
    slack = 1e-9 * max(table)
    assert all(later >= earlier - slack for earlier, later in pairwise(steps))
    assert found.cost <= min(table) * (1 + 1e-9)
