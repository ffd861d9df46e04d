"""The decision: against every policy there is, against simulated days, and what must hold whatever the figures."""

from itertools import product
from random import Random
from statistics import fmean, stdev

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from server.advisor import dynamic_program, situation
from server.advisor.control import Costs, Forecast, Limits, Span, best_counters, plan
from server.advisor.gamma_rate import GammaRate
from server.advisor.simulation.class_day import simulate_class_day
from server.advisor.simulation.draw import draw_customers
from tests.advisor.situations import COSTS, LIMITS, SPAN, STEP, STEP_MIN, guessed, known, on_grid, planned

LOADS = st.floats(0.3, 6.0)
TINY = 4  # states 0 ... 3


def tiny_step(load: float, counters: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where one step leads among four states, and the customers present meanwhile, from the exponential itself."""
    from scipy.linalg import expm

    generator = np.zeros((TINY + 1, TINY + 1))
    for n in range(TINY):
        if n < TINY - 1:
            generator[n, n + 1] = load
        if n:
            generator[n, n - 1] = min(n, counters)
        generator[n, n] = -generator[n].sum()
        generator[n, TINY] = n
    found = expm(generator * STEP)
    return found[:TINY, :TINY], found[:TINY, TINY]


def cost_of_every_policy(present: int, open_now: int, load: float, costs: Costs) -> dict[int, float]:
    """The best cost of 1 or 2 counters now, over all rules for the two decisions after it: 2^4 times 2^8 rules,
    each played forward from the present state. Minutes; a mean service is ten."""
    steps = {counters: tiny_step(load, counters) for counters in (1, 2)}
    rent, presence, n = costs.counter_cost / 6, costs.waiting_cost / 6, np.arange(TINY)
    end = (rent + presence) * n + presence / 4 * n * np.maximum(n - 1, 0)
    found = {}
    for now in (1, 2):
        least = np.inf
        for second, third in product(product((1, 2), repeat=TINY), product((1, 2), repeat=2 * TINY)):
            chances = {now: np.eye(TINY)[present]}
            spent = costs.opening_cost * max(now - open_now, 0)
            for at in range(3):
                if at:
                    spent, chances = _switch(at, chances, spent, second, third, costs)
                moved: dict[int, NDArray[np.float64]] = {}
                for counters, here in chances.items():
                    matrix, integral = steps[counters]
                    spent += here.sum() * rent * STEP * counters + presence * (here @ integral)
                    moved[counters] = here @ matrix
                chances = moved
            least = min(least, spent + sum(here @ end for here in chances.values()))
        found[now] = float(least)
    return found


def _switch(
    at: int,
    chances: dict[int, NDArray[np.float64]],
    spent: float,
    second: tuple[int, ...],
    third: tuple[int, ...],
    costs: Costs,
) -> tuple[float, dict[int, NDArray[np.float64]]]:
    found = {counters: np.zeros(TINY) for counters in (1, 2)}
    for counters, here in chances.items():
        for n in range(TINY):
            chosen = second[n] if at == 1 else third[TINY * (counters - 1) + n]
            found[chosen][n] += here[n]
            spent += here[n] * costs.opening_cost * max(chosen - counters, 0)
    return spent, found


@pytest.mark.parametrize(("present", "open_now", "opening"), [(0, 2, 0.0), (2, 1, 4.0), (3, 1, 25.0), (1, 2, 4.0)])
def test_no_policy_at_all_is_better_than_the_plan(
    present: int, open_now: int, opening: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(situation, "SIZES", (TINY,))
    monkeypatch.setattr(situation, "MOST_IN_LUMP", 1)
    costs = Costs(60.0, 40.0, opening)
    span = Span(STEP_MIN, 3 * STEP_MIN, 3 * STEP_MIN, paybacks=0.0)
    found = plan(present, open_now, known(1.3), costs, Limits(1, 2), span=span)
    want = cost_of_every_policy(present, open_now, on_grid(1.3), costs)
    assert {choice.counters: choice.cost for choice in found.choices} == pytest.approx(want, rel=1e-5)
    assert found.advised == min(want, key=lambda counters: want[counters])


def test_the_wait_that_is_promised_is_the_wait_of_simulated_customers() -> None:
    loads = [2.0] * 6 + [3.2] * 12
    forecast = known(*loads)
    found = plan(0, 3, forecast, COSTS, LIMITS, span=SPAN)
    closes = SPAN.least_min
    waits = []
    for day in range(1500):
        customers = draw_customers(Random(day), forecast.arrival_rates, STEP_MIN, 10.0)
        of_day = simulate_class_day(customers, 3, start_open=3, closes=closes).waits
        # A mean over all customers, so each day counts with how many it had; their mean number is known.
        waits.append(sum(of_day) / float(forecast.expected(closes)))
    wait = found.wait_if_kept
    assert wait is not None
    assert abs(fmean(waits) - wait) < 4 * stdev(waits) / len(waits) ** 0.5
    assert 5 < wait < 12


@settings(max_examples=15, deadline=None)
@given(LOADS, st.integers(1, 5), st.sampled_from([0.0, 4.0, 30.0]))
def test_more_customers_never_call_for_fewer_counters(load: float, open_now: int, opening: float) -> None:
    costs = Costs(60.0, 30.0, opening)
    advised = [best_counters(present, open_now, guessed(load), costs, LIMITS) for present in range(25)]
    assert advised == sorted(advised)
    found = planned(5, open_now, guessed(load), costs)
    opens = [n for n, counters in enumerate(advised) if counters > open_now]
    closes = [n for n, counters in enumerate(advised) if counters < open_now]
    if found.open_at is not None and found.open_at < 25:
        assert opens[0] == found.open_at
    if found.close_at is not None and found.close_at < 25:
        assert closes[-1] == found.close_at


@settings(max_examples=20, deadline=None)
@given(LOADS, st.integers(0, 20), st.integers(1, 5), st.floats(1.05, 4))
def test_what_is_dearer_is_never_opened_more_often(load: float, present: int, open_now: int, times: float) -> None:
    usual = best_counters(present, open_now, guessed(load), Costs(60, 30, 4), LIMITS)
    assert best_counters(present, open_now, guessed(load), Costs(60 * times, 30, 4), LIMITS) <= usual
    assert best_counters(present, open_now, guessed(load), Costs(60, 30 * times, 4), LIMITS) >= usual
    dearer_opening = best_counters(present, open_now, guessed(load), Costs(60, 30, 4 * times), LIMITS)
    assert dearer_opening <= max(usual, open_now)


@settings(max_examples=10, deadline=None)
@given(LOADS, st.integers(0, 20), st.integers(1, 5))
def test_the_unit_of_time_changes_nothing(load: float, present: int, open_now: int) -> None:
    load = on_grid(load)  # off the grid the last digit might round to another place
    by_minute = plan(present, open_now, known(load), COSTS, LIMITS, span=SPAN)
    seconds = Forecast(300.0, (load / 600,), GammaRate(1e9, 1e9), GammaRate(1e9, 6e11))
    span = Span(60 * SPAN.step_min, 60 * SPAN.fine_min, 60 * SPAN.least_min, SPAN.paybacks, 60 * SPAN.most_min)
    by_second = plan(present, open_now, seconds, Costs(1.0, 0.5, 4.0), LIMITS, span=span)
    assert by_second.advised == by_minute.advised
    assert by_second.saving == pytest.approx(by_minute.saving, rel=1e-4, abs=1e-2)
    assert by_second.wait_if_kept == pytest.approx(60 * (by_minute.wait_if_kept or 0), rel=1e-4)


@settings(max_examples=15, deadline=None)
@given(LOADS, st.integers(0, 120), st.integers(0, 6), st.integers(0, 3))
def test_the_quick_answer_is_the_plans_and_lies_within_the_limits(
    load: float, present: int, open_now: int, least: int
) -> None:
    limits = Limits(least, 5)
    found = planned(present, open_now, guessed(load), limits=limits)
    assert least <= found.advised <= 5
    assert best_counters(present, open_now, guessed(load), COSTS, limits) == found.advised
    assert found.cost_if_followed <= found.cost_if_later * (1 + 1e-5) or not least <= open_now <= 5
    assert found.cost_if_followed <= found.cost_if_kept * (1 + 1e-5) or not least <= open_now <= 5


def test_one_step_at_a_time_is_kept_where_it_is_asked_for() -> None:
    crowd = plan(30, 1, guessed(3.0), COSTS, LIMITS)
    assert crowd.advised > 2
    assert plan(30, 1, guessed(3.0), COSTS, LIMITS, allowed_step=1).advised == 2
    assert plan(30, 1, guessed(3.0), COSTS, LIMITS, allowed_step=0).advised == 1


def test_a_horizon_too_short_to_pay_an_opening_back_never_opens(monkeypatch: pytest.MonkeyPatch) -> None:
    """The trap: half an hour ahead, and nothing known of what is left then."""
    dear = Costs(60.0, 30.0, 30.0)
    assert best_counters(9, 3, guessed(3.0), dear, LIMITS) > 3
    short = Span(least_min=30.0, paybacks=0.0)
    monkeypatch.setattr(
        dynamic_program, "remaining", lambda prices, size, lump, most: np.zeros((len(prices), size), np.float32)
    )
    assert best_counters(9, 3, guessed(3.0), dear, LIMITS, span=short) <= 3


def test_the_horizon_grows_with_the_price_of_opening() -> None:
    assert Span().horizon(Costs(60, 30, 4)) == 90
    assert Span().horizon(Costs(60, 30, 60)) == 180
    assert Span().horizon(Costs(60, 30, 600)) == Span().horizon(Costs(0, 30, 4)) == 240
    assert Span().horizon(Costs(0, 30, 0)) == 90


def test_before_a_peak_it_opens_earlier_than_before_a_lull() -> None:
    peak, lull = known(*[2.0] * 3, *[4.5] * 15), known(*[2.0] * 3, *[0.5] * 15)
    dear = Costs(60.0, 30.0, 10.0)
    rising, falling = plan(4, 3, peak, dear, LIMITS).open_at, plan(4, 3, lull, dear, LIMITS).open_at
    assert rising is not None
    assert falling is not None
    assert rising < falling


def test_when_nobody_comes_any_more_the_counters_close_with_the_queue() -> None:
    evening = known(4.0, ends_after_min=0.0)
    assert plan(0, 5, evening, COSTS, LIMITS).advised == 1
    assert plan(15, 4, evening, COSTS, LIMITS).advised > 1


def test_what_costs_nothing_is_kept_open_and_who_costs_nothing_may_wait() -> None:
    assert plan(0, 1, guessed(3.0), Costs(0, 30, 0), LIMITS).advised >= 3
    assert plan(20, 5, guessed(3.0), Costs(60, 0, 0), LIMITS).advised == 1


def test_two_plans_that_cost_the_same_change_nothing() -> None:
    assert [plan(5, here, guessed(3.0), Costs(0, 0, 0), LIMITS).advised for here in (1, 3, 5)] == [1, 3, 5]


def test_a_class_without_open_counters_has_no_wait_to_promise_and_opens_for_a_queue() -> None:
    found = plan(4, 0, guessed(2.0), COSTS, Limits(0, 5))
    assert found.advised > 0
    assert found.wait_if_kept is None
    assert found.wait_if_followed is not None


def test_people_who_leave_ask_for_fewer_counters() -> None:
    patient = guessed(4.0)
    leaving = Forecast(5.0, patient.arrival_rates, patient.day_multiplier, patient.service_rate, 0.1)
    stay, leave = (planned(12, 4, forecast) for forecast in (patient, leaving))
    assert leave.cost_if_kept < stay.cost_if_kept
    assert (leave.wait_if_kept or 0) < (stay.wait_if_kept or 0)


def test_a_crowd_of_thousands_is_an_ordinary_question() -> None:
    found = plan(3000, 2, guessed(4.0), COSTS, LIMITS)
    assert found.advised == 5
    assert found.wait_if_kept == pytest.approx(3000 / 2 * 10, rel=0.1)
    assert planned(70, 3, guessed(4.0)).saving == pytest.approx(planned(71, 3, guessed(4.0)).saving, rel=0.1)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((-1, 1, COSTS, LIMITS), "present must be at least 0"),
        ((1, -1, COSTS, LIMITS), "open_now must be at least 0"),
        ((1, 1, COSTS, Limits(3, 2)), "most must be at least 3"),
        ((1, 1, COSTS, Limits(0, 0)), "most must be at least 1"),
    ],
)
def test_impossible_questions_are_refused_in_words(arguments: tuple[int, int, Costs, Limits], words: str) -> None:
    present, open_now, costs, limits = arguments
    with pytest.raises(ValueError, match=words):
        plan(present, open_now, guessed(2.0), costs, limits)
    with pytest.raises(ValueError, match="opening_cost must be"):
        Costs(60, 30, float("nan"))
    with pytest.raises(ValueError, match="7 counters are out of bounds"):
        plan(1, 1, guessed(2.0), COSTS, LIMITS).choice(7)
