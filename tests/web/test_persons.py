"""What is personal over HTTP: who may note, see, find and erase it, and what everybody else is told."""

import base64
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from server.live import caretaker
from server.storage.database import DatabaseError
from server.storage.personal import PersonalRecords
from tests.running import Caller, Json, Office, Served, fresh_key, headers, serving
from tests.web.problem import problem_of, refused
from tests.web.test_attacks import HOSTILE

KEY = base64.b64encode(bytes(range(32))).decode()
WANG = {"name": "王小明", "phone": "+86 138-1234-5678", "card": "6789"}


@pytest.fixture(scope="module")
def served(office: Office) -> Iterator[Served]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(caretaker, "EVERY_S", 3600)
        with serving(office, data_key=KEY) as served:
            yield served


@pytest.fixture(autouse=True)
def all_free(ask: Caller) -> None:
    """Whoever was left by the test before is served."""
    for who, counter in (("teller", 1), ("second teller", 2)):
        ask.post(who, f"counters/main.{counter}/open")
        for ticket in ask.snapshot()["tickets"]:
            ask.post("manager", f"tickets/{ticket['id']}/cancel")


def put(ask: Caller, who: str, ticket: str, person: Any) -> httpx.Response:
    return ask.http.put(f"tickets/{ticket}/person", json=person, headers=headers(ask.tokens[who]))


def person_of(ask: Caller, who: str, ticket: str) -> Any:
    answer = ask.get(who, f"tickets/{ticket}/person")
    assert answer.status_code == 200, answer.text
    return answer.json()["person"]


def find(ask: Caller, what: str = "find", who: str = "manager", **by: str) -> list[Json]:
    answer = ask.post(who, f"branches/main/customers/{what}", by)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["found"])


def trail(ask: Caller) -> list[tuple[str, str, str]]:
    """(what, who, about what), of customers."""
    lines = ask.get("manager", "branches/main/audit", what="customer", limit=1000).json()["lines"]
    return [(line["what"], line["who"]["id"], line["subject"]) for line in lines]


def test_who_takes_a_ticket_may_say_who_it_is_for_and_the_ticket_says_nothing_of_it(ask: Caller) -> None:
    answer = ask.post("kiosk", "branches/main/tickets", {"services": ["deposit"], "person": WANG})
    assert answer.status_code == 201
    ticket = answer.json()["ticket"]
    assert "person" not in answer.text
    assert person_of(ask, "manager", ticket["id"]) == WANG
    assert ask.snapshot()["tickets"][-1].keys() == ticket.keys()


def test_a_retry_notes_it_once_and_another_person_by_the_same_key_is_another_question(ask: Caller) -> None:
    key, body = fresh_key(), {"services": ["deposit"], "person": WANG}
    answers = [ask.post("kiosk", "branches/main/tickets", body, key) for _ in range(2)]
    assert answers[0].content == answers[1].content
    other = body | {"person": WANG | {"phone": "13999999999"}}
    refused(ask.post("kiosk", "branches/main/tickets", other, key), 422, "key_reused")
    refused(ask.post("kiosk", "branches/main/tickets", {"services": ["deposit"]}, key), 422, "key_reused")
    assert person_of(ask, "manager", answers[0].json()["ticket"]["id"]) == WANG


