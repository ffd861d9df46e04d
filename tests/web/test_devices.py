"""The devices of the hall over HTTP: numbers ahead, tickets handed in, how they are, what they told."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.running import Caller, Office, Served, fresh_key, serving
from tests.web.conftest import Hall
from tests.web.problem import refused

Json = dict[str, Any]


def lease(ask: Caller, queue_id: str = "cash", size: int = 10) -> Json:
    return dict(ask.done("kiosk", "branches/main/number-blocks", {"queue_id": queue_id, "size": size})["block"])


def paper(block: Json, serial: int, after_s: float = 0.0, **more: Any) -> Json:
    """What a kiosk hands in: printed so many seconds after the lease."""
    at = datetime.fromisoformat(block["leased_at"]) + timedelta(seconds=after_s)
    said = {"block_id": block["id"], "serial": serial, "services": ["deposit"], "issued_at": at.isoformat()}
    return said | more


HAND_IN = "branches/main/tickets/hand-in"


def test_a_lease_asked_for_twice_by_one_key_is_one_lease(ask: Caller, hall: Hall) -> None:
    key, body = fresh_key(), {"queue_id": "non_cash", "size": 4}
    answers = [ask.post("kiosk", "branches/main/number-blocks", body, key) for _ in range(3)]
    assert {(answer.status_code, answer.text) for answer in answers} == {(201, answers[0].text)}
    block = answers[0].json()["block"]
    following = ask.ticket(services=["card"])
    assert (block["prefix"], following["prefix"], following["serial"]) == ("B", "B", block["last_serial"] + 1)


def test_a_ticket_handed_in_twice_by_one_key_is_one_ticket_at_its_own_time(ask: Caller, hall: Hall) -> None:
    block, key = lease(ask), fresh_key()
    said = paper(block, block["last_serial"], secret="Zk3vQ0b-9wXe")
    answers = [ask.post("kiosk", HAND_IN, said, key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].text == answers[1].text
    ticket = answers[0].json()["ticket"]
    assert ticket["id"] == f"{block['id']}.{block['last_serial']}.Zk3vQ0b-9wXe"
    assert ticket["issued_at"] == ticket["order_at"] == block["leased_at"]
    refused(ask.post("kiosk", HAND_IN, said), 409, "number_given")
    refused(ask.post("kiosk", HAND_IN, {**said, "segment": "vip"}, key), 422, "key_reused")
    last = next(event for event in reversed(ask.log()) if event["kind"] == "ticket.issued")
    assert (last["block"]["used"], last["ticket"]["id"]) == ([block["last_serial"]], ticket["id"])
    assert last["at"] > ticket["issued_at"]
    for act in ("cancel",):
        assert ask.done("kiosk", f"tickets/{ticket['id']}/{act}")["ticket"]["state"] == "cancelled"


@pytest.mark.parametrize(
    ("spoil", "status", "code"),
    [
        ({"block_id": "main.none"}, 404, "block_not_found"),
        ({"block_id": "main.none", "issued_at": "2020-01-01T00:00:00Z"}, 409, "block_over"),
        ({"serial": 999_999}, 422, "number_not_in_block"),
        ({"services": ["no_such"]}, 422, "service_not_found"),
        ({"issued_at": "2026-03-02T09:00:00"}, 422, "invalid"),
        ({"issued_at": "at noon"}, 422, "invalid"),
        ({"serial": 0}, 422, "invalid"),
        ({"secret": "a/b"}, 422, "invalid"),
    ],
)
def test_what_cannot_be_handed_in_is_refused_and_changes_nothing(
    ask: Caller, hall: Hall, spoil: Json, status: int, code: str
) -> None:
    block = lease(ask)
    before = len(ask.log())
    refused(ask.post("kiosk", HAND_IN, paper(block, block["first_serial"]) | spoil), status, code)
    assert len(ask.log()) == before


def test_a_block_that_came_back_takes_nothing_in(ask: Caller, hall: Hall) -> None:
    block = lease(ask)
    path = f"number-blocks/{block['id']}/return"
    assert ask.done("kiosk", path)["block"]["returned"] is True
    assert ask.done("operator", path)["reason"] is None, "it was back already"
    refused(ask.post("kiosk", HAND_IN, paper(block, block["first_serial"])), 409, "block_over")
    assert ask.ticket()["serial"] == block["last_serial"] + 1
    refused(ask.post("kiosk", "number-blocks/main.none/return"), 404, "block_not_found")


@pytest.mark.parametrize("body", [{"queue_id": "cash", "size": 0}, {"queue_id": "cash", "size": 101}, {"size": 1}])
def test_a_lease_of_no_size_that_makes_sense_is_refused(ask: Caller, hall: Hall, body: Json) -> None:
    refused(ask.post("kiosk", "branches/main/number-blocks", body), 422, "invalid")


def test_staff_see_how_the_devices_are_and_the_lobby_does_not(ask: Caller, hall: Hall) -> None:
    path = "branches/main/device-reports"
    ask.done("kiosk", path, {"parts": {"printer": "ok", "reader": "ok"}})
    length = len(ask.log())
    ask.done("kiosk", path, {"parts": {"printer": "ok"}})
    assert len(ask.log()) == length, "told again unchanged it is no event"
    told = ask.done("kiosk", path, {"parts": {"printer": "paper_out"}, "note": "roll is empty"})["device"]
    assert (told["parts"], told["note"]) == ({"printer": "paper_out", "reader": "ok"}, "roll is empty")
    assert told in ask.snapshot("teller")["devices"]
    assert ask.snapshot("display")["devices"] == []
    assert {event["kind"] for event in ask.log("display") if event["kind"].startswith("device.")} == set()
    refused(ask.post("kiosk", path, {"parts": {"printer": "on fire"}}), 422, "invalid")
    refused(ask.post("kiosk", path, {"parts": {"mood": "ok"}}), 422, "invalid")


def test_what_a_display_announced_is_seen_at_the_counter(ask: Caller, hall: Hall) -> None:
    path = "branches/main/announcements"
    ask.done("second teller", f"tickets/{hall.called}/recall")
    seq = ask.log()[-1]["seq"]
    told = ask.done("display", path, {"call_seq": seq, "outcome": "made", "by": ["voice", "board"]})["announcement"]
    assert (told["ticket_id"], told["counter_id"]) == (hall.called, "main.2")
    assert ask.snapshot("teller")["announcements"] == [told]
    assert ask.snapshot("kiosk")["announcements"] == []
    refused(ask.post("display", path, {"call_seq": seq + 1, "outcome": "made"}), 404, "call_not_found")
    refused(ask.post("display", path, {"call_seq": 10**9, "outcome": "made"}), 404, "call_not_found")
    refused(ask.post("display", path, {"call_seq": seq, "outcome": "sung"}), 422, "invalid")


def test_after_a_restart_all_of_it_is_still_known(office: Office, served: Served, ask: Caller, hall: Hall) -> None:
    block = lease(ask)
    ask.done("kiosk", "branches/main/device-reports", {"parts": {"reader": "error"}})
    ask.done("second teller", f"tickets/{hall.called}/recall")
    ask.done("display", "branches/main/announcements", {"call_seq": ask.log()[-1]["seq"], "outcome": "failed"})
    before = ask.snapshot()
    with serving(office) as again, Caller(again.url, office.tokens) as other:
        after = other.snapshot()
        assert [after[name] for name in ("devices", "announcements")] == [
            before[name] for name in ("devices", "announcements")
        ]
        ticket = other.done("kiosk", HAND_IN, paper(block, block["first_serial"]))["ticket"]
        assert ticket["serial"] == block["first_serial"]
        assert other.ticket()["serial"] == block["last_serial"] + 1
