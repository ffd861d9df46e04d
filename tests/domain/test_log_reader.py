"""The auditor finds what is wrong with a log: without this, its silence would mean nothing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from server.actions import device, teller
from server.domain.audience import whole
from server.domain.ticket import Segment
from tests.domain.device_presses import DISPLAYS
from tests.domain.floor import KIOSK, Floor
from tests.domain.log_reader import LogReader, Wrong
from tests.domain.screen import on_the_wire

Json = dict[str, Any]
Spoil = Callable[[Json], None]


def a_morning() -> Floor:
    """Two counters, three tickets: one served, one being served, one called."""
    floor = Floor()
    floor.open(1, 2)
    first = floor.take()
    floor.wait(1)
    floor.take("deposit")
    floor.take("deposit")
    floor.next(1)
    floor.press(teller.start, first)
    floor.next(2)
    floor.wait(1)
    floor.next(1)
    return floor


def an_hour_alone() -> Floor:
    """A kiosk was alone: one number handed in, the others given back; a printer ran out; a call was heard."""
    floor = a_morning()
    floor.do(KIOSK, device.lease_numbers, block_id="main.b", queue_id="cash", size=3)
    floor.wait(5)
    printed = {"services": ["deposit"], "segment": Segment.ORDINARY, "issued_at": floor.now - timedelta(minutes=2)}
    floor.do(KIOSK, device.hand_in, block_id="main.b", serial=5, **printed)
    for state in ("ok", "paper_out", "ok"):
        floor.do(KIOSK, device.report, parts={"printer": state})
    call = next(event for event in floor.log if event.kind == "ticket.called")
    assert call.ticket is not None
    known = device.CallOut(call.seq, call.ticket.id, call.ticket.number, call.ticket.counter_id or "")
    floor.do(DISPLAYS[0], device.announce, call_seq=call.seq, call=known, outcome="made")
    floor.take()
    floor.do(KIOSK, device.return_numbers, block_id="main.b")
    floor.take()
    return floor


def events(floor: Floor) -> list[Json]:
    return [on_the_wire(whole(event)) for event in floor.log]


def read(floor: Floor, log: list[Json]) -> None:
    reader = LogReader(on_the_wire([whole(c) for c in floor.installed.counters.values()]))
    for event in log:
        reader.read(event)


def first(log: list[Json], kind: str) -> Json:
    return next(event for event in log if event["kind"] == kind)


def last(log: list[Json], kind: str) -> Json:
    return first(log[::-1], kind)


FAULTS: dict[str, Callable[[list[Json]], Any]] = {
    "a gap": lambda log: log.pop(3),
    "two in the wrong order": lambda log: log.insert(3, log.pop(4)),
    "an id twice": lambda log: log[4].update(id=log[3]["id"]),
    "a time before its cause": lambda log: log[-1].update(at=log[0]["at"]),
    "a time elsewhere": lambda log: log[-1].update(at="2026-03-02T09:30:00+08:00"),
    "a number twice": lambda log: last(log, "ticket.issued")["ticket"].update(serial=2, number="A002"),
    "a number left out": lambda log: last(log, "ticket.issued")["ticket"].update(serial=4, number="A004"),
    "a number misprinted": lambda log: last(log, "ticket.issued")["ticket"].update(number="A3"),
    "an impossible move": lambda log: first(log, "ticket.called").update(kind="ticket.resumed"),
    "a move to the wrong state": lambda log: first(log, "ticket.started")["ticket"].update(state="parked"),
    "a ticket nobody issued": lambda log: first(log, "ticket.started")["ticket"].update(id="main.ghost"),
    "two at one counter": lambda log: last(log, "ticket.called")["ticket"].update(counter_id="main.2"),
    "a call to a closed counter": lambda log: first(log, "ticket.called")["ticket"].update(counter_id="main.3"),
    "a call without a reason": lambda log: first(log, "ticket.called").update(reason=None),
    "a number that changes": lambda log: first(log, "ticket.started")["ticket"].update(number="A009"),
    "a day that begins again": lambda log: log[1].update(kind="branch.day_started", day=log[0]["day"], counter=None),
    "an opening by nobody": lambda log: first(log, "counter.opened")["counter"].update(staff_id=None),
}

# Told of an hour in which a kiosk was alone.
FAULTS_OF_DEVICES: dict[str, Callable[[list[Json]], Any]] = {
    "numbers leased again": lambda log: first(log, "numbers.leased")["block"].update(first_serial=3),
    "a number of nobody's": lambda log: handed_in(log)["ticket"].update(serial=8, number="A008"),
    "a block that grows": lambda log: handed_in(log)["block"].update(last_serial=9),
    "a block that forgets": lambda log: handed_in(log)["block"].update(used=[]),
    "a time before the lease": lambda log: handed_in(log)["ticket"].update(issued_at=log[0]["at"]),
    "a place of its own": lambda log: handed_in(log)["ticket"].update(order_at=log[-1]["at"]),
    "handed in and nobody knows": lambda log: handed_in(log).update(block=None),
    "a hole without a word": lambda log: first(log, "numbers.returned").update(reason=None),
    "a number left out after it": lambda log: last(log, "ticket.issued")["ticket"].update(serial=9, number="A009"),
    "a printer that is well": lambda log: first(log, "device.paper_out")["device"].update(parts={}),
    "a device that never came": lambda log: first(log, "device.online").update(kind="device.well"),
    "a word on who has left": lambda log: first(log, "announcement.made")["announcement"].update(stands=True),
    "a call that nobody made": lambda log: first(log, "announcement.made")["announcement"].update(call_seq=1),
    "another number announced": lambda log: first(log, "announcement.made")["announcement"].update(number="A9"),
}


def handed_in(log: list[Json]) -> Json:
    return next(event for event in log if event.get("block") and event["ticket"])


def test_a_right_log_is_read_to_its_end() -> None:
    for floor in (a_morning(), an_hour_alone()):
        read(floor, events(floor))


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_in_the_log_is_found(fault: str) -> None:
    floor = a_morning()
    log = events(floor)
    FAULTS[fault](log)
    with pytest.raises(Wrong):
        read(floor, log)


@pytest.mark.parametrize("fault", FAULTS_OF_DEVICES)
def test_a_fault_of_the_devices_is_found(fault: str) -> None:
    floor = an_hour_alone()
    log = events(floor)
    FAULTS_OF_DEVICES[fault](log)
    with pytest.raises(Wrong):
        read(floor, log)
