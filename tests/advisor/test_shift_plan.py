"""The day plan against brute force, on days with a known answer, and by laws that hold on any day."""

import json
import math
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.advisor.day_slots import Slots, day_slots
from server.advisor.mean_load import carried_loads, mean_loads, needed
from server.advisor.plan_evaluation import evaluate
from server.advisor.queue_model import optimal_servers
from server.advisor.shift_plan import DayPlan, ShiftRules, plan_counters, plan_shifts
from server.advisor.shifts import possible_shifts
from server.advisor.slot_costs import savings

# The source's branch, 8:30 to 17:00: busiest from 11:00 to 12:00 and from 14:30 to 15:00.
SOURCE = [0.15, 0.2, 0.25, 0.3, 0.35, 0.42, 0.42, 0.3, 0.2, 0.2, 0.25, 0.35, 0.42, 0.35, 0.3, 0.25, 0.2]
busy_days = st.lists(st.floats(0.0, 0.6), min_size=3, max_size=6)
prices = st.floats(5, 300)
quick = settings(max_examples=25, deadline=None)


def day(arrivals: list[float], **changes: Any) -> Slots:
    known: dict[str, Any] = {"service_min": 10.0, "counter_cost": 60, "waiting_cost": 60, "most": 9, "least": 1}
    return day_slots(arrivals, **known | changes)


def covers(plan: DayPlan) -> Iterator[tuple[int, int]]:
    """Counters open and tellers there, slot by slot."""
    step = plan.slots.slot_min
    for at, have in enumerate(plan.counters):
        yield have, sum(p.people for p in plan.shifts if p.shift.works(at * step, (at + 1) * step))


def test_mean_loads_lag_behind_the_arrivals_by_a_service() -> None:
    slots = day([0.3, 0.6, 0.0], present=2)
    m, step, found = 2.0, 0.01, []
    for arrivals in slots.arrivals:
        area = 0.0
        for _ in range(3000):
            area += m * step
            m += step * (arrivals - m / 10)
        found.append(area / 30)
    assert mean_loads(slots) == pytest.approx(found, rel=3e-3)
    assert carried_loads(slots) == pytest.approx(found, rel=3e-3)  # nine counters are never full


def test_a_backlog_that_all_counters_leave_stays_in_the_load_until_it_is_cleared() -> None:
    slots = day([0.2, 0.6, 0.6, 0.1, 0.1, 0.1, 0.1], most=3)
    m, step, found = 0.0, 0.01, []
    for arrivals in slots.arrivals:
        area = 0.0
        for _ in range(3000):
            area += m * step
            m += step * (arrivals - min(m, 3) / 10)
        found.append(area / 30)
    assert carried_loads(slots) == pytest.approx(found, rel=3e-3)
    assert mean_loads(slots)[4] < 1.2 < 3 < carried_loads(slots)[4]
    plan = plan_counters(replace(slots, counter_cost=1e4))
    assert plan.counters == (2, 3, 3, 3, 3, 3, 2)
    assert plan.short == (1, 2)  # where customers come faster than all counters can serve


@pytest.mark.parametrize(("load", "fewest"), [(0.0, 0), (1e-4, 0), (0.5, 1), (2.99, 3), (2.9995, 4), (3.0, 4)])
def test_full_load_needs_one_counter_more(load: float, fewest: int) -> None:
    assert needed(load) == fewest


def test_the_sources_branch_opens_its_fourth_counter_once_services_have_caught_up() -> None:
    plan = plan_counters(day([0.2523] * 17, most=6))
    assert plan.counters == (3, *[4] * 16)
    assert optimal_servers(0.2523, 0.1, 60, 60, max_servers=6).servers == 4
    assert (plan.short, plan.optimal, plan.people, plan.shifts) == ((), True, 4, ())


