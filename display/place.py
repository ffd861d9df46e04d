"""Our place in the branch's log: tells new call-outs from known ones, so that each is made exactly once."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

Json = dict[str, Any]

CALL_OUTS = frozenset({"ticket.called", "ticket.recalled"})
RECENT_CALLS = 12  # how many calls a snapshot remembers


@dataclass(frozen=True, slots=True)
class CallOut:
    """Number to counter, as the lobby is to see and hear it. `seq` is its place in the branch's log."""

    seq: int
    number: str
    counter_number: int
    queue_id: str
    at: datetime  # server time, UTC
    repeat: bool  # a recall
    late: bool = False  # learnt from a snapshot, after the server no longer had our place in its log
    age_s: float = 0.0  # how long ago it was, in real seconds, when the server told of it


@dataclass(frozen=True, slots=True)
class Remembered:
    """A place in the log that outlives the program: kept on disk, the next run goes on from it."""

    seq: int
    epoch: str
    counters: dict[str, int]  # id -> number, by which call-outs name them
    at: datetime  # server time


@dataclass(slots=True)
class LineStats:
    """What the line has been through."""

    frames: int = 0
    events: int = 0
    calls: int = 0
    snapshots: int = 0
    reconnects: int = 0
    gaps: int = 0  # frames that did not follow the one before; each is mended by a reconnect
    duplicates: int = 0  # frames that were known already, and ignored
    overruns: int = 0  # snapshots that may have left out calls: more were missed than they remember
    untaken: int = 0  # call-outs thrown away because nobody took them
    last_error: str | None = None


class Gap(Exception):
    """The frame does not follow what we know, or cannot be read: connect again."""


class Place:
    """Takes frames in the order they came and gives the call-outs that are new. No I/O."""

    def __init__(self, stats: LineStats) -> None:
        self.seq: int | None = None
        self.epoch: str | None = None
        self._stats = stats
        self._counters: dict[str, int] = {}
        self._last_call = 0  # seq of the newest call that was given out
        self._last_now: datetime | None = None  # server time of the newest frame

    @property
    def now(self) -> datetime | None:
        """Server time of the newest frame."""
        return self._last_now

    def remembered(self, seq: int | None = None) -> Remembered | None:
        """This place, or an earlier `seq` of the same log; None before the first snapshot."""
        if self.seq is None or self.epoch is None or self._last_now is None:
            return None
        return Remembered(self.seq if seq is None else seq, self.epoch, dict(self._counters), self._last_now)

    def go_on_from(self, place: Remembered) -> None:
        """As if the frames up to there had been taken."""
        self.seq = self._last_call = place.seq
        self.epoch, self._counters, self._last_now = place.epoch, dict(place.counters), place.at

    def forget(self) -> None:
        """The next connection begins with a snapshot. What was called out stays known."""
        self.seq = None

    def take(self, frame: Json) -> list[CallOut] | None:
        """The new call-outs of this frame; None for a frame that was known already. Raises Gap."""
        try:
            calls = self._read(frame)
            now = datetime.fromisoformat(frame["now"])
            speed = float(frame.get("speed") or 1.0)
        except (KeyError, TypeError, ValueError) as error:
            self.forget()
            raise Gap(f"unreadable frame: {error!r}") from error
        self._last_now = now
        self._stats.calls += len(calls or [])
        return None if calls is None else [_aged(call, now, speed) for call in calls]

    def _read(self, frame: Json) -> list[CallOut] | None:
        match frame["type"]:
            case "snapshot":
                return self._snapshot(frame)
            case "events":
                return self._events(frame)
            case "heartbeat" if frame["seq"] > (self.seq or 0):
                raise Gap(f"a heartbeat at {frame['seq']}, we are at {self.seq}")
        return []

    def _snapshot(self, frame: Json) -> list[CallOut]:
        hall, seq = frame["snapshot"], int(frame["seq"])
        recent = [
            CallOut(**{**call, "at": datetime.fromisoformat(call["at"])}, late=True)
            for call in reversed(hall["recent_calls"])
        ]
        new = [call for call in recent if self._is_new(call, frame["epoch"])]
        if self._last_now and len(new) >= RECENT_CALLS:
            self._stats.overruns += 1
        self._stats.snapshots += 1
        self._counters = {c["id"]: c["number"] for c in hall["counters"]}
        self.seq, self.epoch, self._last_call = seq, frame["epoch"], seq
        return new

    def _is_new(self, call: CallOut, epoch: str) -> bool:
        if self._last_now is None:
            return False  # made before we first came: history
        # Another epoch is another log: its seqs mean nothing here, but time still does.
        return call.seq > self._last_call if epoch == self.epoch else call.at > self._last_now

    def _events(self, frame: Json) -> list[CallOut] | None:
        after, seq = int(frame["after"]), int(frame["seq"])
        if self.seq is not None and seq <= self.seq:
            self._stats.duplicates += 1
            return None
        if after != self.seq:
            raise Gap(f"events after {after}, we are at {self.seq}")
        calls = [call for event in frame["events"] if (call := self._heard(event)) is not None]
        self.seq = seq
        self._stats.events += len(frame["events"])
        if calls:
            self._last_call = calls[-1].seq
        return calls

    def _heard(self, event: Json) -> CallOut | None:
        for counter in event.get("counters") or ():  # the branch was set up anew: there may be others
            self._counters[counter["id"]] = counter["number"]
        return self._call_out(event) if event["kind"] in CALL_OUTS else None

    def _call_out(self, event: Json) -> CallOut:
        ticket = event["ticket"]
        return CallOut(
            seq=event["seq"],
            number=ticket["number"],
            counter_number=self._counters[ticket["counter_id"]],
            queue_id=ticket["queue_id"],
            at=datetime.fromisoformat(event["at"]),
            repeat=event["kind"] == "ticket.recalled",
        )


def _aged(call: CallOut, now: datetime, speed: float) -> CallOut:
    """By the server's clock alone: this machine's may be wrong by a day."""
    return replace(call, age_s=max(0.0, (now - call.at).total_seconds() / speed))