def test_a_retry_after_the_server_went_away_in_between_still_notes_it(
    ask: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ticket and who it is for are two commits: of the second, the client's next try makes sure."""
    key, body = fresh_key(), {"services": ["deposit"], "person": WANG}
    with monkeypatch.context() as patch:
        patch.setattr(PersonalRecords, "note", away)
        refused(ask.post("kiosk", "branches/main/tickets", body, key), 503, "unavailable")
    ticket = ask.post("kiosk", "branches/main/tickets", body, key).json()["ticket"]
    assert person_of(ask, "manager", ticket["id"]) == WANG


def away(*_: Any) -> None:
    raise DatabaseError("away")


def test_a_late_retry_changes_nothing_of_what_was_corrected_or_erased_meanwhile(ask: Caller) -> None:
    key, body = fresh_key(), {"services": ["deposit"], "person": WANG}
    ticket = ask.post("kiosk", "branches/main/tickets", body, key).json()["ticket"]["id"]
    put(ask, "kiosk", ticket, {"name": "王小朋"})
    assert ask.post("kiosk", "branches/main/tickets", body, key).json()["ticket"]["id"] == ticket
    assert person_of(ask, "manager", ticket)["name"] == "王小朋"
    assert ask.post("manager", "branches/main/customers/erase", {"tickets": [ticket]}).json() == {"erased": [ticket]}
    assert ask.post("kiosk", "branches/main/tickets", body, key).status_code == 201
    assert person_of(ask, "manager", ticket) is None


def test_an_appointment_is_made_with_a_name(ask: Caller) -> None:
    body = {"services": ["deposit"], "appointment_at": "2026-03-02T03:00:00Z", "person": {"name": "Li Na"}}
    ticket = ask.done("lobby_manager", "branches/main/tickets", body)["ticket"]
    assert person_of(ask, "lobby_manager", ticket["id"]) == {"name": "Li Na", "phone": "", "card": ""}


def test_a_teller_sees_the_name_of_who_is_at_their_own_counter_or_parked_there(ask: Caller) -> None:
    first, second = (ask.ticket(person=WANG)["id"] for _ in range(2))
    refused(ask.get("teller", f"tickets/{first}/person"), 403, "not_your_ticket")
    ask.done("teller", "counters/main.1/call-next")
    assert person_of(ask, "teller", first) == WANG
    refused(ask.get("second teller", f"tickets/{first}/person"), 403, "not_your_ticket")
    refused(ask.get("teller", f"tickets/{second}/person"), 403, "not_your_ticket")
    ask.done("teller", f"tickets/{first}/start")
    ask.done("teller", f"tickets/{first}/park")
    assert person_of(ask, "teller", first) == WANG
    ask.done("teller", f"tickets/{first}/return")
    refused(ask.get("teller", f"tickets/{first}/person"), 403, "not_your_ticket")
    for who in ("senior_teller", "supervisor", "lobby_manager", "manager"):
        assert person_of(ask, who, second) == WANG
    refused(ask.get("adviser", f"tickets/{second}/person"), 403, "not_your_ticket")


def test_once_served_nobody_sees_it_any_more_but_by_looking_for_them(ask: Caller) -> None:
    ticket = ask.ticket(person={"name": "Once Served"})["id"]
    ask.done("teller", "counters/main.1/call-next")
    ask.done("teller", f"tickets/{ticket}/finish")
    ask.snapshot()
    refused(ask.get("teller", f"tickets/{ticket}/person"), 404, "ticket_not_found")
    refused(ask.get("manager", f"tickets/{ticket}/person"), 404, "ticket_not_found")
    assert [one["ticket"]["state"] for one in find(ask, name="once served")] == ["completed"]


def test_of_a_customer_who_said_nothing_there_is_nothing_to_see_and_nothing_is_told(ask: Caller) -> None:
    ticket = ask.ticket()["id"]
    before = trail(ask)
    assert person_of(ask, "manager", ticket) is None
    assert trail(ask) == before


def test_who_looked_at_whom_is_told_once_and_who_noted_it(ask: Caller) -> None:
    ticket = ask.ticket(person=WANG)["id"]
    for _ in range(3):
        person_of(ask, "manager", ticket)
    mine = [line[:2] for line in trail(ask) if ticket in line[2]]
    assert mine == [("customer.noted", "kiosk-1"), ("customer.seen", "manager-1")]


def test_a_customer_is_found_exported_and_erased(ask: Caller) -> None:
    ids = [ask.ticket(person={"name": "Xu Mei", "phone": f"1390000000{n}"})["id"] for n in (1, 1, 2)]
    found = find(ask, phone="+86 (139) 0000-0001")
    assert {one["ticket"]["id"] for one in found} == set(ids[:2])
    assert {one["erase_on"] for one in found} == {"2026-03-03"}
    assert {one["ticket"]["id"] for one in find(ask, name="xu  mei")} == set(ids)
    file = ask.post("manager", "branches/main/customers/export", {"phone": "13900000001"})
    assert file.headers["content-disposition"] == 'attachment; filename="customer.json"'
    assert {one["ticket"]["issued_at"] is not None for one in file.json()["found"]} == {True}
    erased = ask.post("manager", "branches/main/customers/erase", {"tickets": ids[:2]}).json()
    assert sorted(erased["erased"]) == sorted(ids[:2])
    assert find(ask, phone="13900000001") == []
    assert [one["ticket"]["id"] for one in find(ask, name="Xu Mei")] == ids[2:]
    assert person_of(ask, "manager", ids[0]) is None
    assert {"customer.found", "customer.exported", "customer.erased"} <= {line[0] for line in trail(ask)}


def test_a_customer_of_another_branch_is_not_found_here_and_cannot_be_erased_from_there(ask: Caller) -> None:
    ticket = ask.ticket(person={"name": "Here Only"})["id"]
    there = ask.post("stranger", "branches/north/customers/find", {"name": "Here Only"})
    assert there.json() == {"found": []}
    gone = ask.post("stranger", "branches/north/customers/erase", {"tickets": [ticket]})
    assert gone.json() == {"erased": []}
    assert len(find(ask, name="Here Only")) == 1


WRONG = [
    {"phone": "123"},
    {"phone": "no digits at all"},
    {"card": "4111 1111 1111 1111"},
    {"card": "卡 4111 1111 1111 1111"},
    {"phone": "4111 1111 1111 1111"},
    {"name": "Wang 4111 1111 1111 1111"},
    {"name": "x\ny"},
    {"name": "x" * 81},
    {"age": 3},
]


@pytest.mark.parametrize("person", WRONG)
def test_what_cannot_be_is_refused_and_not_repeated(ask: Caller, person: Json) -> None:
    ticket = ask.ticket()["id"]
    for answer in (
        put(ask, "kiosk", ticket, person),
        ask.post("kiosk", "branches/main/tickets", {"services": ["deposit"], "person": person}),
        ask.post("manager", "branches/main/customers/find", person),
    ):
        said = refused(answer, 422, "invalid")
        assert str(next(iter(person.values()))) not in str(said["errors"]) or person == {"age": 3}
    assert person_of(ask, "manager", ticket) is None


@pytest.mark.parametrize("by", [{}, {"name": "x", "phone": "12345"}, {"name": ""}])
def test_looked_for_is_by_one_of_three(ask: Caller, by: Json) -> None:
    refused(ask.post("manager", "branches/main/customers/find", by), 422, "invalid")


def test_a_ticket_that_is_none_has_nobody(ask: Caller) -> None:
    refused(put(ask, "kiosk", "main.none", WANG), 404, "ticket_not_found")
    refused(ask.get("manager", "tickets/main.none/person"), 404, "ticket_not_found")


def test_the_banks_own_token_of_a_card_may_have_digits_enough(ask: Caller) -> None:
    ticket = ask.ticket()["id"]
    assert put(ask, "kiosk", ticket, {"card": "tok_4111111111111111"}).status_code == 200


def test_sql_and_html_as_a_customers_name_stay_text(ask: Caller) -> None:
    ticket = ask.ticket()["id"]
    for text in (one.strip() for one in HOSTILE):
        assert put(ask, "kiosk", ticket, {"name": text}).status_code == 200
        assert person_of(ask, "manager", ticket)["name"] == text
        assert [one["person"]["name"] for one in find(ask, name=text)] == [text]


def test_a_server_with_another_key_says_that_it_cannot_read_what_is_there(ask: Caller, served: Served) -> None:
    ticket = ask.ticket(person=WANG)["id"]
    other = base64.b64encode(bytes(32)).decode()
    with serving(served.office, data_key=other) as second, Caller(second.url, served.office.tokens) as there:
        answer = there.get("manager", f"tickets/{ticket}/person")
        assert problem_of(answer)["code"] == "wrong_data_key"
        assert answer.status_code == 409
