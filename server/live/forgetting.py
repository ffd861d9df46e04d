"""Takes away what is personal once its time is over: at the end of each business day, and after a night off."""

import asyncio
import logging
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.domain.branch import Branch
from server.domain.personal import next_day_over
from server.live.hub import Hub
from server.storage.database import Database, DatabaseError
from server.storage.personal import AT_ONCE, forget_due, leave_no_trace

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)  # of server time: the latest after which it is looked again
AGAIN = timedelta(seconds=30)  # where the database was away, or somebody still read what was there


@dataclass(frozen=True, slots=True)
class _Due:
    """Of a branch as it was set up: whoever changes its rule has it looked at anew."""

    branch: Branch
    at: datetime


class Forgetting:
    """Told as often as you like what is this process's duty; at most one piece of work is under way. `traces`: that
    something which was taken away, by whomever, may still stand in the file."""

    def __init__(self, writing: Database, hub: Hub, traces: threading.Event) -> None:
        self._writing = writing
        self._hub = hub
        self._due: dict[str, _Due] = {}
        self._traces = traces
        self._wiped_at: datetime | None = None
        self._task: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """What has begun is finished: each piece is short."""
        if self._task:
            await asyncio.gather(self._task, return_exceptions=True)

    def go_on(self, mine: Iterable[str]) -> None:
        """Begins with the first branch whose time has come, and wipes when they are done. A hall that nobody has
        loaded yet comes later."""
        if self._task and not self._task.done():
            return
        now = self._hub.now()
        places = self._hub.places
        for branch_id in mine:
            place = places.get(branch_id)
            if place is not None and self._is_due(place.hall.branch, now):
                self._task = asyncio.create_task(self._forget(place.hall.branch, now))
                return
        if self._traces.is_set() and not (self._wiped_at and self._wiped_at <= now < self._wiped_at + AGAIN):
            self._task = asyncio.create_task(self._wipe(now))

    def _is_due(self, branch: Branch, now: datetime) -> bool:
        """A clock that was set back is not waited for."""
        known = self._due.get(branch.id)
        return known is None or known.branch is not branch or not known.at - EVERY <= now < known.at

    async def _forget(self, branch: Branch, now: datetime) -> None:
        again = now + AGAIN
        try:
            done = await asyncio.to_thread(forget_due, self._writing, branch, now)
            self._traces.set()  # also for what a command has erased, or a server that was stopped in between
            again = now if done == AT_ONCE else min(next_day_over(branch, now), now + EVERY)
        except DatabaseError as error:
            log.warning("cannot take away what is personal in %s just now: %s", branch.id, error)
        except Exception:
            log.exception("taking away what is personal in %s failed", branch.id)
        self._due[branch.id] = _Due(branch, again)

    async def _wipe(self, now: datetime) -> None:
        """Not more often than every half minute: presses of the hall wait meanwhile."""
        self._wiped_at = now
        self._traces.clear()  # before: what is taken away meanwhile is to be wiped, too
        done = False
        try:
            done = await asyncio.to_thread(leave_no_trace, self._writing)
        except DatabaseError as error:
            log.warning("cannot wipe what was personal just now: %s", error)
        except Exception:
            log.exception("wiping what was personal failed")
        if not done:
            self._traces.set()
