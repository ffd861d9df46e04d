"""The audit trail over HTTP: a manager finds who changed what, from where, and who was refused."""

import json
import time

import httpx
import pytest

from server.domain.trail import Who
from server.domain.words import LANGUAGES
from server.storage.database import open_database
from server.storage.staff import put_role
from server.web.access import PERMISSIONS
from tests.running import PATIENCE_S, Caller, Json, Served, headers
from tests.web.conftest import Hall
from tests.web.person import working
from tests.web.problem import refused

TRAIL = "branches/main/audit"


def trail(ask: Caller, **wanted: object) -> list[Json]:
    answer = asked(ask, **wanted)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["lines"])


def asked(ask: Caller, **wanted: object) -> httpx.Response:
    query = {name: str(value) for name, value in wanted.items()}
    return ask.http.get(TRAIL, params=query, headers=headers(ask.tokens["manager"]))


def until_told(ask: Caller, **wanted: object) -> list[Json]:
    patience = time.monotonic() + PATIENCE_S
    while not (found := trail(ask, **wanted)) and time.monotonic() < patience:
        time.sleep(0.05)
    return found


def test_what_staff_changed_is_told_with_who_from_where_and_what_was_before(ask: Caller, hall: Hall) -> None:
    ask.done("teller", f"tickets/{hall.serving}/transfer", {"queue_id": "non_cash"})
    (told,) = trail(ask, what="ticket.transferred", text=hall.serving)
    assert told["who"] == {"kind": "teller", "id": "teller-1", "name": "Li Wei"}
    assert told["address"] == "127.0.0.1"
    assert (told["before"]["state"], told["after"]["state"]) == ("serving", "waiting")
    assert told["words"].keys() == LANGUAGES.keys()
    assert len(told["hash"]) == 64


def test_a_priority_ticket_is_told_and_an_ordinary_one_is_not(ask: Caller, hall: Hall) -> None:
    ordinary, priority = ask.ticket(), ask.ticket(segment="priority")
    told = [line["subject"] for line in trail(ask, what="ticket.priority", limit=1000)]
    assert priority["id"] in told
    assert ordinary["id"] not in told


def test_whoever_is_refused_is_told_once_however_often_they_ask(ask: Caller, hall: Hall) -> None:
    for _ in range(30):
        refused(ask.get("display", "branches/main/figures"), 403, "forbidden")
    (told,) = until_told(ask, what="access.refused", who="display-1")
    assert told["subject"] == "see_figures"
    assert told["after"]["code"] == "forbidden"
    assert 1 <= told["after"]["times"] <= 30


def test_a_stranger_without_a_token_is_told_by_address(ask: Caller, hall: Hall) -> None:
    for _ in range(3):
        refused(ask.http.get("branches/main/waits"), 401, "unauthorized")
    told = until_told(ask, what="access.refused", who="unknown")
    assert told[0]["address"] == "127.0.0.1"
    assert told[0]["after"]["code"] == "unauthorized"


def test_it_is_read_forwards_backwards_and_by_page(ask: Caller, hall: Hall) -> None:
    first = trail(ask, limit=3)
    assert [line["seq"] for line in first] == [1, 2, 3]
    assert [line["seq"] for line in trail(ask, after=3, limit=2)] == [4, 5]
    assert [line["seq"] for line in trail(ask, before=4)] == [3, 2, 1]
    assert first[0]["what"] == "branch.installed"


def test_it_is_read_between_two_times(ask: Caller, hall: Hall) -> None:
    lines = trail(ask, limit=1000)
    middle, last = lines[len(lines) // 2], lines[-1]
    found = trail(ask, since=middle["at"], until=last["at"], limit=1000)
    assert found == [line for line in lines if middle["at"] <= line["at"] < last["at"]]
    assert found
    for wrong in ("yesterday", "2026-03-02T10:00:00", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"):
        refused(asked(ask, since=wrong), 422, "invalid")


def test_of_people_a_branch_is_told_what_is_about_its_own(served: Served, ask: Caller) -> None:
    engine = open_database(served.office.database_url, writing=True)
    here, there = working(engine, served, "here", main="teller"), working(engine, served, "there", north="teller")
    with here as one, there as other:
        with engine.begin() as connection:
            in_both = Who("staff", one.id, "Person here")
            put_role(connection, other.id, "north", "adviser", in_both)  # what one of ours does in another branch
        told = trail(ask, people=True, limit=1000)
        assert trail(ask, what="person") == []  # the branch's own chain is another
    engine.dispose()
    about = {what: [line for line in told if line["what"] == what] for what in ("person.added", "session.opened")}
    assert [line["subject"] for line in about["person.added"]] == [f"staff:{one.id}"]
    assert [line["who"]["name"] for line in about["session.opened"]] == ["Person here"]
    assert other.id not in json.dumps(told)


@pytest.mark.parametrize("wanted", [{"after": -1}, {"limit": 0}, {"limit": 1001}, {"before": 0}, {"text": "x" * 81}])
def test_what_cannot_be_asked_is_refused(ask: Caller, hall: Hall, wanted: dict[str, object]) -> None:
    refused(asked(ask, **wanted), 422, "invalid")


def test_a_word_is_looked_for_as_it_is_written(ask: Caller, hall: Hall) -> None:
    for odd in ("%", "_", "' OR 1=1 --", "\\", "\x00"):
        answer = asked(ask, text=odd, who=odd)
        assert answer.status_code in (200, 422)
        assert not answer.is_success or answer.json()["lines"] == []


def test_the_records_have_words_for_all_that_can_be_refused() -> None:
    unsaid = [
        (lang, name) for lang, words in LANGUAGES.items() for name in PERMISSIONS if f"office.may.{name}" not in words
    ]
    assert unsaid == []
    said = {key.removeprefix("office.may.") for key in LANGUAGES["en"] if key.startswith("office.may.")}
    assert said - PERMISSIONS.keys() == {"other"}
