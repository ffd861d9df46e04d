"""Whose turn it is to be thought about: each branch in its turn, at a pace that leaves the machine to callers."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from server.live.desk import Desk
from server.live.hub import Hub

EVERY = timedelta(seconds=30)  # of server time, from one look at a branch to the next
AT_ONCE = 2  # looks under way: one that waits for the database does not keep the thinking waiting
SHARE = 0.5  # of one core, at most, for the thinking of all branches: call-outs come first
BURST_S = 1.0  # so much thinking may be saved up while there is little to do
SPREAD_S = 0.1  # from one branch to the next at the most; a thousand go closer together


@dataclass(slots=True)
class Turn:
    """`at`: the last look, by the server's clock; None before the first. `since`: the same by our own, or since when
    the branch has waited for it."""

    at: datetime | None = None
    since: float = field(default_factory=time.monotonic)
    under_way: bool = False


class Rounds:
    """Whoever was looked at longest ago comes next. If there is not the time to look at all of them every half
    minute, each look comes later, and all alike: `oldest_look_s` tells."""

    def __init__(self, hub: Hub, desk: Desk, look: Callable[[str], Awaitable[None]]) -> None:
        self._hub = hub
        self._desk = desk
        self._look = look
        self._turns: dict[str, Turn] = {}
        self._woken = asyncio.Event()
        self._slots = asyncio.Semaphore(AT_ONCE)
        self._looks: set[asyncio.Task[None]] = set()
        self._free_at = float("-inf")  # when there is again time to think
        self._worked = 0.0
        self._task: asyncio.Task[None] | None = None

    @property
    def oldest_look_s(self) -> float:
        """Real seconds since the branch that has waited longest was looked at; 0 where there is none."""
        return time.monotonic() - min((turn.since for turn in self._turns.values()), default=time.monotonic())

    def start(self) -> None:
        self._task = asyncio.create_task(self._work())

    async def close(self) -> None:
        tasks = [task for task in (self._task, *self._looks) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def go_on(self, branch_ids: Collection[str]) -> None:
        """Looks at those of these branches whose turn it is."""
        if self._turns.keys() != (wanted := set(branch_ids)):
            self._turns = {branch_id: self._turns.get(branch_id) or Turn() for branch_id in wanted}
        self._woken.set()

    def hurry(self, branch_id: str) -> None:
        """This branch next, whenever it was looked at last."""
        if turn := self._turns.get(branch_id):
            turn.at = None

    def _due(self) -> list[str]:
        now = self._hub.now()
        waiting = [(turn.since, branch_id) for branch_id, turn in self._turns.items() if self._is_due(turn, now)]
        return [branch_id for _, branch_id in sorted(waiting)]

    def _is_due(self, turn: Turn, now: datetime) -> bool:
        """A clock that was set back is no reason to wait for it to come round again."""
        return not turn.under_way and (turn.at is None or not timedelta() <= now - turn.at < EVERY)

    async def _work(self) -> None:
        await self._woken.wait()
        await self._desk.ready()
        while True:
            await self._woken.wait()
            self._woken.clear()
            for branch_id in self._due():
                await self._slots.acquire()
                self._begin(branch_id)
                await asyncio.sleep(self._pause())

    def _begin(self, branch_id: str) -> None:
        turn = self._turns.get(branch_id)
        if turn is None:  # another process's duty by now
            self._slots.release()
            return
        turn.at, turn.under_way = self._hub.now(), True
        task = asyncio.create_task(self._take(branch_id, turn))
        self._looks.add(task)
        task.add_done_callback(self._looks.discard)

    async def _take(self, branch_id: str, turn: Turn) -> None:
        try:
            await self._look(branch_id)
        finally:
            turn.since, turn.under_way = time.monotonic(), False
            self._slots.release()

    def _pause(self) -> float:
        """Until the next look, so that looks come one by one and not all at the same second."""
        real, worked = time.monotonic(), self._desk.worked_s
        self._free_at = max(self._free_at, real - BURST_S) + (worked - self._worked) / SHARE
        self._worked = worked
        even = 0.8 * EVERY.total_seconds() / (max(len(self._turns), 1) * max(self._hub.speed, 1.0))
        return max(min(SPREAD_S, even), self._free_at - real)
