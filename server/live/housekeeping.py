"""In quiet moments, one branch at a time: puts old days away, and forgets answers and codes that are of no use."""

import asyncio
import logging
import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from server.live.hub import Hub
from server.storage.answers import forget_old_answers
from server.storage.archive import KEEP_DAYS, archive_old_days
from server.storage.database import Database, DatabaseError
from server.storage.day_pack import DamagedDay
from server.storage.pairings import forget_old as forget_old_codes

log = logging.getLogger(__name__)

EVERY = timedelta(hours=1)  # of server time, for each branch
NO_LATER = timedelta(hours=12)  # a hall in which somebody always waits is kept in order all the same
PAUSE_S = 2.0  # of real time between two pieces of work
ANSWERS_KEPT = timedelta(days=3)  # a tablet that slept over the weekend still finds what was answered
ANSWERS = "answers"  # of all branches at once: the duty of one process, as if they were a branch


class Housekeeping:
    """Told as often as you like what is this process's duty; at most one piece of work is under way."""

    def __init__(self, writing: Database, hub: Hub, keep_days: int = KEEP_DAYS) -> None:
        self._writing = writing
        self._keep_days = keep_days
        self._hub = hub
        self._due: dict[str, datetime] = {}  # what is to be done, and from when on
        self._next = float("-inf")
        self._task: asyncio.Task[None] | None = None

    async def close(self) -> None:
        """What has begun is finished: each piece is short."""
        if self._task:
            await asyncio.gather(self._task, return_exceptions=True)

    def go_on(self, mine: Iterable[str]) -> None:
        """Begins the next piece, if it is time and there is one."""
        if time.monotonic() < self._next or (self._task and not self._task.done()):
            return
        now = self._hub.now()
        self._next = time.monotonic() + PAUSE_S
        self._due = {one: self._due.get(one, now) for one in mine}
        waiting = [(due, one) for one, due in self._due.items() if self._may(one, due, now)]
        if waiting:
            self._task = asyncio.create_task(self._keep(min(waiting)[1], now))

    def _may(self, one: str, due: datetime, now: datetime) -> bool:
        """Whether the time has come, and is a quiet one. A clock that was set back is not waited for."""
        if now < due <= now + EVERY:
            return False
        if one == ANSWERS or now - due > NO_LATER:
            return True
        place = self._hub.places.get(one)
        return place is not None and not any(place.hall.waiting.values())

    async def _keep(self, one: str, now: datetime) -> None:
        """One piece. Where there may be more to do it comes again, after those who have waited longer."""
        self._due[one] = now + EVERY
        try:
            if await asyncio.to_thread(self._do, one, now):
                self._due[one] = now
        except (DatabaseError, DamagedDay) as error:
            log.warning("cannot put away what is old of %s: %s", one, error)
        except Exception:
            log.exception("putting away what is old of %s failed", one)

    def _do(self, one: str, now: datetime) -> int:
        if one == ANSWERS:
            return forget_old_answers(self._writing, now - ANSWERS_KEPT) + forget_old_codes(
                self._writing, datetime.now(UTC)
            )
        return archive_old_days(self._writing, one, now, self._keep_days)
