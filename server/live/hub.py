"""All branches this process serves live: loaded when first asked for, kept up to date by the relay."""

import asyncio
import logging
from datetime import datetime
from typing import Any

from server.advisor.rates import Measurements
from server.live.frames import events_frame, heartbeat_frame, snapshot_frame
from server.live.place import Listener, Place
from server.storage.database import Database
from server.storage.event_log import events_after
from server.storage.halls import load_hall
from server.storage.history import experience_of
from server.storage.server_clock import ServerClock

log = logging.getLogger(__name__)

A_DAY = 1_000_000  # more events than any business day has


class Hub:
    def __init__(self, reader: Database, clock: ServerClock) -> None:
        self._reader = reader
        self._clock = clock
        self._places: dict[str, Place] = {}
        self._loading: dict[str, asyncio.Task[Place]] = {}

    @property
    def places(self) -> dict[str, Place]:
        return self._places

    def now(self) -> datetime:
        return self._clock.now()

    @property
    def speed(self) -> float:
        return self._clock.speed

    async def place(self, branch_id: str) -> Place:
        """The branch, loaded once however many ask for it at the same time. BranchNotFound if there is none."""
        found = self._places.get(branch_id)
        if found is not None:
            return found
        task = self._loading.get(branch_id)
        if task is None:
            task = self._loading[branch_id] = asyncio.create_task(self._load(branch_id))
            task.add_done_callback(lambda _: self._loading.pop(branch_id, None))
        return await asyncio.shield(task)

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
        moved = {event.counter.id for event in today if event.counter}
        still = [counter for counter in hall.counters.values() if counter.id not in moved]
        measurements = Measurements(hall.branch, still, experience=experience, unstored=unstored)
        for event in today:
            measurements.apply(event)
        return Place(hall, today, measurements)

    async def catch_up(self, branch_id: str) -> None:
        """Brings the branch to the end of the log."""
        place = self._places.get(branch_id)
        while place is not None:
            after = place.hall.seq
            found = await asyncio.to_thread(self._events, branch_id, after)
            place.apply(found, self._clock.now(), self._clock.speed)
            if not found:
                return

    def _events(self, branch_id: str, after: int) -> list[Any]:
        with self._reader.begin() as connection:
            return events_after(connection, branch_id, after)

    def forget(self, branch_id: str) -> None:
        """The log was replaced: everyone starts anew from a snapshot."""
        place = self._places.pop(branch_id, None)
        for listener in list(place.listeners) if place else []:
            listener.end("restart")

    def beat(self) -> None:
        """A heartbeat to everyone: what a watchdog waits for when nothing happens."""
        now, speed = self._clock.now(), self._clock.speed
        for place in self._places.values():
            if place.listeners:
                place.send_all(heartbeat_frame(place.hall.seq, now, speed))

    def join(self, place: Place, listener: Listener, after: int | None, epoch: str | None) -> None:
        """First what the listener has missed, then live; nothing can come in between, for nothing here waits."""
        hall = place.hall
        missed = place.since(after) if after is not None and epoch == hall.epoch else None
        if missed is None:
            listener.send(snapshot_frame(hall, listener.audience, self.now(), self.speed))
        elif missed:
            listener.send(events_frame(after or 0, hall.seq, missed, listener.audience, self.now(), self.speed))
        place.listeners.add(listener)

    def let_go(self, holders: set[str]) -> None:
        """Whoever listens with a token that was taken back."""
        for place in self._places.values():
            for listener in [one for one in place.listeners if one.holder_id in holders]:
                listener.end("revoked")

    def say_goodbye(self) -> None:
        """The process ends: everyone is told to come back in a moment."""
        for place in self._places.values():
            for listener in list(place.listeners):
                listener.end("restart")
