"""The messages on the socket, written once per audience and shared by all who may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from server.domain.audience import event_view, snapshot_view
from server.domain.events import Event
from server.domain.hall import Hall


@dataclass(frozen=True, slots=True)
class Frame:
    """One message as text, and the place in the log that it brings its reader to."""

    seq: int
    text: str


def _frame(seq: int, body: dict[str, Any]) -> Frame:
    return Frame(seq, orjson.dumps(body).decode())


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
