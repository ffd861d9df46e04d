"""The same key gives the same answer, whatever happened in between; another command with it is noticed."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.running import Caller, fresh_key, install, server_process
from tests.web.conftest import Hall
from tests.web.problem import refused

TAKE = "branches/main/tickets"
TICKET = {"services": ["deposit"]}


def test_a_retry_gets_the_same_answer_and_no_second_ticket(ask: Caller, hall: Hall) -> None:
    key, before = fresh_key(), len(ask.log())
    first = ask.post("kiosk", TAKE, TICKET, key)
    for _ in range(3):
        again = ask.post("kiosk", TAKE, TICKET, key)
        assert (again.status_code, again.content) == (first.status_code, first.content) == (201, first.content)
    assert len(ask.log()) == before + 1


def test_retries_that_come_all_at_once_are_one_command(ask: Caller, hall: Hall) -> None:
    key, before = fresh_key(), len(ask.log())
    with ThreadPoolExecutor(16) as crowd:
        answers = list(crowd.map(lambda _: ask.post("kiosk", TAKE, TICKET, key), range(32)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(ask.log()) == before + 1


def test_the_answer_to_a_retry_is_the_old_one_though_the_hall_has_moved_on(ask: Caller, hall: Hall) -> None:
    key = fresh_key()
    first = ask.post("teller", f"tickets/{hall.serving}/recall", key=key)
    assert first.status_code == 409  # a refusal is no answer to keep: the same key may succeed later
    ask.done("teller", "counters/main.1/call-next")
    key = fresh_key()
    called = ask.post("teller", "counters/main.1/call-next", key=key).json()["ticket"]
    ask.done("teller", f"tickets/{called['id']}/start")
    assert ask.post("teller", "counters/main.1/call-next", key=key).json()["ticket"]["state"] == "called"
    now = {ticket["id"]: ticket["state"] for ticket in ask.snapshot()["tickets"]}
    assert now[called["id"]] == "serving"


def test_a_key_that_was_used_for_something_else_is_refused(ask: Caller, hall: Hall) -> None:
    key = fresh_key()
    assert ask.post("kiosk", TAKE, TICKET, key).status_code == 201
    log = ask.log()
    refused(ask.post("kiosk", TAKE, {"services": ["card"]}, key), 422, "key_reused")
    refused(ask.post("kiosk", TAKE, {**TICKET, "segment": "priority"}, key), 422, "key_reused")
    refused(ask.post("kiosk", f"tickets/{hall.waiting}/cancel", key=key), 422, "key_reused")
    assert ask.log() == log


def test_two_people_may_happen_on_the_same_key(ask: Caller, hall: Hall) -> None:
    key = fresh_key()
    numbers = [ask.post(who, TAKE, TICKET, key).json()["ticket"]["number"] for who in ("kiosk", "teller", "manager")]
    assert len(set(numbers)) == 3


def test_the_default_said_or_not_said_is_the_same_command(ask: Caller, hall: Hall) -> None:
    key = fresh_key()
    first = ask.post("kiosk", TAKE, TICKET, key)
    again = ask.post("kiosk", TAKE, {"segment": "ordinary", "at_machine": False, **TICKET}, key)
    assert again.content == first.content


def test_a_retry_after_a_power_cut_is_recognised_by_the_next_server(postgres_url: str, tmp_path: Path) -> None:
    office, key = install(postgres_url), fresh_key()
    with server_process(office, tmp_path) as server, Caller(server.url, office.tokens) as ask:
        first = ask.post("kiosk", TAKE, TICKET, key)
        server.kill()
        server.start()
        again = ask.post("kiosk", TAKE, TICKET, key)
        assert (again.status_code, again.content) == (201, first.content)
        assert [e["kind"] for e in ask.log() if e["ticket"]] == ["ticket.issued"]
        assert ask.ticket()["number"] == "A002"
