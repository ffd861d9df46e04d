"""The messages on the socket, written once per audience and shared by all who may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import orjson
from websockets import frames as websocket

from server.domain.audience import event_view, snapshot_view
from server.domain.events import Event
from server.domain.hall import Hall


@dataclass(frozen=True)
class Frame:
    """One message as JSON, and the place in the log that it brings its reader to."""

    seq: int
    payload: bytes

    @property
    def text(self) -> str:
        return self.payload.decode()

    @cached_property
    def wire(self) -> bytes:
        """As it goes over the line: a server's frames have no mask, so the bytes are the same for everyone."""
        return websocket.Frame(websocket.Opcode.TEXT, self.payload).serialize(mask=False)


def _frame(seq: int, body: dict[str, Any]) -> Frame:
    return Frame(seq, orjson.dumps(body))


def snapshot_frame(hall: Hall, audience: str, now: datetime, speed: float) -> Frame:
    return _frame(
        hall.seq,
        {
            "type": "snapshot",
            "epoch": hall.epoch,
            "seq": hall.seq,
            "now": now,
            "speed": speed,
            "snapshot": snapshot_view(hall, audience),
        },
    )


def events_frame(after: int, seq: int, events: Sequence[Event], audience: str, now: datetime, speed: float) -> Frame:
    """What happened in (after, seq]; the frames of a socket follow each other without a gap."""
    seen = [view for event in events if (view := event_view(event, audience)) is not None]
    return _frame(seq, {"type": "events", "after": after, "seq": seq, "now": now, "speed": speed, "events": seen})


def heartbeat_frame(seq: int, now: datetime, speed: float) -> Frame:
    return _frame(seq, {"type": "heartbeat", "seq": seq, "now": now, "speed": speed})


def goodbye_frame(seq: int, reason: str, retry_after_ms: int) -> Frame:
    return _frame(seq, {"type": "goodbye", "reason": reason, "retry_after_ms": retry_after_ms})
