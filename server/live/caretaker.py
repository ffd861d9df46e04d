"""Twice a second, what nobody presses a key for: deadlines that have passed, and the advisor's rounds."""

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from server.actions.clock import CLOCK, next_deadline, sweep
from server.actions.decision import Command
from server.domain.hall import Hall
from server.domain.refusals import Refusal
from server.live.desk import Desk
from server.live.duties import Duties
from server.live.forgetting import Forgetting
from server.live.housekeeping import ANSWERS, Housekeeping
from server.live.hub import Hub
from server.live.look import Look, Submit
from server.live.place import Place
from server.live.rounds import Rounds
from server.live.silence import Silence
from server.storage.database import Database, DatabaseError
from server.storage.event_log import newest
from server.storage.halls import BranchNotFound

log = logging.getLogger(__name__)

EVERY_S = 0.5
BRANCHES_EVERY_S = 10.0  # how often it is asked which branches there are
IDLE_EVERY_S = 60.0  # how often halls are forgotten that nobody watches and another process looks after
LOADED_AT_ONCE = 2  # of the halls that we must come to know; a thousand at once would leave no thread to anybody


@dataclass(slots=True)
class Deadline:
    """Of a hall as it was at `seq`."""

    place: Place
    seq: int
    at: datetime | None


class Caretaker:
    """Runs in every process, for those branches that are its duty. While a branch changes hands two may look after
    it: the branch lock makes the second attempt harmless, for it finds nothing left to do."""

    def __init__(
        self,
        reader: Database,
        writing: Database,
        hub: Hub,
        duties: Duties,
        desk: Desk,
        submit: Submit,
        keep_days: int,
        traces: threading.Event,
    ) -> None:
        self._reader = reader
        self._hub = hub
        self._duties = duties
        self._submit = submit
        self._look = Look(writing, hub.now, desk, submit)
        self._rounds = Rounds(hub, desk, self._look_at)
        self._housekeeping = Housekeeping(writing, hub, keep_days)
        self._forgetting = Forgetting(writing, hub, traces)
        self._silence = Silence(reader, hub, submit)
        self.looked_after: frozenset[str] = frozenset()  # the branches whose deadlines were looked at, at `looked_at`
        self.looked_at = time.monotonic()
        self._branch_ids: list[str] = []
        self._asked_at, self._forgot_at = float("-inf"), time.monotonic()
        self._deadlines: dict[str, Deadline] = {}
        self._errands: dict[str, asyncio.Task[None]] = {}  # what is under way, at most one for each branch
        self._loading = asyncio.Semaphore(LOADED_AT_ONCE)
        self._task: asyncio.Task[None] | None = None

    @property
    def branches(self) -> list[str]:
        """Those that are this process's duty now."""
        return self._duties.among(self._branch_ids)

    @property
    def oldest_look_s(self) -> float:
        """How long ago, in real seconds, the advisor looked at the branch that has waited longest."""
        return self._rounds.oldest_look_s

    def start(self) -> None:
        self._rounds.start()
        self._task = asyncio.create_task(self._work())

    async def close(self) -> None:
        tasks = [task for task in (self._task, *self._errands.values()) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._rounds.close()
        await self._housekeeping.close()
        await self._forgetting.close()
        await self._silence.close()

    async def _work(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                await self._ask_for_branches()
                self._see_to(self.branches)
            except DatabaseError as error:
                log.warning("cannot look after the halls just now: %s", error)
            except Exception:
                log.exception("looking after the halls stumbled, and goes on")

    async def _ask_for_branches(self) -> None:
        if self._hub.branches is not None:  # the relay looks once a second: a new branch is looked after at once
            self._branch_ids = sorted(self._hub.branches)
        elif time.monotonic() - self._asked_at >= BRANCHES_EVERY_S:
            self._branch_ids = await asyncio.to_thread(self._read_branches)
            self._asked_at = time.monotonic()

    def _read_branches(self) -> list[str]:
        with self._reader.begin() as connection:
            return sorted(newest(connection))

    def _see_to(self, mine: list[str]) -> None:
        """All that is due, begun; nothing here waits. What is not due costs a comparison."""
        now = self._hub.now()
        for branch_id in self._deadlines.keys() - set(mine):
            del self._deadlines[branch_id]
            self._look.forget(branch_id)
        for branch_id in mine:
            try:
                self._see_to_one(branch_id, now)
            except Exception:
                log.exception("looking after %s failed", branch_id)
        self.looked_after, self.looked_at = frozenset(mine), time.monotonic()
        self._rounds.go_on(mine)
        self._housekeeping.go_on([*mine, *self._duties.among([ANSWERS])])
        self._forgetting.go_on(mine)
        self._silence.go_on(mine)
        if mine and time.monotonic() - self._forgot_at >= IDLE_EVERY_S:
            self._forgot_at = time.monotonic()
            self._hub.forget_idle(keep=set(mine))

    def _see_to_one(self, branch_id: str, now: datetime) -> None:
        place = self._hub.places.get(branch_id)
        if place is None:
            self._run(branch_id, self._load)
        elif self._is_over(branch_id, place, now):
            self._run(branch_id, self._sweep)

    def _is_over(self, branch_id: str, place: Place, now: datetime) -> bool:
        """Whether a deadline has passed. It is worked out again only after something has happened."""
        known = self._deadlines.get(branch_id)
        if known is None or known.place is not place or known.seq != place.hall.seq:
            known = self._deadlines[branch_id] = Deadline(place, place.hall.seq, next_deadline(place.hall))
            if known.at is None and _day_is_over(place.hall, now):
                self._rounds.hurry(branch_id)  # the day has just ended, and can be stored
        return known.at is not None and now >= known.at

    def _run(self, branch_id: str, errand: Callable[[str], Awaitable[None]]) -> None:
        if branch_id not in self._errands:
            task = asyncio.create_task(self._try(branch_id, errand))
            self._errands[branch_id] = task
            task.add_done_callback(lambda _: self._errands.pop(branch_id, None))

    async def _try(self, branch_id: str, errand: Callable[[str], Awaitable[None]]) -> None:
        """A branch that stumbles, or takes its time, does not hold up the others."""
        try:
            await errand(branch_id)
        except Refusal:
            pass  # busy: it comes again
        except (DatabaseError, BranchNotFound) as error:
            log.warning("cannot look after %s just now: %s", branch_id, error)
        except Exception:
            log.exception("looking after %s failed", branch_id)

    async def _load(self, branch_id: str) -> None:
        async with self._loading:
            await self._hub.place(branch_id)

    async def _sweep(self, branch_id: str) -> None:
        await asyncio.wrap_future(self._submit(Command(branch_id, CLOCK, sweep, {})))

    async def _look_at(self, branch_id: str) -> None:
        async def look(branch_id: str) -> None:
            await self._look.at(await self._hub.place(branch_id))

        await self._try(branch_id, look)


def _day_is_over(hall: Hall, now: datetime) -> bool:
    return hall.business_day is not None and now >= hall.branch.expiry(hall.business_day)
