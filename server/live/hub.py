"""All branches this process serves live: loaded when first asked for, kept up to date by the relay."""

import asyncio
import logging
import random
from collections.abc import Collection, Sequence
from datetime import datetime
from time import monotonic

from server.advisor.rates import Measurements
from server.domain.events import Event
from server.live import joining
from server.live.frames import heartbeat_frame
from server.live.gone import Gone
from server.live.kept import Kept
from server.live.listener import Listener
from server.live.phones import Phones
from server.live.place import Place
from server.live.pushes import Pushes
from server.storage.database import Database
from server.storage.days import branch_before
from server.storage.event_log import events_after
from server.storage.halls import load_hall
from server.storage.history import experience_of
from server.storage.server_clock import ServerClock
from server.storage.taken_back import TakenBack
from server.watch.relaying import RelayWatch
from server.watch.screens import Screens

log = logging.getLogger(__name__)

A_DAY = 1_000_000  # more events than any business day has
PAGE = 1000  # events read at once
IDLE_S = 60.0
SLICE = 100  # heartbeats, a millisecond of them, before others have their turn: a call-out must not wait for all
SOONEST_MS, EACH_MS, LATEST_MS = 200, 0.3, 3000.0


class Hub:
    def __init__(self, reader: Database, clock: ServerClock, pushes: Pushes | None = None) -> None:
        self._reader = reader
        self._clock = clock
        self.screens = Screens()
        self.pushes = pushes
        self.phones = Phones(self, pushes.public_key if pushes else None)
        self.branches: Collection[str] | None = None  # all that there are, as last polled
        self.watch = RelayWatch()
        self.sockets = 0  # open ones, those included that are only on their way in
        self.gone = Gone()
        self._kept = Kept()
        self._places: dict[str, Place] = {}
        self._loading: dict[str, asyncio.Task[Place]] = {}
        self._crowd: int | None = None  # how many were here when the process began to end

    @property
    def places(self) -> dict[str, Place]:
        return self._places

    def now(self) -> datetime:
        return self._clock.now()

    @property
    def closing(self) -> bool:
        """Whether the process has begun to end."""
        return self._crowd is not None

    @property
    def speed(self) -> float:
        return self._clock.speed

    async def place(self, branch_id: str) -> Place:
        """The branch, loaded once however many ask for it at the same time. BranchNotFound if there is none."""
        found = self._places.get(branch_id)
        if found is None:
            task = self._loading.get(branch_id)
            if task is None:
                task = self._loading[branch_id] = asyncio.create_task(self._load(branch_id))
                task.add_done_callback(lambda _: self._loading.pop(branch_id, None))
            found = await asyncio.shield(task)
        found.asked_at = monotonic()
        return found

    async def _load(self, branch_id: str) -> Place:
        place = await asyncio.to_thread(self._read, branch_id)
        self._places[branch_id] = place
        await self.catch_up(branch_id)  # news that came while it was being loaded found nobody here
        return place

    def _read(self, branch_id: str) -> Place:
        """The hall, today's events and the days before from one transaction, so that they agree."""
        with self._reader.begin() as connection:
            hall = load_hall(connection, branch_id)
            today = events_after(connection, branch_id, max(hall.day_seq - 1, 0), A_DAY)
            experience, unstored = experience_of(connection, hall)
            began = branch_before(connection, hall, today)
        moved = {event.counter.id for event in today if event.counter}
        still = [counter for counter in hall.counters.values() if counter.id not in moved]
        measurements = Measurements(began, still, experience=experience, unstored=unstored)
        for event in today:
            measurements.apply(event)
        return Place(hall, today, measurements, self._kept)

    async def catch_up(self, branch_id: str) -> None:
        """Brings the branch to the end of the log."""
        place = self._places.get(branch_id)
        while place is not None:
            found = await asyncio.to_thread(self.read_log, branch_id, place.hall.seq, PAGE)
            self._deliver(place, found)
            if len(found) < PAGE:
                return

    def read_log(self, branch_id: str, after: int, limit: int) -> list[Event]:
        """For a thread of its own."""
        with self._reader.begin() as connection:
            return events_after(connection, branch_id, after, limit)

    def take(self, branch_id: str, happened: Sequence[Event]) -> None:
        """What this process has just committed goes to the screens as it is, where it follows what they have; where
        another process has written in between, the log is read as soon as there is news of it."""
        place = self._places.get(branch_id)
        if place is not None and happened[0].seq <= place.hall.seq + 1:
            self._deliver(place, happened)

    def _deliver(self, place: Place, events: Sequence[Event]) -> None:
        before, now = place.hall.seq, self._clock.now()
        place.apply(events, now, self._clock.speed)
        if place.hall.seq > before:
            fresh = events[before - place.hall.seq]
            late = (now - fresh.at).total_seconds() / self._clock.speed
            self.watch.delivered(place.hall.branch.id, before + 1, place.hall.seq, late, len(place.listeners))
            self.phones.news(place, events)
            if self.pushes is not None:
                self.pushes.news(place)

    def forget(self, branch_id: str) -> None:
        """The log was replaced: everyone starts anew from a snapshot."""
        place = self._places.pop(branch_id, None)
        for listener in list(place.listeners) if place else []:
            listener.end("restart")
        if place is not None:
            self.phones.end(place, "restart")

    def forget_idle(self, keep: Collection[str]) -> None:
        """Drops the branches that nobody listens to or has asked for in the last minute, but for those in `keep`."""
        latest = monotonic() - IDLE_S
        for branch_id, place in list(self._places.items()):
            heard = place.listeners or self.phones.here(place) or (self.pushes and self.pushes.here(branch_id))
            if branch_id not in keep and not heard and place.asked_at < latest:
                del self._places[branch_id]

    async def beat(self) -> None:
        """A heartbeat to everyone: what a watchdog waits for when nothing happens."""
        written = 0
        for place in list(self._places.values()):
            frame = None
            for listener in list(place.listeners):
                # Others have had their turn in between: the hall may have moved on, and the reader with it.
                if frame is None or frame.seq != place.hall.seq:
                    frame = heartbeat_frame(place.hall.seq, self._clock.now(), self._clock.speed)
                listener.beat(frame, monotonic())
                written += 1
                if written % SLICE == 0:
                    await asyncio.sleep(0)
        for place in list(self._places.values()):
            await self.phones.beat(place, heartbeat_frame(place.hall.seq, self._clock.now(), self._clock.speed))

    async def join(self, branch_id: str, listener: Listener, after: int | None, epoch: str | None) -> Place:
        """First what the listener has missed, then live."""
        place = await joining.join(self, branch_id, listener, after, epoch)
        if self.closing:
            listener.end("restart")
        return place

    def let_go(self, found: TakenBack) -> None:
        """Whoever has a token or a session that was taken back hears no more. Whoever is something else by now comes
        in anew: what they may hear is another question then."""
        gone = self.gone
        gone.hear(found)
        if gone.nobody:
            return
        for place in self._places.values():
            for listener in list(place.listeners):
                if listener.holder_id in gone.holders:
                    listener.end("revoked")
                elif listener.person and gone.changed_since(listener.person, listener.let_in_at):
                    listener.end("restart")

    def say_goodbye(self) -> None:
        """The process ends: everyone is told to come back in a moment."""
        self._crowd = max(self.sockets, self._crowd or 0)
        for place in self._places.values():
            for listener in list(place.listeners):
                listener.end("restart")
        self.phones.end_all("restart")

    async def close(self) -> None:
        if self.pushes is not None:
            await self.pushes.close()

    def retry_after_ms(self) -> int:
        """When somebody who must go is to come back: ten thousand must not all come in the same instant."""
        crowd = max(self.sockets, self._crowd or 0)
        return SOONEST_MS + round(random.uniform(0, min(max(EACH_MS * crowd, SOONEST_MS), LATEST_MS)))
