"""What cards mean is set by the branch: whoever may, in patterns that can be used, and the lobby is not told."""

from typing import Any

import pytest

from tests.live.line import listening
from tests.running import Caller, Office, Served
from tests.web.problem import refused

PATH = "branches/main/card-rules"
RULES: list[dict[str, Any]] = [
    {"match": "6222", "segment": "vip", "level": 2},
    {"match": "9[0-9]{7}$", "segment": "priority", "kind": "pension"},
    {"match": "77", "segment": "vip"},
]
WHOLE = [
    {"match": "6222", "segment": "vip", "level": 2, "kind": "card"},
    {"match": "9[0-9]{7}$", "segment": "priority", "level": 0, "kind": "pension"},
    {"match": "77", "segment": "vip", "level": 1, "kind": "card"},
]


def known(ask: Caller, who: str = "kiosk") -> Any:
    answer = ask.get(who, PATH)
    assert answer.status_code == 200, answer.text
    return answer.json()["rules"]


def test_a_kiosk_reads_what_a_manager_has_set_and_nothing_before(ask: Caller) -> None:
    assert known(ask) == []
    ask.done("manager", PATH, {"rules": RULES})
    ask.snapshot()
    assert known(ask) == known(ask, "teller") == WHOLE
    before = len(ask.log())
    ask.done("manager", PATH, {"rules": RULES})
    assert len(ask.log()) == before, "the same again is no event"
    ask.done("operator", PATH, {"rules": []})
    ask.snapshot()
    assert known(ask) == []


async def test_the_lobby_is_not_told(ask: Caller, served: Served) -> None:
    async with listening(served.url, ask.tokens["display"]) as line:
        await line.until_type("snapshot")
        ask.done("manager", PATH, {"rules": RULES})
        await line.until(ask.seq)
        assert "6222" not in str(line.frames)
    assert ask.snapshot("manager")["branch"]["card_rules"] == WHOLE
    for who in ("display", "kiosk"):
        assert "card_rules" not in ask.snapshot(who)["branch"]
        assert "6222" not in str(ask.log(who))


@pytest.mark.parametrize(
    "wrong",
    [
        {"match": "62(", "segment": "vip"},
        {"match": "(?=62)", "segment": "vip"},
        {"match": "(a{1000}){1000}", "segment": "vip"},
        {"match": r"\pL{3}" * 10, "segment": "vip"},
        {"match": "6" * 201, "segment": "vip"},
        {"match": "6\n", "segment": "vip"},
        {"match": "6", "segment": "king"},
        {"match": "6", "segment": "vip", "level": 10},
        {"match": "6", "segment": "vip", "name": "Li Wei"},
        {"segment": "vip"},
    ],
)
def test_a_rule_that_cannot_be_used_is_refused_and_nothing_is_set(ask: Caller, wrong: dict[str, Any]) -> None:
    before = known(ask)
    found = refused(ask.post("manager", PATH, {"rules": [*RULES, wrong]}), 422, "invalid")
    assert found["params"] is not None
    assert known(ask) == before


def test_the_rules_outlive_the_server(office: Office, ask: Caller) -> None:
    from server.storage.database import open_database
    from server.storage.halls import load_hall

    ask.done("manager", PATH, {"rules": RULES})
    engine = open_database(office.database_url, writing=False)
    with engine.begin() as connection:
        found = load_hall(connection, "main").branch.card_rules
    engine.dispose()
    assert [rule.match for rule in found] == ["6222", "9[0-9]{7}$", "77"]
