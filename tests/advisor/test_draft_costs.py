"""A draft of the costs: the reference figures, the rates that are known best, and what the price of opening does."""

import math
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from server.advisor.draft_costs import DraftCosts, cheapest, draft_costs
from server.advisor.known_rates import KnownRates, busiest_hour, busiest_of_week, known_rates
from server.advisor.opening_price import opening_price
from server.advisor.queue_model import mms
from server.advisor.rates import Measurements
from server.advisor.reckoning import Limits
from server.domain.branch import ClassPolicy
from tests.advisor.day import DAY, Log, at, branch
from tests.advisor.reference import ABSENT, REFERENCE

COSTS = ClassPolicy(60.0, 90.0, 10.0, 12.0)
BUSY = KnownRates("expected", 42.0, 5.2)
OPTIMA = [case for case in REFERENCE.get("optimizer", ()) if case["feasible"] and not case["marginal"]["capped"]]


def drafted(draft: ClassPolicy = COSTS, rates: KnownRates = BUSY, most: int = 6, **more: Any) -> DraftCosts:
    return draft_costs(draft, Limits(draft.min_counters, most), (rates,), rates=rates, in_force=COSTS, **more)


@pytest.mark.skipif(not OPTIMA, reason=ABSENT)
def test_there_are_reference_cases_with_a_tie_and_without() -> None:
    assert {case["tie"] for case in OPTIMA} == {True, False}


@pytest.mark.parametrize("case", OPTIMA, ids=lambda case: case["id"])
def test_what_is_asked_for_and_what_it_costs_agree_with_the_reference_file(case: dict[str, Any]) -> None:
    draft = ClassPolicy(case["cs"], case["cw"], 1.0, 1.0, case["s_min"])
    found = drafted(draft, KnownRates("now", case["lam"] * 60, 1 / case["mu"]), case["s_max"])
    assert found.asks_for in case["optimal_set"]
    costs = [row.steady.cost for row in found.found.rows]
    at = case["s_star"]
    assert costs[at - 1] == pytest.approx(case["z_star"], rel=1e-9)
    if case["z_plus"] is not None:
        assert costs[at] == pytest.approx(case["z_plus"], rel=1e-9)
    if at > 1 and case["z_minus"] is not None:
        assert costs[at - 2] == pytest.approx(float(case["z_minus"]), rel=1e-9)


def test_dearer_waiting_asks_for_more_and_the_costs_in_force_stay_beside_it() -> None:
    calm, dear = drafted(), drafted(replace(COSTS, waiting_cost=900.0))
    assert calm.asks_for == calm.in_force == dear.in_force == by_trying(60.0, 90.0)
    assert dear.asks_for == by_trying(60.0, 900.0) > by_trying(60.0, 90.0)
    assert dear.found.optimum == 6  # all that are there
    frugal = drafted(replace(COSTS, counter_cost=6000.0))
    assert frugal.asks_for == 4
    assert len(frugal.found.rows) == len(calm.found.rows)  # what is in force is seen beside it
    shown = [row.steady.servers for row in dear.found.rows]
    assert shown == list(range(1, dear.asks_for + 3))  # beyond those that are there, and beyond the cheapest


def by_trying(counter_cost: float, waiting_cost: float) -> int:
    costs = {s: counter_cost * s + waiting_cost * mms(0.7, 1 / 5.2, s).l for s in range(1, 20)}
    return min(costs, key=costs.__getitem__)


def test_a_minimum_is_kept_and_what_nobody_can_serve_asks_for_nothing() -> None:
    assert cheapest(0.7, 1 / 5.2, replace(COSTS, min_counters=9)) == 9
    assert cheapest(0.0, 0.1, replace(COSTS, min_counters=0)) == 1
    swamped = drafted(rates=KnownRates("expected", 2000.0, 240.0))
    assert (swamped.asks_for, swamped.in_force) == (None, None)
    assert not swamped.found.row.steady.stable


