"""The simulated branch does what the real one does: the same customers, the same calls at the same times."""

import math
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.advisor.simulation.class_day import Customers, Moment, simulate_class_day
from server.advisor.simulation.crowd import Crowd, Flow, draw_crowd
from server.advisor.simulation.hall_day import CounterChange, HallResult, simulate_hall_day
from server.domain.branch import CounterClass, ProfileEntry, Rules
from server.domain.ticket import Segment
from tests.advisor.simulation.halls import (
    CHANGES,
    CLOSES,
    DESKS,
    KINDS,
    OPEN,
    ORDINARY,
    VIP,
    crowd_like,
    crowd_of,
    hall_of,
    open_counters,
)
from tests.advisor.simulation.real_day import RealDay
from tests.domain.floor import NINE, Floor, counter

CASH = CounterClass.CASH


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_same_day_in_the_real_system_has_the_same_calls(seed: int, kind: str) -> None:
    rules = Rules(wait_cap_s=(1800, 600, 1e9)[seed % 3], vip_weight=2 + seed % 2, machine_no_show_s=30.0)
    crowd = crowd_like(seed, kind)
    real = RealDay(Floor(*DESKS, rules=rules), crowd).play(CHANGES)
    simulated = simulate_hall_day(hall_of(*DESKS, rules=rules), NINE, crowd, closes=CLOSES, changes=CHANGES)
    assert [tuple(call) for call in simulated.calls] == [tuple(call) for call in real]
    assert len(real) > 100


def simulate(crowd: Crowd, number: int = 2, rules: Rules | None = None, **changes: Any) -> HallResult:
    """At so many counters of the cash class that serve everybody."""
    hall = changes.pop("hall", None) or hall_of(*open_counters(number, "cash vip"), rules=rules)
    options: dict[str, Any] = {"closes": CLOSES} | changes
    return simulate_hall_day(hall, NINE, crowd, **options)


def said(wait: float) -> float | None:
    return None if math.isnan(wait) else wait


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9), st.integers(1, 4), st.booleans())
def test_with_one_queue_it_is_the_day_of_one_class(seed: int, servers: int, leaving: bool) -> None:
    rng = Random(seed)
    crowd = draw_crowd(rng, [Flow("cash", (0.2, 0.3), 8.0)], CLOSES / 2, patience=12.0 if leaving else None)
    appears = [rng.random() > 0.1 for _ in crowd.arrivals]
    hall = simulate(replace(crowd, missed_calls=[not there for there in appears]), servers, Rules(max_misses=0))
    customers = Customers(crowd.arrivals, crowd.services, crowd.patience, appears)
    plain = simulate_class_day(customers, servers, start_open=servers, closes=CLOSES)
    assert list(map(said, hall.wait_of)) == list(map(said, plain.wait_of))
    assert (hall.served, hall.abandoned, hall.no_shows) == (plain.served, plain.abandoned, plain.no_shows)
    assert hall.customer_minutes[CASH] == pytest.approx(plain.customer_minutes)
    assert hall.waiting_minutes[CASH] == pytest.approx(plain.waiting_minutes)
    assert hall.counter_minutes[CASH] == pytest.approx(plain.counter_minutes)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(KINDS))
def test_everybody_has_one_end_and_the_same_seed_gives_the_same_day(seed: int, kind: str) -> None:
    rng = Random(seed)
    changes = [
        CounterChange(rng.uniform(0, CLOSES), f"main.{rng.randint(1, 4)}", rng.random() < 0.6) for _ in range(20)
    ]
    first, second = (
        simulate_hall_day(hall_of(*DESKS), NINE, crowd_like(seed, kind), closes=CLOSES, changes=changes)
        for _ in range(2)
    )
    assert repr(first.calls) == repr(second.calls)
    assert first.served + first.abandoned + first.no_shows + first.unserved == len(first.wait_of)
    assert first.served == sum(not math.isnan(wait) for wait in first.wait_of)
    assert all(first.customer_minutes[key] >= first.waiting_minutes[key] >= -1e-9 for key in CounterClass)


def test_who_cannot_be_served_waits_until_the_doors_close() -> None:
    result = simulate(crowd_of([10.0, 20.0], [5.0, 5.0], [ORDINARY, ("non_cash", Segment.ORDINARY)]))
    assert (result.served, result.unserved) == (1, 1)
    assert result.waiting_minutes[CounterClass.NON_CASH] == CLOSES - 20.0