def test_the_plan_follows_the_sources_peaks() -> None:
    plan = plan_counters(day(SOURCE))
    assert plan.counters == (2, 3, 4, 4, 5, 6, 6, 5, 4, 3, 4, 5, 6, 5, 5, 4, 4)
    assert plan.evaluation.wait < 4


def one_slot_cost(slots: Slots, at: int, counters: int) -> float:
    """What the slot would cost by itself, beginning as full as its load, with no regard to what it leaves."""
    alone = replace(
        slots,
        **{name: getattr(slots, name)[at : at + 1] for name in ("arrivals", "service_min", "least", "most")},
        present=round(mean_loads(slots)[at]),
    )
    row = evaluate(alone, [counters]).rows[0]
    return row.staff_cost + row.waiting_cost


def test_a_soft_cost_per_slot_would_accept_full_load_and_pay_for_it_in_the_next_slots() -> None:
    slots = day([0.3, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4, 0.3], waiting_cost=15)
    soft = [min(range(1, 9), key=lambda have: one_slot_cost(slots, at, have)) for at in range(len(slots))]
    assert [at for at, load in enumerate(mean_loads(slots)) if soft[at] <= load] != []
    plan = plan_counters(slots)
    assert all(have > load for have, load in zip(plan.counters, mean_loads(slots), strict=True))
    assert evaluate(slots, soft).cost > 1.05 * plan.evaluation.cost
    # However dear counters are, none is left out without which the slot cannot keep up.
    assert plan_counters(replace(slots, counter_cost=1e6)).counters == (3, 4, 4, 5, 5, 5, 5, 4)


def test_no_counter_more_or_fewer_in_any_slot_makes_the_plan_noticeably_cheaper() -> None:
    slots = day([rate * 1.2 for rate in SOURCE[3:12]], waiting_cost=30)
    plan = plan_counters(slots)
    for at, step in product(range(len(slots)), (-1, 1)):
        other = [have + step * (at == slot) for slot, have in enumerate(plan.counters)]
        assert evaluate(slots, other).cost > 0.985 * plan.evaluation.cost


def test_days_with_nobody_nothing_open_or_one_slot_are_planned_too() -> None:
    rules = ShiftRules()
    assert plan_counters(day([0.0] * 3, least=0)).counters == (0, 0, 0)
    assert plan_counters(day([0.0] * 3, least=2)).counters == (2, 2, 2)
    assert plan_counters(day([0.5])).counters == (5,)
    for plan in (plan_counters(day([])), plan_shifts(day([]), rules)):
        assert (plan.counters, plan.shifts, plan.short, plan.evaluation.cost) == ((), (), (), 0)
    nobody = plan_shifts(day([0.0] * 17, least=0), rules)
    assert (set(nobody.counters), nobody.shifts, nobody.evaluation.cost) == ({0}, (), 0)
    no_counter = plan_shifts(day([0.2] * 17, most=0, least=0), rules)
    assert (set(no_counter.counters), no_counter.shifts, len(no_counter.short)) == ({0}, (), 17)


def test_free_counters_are_all_opened_and_free_waiting_opens_what_keeps_up() -> None:
    assert plan_counters(day([0.2] * 3, counter_cost=0)).counters == (9, 9, 9)
    assert plan_counters(day([0.2] * 3, waiting_cost=0)).counters == (2, 2, 3)
    assert plan_counters(day([0.2] * 3, waiting_cost=0, counter_cost=0)).counters == (2, 2, 3)
    assert plan_shifts(day([0.2] * 17, waiting_cost=0, counter_cost=0), ShiftRules()).short == ()


