"""One branch as this process sees it: the hall at the newest event, its figures, and who listens."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from server.advisor.outlook import Outlook, outlooks
from server.advisor.queue_record import QueueRecords
from server.advisor.rates import Measurements
from server.domain.audience import AUDIENCES
from server.domain.events import Event
from server.domain.evolve import evolve
from server.domain.hall import Hall
from server.live.frames import Frame, events_frame

KEPT_EVENTS = 2000
QUEUE_LIMIT = 256
OUTLOOK_HOLDS = timedelta(seconds=5)  # rates change slowly, and many kiosks ask


class Listener:
    """One socket's place in the stream, with a bounded queue: who does not keep up is let go and resumes."""

    def __init__(self, audience: str, holder_id: str) -> None:
        self.audience = audience
        self.holder_id = holder_id
        self.frames: asyncio.Queue[Frame] = asyncio.Queue(maxsize=QUEUE_LIMIT)
        self.ended: str | None = None  # why: slow | restart | revoked
        self.on_end = asyncio.Event()

    def send(self, frame: Frame) -> None:
        try:
            self.frames.put_nowait(frame)
        except asyncio.QueueFull:
            self.end("slow")

    def end(self, reason: str) -> None:
        self.ended = self.ended or reason
        self.on_end.set()


class Place:
    def __init__(self, hall: Hall, today: Sequence[Event], measurements: Measurements) -> None:
        self.hall = hall
        self.measurements = measurements
        self.listeners: set[Listener] = set()
        self.records = QueueRecords(hall.branch)
        for event in today:
            self.records.apply(event)
        self._recent: deque[Event] = deque(today, maxlen=KEPT_EVENTS)
        self._outlooks: tuple[datetime, dict[str, Outlook]] | None = None

    def apply(self, events: Sequence[Event], now: datetime, speed: float) -> None:
        """The newest events, in order: into the hall, the figures, and to everyone who listens."""
        fresh = [event for event in events if event.seq > self.hall.seq]
        if not fresh:
            return
        after = self.hall.seq
        for event in fresh:
            evolve(self.hall, event)
            self.measurements.apply(event)
            self.records.apply(event)
            self._recent.append(event)
        self.broadcast(lambda audience: events_frame(after, self.hall.seq, fresh, audience, now, speed))

    def broadcast(self, make: Callable[[str], Frame]) -> None:
        """Written once for each audience that is there."""
        listening = {listener.audience for listener in self.listeners}
        frames = {audience: make(audience) for audience in AUDIENCES if audience in listening}
        for listener in self.listeners:
            listener.send(frames[listener.audience])

    def send_all(self, frame: Frame) -> None:
        for listener in self.listeners:
            listener.send(frame)

    def outlooks(self, now: datetime) -> dict[str, Outlook]:
        """What is known of every queue when a wait is quoted."""
        held = self._outlooks
        if held is None or not timedelta() <= now - held[0] < OUTLOOK_HOLDS:
            found = outlooks(self.hall.branch, self.measurements.figures(now), self.records, now)
            held = self._outlooks = (now, found)
        return held[1]

    def since(self, seq: int) -> list[Event] | None:
        """The events after `seq`, if they are still in memory; None where a snapshot is due."""
        if seq == self.hall.seq:
            return []
        if seq > self.hall.seq or not self._recent or self._recent[0].seq > seq + 1:
            return None
        return [event for event in self._recent if event.seq > seq]
