"""Whatever is asked wrongly is refused in words, with a stable code, and nothing at all is written."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.running import Caller, fresh_key, headers
from tests.web.conftest import Hall
from tests.web.problem import refused
from tests.web.written import Rows

TAKE = "branches/main/tickets"
TICKET = {"services": ["deposit"]}

# who, path, body -> status, code
COMMANDS: list[tuple[str, str, Any, int, str]] = [
    # services, segments and what else a ticket is made of
    ("kiosk", TAKE, {"services": ["flying"]}, 422, "service_not_found"),
    ("kiosk", TAKE, {"services": ["deposit", "flying"]}, 422, "service_not_found"),
    ("kiosk", TAKE, {"services": ["exchange"], "at_machine": True}, 422, "machine_not_offered"),
    ("kiosk", TAKE, {"services": []}, 422, "invalid"),
    ("kiosk", TAKE, {"services": ["deposit"] * 6}, 422, "invalid"),
    ("kiosk", TAKE, {"services": "deposit"}, 422, "invalid"),
    ("kiosk", TAKE, {"services": [7]}, 422, "invalid"),
    ("kiosk", TAKE, {"services": [None]}, 422, "invalid"),
    ("kiosk", TAKE, {"services": [""]}, 422, "invalid"),
    ("kiosk", TAKE, {"services": ["a" * 81]}, 422, "invalid"),
    ("kiosk", TAKE, {"services": ["deposit\n"]}, 422, "invalid"),
    ("kiosk", TAKE, {"services": ["' OR 1=1 --"]}, 422, "invalid"),
    ("kiosk", TAKE, {"services": {"deposit": True}}, 422, "invalid"),
    ("kiosk", TAKE, {}, 422, "invalid"),
    ("kiosk", TAKE, {**TICKET, "segment": "king"}, 422, "invalid"),
    ("kiosk", TAKE, {**TICKET, "segment": None}, 422, "invalid"),
    ("kiosk", TAKE, {**TICKET, "at_machine": "perhaps"}, 422, "invalid"),
    ("kiosk", TAKE, {**TICKET, "number": "A000"}, 422, "invalid"),
    ("kiosk", TAKE, {**TICKET, "ticket_id": "main.mine"}, 422, "invalid"),
    ("kiosk", TAKE, {**TICKET, "appointment_at": "2026-03-02T11:00:00+08:00"}, 403, "forbidden"),
    ("manager", TAKE, {**TICKET, "appointment_at": "soon"}, 422, "invalid"),
    ("manager", TAKE, {**TICKET, "appointment_at": "2026-03-02T11:00:00"}, 422, "invalid"),
    ("manager", TAKE, {**TICKET, "appointment_at": "9999-12-31T23:59:59-12:00"}, 422, "invalid"),
    ("manager", TAKE, {**TICKET, "appointment_at": "0001-01-01T00:00:00+12:00"}, 422, "invalid"),
    ("manager", TAKE, {**TICKET, "appointment_at": 10**30}, 422, "invalid"),
    # bodies that are no object
    ("kiosk", TAKE, [TICKET], 422, "invalid"),
    ("kiosk", TAKE, "deposit", 422, "invalid"),
    ("kiosk", TAKE, 5, 422, "invalid"),
    ("teller", "counters/main.1/call-next", [], 422, "invalid"),
    ("teller", "counters/main.1/call-next", {"counter_id": "main.2"}, 422, "invalid"),
    ("teller", "tickets/{serving}/finish", {"now": "2020-01-01T00:00:00Z"}, 422, "invalid"),
    # counters that are closed, paused, busy, somebody else's, or not there
    ("teller", "counters/main.3/call-next", {}, 409, "counter_closed"),
    ("manager", "counters/main.3/call-next", {}, 409, "counter_closed"),
    ("teller", "counters/main.3/pause", {}, 409, "counter_closed"),
    ("teller", "counters/main.4/call-next", {}, 409, "counter_paused"),
    ("teller", "counters/main.1/close", {}, 409, "counter_busy"),
    ("teller", "counters/main.2/call-next", {}, 403, "not_your_counter"),
    ("teller", "counters/main.2/pause", {"reason": "a joke"}, 403, "not_your_counter"),
    ("teller", "counters/main.2/close", {}, 403, "not_your_counter"),
    ("teller", "counters/main.2/open", {}, 403, "counter_taken"),
    ("teller", "counters/main.2/open", {"take_over": True}, 403, "counter_taken"),
    ("teller", "counters/main.2/open", {"take_over": 3}, 422, "invalid"),
    ("teller", "counters/main.99/call-next", {}, 404, "counter_not_found"),
    ("teller", "counters/main/open", {}, 404, "counter_not_found"),
    ("teller", "counters/main.%00/open", {}, 404, "counter_not_found"),
    ("teller", "counters/main.1'--/open", {}, 404, "counter_not_found"),
    ("teller", "counters/main.1/pause", {"reason": "x" * 101}, 422, "invalid"),
    ("teller", "counters/main.1/pause", {"reason": 5}, 422, "invalid"),
    ("teller", "counters/main.1/pause", {"reason": "lunch\x00"}, 422, "invalid"),
    # tickets in another state, of another teller, or not there
    ("teller", "tickets/{waiting}/start", {}, 409, "move_not_allowed"),
    ("teller", "tickets/{waiting}/recall", {}, 409, "move_not_allowed"),
    ("teller", "tickets/{waiting}/no-show", {}, 409, "move_not_allowed"),
    ("teller", "tickets/{waiting}/return", {}, 409, "move_not_allowed"),
    ("teller", "tickets/{serving}/start", {}, 409, "move_not_allowed"),
    ("teller", "tickets/{serving}/no-show", {}, 409, "move_not_allowed"),
    ("teller", "tickets/{parked}/park", {}, 409, "move_not_allowed"),
    ("teller", "tickets/{parked}/resume", {}, 409, "counter_busy"),
    ("teller", "tickets/{parked}/resume", {"counter_id": "main.3"}, 409, "counter_closed"),
    ("teller", "tickets/{parked}/resume", {"counter_id": "main.99"}, 404, "counter_not_found"),
    ("teller", "tickets/{parked}/resume", {"counter_id": "north.1"}, 404, "counter_not_found"),
    ("teller", "tickets/{parked}/resume", {"counter_id": "main 1"}, 422, "invalid"),
    ("teller", "tickets/{done}/start", {}, 404, "ticket_not_found"),
    ("teller", "tickets/main.nobody/start", {}, 404, "ticket_not_found"),
    ("teller", "tickets/main.%00/start", {}, 404, "ticket_not_found"),
    ("teller", "tickets/{serving}/transfer", {"queue_id": "garden"}, 422, "queue_not_found"),
    ("teller", "tickets/{serving}/transfer", {"queue_id": None}, 422, "invalid"),
    ("teller", "tickets/{serving}/transfer", {}, 422, "invalid"),
    ("teller", "tickets/{waiting}/transfer", {"queue_id": "vip"}, 403, "not_your_ticket"),
    ("kiosk", "tickets/{serving}/cancel", {}, 403, "not_your_ticket"),
    # advice
    ("manager", "advice/main.a1/accept", {}, 404, "advice_not_found"),
    ("manager", "advice/main.a1/dismiss", {}, 404, "advice_not_found"),
    ("manager", "advice/main.a1/dismiss", {"reason": "y" * 201}, 422, "invalid"),
    ("manager", "advice/main.a1/dismiss", {"reason": "\x1b[2J"}, 422, "invalid"),
    # another branch, by its path
    ("kiosk", "branches/north/tickets", TICKET, 403, "other_branch"),
    ("kiosk", "branches/nowhere/tickets", TICKET, 403, "other_branch"),
    ("teller", "counters/north.1/open", {}, 403, "other_branch"),
    ("manager", "tickets/north.abc/cancel", {}, 403, "other_branch"),
    ("manager", "advice/north.abc/accept", {}, 403, "other_branch"),
    ("stranger", "counters/main.1/call-next", {}, 403, "other_branch"),
    ("stranger", "tickets/{serving}/finish", {}, 403, "other_branch"),
]


def test_if_anything_were_written_it_would_be_noticed(ask: Caller, everything: Callable[[], Rows]) -> None:
    before = everything()
    assert everything() == before
    ticket = ask.ticket()["id"]
    after = everything()
    assert {name for name in after if after[name] != before[name]} >= {"events", "tickets"}
    ask.done("kiosk", f"tickets/{ticket}/cancel")
    assert everything()["events"] != after["events"]


@pytest.mark.parametrize(("who", "path", "body", "status", "code"), COMMANDS)
def test_a_command_that_cannot_be_is_refused(
    ask: Caller, hall: Hall, nothing_changes: None, who: str, path: str, body: Any, status: int, code: str
) -> None:
    found = refused(ask.post(who, hall.fill(path), body), status, code)
    assert bool(found.get("errors")) is (code == "invalid")


# The bytes of a body -> status, code
BODIES = {
    "cut off": (b'{"services": ["deposit"', 400, "malformed"),
    "not JSON": (b"<xml/>", 400, "malformed"),
    "not UTF-8": (b'{"services": ["\xff\xfe"]}', 400, "malformed"),
    "half a character": (b'{"services": ["\\ud800"]}', 400, "malformed"),
    "far too deep": (b"[" * 30_000, 400, "malformed"),
    "empty": (b"", 422, "invalid"),
    "null": (b"null", 422, "invalid"),
    "a number too long to read": (b'{"services": [' + b"9" * 5000 + b"]}", 400, "malformed"),
}


@pytest.mark.parametrize(("content", "status", "code"), BODIES.values(), ids=list(BODIES))
def test_a_body_that_cannot_be_read_is_refused(
    ask: Caller, nothing_changes: None, content: bytes, status: int, code: str
) -> None:
    known = headers(ask.tokens["kiosk"], fresh_key()) | {"Content-Type": "application/json"}
    refused(ask.http.post(TAKE, content=content, headers=known), status, code)


def test_a_body_that_is_not_called_json_is_refused(ask: Caller, nothing_changes: None) -> None:
    known = headers(ask.tokens["kiosk"], fresh_key()) | {"Content-Type": "text/plain"}
    refused(ask.http.post(TAKE, content=b'{"services": ["deposit"]}', headers=known), 422, "invalid")


KEYS = {
    "none": None,
    "empty": "",
    "seven characters": "1234567",
    "eighty-one characters": "k" * 81,
    "not ASCII": "schlüssel-1".encode(),
    "with a tab": "key\tkey\tkey",
}


@pytest.mark.parametrize("key", KEYS.values(), ids=list(KEYS))
@pytest.mark.parametrize("path", [TAKE, "counters/main.1/call-next", "tickets/{serving}/finish"])
def test_a_command_without_a_proper_key_is_refused(
    ask: Caller, hall: Hall, nothing_changes: None, path: str, key: str | bytes | None
) -> None:
    known: dict[str, Any] = headers(ask.tokens["manager"]) | ({} if key is None else {"Idempotency-Key": key})
    body = TICKET if path == TAKE else {}
    refused(ask.http.post(hall.fill(path), json=body, headers=known), 400, "key_required")


READS = [
    ("branches/main/events?after=-1", 422, "invalid"),
    (f"branches/main/events?after={10**30}", 422, "invalid"),
    ("branches/main/events?after=1.5", 422, "invalid"),
    ("branches/main/events?after=last", 422, "invalid"),
    (f"branches/main/events?after={'9' * 5000}", 422, "invalid"),
    ("branches/main/events?limit=0", 422, "invalid"),
    ("branches/main/events?limit=1001", 422, "invalid"),
    ("branches/north/snapshot", 403, "other_branch"),
    ("branches/nowhere/snapshot", 403, "other_branch"),
    ("branches/main/nothing", 404, "not_found"),
    ("nothing", 404, "not_found"),
    ("../../nothing", 404, "not_found"),
    ("../../nothing/at/all", 404, "not_found"),
    ("../../kiosk/page/%2e%2e/__init__.py", 404, "not_found"),
    ("../../screens/shared/nothing.js", 404, "not_found"),
    (TAKE, 405, "method_not_allowed"),
    ("counters/main.1/call-next", 405, "method_not_allowed"),
]


@pytest.mark.parametrize(("path", "status", "code"), READS)
def test_a_question_that_cannot_be_is_refused(
    ask: Caller, nothing_changes: None, path: str, status: int, code: str
) -> None:
    refused(ask.get("manager", path), status, code)


@pytest.mark.parametrize(
    ("method", "path"),
    [("DELETE", "branches/main/snapshot"), ("PUT", TAKE), ("PATCH", "clock"), ("POST", "../../healthz")],
)
def test_a_wrong_method_is_refused_and_the_right_ones_are_named(
    ask: Caller, nothing_changes: None, method: str, path: str
) -> None:
    answer = ask.http.request(method, path, headers=headers(ask.tokens["operator"], fresh_key()))
    refused(answer, 405, "method_not_allowed")
    assert answer.headers["allow"]


@pytest.mark.parametrize("name", ["snapshot", "events", "waits", "figures", "advice"])
def test_reading_is_free_of_side_effects(ask: Caller, nothing_changes: None, name: str) -> None:
    assert ask.get("manager", f"branches/main/{name}").status_code == 200
