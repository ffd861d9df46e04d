"""Reads the whole log of a day and says what is wrong with it, and what the day was like."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]

CALL_OUTS = frozenset({"ticket.called", "ticket.recalled"})
BACK = frozenset({"ticket.returned", "ticket.transferred", "ticket.deferred"})  # after these a ticket is called anew
UNSERVED = ("booked", "waiting", "called", "serving", "parked", "expired")


@dataclass(slots=True)
class ClassDay:
    """One class of counters. Times in seconds, moments on the server's clock."""

    issued: int = 0
    waits: list[float] = field(default_factory=list)  # from arrival to the first call
    arrivals: list[datetime] = field(default_factory=list)  # of everybody, sent by us or not
    occupied: list[tuple[datetime, float]] = field(default_factory=list)  # end, and how long a counter was taken


@dataclass(slots=True)
class Ledger:
    """What the log tells of the tickets that were ours; of calls and numbers, all. What is wrong counts 0 in a
    sound log."""

    events: int = 0
    first_at: datetime | None = None
    last_seq: int = 0
    seq_gaps: int = 0
    issued: int = 0
    lost: int = 0  # answered, but not in the log
    doubled: int = 0  # issued in our name, but never answered
    completed: int = 0
    left_over: int = 0  # still in the hall, or expired at the end of the day
    no_shows: int = 0
    call_outs: dict[int, str] = field(default_factory=dict)  # seq -> number
    numbers_doubled: int = 0
    numbers_left_out: int = 0
    called_twice: int = 0  # called again without having been back in the queue: two counters had it
    never_called: int = 0
    advice: Counter[str] = field(default_factory=Counter)
    classes: dict[str, ClassDay] = field(default_factory=dict)


@dataclass(slots=True)
class _Reading:
    """What must be remembered of the log until its end."""

    ours: frozenset[str]
    states: dict[str, str] = field(default_factory=dict)
    issuers: dict[str, str] = field(default_factory=dict)  # ticket -> who issued it
    called_at: dict[str, datetime] = field(default_factory=dict)  # tickets that are at a counter
    ever_called: set[str] = field(default_factory=set)
    serials: dict[tuple[str, str], list[int]] = field(default_factory=dict)  # day and prefix -> serials


def read_log(events: Iterable[Json], class_of: dict[str, str], ours: Iterable[str], after: int = 0) -> Ledger:
    """The ledger of the log after a place in it. `class_of` is queue -> class of counters, `ours` the ids of the
    tickets that we were given."""
    ledger, reading = Ledger(last_seq=after), _Reading(frozenset(ours))
    for event in events:
        ledger.events += 1
        ledger.seq_gaps += event["seq"] != ledger.last_seq + 1
        ledger.last_seq = event["seq"]
        ledger.first_at = ledger.first_at or datetime.fromisoformat(event["at"])
        if event["advice"] is not None:
            ledger.advice[event["kind"].removeprefix("advice.")] += 1
        if event["ticket"] is not None:
            day = ledger.classes.setdefault(class_of[event["ticket"]["queue_id"]], ClassDay())
            _read_ticket(ledger, day, reading, event)
    _conclude(ledger, reading, whole=after == 0)
    return ledger


def _read_ticket(ledger: Ledger, day: ClassDay, reading: _Reading, event: Json) -> None:
    ticket, kind, at = event["ticket"], event["kind"], datetime.fromisoformat(event["at"])
    key, ours = ticket["id"], ticket["visit_id"] in reading.ours
    if kind in CALL_OUTS:
        ledger.call_outs[event["seq"]] = ticket["number"]
    if kind == "ticket.issued":
        day.arrivals.append(at)
        day.issued += ours
        if ticket["step"] == 1:
            reading.issuers[key] = event["actor"]
            reading.serials.setdefault((ticket["business_day"], ticket["prefix"]), []).append(ticket["serial"])
    elif kind == "ticket.called":
        ledger.called_twice += key in reading.called_at
        if ours and ticket["misses"] == 0 and ticket.get("deferred_to") is None:
            day.waits.append((at - datetime.fromisoformat(ticket["arrived_at"])).total_seconds())
        reading.called_at[key] = at
        reading.ever_called.add(key)
    elif kind in BACK:
        reading.called_at.pop(key, None)
    elif kind == "ticket.completed" and key in reading.called_at:
        day.occupied.append((at, (at - reading.called_at.pop(key)).total_seconds()))
    if ours:
        reading.states[key] = ticket["state"]


def _conclude(ledger: Ledger, reading: _Reading, *, whole: bool) -> None:
    states = Counter(reading.states.values())
    ledger.issued = len(reading.states)
    ledger.completed = states["completed"]
    ledger.no_shows = states["no_show"]
    ledger.left_over = sum(states[state] for state in UNSERVED)
    ledger.never_called = len(reading.states.keys() - reading.ever_called)
    ledger.lost = len(reading.ours - reading.issuers.keys())
    names = {reading.issuers[key] for key in reading.ours & reading.issuers.keys()}
    ledger.doubled = sum(name in names and key not in reading.ours for key, name in reading.issuers.items())
    for serials in reading.serials.values():
        different = len(set(serials))
        ledger.numbers_doubled += len(serials) - different
        first = 1 if whole else min(serials)
        ledger.numbers_left_out += max(serials) - first + 1 - different
