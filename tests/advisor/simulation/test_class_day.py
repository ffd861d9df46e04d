"""One class of counters over a day: laws that hold for any customers, and small days worked out by hand."""

import math
from dataclasses import replace
from functools import partial
from heapq import heapreplace
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.advisor.simulation.class_day import Controller, Customers, DayResult, Moment, simulate_class_day
from server.advisor.simulation.draw import draw_customers

CLOSES = 120.0
quick = settings(max_examples=40, deadline=None)
seeds = st.integers(0, 10**9)
counters = st.integers(1, 5)


def quarters(least: int, most: int) -> st.SearchStrategy[float]:
    """Times in quarters of a minute: floats add them up without rounding, and some fall together."""
    return st.integers(least, most).map(lambda number: number / 4)


@st.composite
def days(draw: st.DrawFn) -> Customers:
    """Small days in which everything may happen."""
    n = draw(st.integers(0, 40))

    def each(entries: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
        return st.lists(entries, min_size=n, max_size=n)

    arrivals = sorted(draw(each(quarters(0, 480))))
    services = draw(each(quarters(1, 120)))
    patience = draw(st.none() | each(quarters(0, 120)))
    appears = draw(st.none() | each(st.booleans()))
    priorities = draw(st.none() | each(st.integers(0, 2)))
    return Customers(arrivals, services, patience, appears, priorities)


def restless(seed: int) -> Controller:
    """A manager who cannot make up their mind, though the same in every repetition."""
    return lambda moment: Random(f"{seed} {moment.now}").randint(0, 4)


def play(customers: Customers, controller: Controller | int, **changes: Any) -> DayResult:
    options = {"start_open": 1, "closes": CLOSES} | changes
    return simulate_class_day(customers, controller, **options)


def calls(customers: Customers, result: DayResult) -> list[float]:
    return [arrival + wait for arrival, wait in zip(customers.arrivals, result.wait_of, strict=True)]


@quick
@given(days(), seeds, st.sampled_from([0.0, 3.0]))
def test_everybody_is_served_or_leaves_or_does_not_appear(customers: Customers, seed: int, lag: float) -> None:
    result = play(customers, restless(seed), lag=lag)
    assert result.served + result.abandoned + result.no_shows == len(customers.arrivals)
    assert result.served == len(result.waits) == sum(not math.isnan(wait) for wait in result.wait_of)
    assert sorted(result.waits) == sorted(wait for wait in result.wait_of if not math.isnan(wait))
    assert all(wait >= 0 for wait in result.waits)
    for wait, patience in zip(result.wait_of, customers.patience or [], strict=False):
        assert math.isnan(wait) or wait <= patience


@quick
@given(days(), seeds)
def test_the_same_day_played_twice_is_the_same(customers: Customers, seed: int) -> None:
    first, second = (repr(play(customers, restless(seed), trace=True)) for _ in range(2))
    assert first == second


@quick
@given(seeds, counters)
def test_a_day_drawn_with_the_same_seed_is_the_same(seed: int, servers: int) -> None:
    draw = partial(draw_customers, cv2=0.5, no_show_share=0.1, patience=9.0, class_shares=(1, 2))
    first, second = (draw(Random(seed), (0.1, 0.0, 0.4), 40.0, 8.0) for _ in range(2))
    assert first == second
    assert repr(play(first, servers)) == repr(play(second, servers))


@quick
@given(days(), counters)
def test_in_order_of_arrival_the_waits_are_those_of_the_recursion(customers: Customers, servers: int) -> None:
    """Each takes the counter that is free first (Kiefer & Wolfowitz 1955), not an event in sight."""
    plain = Customers(customers.arrivals, customers.services)
    free, waits = [0.0] * servers, []
    for arrival, service in zip(plain.arrivals, plain.services, strict=True):
        begins = max(arrival, free[0])
        waits.append(begins - arrival)
        heapreplace(free, begins + service)
    result = play(plain, servers, start_open=servers)
    assert result.wait_of == tuple(waits) == result.waits
    assert result.waiting_minutes == pytest.approx(sum(waits))
    assert result.customer_minutes == pytest.approx(sum(waits) + sum(plain.services))
    assert result.counter_minutes >= servers * CLOSES - 1e-9


@quick
@given(days(), counters)
def test_nobody_waits_while_a_counter_is_free(customers: Customers, servers: int) -> None:
    there = replace(customers, patience=None, appears=None)
    result = play(there, servers, start_open=servers)
    called = calls(there, result)
    ends = [call + service for call, service in zip(called, there.services, strict=True)]
    moments = sorted({*there.arrivals, *called, *ends})
    for now in [(sooner + later) / 2 for sooner, later in pairwise(moments)]:
        waiting = sum(arrival < now < call for arrival, call in zip(there.arrivals, called, strict=True))
        serving = sum(call < now < end for call, end in zip(called, ends, strict=True))
        assert serving == servers or (waiting == 0 and serving < servers)


@quick
@given(days(), seeds)
def test_what_a_review_sees_is_who_is_there(customers: Customers, seed: int) -> None:
    customers = replace(customers, appears=None)
    result = play(customers, restless(seed), trace=True)
    patience = customers.patience or [math.inf] * len(customers.arrivals)
    gone = [
        arrival + (left if math.isnan(wait) else wait + service)
        for arrival, service, wait, left in zip(
            customers.arrivals, customers.services, result.wait_of, patience, strict=True
        )
    ]
    for now, present, _ in result.trace:
        assert present == sum(a <= now < end for a, end in zip(customers.arrivals, gone, strict=True))
    assert sum(gone) - sum(customers.arrivals) == pytest.approx(result.customer_minutes, abs=1e-6)


def test_customers_times_minutes_are_what_reviews_see_on_average() -> None:
    """Little's law: customers present, counted by looking, are arrivals times the time that each stays."""
    customers = draw_customers(Random(3), [0.4], 6000.0, 8.0)
    result = simulate_class_day(customers, 4, start_open=4, closes=6000.0, review=0.1, trace=True)
    seen = sum(present for _, present, _ in result.trace) * 0.1
    assert seen == pytest.approx(result.customer_minutes, rel=2e-3)


@quick
@given(days(), counters)
def test_one_counter_more_never_makes_all_of_them_wait_longer(customers: Customers, servers: int) -> None:
    plain = Customers(customers.arrivals, customers.services)
    few, more = (play(plain, s, start_open=s).waiting_minutes for s in (servers, servers + 1))
    assert more <= few + 1e-9


FOUR = Customers([1.0, 2.0, 3.0, 4.0], [10.0] * 4)


def when(*plan: tuple[float, int]) -> Controller:
    """So many counters from each time on."""
    return lambda moment: [wanted for at, wanted in plan if at <= moment.now][-1]


def test_a_counter_opened_at_a_review_calls_at_once() -> None:
    result = play(FOUR, when((0, 1), (5, 3)))
    assert calls(FOUR, result) == [1.0, 5.0, 5.0, 11.0]
    assert (result.openings, result.counter_minutes) == (2, 5 + 3 * 115.0)


def test_a_counter_is_there_after_the_lag_and_paid_from_then_on() -> None:
    result = play(FOUR, when((0, 1), (5, 2)), lag=3.0)
    assert calls(FOUR, result) == [1.0, 8.0, 11.0, 18.0]
    assert (result.openings, result.counter_minutes) == (1, 8 + 2 * 112.0)


def test_a_counter_on_its_way_is_sent_back_first() -> None:
    result = play(FOUR, when((0, 1), (5, 2), (10, 1)), lag=7.0)
    assert calls(FOUR, result) == [1.0, 11.0, 21.0, 31.0]
    assert (result.openings, result.counter_minutes) == (1, CLOSES)


def test_a_closing_counter_finishes_its_customer_and_takes_nobody_more() -> None:
    result = play(FOUR, when((0, 2), (5, 1)), start_open=2)
    assert calls(FOUR, result) == [1.0, 2.0, 12.0, 22.0]
    assert (result.openings, result.counter_minutes) == (0, 11 + CLOSES)


def test_a_closing_counter_may_be_opened_again_and_that_is_an_opening() -> None:
    result = play(FOUR, when((0, 2), (5, 1), (10, 2), (15, 1)), start_open=2, lag=60.0)
    assert calls(FOUR, result) == [1.0, 2.0, 11.0, 12.0]
    assert (result.openings, result.counter_minutes) == (1, 21 + CLOSES)


def test_the_change_at_the_first_review_counts_and_the_counters_at_the_start_do_not() -> None:
    assert play(FOUR, 3, start_open=3).openings == 0
    assert play(FOUR, 3, start_open=1).openings == 2
    assert play(FOUR, when((0, 3)), start_open=1).openings == 2


def test_after_closing_the_counters_stay_until_nobody_waits() -> None:
    result = play(Customers([110.0, 119.0, 119.5], [20.0, 5.0, 7.0]), 1)
    assert result.wait_of == (0.0, 11.0, 15.5)
    assert result.counter_minutes == 142.0


def test_one_counter_is_opened_for_those_who_would_wait_for_ever() -> None:
    result = play(Customers([10.0, 20.0], [6.0, 6.0]), 0, start_open=0)
    assert result.wait_of == (110.0, 106.0)
    assert (result.openings, result.counter_minutes) == (1, 12.0)


def test_who_does_not_appear_takes_the_counter_for_a_minute_and_waits_for_nothing() -> None:
    customers = Customers([1.0, 2.0, 3.0], [10.0] * 3, appears=[True, False, True])
    result = play(customers, 1)
    assert [wait for wait in result.wait_of if not math.isnan(wait)] == [0.0, 9.0]
    assert (result.served, result.no_shows) == (2, 1)
    assert (result.waiting_minutes, result.customer_minutes) == (9.0, 29.0)


def test_who_loses_patience_leaves_before_the_call_and_counts_until_then() -> None:
    customers = Customers([1.0, 2.0, 3.0], [10.0] * 3, patience=[0.5, 4.0, 8.5])
    result = play(customers, 1)
    assert [wait for wait in result.wait_of if not math.isnan(wait)] == [0.0, 8.0]
    assert (result.abandoned, result.waiting_minutes, result.customer_minutes) == (1, 12.0, 32.0)


def test_priorities_go_first_and_interrupt_nobody() -> None:
    customers = Customers([1.0, 2.0, 3.0, 4.0], [10.0] * 4, priorities=[1, 1, 0, 0])
    assert calls(customers, play(customers, 1)) == [1.0, 31.0, 11.0, 21.0]


def test_a_manager_is_told_what_can_be_known() -> None:
    told: list[Moment] = []
    customers = Customers([1.0, 2.0, 3.0, 13.5], [4.0, 10.0, 8.0, 1.0], appears=[True, False, True, True])

    def ask(moment: Moment) -> int:
        told.append(moment)
        return 1

    play(customers, ask, closes=20.0)
    assert told == [
        Moment(0.0, 0, 0, 1, 0, 0, 0.0, 0),
        Moment(5.0, 1, 1, 1, 3, 1, 4.0, 0),
        Moment(10.0, 0, 1, 1, 3, 1, 9.0, 1),
        Moment(15.0, 0, 0, 1, 4, 3, 14.0, 1),
    ]
    assert [moment.present for moment in told] == [0, 2, 1, 0]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"arrivals": [2.0, 1.0]}, "ascending order"),
        ({"services": [1.0]}, "2 arrivals, but 1"),
        ({"services": [1.0, math.nan]}, "services must be 0 minutes or more"),
        ({"services": [1.0, math.inf]}, "services must be finite"),
        ({"arrivals": [-1.0, 1.0]}, "arrivals must be 0 minutes or more"),
        ({"patience": [1.0, -1.0]}, "patience must be 0 minutes or more"),
        ({"priorities": [0, -1]}, "priorities must be zero or more"),
        ({"appears": [True]}, "2 arrivals, but 1"),
    ],
)
def test_impossible_customers_are_refused(given: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Customers(**{"arrivals": [1.0, 2.0], "services": [1.0, 1.0]} | given)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"closes": 3.0}, "nobody arrives after closing"),
        ({"closes": 0.0}, "closes must be"),
        ({"review": 0.0}, "review must be"),
        ({"start_open": -1}, "start_open must be"),
        ({"lag": -1.0}, "lag must be"),
        ({"no_show_min": math.nan}, "no_show_min must be"),
    ],
)
def test_impossible_days_are_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        play(FOUR, 1, **changes)


def test_a_controller_that_wants_fewer_than_none_is_refused() -> None:
    with pytest.raises(ValueError, match="controller must be at least 0"):
        play(FOUR, lambda moment: -1)
