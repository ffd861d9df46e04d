"""What a plan would give, against formulas, laws and a simulation that shares no line with it."""

import json
import math
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.advisor.day_slots import Slots, day_slots
from server.advisor.plan_evaluation import evaluate
from server.advisor.queue_model import mms

DAYS = 1500
rates = st.lists(st.floats(0.0, 0.6), min_size=1, max_size=4)


def day(arrivals: list[float], service_min: float | list[float] = 10.0, **changes: Any) -> Slots:
    return day_slots(arrivals, service_min, **{"counter_cost": 60, "waiting_cost": 90, "most": 9, **changes})


def play(slots: Slots, counters: list[int], random: Random) -> tuple[list[list[float]], list[int]]:
    """One day, jump by jump: the waits of who came in each slot, and who is inside at its end.

    At any time the first s in the hall are being served; a counter that closes hands its customer back.
    """
    waits: list[list[float]] = [[] for _ in counters]
    hall, started, now, inside = [(0, -1.0)] * slots.present, 0, 0.0, []
    for at, servers in enumerate([*counters, max(1, counters[-1])]):
        is_open = at < len(counters)
        arrivals = slots.arrivals[at] if is_open else 0.0
        service = slots.service_min[min(at, len(counters) - 1)]
        now, end = at * 30.0, (at + 1) * 30.0 if is_open else math.inf
        while True:
            while started < min(len(hall), servers):
                slot, came = hall[started]
                if came >= 0:
                    waits[slot].append(now - came)
                started += 1
            busy = min(len(hall), servers)
            jumps = arrivals + busy / service
            now += random.expovariate(jumps) if jumps else math.inf
            if now >= end or not jumps:
                break
            if random.random() * jumps < arrivals:
                hall.append((at, now))
            else:
                del hall[random.randrange(busy)]
                started -= 1
        inside.append(len(hall))
    return waits, inside[:-1]


def z(values: list[float], expected: float) -> float:
    mean = math.fsum(values) / len(values)
    variance = math.fsum((value - mean) ** 2 for value in values) / (len(values) - 1)
    return (mean - expected) / math.sqrt(max(variance, 1e-12) / len(values))


def test_every_figure_agrees_with_a_simulated_day_of_rush_lull_and_closed_counters() -> None:
    slots = day([0.3, 0.5, 0.5, 0.2, 0.1, 0.3], present=6)
    counters = [2, 3, 5, 4, 0, 3]
    random = Random(20260302)
    played = [play(slots, counters, random) for _ in range(DAYS)]
    for at, row in enumerate(evaluate(slots, counters).rows):
        waits = [slot_waits[at] for slot_waits, _ in played]
        found = {
            "left": z([inside[at] for _, inside in played], row.left),
            "wait": z([sum(one) for one in waits], row.arrivals * row.wait),
            "over 10": z([sum(wait > 10 for wait in one) for one in waits], row.arrivals * row.over[0]),
            "over 30": z([sum(wait > 30 for wait in one) for one in waits], row.arrivals * row.over[1]),
        }
        assert {name: value for name, value in found.items() if abs(value) > 4} == {}, f"slot {at}"


@pytest.mark.parametrize(("arrivals", "servers"), [(0.2523, 4), (0.05, 1), (0.9, 11)])
def test_a_day_that_does_not_change_settles_at_the_steady_state(arrivals: float, servers: int) -> None:
    row = evaluate(day([arrivals] * 60), [servers] * 60).rows[-2]
    steady = mms(arrivals, 0.1, servers)
    assert row.wait == pytest.approx(steady.wq, rel=1e-5)
    assert row.present == pytest.approx(steady.l, rel=1e-5)
    assert row.waiting == pytest.approx(steady.lq, rel=1e-5)
    assert row.over == pytest.approx([steady.wait_exceeds(10), steady.wait_exceeds(30)], rel=1e-5)


@settings(max_examples=30, deadline=None)
@given(rates, st.integers(0, 5), st.floats(4, 20), st.data())
def test_the_time_spent_inside_is_waiting_and_service_and_nothing_else(
    arrivals: list[float], present: int, service_min: float, data: st.DataObject
) -> None:
    # Little's law over the whole day: the cost comes from who is present, the waits from who arrives.
    counters = sorted(data.draw(st.lists(st.integers(0, 6), min_size=len(arrivals), max_size=len(arrivals))))
    slots = day(arrivals, service_min)
    found = evaluate(slots, counters)
    stay = found.arrivals * (found.wait + service_min)
    assert found.waiting_cost / slots.waiting_cost * 60 == pytest.approx(stay, rel=2e-3, abs=1e-6)
    assert 0 <= found.over[1] <= found.over[0] + 1e-9 <= 1 + 2e-9
    more = evaluate(replace(slots, present=present), [number + 1 for number in counters])
    fewer = evaluate(replace(slots, present=present), counters)
    assert more.wait <= fewer.wait + 1e-9
    assert more.waiting_cost <= fewer.waiting_cost + 1e-9


def test_finer_slots_with_the_same_counters_give_the_same_day() -> None:
    arrivals, counters = [0.2, 0.5, 0.3], [2, 4, 4]
    coarse = evaluate(day(arrivals), counters)
    fine = evaluate(
        day([rate for rate in arrivals for _ in "12"], slot_min=15), [number for number in counters for _ in "12"]
    )
    assert fine.wait == pytest.approx(coarse.wait, rel=1e-3)
    assert fine.over == pytest.approx(coarse.over, rel=5e-3)
    assert fine.cost == pytest.approx(coarse.cost, rel=1e-9)


