"""The advisor's record over HTTP: what was given, answered and judged, and the waits that were promised."""

from datetime import datetime, timedelta

import pytest

from tests.browser.judged import GIVEN, JUDGED, QUOTED, live_through
from tests.running import TEN, Caller, Json, Office, Served
from tests.web.problem import refused
from tests.web.schema import faults

RECORD = "branches/main/advice/record"


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    return sqlite_office


def record(ask: Caller, **query: int) -> Json:
    answer = ask.get("manager", RECORD, **query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.fixture(scope="module")
def before(ask: Caller) -> Json:
    return record(ask)


@pytest.fixture(scope="module")
def after(before: Json, served: Served, ask: Caller) -> Json:
    """Once the twelve have been lived through."""
    ask.seq = live_through(served)
    ask.snapshot()
    return record(ask)


def test_before_the_first_advice_there_is_nothing_to_tell(before: Json) -> None:
    assert before["advice"]["given"] == before["waits"]["n"] == before["promises"]["n"] == 0
    assert before["confidence"] == before["recent"] == []


def test_every_advice_is_counted_once(after: Json) -> None:
    counts = after["advice"]
    assert (counts["given"], counts["judged"], counts["unknown"]) == (GIVEN, JUDGED, 0)
    assert (counts["accepted"], counts["dismissed"], counts["withdrawn"]) == (8, 0, 4)
    assert counts["right"] == 8
    assert counts["from"] < 0.8 < counts["to"]


def test_confidence_adds_up_to_what_was_judged(after: Json) -> None:
    assert sum(row["n"] for row in after["confidence"]) == JUDGED
    assert sum(row["right"] for row in after["confidence"]) == after["advice"]["right"]
    assert all(row["low"] <= row["stated"] <= row["high"] for row in after["confidence"])


def test_waits_promised_are_set_against_waits_found(after: Json) -> None:
    waits = after["waits"]
    assert waits["n"] == QUOTED
    assert waits["below_p10"] < waits["below_p50"] < waits["below_p90"]
    assert waits["inside"] == pytest.approx(waits["below_p90"] - waits["below_p10"])
    assert after["promises"] == {"n": 7, "wait_promised_min": 4.0, "wait_found_min": 5.5}


def test_the_newest_come_first_and_those_not_judged_yet_say_so(after: Json) -> None:
    assert len(after["recent"]) == GIVEN
    assert sum(advice["score"] is None for advice in after["recent"]) == GIVEN - JUDGED
    times = [advice["issued_at"] for advice in after["recent"]]
    assert times == sorted(times, reverse=True)


def test_it_goes_back_as_far_as_asked(after: Json, ask: Caller) -> None:
    assert record(ask, days=1)["advice"] == after["advice"]
    since = datetime.fromisoformat(record(ask, days=7)["since"])
    assert since.isoformat() == "2026-02-24T00:00:00+08:00"
    assert TEN - since < timedelta(days=7)
    for days in (0, 1000):
        refused(ask.get("manager", RECORD, days=days), 422, "invalid")


def test_what_is_answered_is_what_is_documented(after: Json, before: Json, ask: Caller) -> None:
    document = ask.http.get("openapi.json").json()
    operation = document["paths"]["/api/v1/branches/{branch}/advice/record"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    for answer in (before, after):
        assert faults(document, schema, answer) == []
        assert answer.keys() == document["components"]["schemas"]["AdviceRecord"]["properties"].keys()
