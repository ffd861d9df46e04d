"""An advice is judged by what came after it: right, wrong, or impossible to tell."""

import json
from dataclasses import replace
from typing import Any

import pytest

from server.advisor.class_figures import ClassFigures
from server.advisor.hindsight import Passed, score
from server.advisor.reckoning import Limits
from tests.advisor.judged import COSTS, figures, sources_branch, told

OPENING = sources_branch()
CLOSING = figures(14, 10, 4, busy_counters=2)
HOUR = 60.0
ABOUT_PEOPLE = {"wait_now": 12.0, "wait_after": 6.0, "confidence": 0.8, "reason": {"code": "advice_profile"}}


def given(measured: ClassFigures, **changes: Any) -> dict[str, Any]:
    """As stored with the advice, and read again."""
    found: dict[str, Any] = json.loads(json.dumps(told(measured, **changes).as_dict()))
    return found


def passed(measured: ClassFigures, busier: float = 1.0, slower: float = 1.0, **changes: Any) -> Passed:
    """The next hour, as expected but for so many times the customers and the minutes each takes."""
    arrivals = measured.arrival_rate.mean * HOUR * busier
    services = round(min(arrivals, measured.open_counters * HOUR * measured.service_rate.mean / slower))
    busy = services * slower / measured.service_rate.mean
    return replace(Passed(HOUR, round(arrivals), services, busy, 5.0, followed=True), **changes)


@pytest.mark.parametrize(("measured", "counters"), [(OPENING, 4), (CLOSING, 3)], ids=["opening", "closing"])
def test_where_all_came_as_expected_the_advice_was_right(measured: ClassFigures, counters: int) -> None:
    figures = given(measured)
    assert figures["advised"] == counters
    found = score(figures, COSTS, passed(measured))
    assert found["verdict"] == "right"
    assert found["confidence"] == figures["confidence"]


def test_a_counter_closed_before_twice_the_customers_was_wrong() -> None:
    found = score(given(CLOSING), COSTS, passed(CLOSING, busier=2.0))
    assert found["verdict"] == "wrong"
    assert found["hindsight"] >= 4


def test_a_counter_opened_before_a_quiet_hour_with_quick_services_was_wrong() -> None:
    few = figures(16, 10, 3, hours=1, waiting=2)
    found = score(given(few), COSTS, passed(few, busier=0.2, slower=0.4))
    assert found["verdict"] == "wrong"
    assert found["hindsight"] <= 3


def test_the_more_was_known_before_the_less_one_hour_changes() -> None:
    """Hindsight adds the hour to what was known; it does not put it in its place."""
    month = figures(14, 10, 4, hours=2000, busy_counters=2)
    assert score(given(month), COSTS, passed(month, busier=2.0))["verdict"] == "right"


def test_direction_is_judged_and_not_the_number() -> None:
    crowd = figures(40, 10, 3, waiting=30)
    figures_told = given(crowd, limits=Limits(1, 12))
    assert figures_told["advised"] > 5
    found = score(figures_told, COSTS, passed(crowd, busier=0.6))
    assert found["verdict"] == "right"
    assert 3 < found["hindsight"] <= 12


def test_the_minimum_of_the_law_is_right_whatever_comes() -> None:
    below = figures(1.5, 5, 1, hours=8)
    nobody = Passed(HOUR, 0, 0, 0.0, None, followed=False)
    assert score(given(below, limits=Limits(3, 6)), COSTS, nobody)["verdict"] == "right"


def test_the_wait_that_was_promised_is_that_of_what_was_done() -> None:
    figures_told = given(OPENING)
    done, left = (score(figures_told, COSTS, passed(OPENING, followed=followed)) for followed in (True, False))
    assert done["wait_promised_min"] == figures_told["wait_after"]
    assert left["wait_promised_min"] == figures_told["wait_now"]
    assert done["wait_found_min"] == left["wait_found_min"] == 5.0
    assert (done["followed"], left["followed"]) == (True, False)


def test_advice_that_holds_no_forecast_cannot_be_judged() -> None:
    for figures_told in ({}, {"plan": None}, {"plan": {"open_now": 3}}, {"confidence": 0.7}):
        found = score(figures_told, COSTS, passed(OPENING))
        assert found["verdict"] == "unknown"
        assert "hindsight" not in found


@pytest.mark.parametrize(
    ("found", "followed", "verdict", "promised"),
    [
        (7.0, True, "right", 6.0),
        (11.0, True, "wrong", 6.0),
        (11.0, False, "right", 12.0),
        (20.0, False, "right", 12.0),
        (5.0, False, "wrong", 12.0),
    ],
)
def test_advice_about_people_is_judged_by_the_wait(
    found: float, followed: bool, verdict: str, promised: float
) -> None:
    judged = score(ABOUT_PEOPLE, COSTS, passed(OPENING, wait_found=found, followed=followed))
    assert (judged["verdict"], judged["wait_promised_min"]) == (verdict, promised)


@pytest.mark.parametrize("figures_told", [ABOUT_PEOPLE, ABOUT_PEOPLE | {"wait_after": 12.0}, {"wait_now": 3.0}])
def test_where_no_wait_tells_one_from_the_other_it_is_unknown(figures_told: dict[str, Any]) -> None:
    nobody_called = None if figures_told is ABOUT_PEOPLE else 5.0
    assert score(figures_told, COSTS, passed(OPENING, wait_found=nobody_called))["verdict"] == "unknown"


def test_the_judgement_is_plain_json() -> None:
    told_of = [given(OPENING), given(CLOSING), ABOUT_PEOPLE, {}]
    for each in [score(one, COSTS, passed(OPENING)) for one in told_of]:
        assert json.loads(json.dumps(each, allow_nan=False)) == each
