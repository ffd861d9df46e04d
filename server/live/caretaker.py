"""Once a second, what nobody presses a key for: deadlines that have passed, and the advisor's look at the hall."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Any

from server.actions.clock import CLOCK, give_advice, sweep
from server.actions.decision import Command
from server.advisor.rates import GammaRate
from server.domain.refusals import Refusal
from server.live.advising import news_of_advice
from server.live.hub import Hub
from server.live.place import Place
from server.storage.database import Database, DatabaseError
from server.storage.event_log import newest
from server.storage.halls import BranchNotFound

log = logging.getLogger(__name__)

EVERY_S = 1.0
ADVISE_EVERY = timedelta(seconds=30)  # of server time; and never more often than EVERY_S

Submit = Callable[[Command], Future[dict[str, Any]]]


class Caretaker:
    """Runs in every process. The branch lock makes a second attempt harmless: it finds nothing left to do."""

    def __init__(self, reader: Database, hub: Hub, submit: Submit) -> None:
        self._reader = reader
        self._hub = hub
        self._submit = submit
        self._advised: dict[str, datetime] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._work())

    async def close(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _work(self) -> None:
        # The advisor's first figures load its special functions: a third of a second that no call-out should wait.
        await asyncio.to_thread(GammaRate(1.0, 1.0).interval)
        while True:
            await asyncio.sleep(EVERY_S)
            try:
                branch_ids = await asyncio.to_thread(self._branches)
            except DatabaseError as error:
                log.warning("cannot look after the halls just now: %s", error)
                continue
            for branch_id in branch_ids:
                await self._try(branch_id)

    async def _try(self, branch_id: str) -> None:
        """A branch that stumbles does not hold up the others."""
        try:
            await self._look_after(await self._hub.place(branch_id))
        except Refusal:
            pass  # busy: it is looked at again in a second
        except (DatabaseError, BranchNotFound) as error:
            log.warning("cannot look after %s just now: %s", branch_id, error)
        except Exception:
            log.exception("looking after %s failed", branch_id)

    def _branches(self) -> list[str]:
        with self._reader.begin() as connection:
            return list(newest(connection))

    async def _look_after(self, place: Place) -> None:
        hall, now = place.hall, self._hub.now()
        if sweep(hall, CLOCK, now).changes:
            await self._do(Command(hall.branch.id, CLOCK, sweep, {}))
        at = self._advised.get(hall.branch.id)
        if at is not None and now - at < ADVISE_EVERY:
            return
        self._advised[hall.branch.id] = now
        found = news_of_advice(hall, place.measurements, now, lambda: f"{hall.branch.id}.a{secrets.token_urlsafe(9)}")
        if found:
            await self._do(Command(hall.branch.id, CLOCK, give_advice, found))

    async def _do(self, command: Command) -> None:
        await asyncio.wrap_future(self._submit(command))
