"""Which branches are this process's to look after: each has exactly one of the processes that are alive."""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from hashlib import blake2b

from server.storage.database import Database, DatabaseError
from server.storage.processes import Pulse, beats, open_pulse_database

log = logging.getLogger(__name__)

LOOK_S = 0.5  # how often we look who is alive
BEAT_S = 1.0  # how often we say that we are
TTL_S = 3.0  # a process that has not counted on for so long is dead
REMOVED_AFTER_S = 30.0  # its row; nothing hangs on it
LEAVING_S = 2.0  # the longest that the end of a process waits to say so


def owner(branch_id: str, alive: Iterable[str]) -> str:
    """The process whose duty the branch is, as every process finds it by itself: the one with the highest hash of
    the two ids. When a process dies only its own branches move, and they spread over all that are left."""
    return max(alive, key=lambda process: blake2b(f"{process} {branch_id}".encode(), digest_size=8).digest())


class Duties:
    """`turn` counts on in the database and looks who else does; the rest answers from what it has seen.

    Another process is alive while its number changes, by our own monotonic clock: no two clocks are compared. One
    that we see for the first time gets the benefit of the doubt. If our own number could not be written for too
    long, the others take us for dead, and we do so as well; unless we see that there are none.
    """

    def __init__(self, pulse: Pulse, reader: Database, clock: Callable[[], float] = time.monotonic) -> None:
        self._pulse = pulse
        self._reader = reader
        self._clock = clock
        self._others: dict[str, tuple[int, float]] = {}  # id -> its number, and since when it stands there
        self._renewed = self._looked = float("-inf")
        self._alive: frozenset[str] = frozenset()
        self._owners: dict[str, str] = {}  # branch -> process, as long as `_alive` stays the same
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pulse")  # never behind other people's reads
        self._task: asyncio.Task[None] | None = None

    @property
    def alive(self) -> frozenset[str]:
        """The processes that are alive; without our own where we must take ourselves for dead."""
        now = self._clock()
        found = {one for one, (_, since) in self._others.items() if now - since < TTL_S}
        if now - self._renewed < TTL_S or (not found and now - self._looked < TTL_S):
            found.add(self._pulse.process_id)
        if found != self._alive:
            self._alive, self._owners = frozenset(found), {}
        return self._alive

    def among(self, branch_ids: Iterable[str]) -> list[str]:
        """Those that are our duty now."""
        alive, mine = self.alive, self._pulse.process_id
        if mine not in alive:
            return []
        owners = self._owners
        for branch_id in (ids := list(branch_ids)):
            if branch_id not in owners:
                owners[branch_id] = owner(branch_id, alive)
        return [branch_id for branch_id in ids if owners[branch_id] == mine]

    async def start(self) -> None:
        """Whoever is alone on the database has all duties when this returns."""
        await self._try()
        self._task = asyncio.create_task(self._keep_on())

    async def close(self) -> None:
        """Gives the duties to the others, who see it at their next look."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        with suppress(DatabaseError, TimeoutError):  # then we are missed after a while
            async with asyncio.timeout(LEAVING_S):
                await asyncio.get_running_loop().run_in_executor(self._thread, self._pulse.leave)
        self._renewed = self._looked = float("-inf")
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _keep_on(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            await self._try()

    async def _try(self) -> None:
        try:
            await asyncio.get_running_loop().run_in_executor(self._thread, self.turn)
        except DatabaseError as error:
            log.warning("cannot tell the other processes that we live: %s", error)
        except Exception:
            log.exception("the heartbeat stumbled, and goes on")

    def turn(self) -> None:
        """A look, and a heartbeat when it is time. A number that cannot be written is not the end of it: whoever
        waits for SQLite's lock can still see that nobody else is there."""
        began = self._clock()
        try:
            if began - self._renewed > BEAT_S - LOOK_S / 2:
                self._pulse.beat()
                self._renewed = began
        finally:
            self._look()
        dead = {one: beat for one, (beat, since) in self._others.items() if began - since > REMOVED_AFTER_S}
        if dead:
            self._pulse.remove(dead)

    def _look(self) -> None:
        found = beats(self._reader)
        now = self._clock()
        found.pop(self._pulse.process_id, None)
        known = self._others
        self._others = {
            one: known[one] if one in known and known[one][0] == beat else (beat, now) for one, beat in found.items()
        }
        self._looked = now


def open_duties(url: str, name: str, reader: Database) -> Duties:
    """Of this process, with a connection of its own; `name` is for people."""
    return Duties(Pulse(open_pulse_database(url), secrets.token_hex(8), name), reader)
