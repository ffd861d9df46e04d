"""How sure an advice is: what must hold of the chances whatever the rates, and what drawing them gives."""

import math
import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.advisor.confidence import advice_probabilities, load_breakpoints
from server.advisor.queue_model import optimal_servers


@settings(max_examples=40, deadline=None)
@given(st.floats(1e-6, 1e6))
def test_breakpoints_rise_and_each_lies_below_full_load(ratio: float) -> None:
    found = load_breakpoints(ratio, 12)
    assert all(low < high for low, high in pairwise(found))
    assert all(0 < load <= servers for servers, load in enumerate(found, start=1))


@settings(max_examples=40, deadline=None)
@given(st.floats(0.02, 50), st.integers(1, 12))
def test_the_optimum_changes_exactly_at_a_breakpoint(ratio: float, servers: int) -> None:
    load = load_breakpoints(ratio, servers)[-1]
    below, above = load * (1 - 1e-7), load * (1 + 1e-7)
    assert optimal_servers(below, 1, ratio, 1, max_servers=20).servers == servers
    assert optimal_servers(above, 1, ratio, 1, max_servers=20).servers == servers + 1


@settings(max_examples=40, deadline=None)
@given(st.floats(1, 500), st.floats(1, 500), st.floats(1, 500), st.floats(1, 5000), st.floats(0.05, 20))
def test_chances_are_chances(al: float, bl: float, am: float, bm: float, ratio: float) -> None:
    found = advice_probabilities(al, bl, am, bm, ratio, 15)
    assert len(found) == 15
    assert all(0 <= chance <= 1 for chance in found)
    assert math.fsum(found) <= 1 + 1e-12


@settings(max_examples=40, deadline=None)
@given(st.floats(0.05, 20), st.floats(1e-3, 1e3))
def test_the_unit_of_time_changes_no_chance(ratio: float, unit: float) -> None:
    by_minute = advice_probabilities(15, 60, 12, 120, ratio, 15)
    other = advice_probabilities(15, 60 * unit, 12, 120 * unit, ratio, 15)
    assert other == pytest.approx(by_minute, rel=1e-9, abs=1e-300)


def test_an_hours_figures_are_right_a_third_of_the_time_and_a_hundred_hours_nearly_always() -> None:
    assert advice_probabilities(15, 60, 12, 120, 1.0, 25)[3] == pytest.approx(0.32, abs=0.005)
    assert advice_probabilities(1515, 6000, 1200, 12000, 1.0, 25)[3] > 0.99


def test_chances_agree_with_drawing_the_rates() -> None:
    draw = random.Random(7)
    found = advice_probabilities(15, 60, 12, 120, 1.0, 25)
    limits = load_breakpoints(1.0, 25)
    seen = [0] * 26
    for _ in range(20_000):
        load = draw.gammavariate(15, 1 / 60) / draw.gammavariate(12, 1 / 120)
        seen[sum(limit < load for limit in limits)] += 1
    assert [count / 20_000 for count in seen[:25]] == pytest.approx(list(found), abs=0.015)


def test_where_waiting_is_free_a_counter_is_opened_only_at_full_load() -> None:
    assert load_breakpoints(math.inf, 3) == (1.0, 2.0, 3.0)


def test_where_counters_are_free_more_are_always_better() -> None:
    assert load_breakpoints(0.0, 3) == (0.0, 0.0, 0.0)
    assert advice_probabilities(15, 60, 12, 120, 0.0, 3) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize("ratio", [-1.0, math.nan])
def test_an_impossible_cost_ratio_is_refused_in_words(ratio: float) -> None:
    with pytest.raises(ValueError, match="cost_ratio must be zero or more"):
        load_breakpoints(ratio, 5)


def test_impossible_rates_are_refused_in_words() -> None:
    with pytest.raises(ValueError, match="beta_m must be a finite number, more than zero; got 0"):
        advice_probabilities(1, 1, 1, 0, 1.0, 5)