@quick
@given(busy_days, prices, prices, st.integers(0, 3), st.integers(3, 9))
def test_dearer_counters_are_never_more_and_more_customers_never_have_fewer(
    arrivals: list[float], counter_cost: float, waiting_cost: float, least: int, most: int
) -> None:
    slots = day(arrivals, counter_cost=counter_cost, waiting_cost=waiting_cost, least=least, most=most)
    plan = plan_counters(slots)
    dearer = plan_counters(replace(slots, counter_cost=1.7 * counter_cost))
    market_day = plan_counters(replace(slots, arrivals=tuple(1.4 * rate for rate in arrivals)))
    assert all(few <= have <= more for few, have, more in zip(
        dearer.counters, plan.counters, market_day.counters, strict=True
    ))  # fmt: skip
    assert all(least <= have <= most for have in plan.counters)
    loads = zip(plan.counters, mean_loads(slots), strict=True)
    assert all(have > load or have == most or load < 1e-3 for have, load in loads)
    saved = savings(slots)
    assert all(a >= b * (1 - 1e-9) >= 0 for row in saved for a, b in pairwise(row))


@quick
@given(
    st.lists(st.floats(0.0, 0.35), min_size=2, max_size=4), prices, prices,
    st.sampled_from([(30,), (60,), (30, 60), (60, 90)]), st.none() | st.integers(0, 4), st.integers(0, 1),
)  # fmt: skip
def test_shifts_are_as_good_as_the_best_of_all_combinations(
    arrivals: list[float], wage: float, waiting_cost: float, lengths: tuple[int, ...], staff: int | None, least: int
) -> None:
    slots = day(arrivals, waiting_cost=waiting_cost, most=2, least=least)
    rules = ShiftRules(lengths, cost_per_hour=wage, staff=staff)
    plan = plan_shifts(slots, rules)
    choice, n, most = possible_shifts(slots, rules), len(arrivals), min(2, 2 if staff is None else staff)
    saved = savings(
        replace(slots, most=(most,) * n, least=(min(least, most),) * n),
        max((shift.cost for shift in choice), default=0.0),
    )
    works = [[shift.works(30 * at, 30 * at + 30) for at in range(n)] for shift in choice]

    def cost(people: tuple[int, ...]) -> float:
        there = [sum(number * row[at] for number, row in zip(people, works, strict=True)) for at in range(n)]
        lacking = sum(sum(row[have:]) for row, have in zip(saved, there, strict=True))
        return sum(number * shift.cost for number, shift in zip(people, choice, strict=True)) + lacking

    best = min(
        cost(people)
        for people in product(range(most + 1), repeat=len(choice))
        if staff is None or sum(people) <= staff
    )
    planned = {planned.shift: planned.people for planned in plan.shifts}
    own = tuple(planned.get(shift, 0) for shift in choice)
    assert cost(own) <= best * (1 + 1e-5) + 1e-6
    assert plan.people == sum(own) <= (math.inf if staff is None else staff)
    assert all(have == min(most, there) for have, there in covers(plan))


@pytest.mark.parametrize("staff", [None, 6, 3])
def test_shifts_cover_every_counter_and_are_what_the_rules_allow(staff: int | None) -> None:
    rules = ShiftRules(earliest_min=30, latest_min=300, break_min=30, cost_per_hour=55.0, staff=staff)
    plan = plan_shifts(day(SOURCE, waiting_cost=30), rules)
    assert plan.optimal
    assert all(have <= there for have, there in covers(plan))
    assert staff is None or plan.people <= staff
    for shift in (planned.shift for planned in plan.shifts):
        assert 30 <= shift.start <= 300
        assert shift.end <= 510
        assert shift.end - shift.start in rules.lengths_min
        assert (shift.pause is not None) == (shift.end - shift.start >= 360)
        if shift.pause is not None:
            assert shift.pause[0] - shift.start >= 120
            assert shift.end - shift.pause[1] >= 120
        paid = shift.end - shift.start - (30 if shift.pause else 0)
        assert shift.cost == pytest.approx(55 * paid / 60)
    wages = sum(planned.cost for planned in plan.shifts)
    assert plan.evaluation.staff_cost == pytest.approx(wages + plan.evaluation.overtime_min)


