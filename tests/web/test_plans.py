"""The plan of a day over HTTP: recommended, changed, thought through, kept and taken back."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random
from typing import Any

import httpx
import pytest

from server.advisor.experience import Experience
from server.advisor.rates import Measurements
from server.demo.branch import source_branch
from server.live.planning import recommended
from tests.running import Caller, Json, Office, Served, headers, install
from tests.web.problem import refused
from tests.web.schema import faults, references
from tests.web.written import Rows

MONDAY, TUESDAY, SUNDAY = "2026-03-02", "2026-03-03", "2026-03-08"
PLAN = "branches/main/plan"
HALF_HOURS = 17  # from 8:30 to 17:00


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Closed on Sundays; nobody is expected at the VIP counters."""
    branch = source_branch()
    policies = branch.policies | {"vip": replace(branch.policies["vip"], expected_arrivals_per_hour=0.0)}
    branch = replace(branch, open_days=(0, 1, 2, 3, 4, 5), policies=policies)
    return install(f"sqlite:///{tmp_path_factory.mktemp('office') / 'callboard.db'}", branch=branch)


def plan(ask: Caller, day: str = TUESDAY, who: str = "manager") -> Json:
    answer = ask.get(who, PLAN, day=day)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def put(ask: Caller, counters: Any, day: str = TUESDAY, key: str = "cash", who: str = "manager") -> httpx.Response:
    asked = {"day": day, "counter_class": key, "counters": counters}
    return ask.http.put(PLAN, json=asked, headers=headers(ask.tokens[who]))


def evaluated(ask: Caller, counters: Any, key: str = "cash", **more: Any) -> httpx.Response:
    asked = {"day": TUESDAY, "counter_class": key, "counters": counters, **more}
    return ask.http.post(f"{PLAN}/evaluate", json=asked, headers=headers(ask.tokens["manager"]))


def outcome(ask: Caller, counters: Any, key: str = "cash", **more: Any) -> Json:
    answer = evaluated(ask, counters, key, **more)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_every_class_with_counters_has_a_plan_for_every_half_hour(ask: Caller) -> None:
    found = plan(ask)
    assert (found["day"], found["opens"], found["closes"], found["slot_min"]) == (TUESDAY, "08:30", "17:00", 30)
    assert list(found["classes"]) == ["cash", "non_cash", "vip", "self_service"]
    for one in found["classes"].values():
        for name in ("recommended", "counters", "arrivals_per_hour"):
            assert len(one[name]) == HALF_HOURS
        assert [slot["at"] for slot in one["evaluation"]["slots"]][::8] == ["08:30", "12:30", "16:30"]
        assert all(one["least"] <= counters <= one["most"] for counters in one["counters"])


def test_what_is_answered_is_what_is_documented(ask: Caller) -> None:
    document = ask.http.get("openapi.json").json()
    path = document["paths"]["/api/v1/branches/{branch}/plan"]
    evaluate = document["paths"]["/api/v1/branches/{branch}/plan/evaluate"]["post"]
    counters = plan(ask)["classes"]["cash"]["counters"]
    told = [(path["get"], plan(ask)), (path["put"], put(ask, None).json()), (evaluate, outcome(ask, counters))]
    for operation, answer in told:
        schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
        model = document["components"]["schemas"][next(references(schema)).rsplit("/", 1)[1]]
        assert faults(document, schema, answer) == []
        assert answer.keys() == model["properties"].keys()


def test_without_history_the_branchs_own_expectation_is_planned_for(ask: Caller) -> None:
    found = plan(ask)["classes"]["cash"]
    assert found["from_history"] == plan(ask)["from_history"] == 0
    assert found["arrivals_per_hour"] == pytest.approx([12.0] * HALF_HOURS)
    assert found["service_min"] == 10.0


def test_days_that_are_over_teach_the_plan(ask: Caller, served: Served) -> None:
    plan(ask)
    place = served.services.hub.places["main"]
    known, experience = place.measurements, Experience()
    busy = [0.0] * 96
    busy[44:48] = [15.0] * 4  # an hour before noon
    for day in (date(2026, 2, 16), date(2026, 2, 23)):
        experience.of("cash").profile.learn(day, busy, [15.0] * 96)
    place.measurements = Measurements(place.hall.branch, place.hall.counters.values(), experience=experience)
    try:
        found = plan(ask)["classes"]["cash"]
    finally:
        place.measurements = known
    assert found["from_history"] == 2
    rates = found["arrivals_per_hour"]
    assert rates.index(max(rates)) in (5, 6)
    assert max(rates) > 10 * min(rates)
    assert found["recommended"][5] > found["recommended"][0]


def test_today_says_which_half_hour_it_is(ask: Caller) -> None:
    today = ask.get("teller", PLAN).json()
    assert today["day"] == MONDAY
    assert {one["now_slot"] for one in today["classes"].values()} == {3}
    assert {one["now_slot"] for one in plan(ask)["classes"].values()} == {None}


def test_on_a_day_off_there_is_nothing_to_plan(ask: Caller) -> None:
    found = plan(ask, SUNDAY)["classes"]["cash"]
    assert (found["counters"], found["shifts"], found["evaluation"]["cost"]) == ([], [], 0.0)
    refused(put(ask, [2] * HALF_HOURS, SUNDAY), 422, "plan_not_possible")


