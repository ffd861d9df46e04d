"""The checker's third part: every display saw every call of the log in order, or a true snapshot in between."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.faults.record import Heard, Record

Json = dict[str, Any]

CALLS = {"ticket.called", "ticket.recalled"}
SHOWN_CALLS = 12
HELD = {"booked", "waiting", "called", "serving", "parked"}


@dataclass(slots=True)
class ScreenCounts:
    """Events times displays: `sent` were due while a display was on; each was seen, bridged or missed."""

    sent: int = 0
    seen: int = 0
    bridged: int = 0
    missed: int = 0
    lines: int = 0
    snapshots: int = 0
    faults: list[str] = field(default_factory=list)


def check_screens(log: Sequence[Json], record: Record, settled: int) -> ScreenCounts:
    """At `settled` everyone had gone home: no display may have ended before it."""
    counts = ScreenCounts()
    truth = Truth(log)
    for name in dict.fromkeys(heard.display for heard in record.heard):
        screen = Screen(name, truth, counts)
        for heard in record.heard:
            if heard.display == name:
                screen.hear(heard)
        screen.end(settled)
    return counts


class Truth:
    """The log as the lobby may know it."""

    def __init__(self, log: Sequence[Json]) -> None:
        self.last = log[-1]["seq"] if log else 0
        self.visible = {event["seq"]: event for event in log if not event["kind"].startswith("advice.")}
        self._log = log

    def between(self, after: int, seq: int) -> list[int]:
        return [one for one in range(after + 1, seq + 1) if one in self.visible]

    def hall(self, seq: int) -> tuple[dict[str, int], list[int]]:
        """(state -> how many tickets, the calls of the day, the newest first) as they were at `seq`."""
        states: dict[str, str] = {}
        calls: list[int] = []
        for event in self._log[:seq]:
            if event["kind"] == "branch.day_started":
                calls = []
            if event["ticket"]:
                states[event["ticket"]["id"]] = event["ticket"]["state"]
            if event["kind"] in CALLS:
                calls.append(event["seq"])
        held = [state for state in states.values() if state in HELD]
        return {state: held.count(state) for state in set(held)}, calls[::-1][:SHOWN_CALLS]


class Screen:
    def __init__(self, name: str, truth: Truth, counts: ScreenCounts) -> None:
        self._name = name
        self._truth = truth
        self._counts = counts
        self._seq: int | None = None

    def hear(self, heard: Heard) -> None:
        if heard.what == "opened":
            self._counts.lines += 1
        elif heard.what == "frame":
            kind = heard.body["type"]
            if kind == "snapshot":
                self._take_snapshot(heard.body)
            elif kind == "events":
                self._take_events(heard.body)
            elif kind == "heartbeat":
                self._demand(heard.body["seq"] == self._seq, f"a heartbeat of {heard.body['seq']} at {self._seq}")

    def end(self, settled: int) -> None:
        self._demand(self._seq is not None and self._seq >= settled, f"it ended at {self._seq}, not at {settled}")
        if self._seq is not None:
            behind = len(self._truth.between(self._seq, settled))
            self._counts.sent += behind
            self._counts.missed += behind

    def _demand(self, holds: object, fault: str) -> None:
        if not holds:
            self._counts.faults.append(f"{self._name}: {fault}")

    def _take_snapshot(self, frame: Json) -> None:
        counts, seq = self._counts, frame["seq"]
        counts.snapshots += 1
        self._demand(seq <= self._truth.last, f"a snapshot of {seq}, and the log ends at {self._truth.last}")
        self._demand(self._seq is None or seq >= self._seq, f"a snapshot of {seq} after {self._seq}")
        if self._seq is not None:
            bridged = len(self._truth.between(self._seq, seq))
            counts.sent += bridged
            counts.bridged += bridged
        states, calls = self._truth.hall(seq)
        shown = [ticket["state"] for ticket in frame["snapshot"]["tickets"]]
        self._demand({state: shown.count(state) for state in set(shown)} == states, f"a false snapshot of {seq}")
        told = [call["seq"] for call in frame["snapshot"]["recent_calls"]]
        self._demand(told == calls, f"the snapshot of {seq} tells of other calls than the log")
        self._seq = seq

    def _take_events(self, frame: Json) -> None:
        counts, seq, after = self._counts, frame["seq"], frame["after"]
        self._demand(seq <= self._truth.last, f"told of {seq}, and the log ends at {self._truth.last}")
        self._demand(after == self._seq, f"a frame from {after} came at {self._seq}")
        due = self._truth.between(self._seq if self._seq is not None else after, seq)
        told = [event["seq"] for event in frame["events"]]
        self._demand(told == sorted(set(told)), f"events out of order: {told}")
        missing = sorted(set(due) - set(told))
        self._demand(not missing, f"did not see {missing[:5]}, told of ({after}, {seq}]")
        strange = [event["seq"] for event in frame["events"] if not self._true(event)]
        self._demand(not strange, f"was told of {strange[:5]}, which the log does not know so")
        counts.sent += len(due)
        counts.seen += len(due) - len(missing)
        counts.missed += len(missing)
        self._seq = seq

    def _true(self, event: Json) -> bool:
        known = self._truth.visible.get(event["seq"])
        if known is None or known["kind"] != event["kind"] or known["id"] != event["id"]:
            return False
        if not known["ticket"]:
            return True
        names = ("number", "state", "counter_id", "queue_id")
        return all(known["ticket"][name] == event["ticket"][name] for name in names)
