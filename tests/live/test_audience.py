"""The lobby sees numbers and counters; names, reasons, advice and the ids that open a phone page it never sees."""

import json
from typing import Any

import pytest

from server.domain.roles import ROLES
from tests.live.whole_day import Day
from tests.running import KINDS

LOBBY = sorted(set(KINDS) - set(ROLES))
TICKET = {"id", "number", "prefix", "state", "queue_id", "service_id", "segment", "counter_id", "calls"} | {
    "arrived_at",
    "called_at",
    "started_at",
}
COUNTER = {"id", "number", "counter_class", "profile", "status", "since"}
CALL_OUTS = {"ticket.called", "ticket.recalled"}


def secrets(day: Day) -> set[str]:
    """What must not be heard in the lobby, all of it in the log."""
    ids = {event["ticket"]["id"] for event in day.log if event["ticket"]}
    found = ids | {'"Manager"', "manager-1", "a secret lunch", "kiosk-1", "first_come", "main.a0"}
    text = json.dumps(day.log, ensure_ascii=False)
    assert [secret for secret in found if secret not in text] == []
    return found


@pytest.mark.parametrize("kind", LOBBY)
def test_the_lobby_hears_no_name_no_reason_and_no_id(day: Day, kind: str) -> None:
    said = [day.lines[kind].frames, day.late[kind].frames, day.read[kind], day.halls[kind]]
    text = json.dumps(said, ensure_ascii=False)
    assert [secret for secret in secrets(day) if secret in text] == []


@pytest.mark.parametrize("kind", LOBBY)
def test_the_lobby_hears_every_call_out(day: Day, kind: str) -> None:
    called = [event["seq"] for event in day.log if event["kind"] in CALL_OUTS]
    assert len(called) > 5
    assert [event["seq"] for event in day.lines[kind].events if event["kind"] in CALL_OUTS] == called


@pytest.mark.parametrize("kind", LOBBY)
def test_the_lobby_is_told_what_the_list_says_and_not_a_field_more(day: Day, kind: str) -> None:
    line = day.lines[kind]
    assert {"policies", "rules"}.isdisjoint(line.snapshot["branch"])
    for name in ("advices", "devices", "announcements"):
        assert line.snapshot[name] == day.halls[kind][name] == []
    tickets: list[Any] = [*line.snapshot["tickets"], *(e["ticket"] for e in line.events if e["ticket"])]
    counters: list[Any] = [*line.snapshot["counters"], *(e["counter"] for e in line.events if e["counter"])]
    assert len(tickets) > 20
    assert {frozenset(ticket) for ticket in tickets} == {frozenset(TICKET)}
    assert {ticket["id"] == ticket["number"] for ticket in tickets} == {True}
    assert {frozenset(counter) for counter in counters} == {frozenset(COUNTER)}
    assert {(e["actor"], e["reason"], e["advice"]) for e in line.events} == {(None, None, None)}
    assert not [e for e in line.events if {"block", "device", "announcement"} & e.keys()]


@pytest.mark.parametrize("kind", sorted(ROLES))
def test_staff_hear_everything_that_is_in_the_log(day: Day, kind: str) -> None:
    line = day.lines[kind]
    assert line.events == [event for event in day.log if event["seq"] > line.snapshot["seq"]]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_read_over_http_is_what_the_socket_says(day: Day, kind: str) -> None:
    line = day.lines[kind]
    assert [event for event in day.read[kind] if event["seq"] > line.snapshot["seq"]] == line.events
    assert day.halls[kind] == day.late[kind].snapshot
