"""What the devices of the hall might do next: lease numbers, hand in, give back, tell of themselves and of calls."""

from datetime import datetime, timedelta
from typing import Any

from server.actions import device
from server.actions.decision import Actor
from server.domain.block import Block
from server.domain.hall import Hall
from server.domain.ticket import Segment
from tests.domain.floor import KIOSK, NINE
from tests.domain.press import Press

Made = tuple[Actor, Any, dict[str, Any]]

OTHER_KIOSK = Actor("kiosk", "kiosk-2", "Upstairs")
DISPLAYS = (Actor("display", "display-1", "Hall"), Actor("display", "display-2", ""))
OPERATOR = Actor("operator", "operator-1", "Operator")
PARTS: list[dict[str, str]] = [
    {"printer": "ok"},
    {"printer": "paper_low"},
    {"printer": "paper_out"},
    {"printer": "error", "reader": "ok"},
    {"reader": "error"},
    {"disk": "full"},
    {"printer": "ok", "reader": "ok", "disk": "ok"},
    {},
]


def lease(press: Press, hall: Hall, turn: int) -> Made:
    queue_id = [*hall.branch.queues, "no_such"][press.which % 5]
    arguments = {
        "block_id": f"main.b{turn}",
        "queue_id": queue_id,
        "size": 1 + 9 * press.more if press.more < 11 else 501,
    }
    return _kiosk(press), device.lease_numbers, arguments


def hand_in(press: Press, hall: Hall, turn: int) -> Made:
    """Mostly by whoever holds the block, mostly the next number of it, at some time; but anything may come."""
    block = _block(press, hall)
    free = block.unused if block else []
    serial = free[0] if free and press.which < 10 else press.which
    now = hall.last_at or NINE
    arguments = {
        "block_id": block.id if block else "main.b",
        "serial": serial,
        "services": ["deposit", "card", "no_such"][: 1 + press.more // 5],
        "segment": [Segment.ORDINARY, Segment.PRIORITY, Segment.VIP][press.more % 3],
        "issued_at": _claimed(now, press),
        "secret": "" if press.more % 2 else "guess-me-not",
    }
    return _holder(press, block), device.hand_in, arguments


def give_back(press: Press, hall: Hall, turn: int) -> Made:
    block = _block(press, hall)
    return _holder(press, block), device.return_numbers, {"block_id": block.id if block else "main.b"}


def report(press: Press, hall: Hall, turn: int) -> Made:
    actor = (KIOSK, OTHER_KIOSK, *DISPLAYS)[press.which % 4]
    return actor, device.report, {"parts": PARTS[press.more % 8], "note": "", "offline": press.more > 8}


def announce(press: Press, hall: Hall, turn: int) -> Made:
    """Of one of the last calls, as the web finds it in the log; or of something that called nobody."""
    outcome = ["made", "dropped", "failed"][press.more % 3]
    told: dict[str, Any] = {"call_seq": hall.seq, "call": None, "outcome": outcome, "by": ["voice"], "note": ""}
    called = [
        device.CallOut(call.seq, ticket.id, call.number, ticket.counter_id or "")
        for call in hall.recent_calls
        for ticket in hall.at_counter.values()
        if ticket.number == call.number and _counter(hall, ticket.counter_id) == call.counter_number
        if ticket.called_at is not None and call.at >= ticket.called_at  # not of the step before it
    ]
    if called and press.who < 6:
        call = called[press.which % len(called)]
        told |= {"call_seq": call.seq, "call": call}
    return DISPLAYS[press.who % 2], device.announce, told


def _counter(hall: Hall, counter_id: str | None) -> int:
    return hall.counters[counter_id or ""].number


def _kiosk(press: Press) -> Actor:
    return KIOSK if press.who % 2 else OTHER_KIOSK


def _block(press: Press, hall: Hall) -> Block | None:
    known = sorted(hall.blocks.values(), key=lambda block: block.id)
    held = [block for block in known if not block.returned] if press.who < 5 else known
    return held[press.which % len(held)] if held else None


def _holder(press: Press, block: Block | None) -> Actor:
    if press.who == 6 or block is None:
        return _kiosk(press)
    if press.who == 5:
        return OPERATOR
    return KIOSK if block.device_id == KIOSK.id else OTHER_KIOSK


def _claimed(now: datetime, press: Press) -> datetime:
    """Some minutes ago; by a clock that is wrong, a day ago or tomorrow."""
    astray = {10: timedelta(days=1), 11: timedelta(days=-1)}.get(press.which, timedelta())
    return now - timedelta(seconds=17 * press.more) + astray
