"""One branch as this process sees it: the hall at the newest event, its figures, and who listens."""

from collections import deque
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from time import monotonic

from server.advisor.known_rates import BusiestHour, busiest_of_week
from server.advisor.outlook import Outlook, outlooks
from server.advisor.queue_record import QueueRecords
from server.advisor.rates import Measurements
from server.domain.audience import AUDIENCES
from server.domain.branch import Branch
from server.domain.events import Event
from server.domain.evolve import evolve
from server.domain.hall import Hall
from server.live.ended import Ended
from server.live.frames import Frame, events_frame
from server.live.kept import Kept, after
from server.live.listener import Listener
from server.live.prospects import Prospects

OUTLOOK_HOLDS = timedelta(seconds=5)  # rates change slowly, and many kiosks ask
FIRST_HOLDS_S = 0.1  # a first frame tells the time, which the next heartbeat puts right
MOST_FIRST = 32


class Place:
    """`today` is what happened since the business day began: the figures are made of it."""

    def __init__(
        self, hall: Hall, today: Sequence[Event], measurements: Measurements, kept: Kept | None = None
    ) -> None:
        self.hall = hall
        self.measurements = measurements
        self.listeners: set[Listener] = set()
        self.asked_at = monotonic()
        self.records = QueueRecords(hall.branch)
        self.ended = Ended()
        self.prospects = Prospects()
        for event in today:
            self.records.apply(event)
            self.ended.apply(event)
        self._kept = kept or Kept()
        self._recent: deque[Event] = deque()
        self._first: dict[tuple[int | None, str], tuple[float, Frame]] = {}
        self._outlooks: tuple[datetime, dict[str, Outlook]] | None = None
        self._busiest: dict[str, tuple[date, Branch, BusiestHour | None]] = {}  # by class: of which day and set-up

    def apply(self, events: Sequence[Event], now: datetime, speed: float) -> None:
        """The newest events, in order: into the hall, the figures, and to everyone who listens."""
        fresh = [event for event in events if event.seq > self.hall.seq]
        if not fresh:
            return
        before = self.hall.seq
        self._first.clear()
        for event in fresh:
            evolve(self.hall, event)
            self.measurements.apply(event)
            self.records.apply(event)
            self.ended.apply(event)
            self._kept.keep(self._recent, event)
            if event.branch is not None:
                self._outlooks = None  # there may be queues that it does not know
        self.broadcast(lambda audience: events_frame(before, self.hall.seq, fresh, audience, now, speed))

    def broadcast(self, make: Callable[[str], Frame]) -> None:
        """Written once for each audience that is there."""
        listening = {listener.audience for listener in self.listeners}
        frames = {audience: make(audience) for audience in AUDIENCES if audience in listening}
        for listener in self.listeners:
            listener.send(frames[listener.audience])

    def first_frame(self, seq: int | None, audience: str, make: Callable[[], Frame]) -> Frame:
        """What somebody who is at `seq` (None: nowhere) starts from: written once for all who come together."""
        held = self._first.get((seq, audience))
        if held is None or monotonic() - held[0] > FIRST_HOLDS_S:
            if len(self._first) >= MOST_FIRST:
                self._first.clear()
            held = self._first[seq, audience] = monotonic(), make()
        return held[1]

    def outlooks(self, now: datetime) -> dict[str, Outlook]:
        """What is known of every queue when a wait is quoted."""
        held = self._outlooks
        if held is None or not timedelta() <= now - held[0] < OUTLOOK_HOLDS:
            found = outlooks(self.hall.branch, self.measurements.figures(now), self.records, now)
            held = self._outlooks = (now, found)
        return held[1]

    def busiest_hour(self, counter_class: str, now: datetime) -> BusiestHour | None:
        """Of a week like this one: learnt of the days that are over, so that it is looked for once a day."""
        branch = self.hall.branch
        day, held = branch.business_day(now), self._busiest.get(counter_class)
        if held is None or held[0] != day or held[1] is not branch:
            found = busiest_of_week(branch, self.measurements, counter_class, now)
            held = self._busiest[counter_class] = day, branch, found
        return held[2]

    def since(self, seq: int) -> list[Event] | None:
        """The events after `seq`, which is no later than the hall's, if they are still in memory; else None."""
        return [] if seq == self.hall.seq else after(self._recent, seq)