def test_a_backlog_is_carried_into_the_slot_that_could_keep_up() -> None:
    arrivals = [0.2, 0.6, 0.2, 0.2]
    found = evaluate(day(arrivals), [4, 4, 4, 4])
    calm = evaluate(day([0.2] * 4), [4, 4, 4, 4])
    assert [row.keeps_up for row in found.rows] == [True, False, True, True]
    assert found.too_few == (1,)
    assert found.rows[1].growth == pytest.approx(0.2)
    assert found.rows[2].wait > 10 * calm.rows[2].wait
    assert found.rows[2].wait > found.rows[3].wait > calm.rows[3].wait
    assert found.worst_wait == max(row.wait for row in found.rows)


def test_overload_all_day_is_an_answer() -> None:
    found = evaluate(day([1.0] * 17), [3] * 17)
    assert found.too_few == tuple(range(17))
    assert found.left == pytest.approx(510 * 0.7, rel=0.02)
    assert found.over[1] > 0.9
    assert math.isfinite(found.cost)


def test_who_is_inside_at_closing_is_served_and_paid_for() -> None:
    slots = day([0.3, 0.0], counter_cost=12, waiting_cost=6)
    found = evaluate(slots, [0, 0])
    assert found.left == pytest.approx(9)
    assert found.overtime_min == pytest.approx(90)
    assert found.staff_cost == pytest.approx(12 * 1.5)
    # One counter after closing: with n inside they stay 10 + 20 + ... + 10 n minutes; E n(n+1)/2 at mean 9.
    after = 10 * (9 * 9 + 2 * 9) / 2
    assert found.waiting_cost == pytest.approx(6 * (9 * 15 + 9 * 30 + after) / 60)
    # Who comes evenly in the first slot waits 45 minutes until closing, then for those in front, 4.5 of them.
    assert found.wait == pytest.approx(45 + 45, rel=1e-6)


def test_one_slot_without_anybody_and_a_day_without_slots_cost_what_stands_open() -> None:
    quiet = evaluate(day([0.0]), [2])
    assert (quiet.cost, quiet.arrivals, quiet.wait, quiet.over, quiet.too_few) == (60, 0, 0, (0, 0), ())
    closed = evaluate(day([]), [])
    assert (closed.cost, closed.rows, closed.worst_wait, closed.counters) == (0, (), 0, ())
    assert evaluate(day([]), [], staff_cost=5).cost == 5


def test_more_counters_than_people_are_as_good_as_any_number_of_them() -> None:
    plenty, endless = evaluate(day([0.3] * 3), [60] * 3), evaluate(day([0.3] * 3), [10**9] * 3)
    assert endless.waiting_cost == pytest.approx(plenty.waiting_cost, rel=1e-9)
    assert endless.wait == endless.over[0] == 0


def test_shifts_are_paid_as_shifts_and_overtime_besides() -> None:
    slots = day([0.2] * 4)
    by_counter, by_shift = evaluate(slots, [3] * 4), evaluate(slots, [3] * 4, staff_cost=1000)
    assert by_shift.staff_cost - by_counter.staff_cost == pytest.approx(1000 - 4 * 3 * 30)
    assert by_shift.waiting_cost == by_counter.waiting_cost


def test_an_evaluation_is_plain_json_with_local_times() -> None:
    view = evaluate(day([0.2, 0.6]), [3, 1]).as_dict()
    assert json.loads(json.dumps(view, allow_nan=False)) == view
    assert [(slot["at"], slot["start_min"], slot["end"]) for slot in view["slots"]] == [
        ("08:30", 0, "09:00"),
        ("09:00", 30, "09:30"),
    ]
    assert not view["keeps_up"]
    assert view["cost"] == pytest.approx(view["staff_cost"] + view["waiting_cost"])


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (lambda: day([math.nan]), "arrivals must be a finite number"),
        (lambda: day([0.2], math.nan), "service_min must be a finite number"),
        (lambda: day([0.2], 0.0), "service_min must be a finite number, more than zero"),
        (lambda: day([0.2], 0.01), "service_min must be at least 0.1"),
        (lambda: day([0.2, 0.2], [10.0]), "every slot needs its value; got 1 for 2 slots"),
        (lambda: day([0.2], waiting_cost=math.inf), "waiting_cost must be a finite number"),
        (lambda: day([0.2], least=3, most=2), "most must be at least 3; got 2"),
        (lambda: day([0.2], slot_min=0), "slot_min must be at least 1"),
        (lambda: day([0.2], present=-1), "present must be at least 0"),
        (lambda: replace(day([0.2]), arrivals=(-1.0,)), "arrivals must be a finite number"),
        (lambda: evaluate(day([0.2]), [1, 2]), "counters must be given for 1 slots; got 2"),
        (lambda: evaluate(day([0.2]), [2.5]), "counters must be a whole number"),  # type: ignore[list-item]
        (lambda: evaluate(day([0.2]), [-1]), "counters must be at least 0"),
        (lambda: evaluate(day([0.2]), [1], staff_cost=math.nan), "staff_cost must be a finite number"),
    ],
)
def test_impossible_days_and_plans_are_refused_in_words(question: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        question()
