"""The server's clock: only an operator may set it, only where that is allowed, and only forward."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.running import TEN, Caller, headers, install, serving
from tests.web.problem import refused


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    office = install(f"sqlite:///{tmp_path_factory.mktemp('simulated') / 'callboard.db'}")
    with serving(office, clock_control=True) as served, Caller(served.url, office.tokens) as ask:
        yield ask


def put(ask: Caller, body: Any) -> Any:
    return ask.http.put("clock", json=body, headers=headers(ask.tokens["operator"]))


def shown(ask: Caller) -> datetime:
    return datetime.fromisoformat(ask.get("display", "clock").json()["now"])


def test_a_real_clock_cannot_be_set(ask: Caller, nothing_changes: None) -> None:
    refused(put(ask, {"speed": 30}), 403, "clock_fixed")


@pytest.mark.parametrize(
    "body",
    [
        {"speed": 0},
        {"speed": -1},
        {"speed": 601},
        {"speed": 10**30},
        {"speed": "quick"},
        {"skip_to": "later"},
        {"skip_to": "2026-03-02T11:00:00"},
        {"skip_to": "9999-12-31T23:59:59Z"},
        {"skip_to": True},
        {"now": "2026-03-02T11:00:00Z"},
        [],
    ],
)
def test_a_time_that_is_none_is_refused(simulated: Caller, body: Any) -> None:
    refused(put(simulated, body), 422, "invalid")
    assert simulated.get("display", "clock").json()["speed"] == 1


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_speed_that_is_no_number_is_refused(simulated: Caller, text: str) -> None:
    known = headers(simulated.tokens["operator"]) | {"Content-Type": "application/json"}
    answer = simulated.http.put("clock", content=f'{{"speed": {text}}}', headers=known)
    refused(answer, 422, "invalid")


def test_the_clock_never_goes_back(simulated: Caller) -> None:
    before = shown(simulated)
    refused(put(simulated, {"skip_to": TEN.isoformat()}), 409, "clock_forward_only")
    assert shown(simulated) >= before


def test_the_clock_goes_forward_and_faster_for_everyone(simulated: Caller) -> None:
    noon = TEN + timedelta(hours=2)
    assert put(simulated, {"skip_to": noon.isoformat(), "speed": 100}).status_code == 200
    ticket = simulated.ticket()
    issued = datetime.fromisoformat(ticket["issued_at"])
    assert noon <= issued <= noon + timedelta(minutes=10)
    assert simulated.get("display", "clock").json()["speed"] == 100
    assert simulated.get("display", "branches/main/snapshot").json()["speed"] == 100