def test_the_levers_work_on_a_draft_too() -> None:
    plain, busier = (
        drafted(rates=KnownRates("expected", 63.0, 6.5)),
        drafted(arrivals_factor=1.5, service_factor=1.25),
    )
    assert busier.asks_for == plain.asks_for
    assert busier.in_force == plain.in_force
    assert busier.found.rows[8].steady.cost == pytest.approx(plain.found.rows[8].steady.cost)


def lived(days: int) -> tuple[Measurements, datetime]:
    """So many days from a Monday on, with an hour of forty customers from eleven and four in each other hour; then
    noon of the next."""
    found = Measurements(branch())
    for number in range(days):
        log = Log(number)
        log.counter(0, 1)
        calm = (15.0 * n for n in range(34) if not 10 <= n < 14)
        for n, minute in enumerate(sorted([*calm, *(150 + 1.5 * n for n in range(40))])):
            log.issue(minute, f"A{number}.{n}")
        for event in sorted(log.events, key=lambda event: event.at):
            found.apply(event)
    log = Log(days)
    found.apply(log.events[0])
    return found, log.at(210)


def known(found: Measurements, now: datetime) -> tuple[KnownRates, ...]:
    busiest = busiest_of_week(branch(), found, "cash", now)
    return known_rates(branch(), found.figures(now)["cash"], busiest, now, COSTS)


def test_the_busiest_hour_that_was_learnt_comes_first_then_now_then_what_is_expected() -> None:
    busiest, present, expected = known(*lived(4))
    assert (busiest.source, present.source, expected.source) == ("busiest", "now", "expected")
    assert busiest.hour is not None
    assert (busiest.hour.begins.hour, busiest.hour.begins.minute, busiest.hour.days) == (11, 0, 4)
    assert 15 < busiest.arrivals_per_hour < 40  # smoothed, and drawn towards the other hours
    assert busiest.arrivals_per_hour > present.arrivals_per_hour
    assert busiest.as_dict()["begins"] == "11:00"
    assert (expected.arrivals_per_hour, expected.service_min) == (12.0, 10.0)


def test_few_days_are_no_history_and_a_closed_branch_has_no_now() -> None:
    assert [one.source for one in known(*lived(2))] == ["expected"]
    found, now = lived(3)
    assert [one.source for one in known(found, now + timedelta(hours=9))] == ["busiest", "expected"]


def test_of_a_class_that_is_not_in_force_only_the_draft_knows() -> None:
    assert known_rates(branch(), None, None, at(60), COSTS) == (KnownRates("expected", 12.0, 10.0),)


def test_a_day_shorter_than_an_hour_has_what_comes_in_it() -> None:
    found, _ = lived(4)
    learnt = found.profile("cash", DAY + timedelta(days=4))
    assert learnt is not None
    rates, _ = learnt
    short = replace(rates, hours=replace(rates.hours, closes=rates.hours.opens + 30))
    arrivals, begins = busiest_hour(short)
    assert begins == short.hours.opens
    assert arrivals == pytest.approx(short.expected(short.hours.opens, math.inf))


def test_a_dearer_opening_waits_for_more_people_and_at_last_for_none() -> None:
    found = {cost: opening_price(0.48, 0.2, replace(COSTS, opening_cost=cost), 5) for cost in (0.0, 20.0, 100.0)}
    at_which = [price.opens_at for price in found.values() if price is not None and price.opens_at is not None]
    assert at_which == sorted(at_which)
    assert len(set(at_which)) == 3
    assert {price.opens_at_if_free for price in found.values() if price} == {at_which[0]}
    usual = opening_price(0.48, 0.2, COSTS, 5)
    assert usual == found[20.0]  # a third of the counter's hour
    never = opening_price(0.1, 0.1, replace(COSTS, opening_cost=50_000.0), 3)
    assert never is not None
    assert never.opens_at is None


@pytest.mark.parametrize(
    ("costs", "counters"),
    [(COSTS, 1), (replace(COSTS, min_counters=3), 3), (COSTS, 21), (replace(COSTS, policy="mms"), 5)],
)
def test_where_nothing_is_opened_or_another_policy_speaks_there_is_no_price(
    costs: ClassPolicy, counters: int
) -> None:
    assert opening_price(0.48, 0.2, costs, counters) is None
