"""What one display has seen: compared with the log, it shows whether the lobby missed or heard anything twice."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from display.client import CallOut

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """Seqs in the log, each list in order. All empty: the display saw everything exactly once."""

    calls_missing: list[int]
    calls_doubled: list[int]
    calls_invented: list[int]  # seen, but not in the log, or with another number
    events_missing: list[int]
    events_doubled: list[int]

    @property
    def sound(self) -> bool:
        return not any(getattr(self, name) for name in self.__slots__)


class Witness:
    """Give `see` every frame of the display's line, and `hear` every call-out."""

    def __init__(self) -> None:
        self.from_seq: int | None = None  # the log before is history to this display
        self.calls: list[CallOut] = []
        self._events: Counter[int] = Counter()

    def see(self, frame: Json) -> None:
        if self.from_seq is None and frame["type"] == "snapshot":
            self.from_seq = frame["seq"]
        self._events.update(event["seq"] for event in frame.get("events", ()))

    def hear(self, call: CallOut) -> None:
        self.calls.append(call)

    @property
    def events(self) -> int:
        return len(self._events)

    def judge(self, log_calls: dict[int, str], log_events: Iterable[int]) -> Verdict:
        """`log_calls` is seq -> number, `log_events` the seqs that the lobby may see."""
        since = self.from_seq or 0
        expected = {seq: number for seq, number in log_calls.items() if seq > since}
        heard = Counter(call.seq for call in self.calls)
        wrong = [call.seq for call in self.calls if log_calls.get(call.seq) != call.number]
        return Verdict(
            calls_missing=sorted(expected.keys() - heard.keys()),
            calls_doubled=sorted(seq for seq, times in heard.items() if times > 1),
            calls_invented=sorted(wrong),
            events_missing=sorted({seq for seq in log_events if seq > since} - self._events.keys()),
            events_doubled=sorted(seq for seq, times in self._events.items() if times > 1),
        )
