"""A target changed at noon: who was called before it is judged as then, also by a server that starts later."""

from dataclasses import replace
from datetime import timedelta

import pytest

from server.demo.branch import source_branch
from tests.domain.set_up.documents import put
from tests.running import TEN, Caller, Json, Office, headers, install, serving
from tests.web.schema import faults


@pytest.fixture
def office(sqlite_url: str) -> Office:
    """Cash customers are to be called within ten minutes. Its clock all but stands."""
    here = source_branch()
    aiming = here.policies | {"cash": replace(here.policies["cash"], target_wait_min=10.0)}
    return install(sqlite_url, speed=0.001, branch=replace(here, policies=aiming))


def skip_to(ask: Caller, minutes: float) -> None:
    """So many minutes after ten o'clock."""
    body = {"skip_to": (TEN + timedelta(minutes=minutes)).isoformat()}
    answer = ask.http.put("clock", json=body, headers=headers(ask.tokens["operator"]))
    assert answer.status_code == 200, answer.text


def aim(ask: Caller, minutes: float) -> None:
    found = ask.get("manager", "branches/main/set-up").json()
    document = put(found["document"], "classes.cash.target_wait_min", minutes)
    ask.done("manager", "branches/main/set-up", {"document": document, "version": found["version"]})


def figures(ask: Caller) -> Json:
    ask.snapshot()
    return dict(ask.get("manager", "branches/main/figures").json())


def targets(ask: Caller) -> Json:
    return {key: found["target"] for key, found in figures(ask)["classes"].items()}


def test_those_called_before_a_change_are_judged_as_they_were_then(office: Office) -> None:
    with serving(office, clock_control=True) as served, Caller(served.url, office.tokens) as ask:
        ask.done("teller", "counters/main.1/open")
        for _ in range(4):
            ask.ticket()
        none_yet = {"low_min": 10, "high_min": 10, "share": None, "within": 0, "called": 0}
        assert targets(ask) == {
            "cash": none_yet | {"left": 0, "counted": 0, "late": 0},
            **dict.fromkeys(("non_cash", "vip", "self_service")),
        }
        skip_to(ask, 8)
        ask.done("teller", "counters/main.1/call-next")
        skip_to(ask, 12)
        ask.done("teller", "counters/main.1/call-next")
        aim(ask, 5)
        skip_to(ask, 13)
        ask.done("teller", "counters/main.1/call-next")
        whole = figures(ask)
        found = whole["classes"]["cash"]["target"]
        assert (found["within"], found["called"], found["left"], found["late"]) == (1, 3, 0, 1)
        assert (found["share"], found["low_min"], found["high_min"]) == (pytest.approx(1 / 3), 5, 10)
        document = ask.http.get("openapi.json").json()
        assert faults(document, {"$ref": "#/components/schemas/Figures"}, whole) == []
        with serving(office) as other, Caller(other.url, office.tokens) as newly_come:
            assert targets(newly_come) == targets(ask)
