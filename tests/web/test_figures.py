"""What the manager's screen is told of the next hours, and the answers to its sliders."""

from datetime import datetime
from typing import Any

import pytest

from server.demo.branch import source_branch
from tests.running import NIGHT, Caller, Json, Office, install, serving
from tests.web.conftest import Hall
from tests.web.problem import refused
from tests.web.schema import faults

FIGURES = "branches/main/figures"
WHAT_IF = "branches/main/what-if"
# The contract with the screen, written once more by hand: what it reads of a class's outlook.
OUTLOOK = {
    "at", "horizon_min", "step_min", "policy", "open_now", "present", "waiting", "most", "least", "advised",
    "compared", "optimum", "stay", "change", "saving_per_hour", "opening_cost", "confidence", "wrong", "thresholds",
    "bands", "rung", "others", "rush",
}  # fmt: skip
SIDE = {"cost_per_hour", "wait_min", "peak_wait_min", "waiting_at_end"}
STEP = {
    "minute", "at", "arrivals_per_hour", "waiting", "waiting_low", "waiting_high", "wait", "wait_low", "wait_high",
}  # fmt: skip
ANSWER = {
    "counter_class", "counters", "wait_min", "waiting", "cost_per_hour", "keeps_up", "growth_per_min", "optimum",
    "table",
}  # fmt: skip
ROW = {"servers", "cost", "wait_min", "waiting", "rho", "keeps_up", "growth_per_min"}


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    """What is reckoned has nothing to do with the database: one will do."""
    return sqlite_office


@pytest.fixture(scope="module")
def figures(ask: Caller, hall: Hall) -> Json:
    ask.snapshot()
    return got(ask)


def got(ask: Caller) -> Json:
    answer = ask.get("manager", FIGURES)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.fixture
def cash(figures: Json) -> Json:
    return dict(figures["outlook"]["cash"])


def test_the_outlook_holds_all_that_the_screen_reads(figures: Json) -> None:
    for outlook in figures["outlook"].values():
        assert outlook.keys() >= OUTLOOK
        assert outlook["wrong"].keys() == {"chance", "cost"}
        assert outlook["thresholds"].keys() == {"open_at", "close_at"}
        assert outlook["rung"].keys() >= {"code", "params", "words"}
        assert outlook["rung"]["words"].keys() >= {"en", "zh"}
        for side in (outlook["stay"], outlook["change"]):
            assert side is None or side.keys() >= SIDE
        for steps in outlook["bands"].values():
            assert steps is None or all(step.keys() >= STEP for step in steps)


def test_it_is_about_the_hall_as_it_is(figures: Json, cash: Json) -> None:
    assert (cash["open_now"], cash["most"], cash["least"]) == (2, 3, 1)
    assert (cash["present"], cash["waiting"]) == (3, 1)
    assert (cash["policy"], cash["rush"]) == ("lookahead", None)
    assert cash["optimum"] == figures["advice_table"]["cash"]["optimum"]
    assert {one["policy"] for one in cash["others"]} == {"lookahead", "mms", "so_tang", "day_plan", "static"}
    assert all(1 <= one["servers"] <= 3 for one in cash["others"])
    assert cash["wrong"]["chance"] == pytest.approx(1 - cash["confidence"])


def test_the_forecast_goes_ninety_minutes_in_steps_of_five(cash: Json) -> None:
    at = datetime.fromisoformat(cash["at"])
    for steps in (cash["bands"]["stay"], cash["bands"]["change"]):
        assert len(steps) == 18
        for number, step in enumerate(steps, start=1):
            assert step["minute"] == number * cash["step_min"]
            assert (datetime.fromisoformat(step["at"]) - at).total_seconds() == step["minute"] * 60
            assert step["wait_low"] <= step["wait_high"]
    assert cash["stay"]["waiting_at_end"] == cash["bands"]["stay"][-1]["waiting"]


def test_the_second_line_shows_another_number_of_counters(figures: Json) -> None:
    for outlook in figures["outlook"].values():
        if outlook["advised"] != outlook["open_now"]:
            assert outlook["compared"] == outlook["advised"]
        elif outlook["compared"] is None:
            assert outlook["change"] is outlook["bands"]["change"] is None
        else:
            assert abs(outlook["compared"] - outlook["open_now"]) == 1


def test_a_closed_branch_has_no_outlook(sqlite_url: str) -> None:
    office = install(sqlite_url, now=NIGHT)
    with serving(office) as served, Caller(served.url, office.tokens) as ask:
        assert set(got(ask)["outlook"].values()) == {None}


