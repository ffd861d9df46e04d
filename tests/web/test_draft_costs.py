"""What a draft of the set-up's costs would ask for, over HTTP: at which rates, beside what, and what is refused."""

from typing import Any

import pytest

from server.advisor.known_rates import KnownRates
from tests.running import Caller, Json, Office, Served, headers, install
from tests.web.conftest import Hall
from tests.web.problem import refused

WHAT_IF = "branches/main/what-if"
COSTS: Json = {
    "counter_cost": 60,
    "waiting_cost": 90,
    "counters": 3,
    "expected_service_min": 10,
    "expected_arrivals_per_hour": 12,
}


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """What is reckoned has nothing to do with the database: one will do."""
    return install(f"sqlite:///{tmp_path_factory.mktemp('office') / 'callboard.db'}")


def ask_of(ask: Caller, who: str = "manager", asked: Json | None = None, **draft: Any) -> Any:
    body = {"counter_class": "cash", "draft": COSTS | draft, **(asked or {})}
    return ask.http.post(WHAT_IF, json=body, headers=headers(ask.tokens[who]))


def told(ask: Caller, **asked: Any) -> Json:
    answer = ask_of(ask, **asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_what_the_document_says_is_what_the_costs_in_force_ask_for(
    ask: Caller, hall: Hall, nothing_changes: None
) -> None:
    document = ask.get("manager", "branches/main/set-up").json()["document"]
    found = told(ask, **document["classes"]["cash"])
    assert found["draft"]["asks_for"] == found["draft"]["in_force"]
    dearer = told(ask, waiting_cost=3600)
    assert dearer["draft"]["asks_for"] > dearer["draft"]["in_force"] == found["draft"]["in_force"]
    costs = [row["cost"] for row in dearer["table"]]
    cheapest = dearer["draft"]["asks_for"]
    assert len(costs) == cheapest + 2
    assert min(cost for cost in costs if cost is not None) == costs[cheapest - 1]
    assert dearer["optimum"] <= COSTS["counters"]


def test_the_rates_are_the_best_that_are_known_and_told_with_the_others(
    ask: Caller, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = told(ask)  # a handful has come, which is no measurement
    assert [one["source"] for one in found["draft"]["known"]] == ["expected"] == [found["draft"]["source"]]
    assert (found["arrivals_per_hour"], found["service_min"]) == (pytest.approx(12), pytest.approx(10))
    know(monkeypatch)
    busiest, now, expected, typed = (
        told(ask, **wish) for wish in ({}, {"rates": "now"}, {"rates": "expected"}, {"arrivals_per_hour": 30})
    )
    assert [one["draft"]["source"] for one in (busiest, now, expected)] == ["busiest", "now", "expected"]
    rates = [(round(one["arrivals_per_hour"], 6), round(one["service_min"], 6)) for one in (busiest, now, expected)]
    assert rates == [(42, 5.2), (20, 6), (12, 10)]
    assert (round(typed["arrivals_per_hour"], 6), round(typed["service_min"], 6)) == (30, 5.2)
    assert typed["draft"]["known"] == busiest["draft"]["known"]


def know(monkeypatch: pytest.MonkeyPatch) -> None:
    known = (KnownRates("busiest", 42, 5.2), KnownRates("now", 20, 6), KnownRates("expected", 12, 10))
    monkeypatch.setattr("server.web.advice.known_rates", lambda *_: known)


def test_a_class_that_is_not_in_force_yet_is_reckoned_by_the_draft_alone(
    ask: Caller, served: Served, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    branch = served.services.hub.places["main"].hall.branch
    monkeypatch.delitem(branch.policies, "vip")
    found = told(ask, asked={"counter_class": "vip"}, counters=0)
    assert found["draft"]["in_force"] is None
    assert (found["draft"]["source"], found["draft"]["asks_for"]) == ("expected", told(ask)["draft"]["asks_for"])


def test_the_price_of_opening_is_told_where_it_has_a_say(ask: Caller, hall: Hall) -> None:
    dear, free = (told(ask, opening_cost=cost, arrivals_per_hour=30)["draft"]["opening"] for cost in (500, 0))
    assert dear["opens_at"] is None or dear["opens_at"] > dear["opens_at_if_free"]
    assert free["opens_at"] == free["opens_at_if_free"] == dear["opens_at_if_free"]
    assert told(ask, policy="mms")["draft"]["opening"] is None
    assert told(ask, arrivals_per_hour=0)["draft"]["opening"] is None


def test_what_cannot_be_served_is_told_without_infinity(ask: Caller, hall: Hall) -> None:
    swamped = told(ask, arrivals_per_hour=2000, expected_service_min=240)
    assert swamped["draft"]["asks_for"] is swamped["draft"]["in_force"] is swamped["table"][0]["cost"] is None
    assert (swamped["keeps_up"], swamped["counters"]) == (False, 3)


@pytest.mark.parametrize(
    "spoilt",
    [
        {"counter_cost": 0},
        {"counter_cost": 100_001},
        {"waiting_cost": -1},
        {"waiting_cost": None},
        {"opening_cost": -0.01},
        {"expected_service_min": 0},
        {"expected_arrivals_per_hour": 2001},
        {"arrivals_per_hour": -1},
        {"min_counters": 0.5},
        {"counters": 201},
        {"rates": "yesterday"},
        {"policy": "guess"},
        {"target_wait_min": 5},
    ],
)
def test_figures_that_no_set_up_may_have_are_refused(ask: Caller, hall: Hall, spoilt: Json) -> None:
    refused(ask_of(ask, **spoilt), 422, "invalid")


def test_more_counters_than_the_draft_has_cannot_be_asked_about(ask: Caller, hall: Hall) -> None:
    known = refused(ask_of(ask, asked={"counters": 4}), 422, "counters_not_possible")
    assert known["params"] == {"least": 1, "most": 3}


@pytest.mark.parametrize("who", ["kiosk", "display", "stranger"])
def test_who_may_not_see_the_figures_learns_nothing_by_a_draft(ask: Caller, hall: Hall, who: str) -> None:
    assert ask_of(ask, who).status_code in (403, 404)