def test_too_few_staff_give_the_best_cover_there_is_and_name_the_slots() -> None:
    plan = plan_shifts(day([rate * 1.5 for rate in SOURCE]), ShiftRules(staff=5))
    assert plan.people == 5
    assert plan.optimal
    assert set(plan.short) >= {5, 6}
    assert plan.short == plan.evaluation.too_few
    assert all(have >= 1 for have in plan.counters)  # the legal minimum comes before all else
    assert [slot["start"] for slot in plan.as_dict()["short"]] == [plan.slots.clock(30 * at) for at in plan.short]
    # Six who may work eight hours of eight and a half do not all come first thing and leave the last slot alone.
    hopeless = plan_shifts(day([rate * 5 for rate in SOURCE], least=0), ShiftRules(staff=6))
    assert all(have >= 1 for have in hopeless.counters)
    assert sum(hopeless.counters) == 6 * 16
    nobody = plan_shifts(day(SOURCE), ShiftRules(staff=0))
    assert (nobody.people, nobody.short) == (0, tuple(range(17)))


def test_more_staff_never_make_the_plan_dearer() -> None:
    slots = day(SOURCE, waiting_cost=30)
    costs = [plan_shifts(slots, ShiftRules(staff=staff)).evaluation.cost for staff in (2, 3, 4, 5)]
    assert all(more < fewer for fewer, more in pairwise(costs))


def test_a_day_shorter_than_any_shift_is_worked_whole_and_paid_as_the_shortest() -> None:
    plan = plan_shifts(day([0.2] * 4), ShiftRules())
    assert [(p.shift.start, p.shift.end, p.shift.cost) for p in plan.shifts] == [(0, 120, 240)]
    assert plan.counters == (plan.people,) * 4
    assert possible_shifts(day([0.2] * 4), ShiftRules(earliest_min=120)) == ()


def test_a_search_without_time_still_gives_a_plan() -> None:
    slots, rules = day(SOURCE), ShiftRules(break_min=30)
    hasty, best = plan_shifts(slots, rules, time_limit_s=0.0), plan_shifts(slots, rules)
    assert (hasty.gap, hasty.optimal, best.optimal) == (None, False, True)
    assert hasty.short == ()
    assert all(have <= there for have, there in covers(hasty))
    assert best.evaluation.cost <= hasty.evaluation.cost < 1.1 * best.evaluation.cost
    assert plan_shifts(slots, replace(rules, staff=3), time_limit_s=0.0).people == 3


def test_a_plan_is_plain_json() -> None:
    view = plan_shifts(day(SOURCE, waiting_cost=30), ShiftRules(break_min=30, staff=5)).as_dict()
    assert json.loads(json.dumps(view, allow_nan=False)) == view
    assert (view["opens"], view["closes"], view["slot_min"], len(view["slots"])) == ("08:30", "17:00", 30, 17)
    shift = view["shifts"][0]
    assert shift.keys() == {"start_min", "end_min", "start", "end", "break", "count", "cost"}
    assert view["cost"] == pytest.approx(view["staff_cost"] + view["waiting_cost"])


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"lengths_min": ()}, "lengths_min must name a length at least"),
        ({"lengths_min": (0,)}, "lengths_min must be at least 1"),
        ({"lengths_min": (245,)}, "must be whole slots of 30 minutes"),
        ({"break_min": 20}, "must be whole slots of 30 minutes"),
        ({"cost_per_hour": math.nan}, "cost_per_hour must be a finite number"),
        ({"staff": -1}, "staff must be at least 0"),
        ({"earliest_min": 7.5}, "earliest_min must be a whole number"),
    ],
)
def test_impossible_rules_are_refused_in_words(rules: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        plan_shifts(day(SOURCE), ShiftRules(**rules))
    with pytest.raises(ValueError, match="time_limit_s must be a finite number"):
        plan_shifts(day(SOURCE), ShiftRules(), time_limit_s=math.nan)
