"""Carries news from the log to the hub: at once when the bus says so, within a second when it is silent."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime

from server.domain.events import Event
from server.live.bus import Bus
from server.live.hub import Hub
from server.storage.branches import revoked_holders
from server.storage.database import Database, DatabaseError
from server.storage.event_log import newest
from server.storage.server_clock import ServerClock
from server.storage.sessions import ended_sessions

log = logging.getLogger(__name__)

POLL_S = 1.0
BEAT_S = 1.0
READ_AT_ONCE = 3  # branches: one whose log is slow to read does not hold up the others, nor take all threads


class Relay:
    def __init__(self, reader: Database, hub: Hub, bus: Bus, clock: ServerClock) -> None:
        self._reader = reader
        self._hub = hub
        self._bus = bus
        self._clock = clock
        self._news: dict[str, int] = {}
        self._woken = asyncio.Event()
        self._reading = asyncio.Semaphore(READ_AT_ONCE)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        await self._bus.start(self.on_news)
        turns = (self._carry, self._poll, self._beat)
        self._tasks = [asyncio.create_task(self._keep_on(turn)) for turn in turns]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._bus.close()
        await self._hub.close()

    def written(self, branch_id: str, happened: Sequence[Event]) -> None:
        """What this process has just committed: at once to our own screens, and word of it to the other processes."""
        try:
            self._hub.take(branch_id, happened)
        except Exception:
            self._start_anew(branch_id)
        self._bus.publish(branch_id, happened[-1].seq)

    def on_news(self, branch_id: str, seq: int) -> None:
        """The branch has come to `seq`. Cheap, and harmless when it is not true."""
        self._news[branch_id] = max(seq, self._news.get(branch_id, 0))
        self._woken.set()

    async def _keep_on(self, turn: Callable[[], Awaitable[None]]) -> None:
        """One turn that fails must not be the last: heartbeats without news would look like a quiet hall."""
        while True:
            try:
                await turn()
            except DatabaseError as error:
                log.warning("the database cannot be read just now: %s", error)
            except Exception:
                log.exception("carrying the news stumbled, and goes on")

    async def _carry(self) -> None:
        await self._woken.wait()
        self._woken.clear()
        news, self._news = self._news, {}
        await asyncio.gather(*(self._carry_one(branch_id, seq) for branch_id, seq in news.items()))

    async def _carry_one(self, branch_id: str, seq: int) -> None:
        async with self._reading:
            place = self._hub.places.get(branch_id)
            if place is None or place.hall.seq >= seq:
                return
            try:
                await self._hub.catch_up(branch_id)
            except DatabaseError as error:
                log.warning("the log of %s cannot be read just now: %s", branch_id, error)
            except Exception:
                self._start_anew(branch_id)

    def _start_anew(self, branch_id: str) -> None:
        log.exception("the log of %s does not follow what is known: loading it anew", branch_id)
        self._hub.forget(branch_id)

    async def _poll(self) -> None:
        """Finds what the bus has lost, and what another process has set."""
        await asyncio.sleep(POLL_S)
        found, revoked = await asyncio.to_thread(self._look)
        self._hub.watch.polled()
        self._hub.let_go(revoked)
        self._hub.branches = found.keys()
        for branch_id in self._hub.places.keys() - found.keys():
            self._hub.forget(branch_id)  # a restore has left it out
        for branch_id, (epoch, seq) in found.items():
            place = self._hub.places.get(branch_id)
            if place is not None and place.hall.epoch != epoch:
                self._hub.forget(branch_id)
            elif place is not None and place.hall.seq < seq:
                self.on_news(branch_id, seq)

    def _look(self) -> tuple[dict[str, tuple[str, int]], set[str]]:
        self._clock.refresh()
        with self._reader.begin() as connection:
            return newest(connection), revoked_holders(connection) | ended_sessions(connection, datetime.now(UTC))

    async def _beat(self) -> None:
        await asyncio.sleep(BEAT_S)
        await self._hub.beat()