def test_shifts_cover_the_plan_and_machines_have_none(ask: Caller) -> None:
    found = plan(ask)["classes"]
    starts = [slot["at"] for slot in found["cash"]["evaluation"]["slots"]]
    at_work = [sum(works(shift, start) for shift in found["cash"]["shifts"]) for start in starts]
    assert all(have >= wanted for have, wanted in zip(at_work, found["cash"]["counters"], strict=True))
    assert found["cash"]["people"] == sum(shift["count"] for shift in found["cash"]["shifts"])
    assert found["self_service"]["shifts"] == []


def works(shift: Json, start: str) -> int:
    pause = shift["break"] or {"start": "", "end": ""}
    at_counter = shift["start"] <= start < shift["end"] and not pause["start"] <= start < pause["end"]
    return int(shift["count"]) if at_counter else 0


def test_no_change_by_hand_is_noticeably_cheaper_than_what_is_recommended(ask: Caller) -> None:
    draw, found = Random(5), plan(ask)["classes"]
    for key in ("cash", "non_cash"):
        best, limits = found[key]["recommended"], (found[key]["least"], found[key]["most"])
        cost = found[key]["recommended_evaluation"]["cost"]
        assert outcome(ask, best, key)["evaluation"]["cost"] == pytest.approx(cost)
        for _ in range(6):
            other = [draw.randint(*limits) if draw.random() < 0.3 else counters for counters in best]
            assert outcome(ask, other, key)["evaluation"]["cost"] > 0.99 * cost


def test_a_market_day_slower_service_and_an_ill_teller_each_make_it_worse_and_mending_helps(ask: Caller) -> None:
    best = plan(ask)["classes"]["cash"]["recommended"]
    before = outcome(ask, best)
    assert before["counters_left"] == before["repaired"] == best
    for change in ({"arrivals_factor": 1.4}, {"service_factor": 1.2}, {"tellers_ill": 1}):
        found = outcome(ask, best, **change)
        assert found["evaluation"]["wait_min"] > before["evaluation"]["wait_min"]
        assert found["repaired_evaluation"]["cost"] <= found["evaluation"]["cost"] * 1.001
    assert sum(outcome(ask, best, tellers_ill=1)["counters_left"]) < sum(best)


def test_a_machine_out_of_order_is_missing_all_day(ask: Caller) -> None:
    best = plan(ask)["classes"]["self_service"]["recommended"]
    assert outcome(ask, best, "self_service", tellers_ill=1)["counters_left"] == [2] * HALF_HOURS
    assert outcome(ask, best, "self_service", tellers_ill=9)["counters_left"] == [0] * HALF_HOURS


def test_a_plan_is_kept_with_who_and_when_and_shown_to_the_tellers(ask: Caller) -> None:
    mine = [2] * 8 + [3] * 9
    kept = put(ask, mine).json()
    assert (kept["counters"], kept["saved"]["by"]) == (mine, "Manager")
    assert put(ask, mine, who="operator").json()["saved"]["by"] == "Operator"
    shown = plan(ask, who="teller")["classes"]
    assert (shown["cash"]["counters"], shown["cash"]["saved"]["by"]) == (mine, "Operator")
    assert shown["vip"]["saved"] is None
    assert plan(ask, "2026-03-04")["classes"]["cash"]["saved"] is None
    back = put(ask, None).json()
    assert back["saved"] is None
    assert back["counters"] == back["recommended"] == shown["cash"]["recommended"]


@pytest.mark.parametrize(
    "counters",
    [[2] * 16, [2] * 18, [0] + [2] * 16, [4] + [2] * 16],
    ids=["a half-hour short", "one too many", "below what the law asks", "more than there are"],
)
def test_an_impossible_plan_is_refused_in_words(ask: Caller, counters: list[int]) -> None:
    for answer in (put(ask, counters), evaluated(ask, counters)):
        found = refused(answer, 422, "plan_not_possible")
        assert found["params"] == {"slots": 17, "least": 1, "most": 3}


@pytest.mark.parametrize(
    "more",
    [
        {"arrivals_factor": 0},
        {"service_factor": 1e9},
        {"tellers_ill": -1},
        {"counter_class": "gold"},
        {"day": "soon"},
    ],
)
def test_nonsense_is_refused(ask: Caller, more: Json) -> None:
    asked = {"day": TUESDAY, "counter_class": "cash", "counters": [2] * HALF_HOURS} | more
    refused(ask.http.post(f"{PLAN}/evaluate", json=asked, headers=headers(ask.tokens["manager"])), 422, "invalid")


def test_yesterdays_plan_can_be_seen_and_no_longer_changed(ask: Caller) -> None:
    assert plan(ask, "2026-02-28")["classes"]["cash"]["recommended"]
    refused(put(ask, [2] * HALF_HOURS, "2026-02-28"), 409, "plan_day_over")


def test_thinking_about_a_plan_writes_nothing(ask: Caller, everything: Callable[[], Rows]) -> None:
    before = everything()
    outcome(ask, [3] * HALF_HOURS, arrivals_factor=2.0)
    assert everything() == before


def test_the_same_day_is_reckoned_once(ask: Caller) -> None:
    plan(ask, "2026-03-05")
    known = recommended.cache_info().misses
    plan(ask, "2026-03-05")
    assert recommended.cache_info().misses == known
