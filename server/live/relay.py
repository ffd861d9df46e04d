"""Carries news from the log to the hub: at once when the bus says so, within a second when it is silent."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

from server.domain.events import Event
from server.live.bus import Bus
from server.live.hub import Hub
from server.storage.database import Database, DatabaseError
from server.storage.event_log import newest
from server.storage.server_clock import ServerClock
from server.storage.taken_back import TakenBack, TakenBackSince

log = logging.getLogger(__name__)

POLL_S = 1.0
ACCESS_S = 0.5  # what was taken back counts within two seconds, also where the bus is silent
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
        self._access = asyncio.Event()
        self._taken_back = TakenBackSince()
        # A thread of its own: others may all wait for passwords or for a guesser's tokens.
        self._watchman = ThreadPoolExecutor(1, "access")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._reading = asyncio.Semaphore(READ_AT_ONCE)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        await self._bus.start(self.on_news, self._access.set)
        self._access.set()  # the first look is the one that later ones go on from
        turns = (self._carry, self._poll, self._watch_access, self._beat)
        self._tasks = [asyncio.create_task(self._keep_on(turn)) for turn in turns]

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._watchman.shutdown(wait=False)  # a database that does not answer holds up nobody's end
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

    def access_changed(self) -> None:
        """A token or a session was taken back, or somebody's role is another, and it is committed: this server and
        all others look at once. From any thread; never waits and never fails."""
        if self._loop is not None:
            with suppress(RuntimeError):  # the loop is closed: nobody listens any more
                self._loop.call_soon_threadsafe(self._bus.publish_access)

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
        found = await asyncio.to_thread(self._look)
        self._hub.watch.polled()
        self._hub.branches = found.keys()
        for branch_id in self._hub.places.keys() - found.keys():
            self._hub.forget(branch_id)  # a restore has left it out
        for branch_id, (epoch, seq) in found.items():
            place = self._hub.places.get(branch_id)
            if place is not None and place.hall.epoch != epoch:
                self._hub.forget(branch_id)
            elif place is not None and place.hall.seq < seq:
                self.on_news(branch_id, seq)

    def _look(self) -> dict[str, tuple[str, int]]:
        self._clock.refresh()
        with self._reader.begin() as connection:
            return newest(connection)

    async def _watch_access(self) -> None:
        """Half a second after the last look, or as soon as somebody says that there is something to see."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._access.wait(), ACCESS_S)
        self._access.clear()
        self._hub.let_go(await asyncio.get_running_loop().run_in_executor(self._watchman, self._look_at_access))

    def _look_at_access(self) -> TakenBack:
        with self._reader.begin() as connection:
            return self._taken_back.look(connection)

    async def _beat(self) -> None:
        await asyncio.sleep(BEAT_S)
        await self._hub.beat()