def test_a_class_without_counters_has_no_outlook_and_nothing_to_suppose(
    ask: Caller, served: Any, figures: Json, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = served.services.hub.places["main"]
    left = {key: one for key, one in place.hall.counters.items() if one.counter_class != "vip"}
    monkeypatch.setattr(place.hall, "counters", left)
    monkeypatch.setattr(served.services.desk, "_held", {})
    outlook = got(ask)["outlook"]
    assert outlook["vip"] is None
    assert outlook["cash"] is not None
    refused(suppose(ask, counter_class="vip"), 404, "class_not_found")


def suppose(ask: Caller, who: str = "manager", **asked: Any) -> Any:
    return ask.http.post(
        WHAT_IF, json={"counter_class": "cash", **asked}, headers={"Authorization": f"Bearer {ask.tokens[who]}"}
    )


def supposed(ask: Caller, **asked: Any) -> Json:
    answer = suppose(ask, **asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_the_sliders_at_rest_show_the_table_of_the_figures(ask: Caller, figures: Json, nothing_changes: None) -> None:
    found = supposed(ask)
    assert found.keys() >= ANSWER
    shown = figures["advice_table"]["cash"]
    assert found["optimum"] == found["counters"] == shown["optimum"]
    for row, known in zip(found["table"], shown["table"], strict=True):
        assert row.keys() >= ROW
        assert row["servers"] == known["servers"]
        assert row["wait_min"] == (None if known["wait_min"] is None else pytest.approx(known["wait_min"], rel=0.05))


def test_a_busier_and_slower_hour_takes_longer(ask: Caller, figures: Json) -> None:
    calm, busy, slow = (
        supposed(ask, counter_class="vip", counters=2, **levers)
        for levers in ({}, {"arrivals_factor": 1.2}, {"service_factor": 1.2})
    )
    assert calm["wait_min"] < busy["wait_min"] < slow["wait_min"]
    assert calm["cost_per_hour"] < busy["cost_per_hour"]
    assert busy["arrivals_per_hour"] == pytest.approx(1.2 * calm["arrivals_per_hour"], rel=0.01)
    assert slow["service_min"] == pytest.approx(1.2 * calm["service_min"], rel=0.01)


def test_what_cannot_keep_up_is_told_without_infinity(ask: Caller, figures: Json) -> None:
    found = supposed(ask, arrivals_factor=5, service_factor=5, counters=1)
    assert (found["keeps_up"], found["wait_min"], found["cost_per_hour"]) == (False, None, None)
    assert found["growth_per_min"] > 0


@pytest.mark.parametrize(("counter_class", "counters"), [("cash", 0), ("cash", 4), ("self_service", 2)])
def test_counters_that_cannot_be_open_are_refused_by_name(
    ask: Caller, figures: Json, nothing_changes: None, counter_class: str, counters: int
) -> None:
    known = refused(suppose(ask, counter_class=counter_class, counters=counters), 422, "counters_not_possible")
    least = source_branch().policies[counter_class].min_counters
    assert known["params"] == {"least": least, "most": 3}


@pytest.mark.parametrize(
    "spoilt",
    [
        {"arrivals_factor": -0.1},
        {"arrivals_factor": 5.1},
        {"service_factor": 0.1},
        {"service_factor": 5.1},
        {"counters": -1},
        {"counters": 2.5},
        {"counter_class": "gold"},
        {"more": 1},
    ],
)
def test_levers_beyond_their_ends_are_refused(ask: Caller, figures: Json, spoilt: Json) -> None:
    refused(suppose(ask, **spoilt), 422, "invalid")


def test_what_is_answered_is_what_is_documented(ask: Caller, figures: Json) -> None:
    document = ask.http.get("openapi.json").json()
    operation = document["paths"]["/api/v1/branches/{branch}/what-if"]["post"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    costs = {"counter_cost": 60, "waiting_cost": 90, "expected_service_min": 5, "expected_arrivals_per_hour": 30}
    drafted = supposed(ask, draft={**costs, "counters": 3})
    assert drafted["draft"].keys() == document["components"]["schemas"]["DraftAnswer"]["properties"].keys()
    plain = (supposed(ask), supposed(ask, arrivals_factor=5, counters=1), supposed(ask, arrivals_factor=0))
    for answer in (*plain, drafted):
        assert faults(document, schema, answer) == []
        assert answer.keys() == document["components"]["schemas"]["WhatIfAnswer"]["properties"].keys()
    assert "Idempotency-Key" not in [parameter["name"] for parameter in operation["parameters"]]
