"""One ticket on its customer's phone: it sees itself alone, has more time once, leaves, and is nobody tomorrow."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import httpx
import pytest

from server.storage.branches import Holder
from server.web.access import Doorman
from tests.running import TEN, Caller, Office, Served, fresh_key, headers, install, serving
from tests.web.problem import refused
from tests.web.schema import faults

Json = dict[str, Any]


@pytest.fixture(autouse=True)
def everybody_has_gone(ask: Caller) -> Iterator[None]:
    """Each test begins in an empty hall with one counter open."""
    yield
    for ticket in ask.snapshot()["tickets"]:
        if ticket["state"] in ("called", "serving"):
            ask.done("manager", f"tickets/{ticket['id']}/finish")
    for ticket in ask.snapshot()["tickets"]:
        if ticket["state"] == "waiting":
            ask.done("manager", f"tickets/{ticket['id']}/cancel")


@pytest.fixture
def counter(ask: Caller) -> str:
    ask.done("teller", "counters/main.2/open")
    return "counters/main.2/call-next"


def look(ask: Caller, ticket: str) -> httpx.Response:
    return ask.http.get("phone", headers=headers(f"ticket.{ticket}"))


def view(ask: Caller, ticket: str) -> Json:
    answer = look(ask, ticket)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def press(ask: Caller, ticket: str, what: str, key: str | None = None) -> httpx.Response:
    return ask.http.post(f"phone/{what}", json={}, headers=headers(f"ticket.{ticket}", key or fresh_key()))


def test_it_shows_the_number_who_is_ahead_and_where_it_is_called(ask: Caller, counter: str) -> None:
    first, second = ask.ticket(services=["deposit", "card"]), ask.ticket()
    found = view(ask, first["id"])
    assert (found["ticket"]["number"], found["ticket"]["state"]) == (first["number"], "waiting")
    assert found["ticket"]["service"] == {"en": "Deposit and withdraw", "zh": "存取款"}
    assert [later["en"] for later in found["ticket"]["later"]] == ["Cards and accounts"]
    assert (found["ahead"], found["counters_open"]) == (0, 1)
    assert found["more_time"] == {"left": 1, "places": 3}
    assert (found["can_leave"], found["push"], found["ticket"]["counter"]) == (True, None, None)
    low, high = view(ask, second["id"])["wait_s"]
    assert 0 <= low <= high
    assert view(ask, second["id"])["ahead"] == 1
    ask.done("teller", counter)
    found = view(ask, first["id"])
    assert found["ticket"]["state"] == "called"
    assert found["ticket"]["counter"] == {"id": "main.2", "number": 2, "name": None, "class": "cash"}
    assert (found["ahead"], found["wait_s"]) == (None, None)
    assert view(ask, second["id"])["ahead"] == 0


def test_all_that_it_is_told_is_as_documented(ask: Caller, counter: str) -> None:
    document = ask.http.get("openapi.json").json()
    ticket = ask.ticket()["id"]
    answers = {
        ("get", "phone"): look(ask, ticket),
        ("post", "phone/more-time"): press(ask, ticket, "more-time"),
        ("post", "phone/leave"): press(ask, ticket, "leave"),
        ("post", "phone/push"): press(ask, ticket, "push"),
        ("delete", "phone/push"): ask.http.delete("phone/push", headers=headers(f"ticket.{ticket}")),
    }
    for (method, path), answer in answers.items():
        responses = document["paths"][f"/api/v1/{path}"][method]["responses"]
        told = (responses.get(str(answer.status_code)) or responses["4XX"])["content"]
        schema = told[answer.headers["content-type"].split(";")[0]]["schema"]
        assert faults(document, schema, answer.json()) == [], path
    assert faults(document, schema, {"told": "perhaps"}) != []


def test_the_paper_of_the_first_service_shows_what_the_visit_has_come_to(ask: Caller, counter: str) -> None:
    ticket = ask.ticket(services=["deposit", "card"])
    ask.done("teller", counter)
    ask.done("teller", f"tickets/{ticket['id']}/finish")
    found = view(ask, ticket["id"])["ticket"]
    assert (found["number"], found["state"]) == (ticket["number"], "waiting")
    assert (found["service"]["en"], found["later"]) == ("Cards and accounts", [])
    assert press(ask, ticket["id"], "leave").json()["view"]["ticket"]["state"] == "cancelled"
    assert view(ask, ticket["id"])["ticket"]["state"] == "cancelled"


def test_a_ticket_that_has_ended_says_how(ask: Caller, counter: str) -> None:
    ticket = ask.ticket()["id"]
    ask.done("teller", counter)
    ask.done("teller", f"tickets/{ticket}/finish")
    found = view(ask, ticket)
    assert (found["ticket"]["state"], found["can_leave"], found["more_time"]["left"]) == ("completed", False, 0)
    for what in ("more-time", "leave"):
        problem = refused(press(ask, ticket, what), 409, "move_not_allowed")
        assert problem["params"]["state"] == "completed"


def test_more_time_is_given_once_and_the_same_key_is_the_same_request(ask: Caller, counter: str) -> None:
    ticket = ask.ticket()["id"]
    others = [ask.ticket()["id"] for _ in range(4)]
    ask.done("teller", counter)
    key = fresh_key()
    first, again = (press(ask, ticket, "more-time", key).json() for _ in range(2))
    assert first["view"]["ticket"]["state"] == "waiting"
    assert (first["view"]["ahead"], first["view"]["more_time"]["left"]) == (3, 0)
    assert first["view"]["seq"] >= first["seq"] == again["seq"]
    refused(press(ask, ticket, "more-time"), 409, "more_time_used")
    called = [ask.done("teller", counter)["ticket"]["id"] for _ in range(4)]
    assert called == [*others[:3], ticket]


def test_two_presses_at_once_give_one(ask: Caller, counter: str) -> None:
    tickets = [ask.ticket()["id"] for _ in range(6)]
    with ThreadPoolExecutor(12) as people:
        for ticket in tickets:
            answers = list(people.map(lambda _, one=ticket: press(ask, one, "more-time"), range(4)))
            assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]
    deferred = [event for event in ask.log() if event["kind"] == "ticket.deferred"]
    assert sorted(event["ticket"]["id"] for event in deferred if event["ticket"]["id"] in tickets) == sorted(tickets)


def test_of_the_teller_who_starts_and_the_customer_who_needs_time_one_is_first(ask: Caller, counter: str) -> None:
    """Whoever it is, the other is told in words, and the hall is as the first one said."""
    with ThreadPoolExecutor(2) as people:
        for _ in range(8):
            ticket = ask.ticket()["id"]
            ask.ticket()
            while ask.done("teller", counter)["ticket"]["id"] != ticket:
                pass
            start = people.submit(ask.post, "teller", f"tickets/{ticket}/start")
            later = people.submit(press, ask, ticket, "more-time")
            codes = {"serving": start.result().status_code, "waiting": later.result().status_code}
            assert sorted(codes.values()) == [200, 409]
            state = next(state for state, code in codes.items() if code == 200)
            assert view(ask, ticket)["ticket"]["state"] == state
            if state == "serving":
                ask.done("teller", f"tickets/{ticket}/finish")


@pytest.mark.parametrize(
    "told",
    ["main.AAAAAAAAAAAAAAAA", "north.AAAAAAAAAAAAAAAA", "nowhere.AAAAAAAAAAAAAAAA", "main", "", "main.", "x" * 4000],
)
def test_a_guess_is_refused(ask: Caller, told: str) -> None:
    refused(look(ask, told), 401, "unauthorized")


def test_a_guess_costs_no_query(ask: Caller, served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def asked(*_: object) -> Holder | None:
        raise AssertionError("the database was asked")

    assert served.services.hub.branches is not None
    monkeypatch.setattr(Doorman, "_look_up", asked)
    monkeypatch.setattr(type(served.services.hub), "_read", asked)
    for guess in ("main.AAAAAAAAAAAAAAAA", "nowhere.AAAAAAAAAAAAAAAA", "no.such.branch.AAAAAAAA"):
        refused(look(ask, guess), 401, "unauthorized")


def test_a_ticket_sees_no_other_ticket_and_nothing_of_the_hall(ask: Caller, counter: str) -> None:
    mine, other = ask.ticket(), ask.ticket()
    told = look(ask, mine["id"]).text
    assert other["id"] not in told
    assert other["number"] not in told
    for path in (f"tickets/{other['id']}/cancel", f"tickets/{mine['id']}/cancel", "branches/main/tickets"):
        answer = ask.http.post(path, json={}, headers=headers(f"ticket.{mine['id']}", fresh_key()))
        assert answer.status_code in (403, 422), path
    refused(ask.http.get("branches/main/snapshot", headers=headers(f"ticket.{mine['id']}")), 403, "forbidden")


def test_a_number_handed_in_without_a_secret_opens_nothing_for_its_neighbour_could_guess_it(ask: Caller) -> None:
    block = ask.done("kiosk", "branches/main/number-blocks", {"queue_id": "cash", "size": 2})["block"]
    printed = {"block_id": block["id"], "services": ["deposit"], "issued_at": block["leased_at"]}
    path = "branches/main/tickets/hand-in"
    bare = ask.done("kiosk", path, {**printed, "serial": block["first_serial"]})["ticket"]
    known = ask.done("kiosk", path, {**printed, "serial": block["last_serial"], "secret": "Zk3vQ0b-9wXe"})["ticket"]
    refused(look(ask, bare["id"]), 401, "unauthorized")
    assert view(ask, known["id"])["ticket"]["number"] == known["number"]


def test_yesterdays_paper_opens_nothing(sqlite_url: str) -> None:
    office: Office = install(sqlite_url)
    with serving(office, clock_control=True) as served, Caller(served.url, office.tokens) as ask:
        ask.done("teller", "counters/main.2/open")
        missed, done, waiting = (ask.ticket()["id"] for _ in range(3))
        ask.done("teller", "counters/main.2/call-next")
        ask.done("teller", "counters/main.2/call-next")
        assert [look(ask, one).status_code for one in (missed, done, waiting)] == [200] * 3
        known = headers(ask.tokens["operator"])
        tomorrow = (TEN + timedelta(days=1)).isoformat()
        assert ask.http.put("clock", json={"skip_to": tomorrow}, headers=known).is_success
        for ticket in (missed, done, waiting):
            refused(look(ask, ticket), 401, "unauthorized")
        ask.ticket()
        refused(press(ask, waiting, "more-time"), 401, "unauthorized")