def test_the_hall_that_is_asked_about_stays_as_it_is() -> None:
    hall = hall_of(*DESKS)
    simulate_hall_day(hall, NINE, crowd_like(1, "misses"), closes=CLOSES, changes=CHANGES)
    assert hall == hall_of(*DESKS)


def test_a_counter_that_gets_another_profile_looks_at_once_who_waits_there() -> None:
    hall = hall_of(counter(1, "cash", status=OPEN), counter(2, "cash", status=OPEN))
    crowd = crowd_of([1.0, 2.0, 3.0], [30.0, 5.0, 5.0], [ORDINARY, VIP, VIP])
    change = CounterChange(10.0, "main.2", profile=(ProfileEntry("cash"), ProfileEntry("vip")))
    result = simulate(crowd, hall=hall, changes=[change])
    assert [tuple(call) for call in result.calls] == [(1.0, "main.1", 0), (10.0, "main.2", 1), (15.0, "main.2", 2)]


def test_opening_and_closing_is_counted_to_the_end_of_the_last_service() -> None:
    hall = hall_of(counter(1, "cash", status=OPEN), counter(2, "cash"))
    changes = [CounterChange(20.0, "main.2", True), CounterChange(25.0, "main.2", False)]
    crowd = crowd_of([1.0, 2.0, 239.0], [30.0, 10.0, 5.0])
    result = simulate(crowd, hall=hall, changes=changes)
    assert result.counter_minutes[CASH] == 244.0 + 10.0
    assert result.openings[CASH] == 1


def test_a_policy_is_told_of_its_class_and_its_counters_come_after_the_lag() -> None:
    told: list[Moment] = []

    def ask(moment: Moment) -> int:
        told.append(moment)
        return 2 if 5 <= moment.now < 30 else 1

    hall = hall_of(counter(1, "cash vip", status=OPEN), counter(2, "cash"), counter(4, "vip", status=OPEN))
    crowd = crowd_of([1.0, 2.0, 3.0, 21.0], [16.0, 9.0, 9.0, 1.0], [ORDINARY, ORDINARY, VIP, ORDINARY])
    result = simulate(crowd, hall=hall, controllers={CASH: ask}, closes=40.0, review=10.0, lag=2.0)
    assert told == [
        Moment(0.0, 0, 0, 1, 0, 0, 0.0, 0),
        Moment(10.0, 1, 1, 1, 2, 0, 9.0, 0),
        Moment(20.0, 0, 1, 2, 2, 1, 24.0, 0),
        Moment(30.0, 0, 0, 2, 3, 3, 26.0, 0),
    ]
    assert [tuple(call) for call in result.calls] == [
        (1.0, "main.1", 0),
        (3.0, "main.4", 2),
        (12.0, "main.2", 1),
        (21.0, "main.1", 3),
    ]
    assert (result.openings[CASH], result.counter_minutes[CASH]) == (1, 40.0 + 18.0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"closes": 3.0}, "between the beginning and closing time"),
        ({"changes": [CounterChange(1.0, "main.9", True)]}, "no counter 'main.9'"),
        ({"changes": [CounterChange(-1.0, "main.1", True)]}, "at must be"),
        ({"lag": math.nan}, "lag must be"),
        ({"review": 0.0}, "review must be"),
    ],
)
def test_impossible_days_are_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        simulate(crowd_of([1.0, 4.0], [1.0, 1.0]), **changes)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"arrivals": [2.0, 1.0]}, "ascending order"),
        ({"kinds": [0, 1]}, "kinds must be numbers of places"),
        ({"missed_calls": [0]}, "2 arrivals, but 1"),
        ({"services": [1.0, -1.0]}, "services must be"),
    ],
)
def test_impossible_crowds_are_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        replace(crowd_of([1.0, 2.0], [1.0, 1.0]), **changes)


def test_a_counter_that_was_sent_back_and_asked_for_again_comes_after_the_lag_of_the_second_time() -> None:
    hall = hall_of(counter(1, "cash", status=OPEN), counter(2, "cash"))
    plan = {0.0: 2, 5.0: 1, 10.0: 2}
    crowd = crowd_of([1.0, 2.0], [60.0, 5.0])
    result = simulate(crowd, hall=hall, controllers={CASH: lambda moment: plan.get(moment.now, 2)}, lag=12.0)
    assert [call.at for call in result.calls] == [1.0, 22.0]
    assert result.openings[CASH] == 2
