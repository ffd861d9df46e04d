"""Once a second, what nobody presses a key for: deadlines that have passed, and the advisor's look at the hall."""

import asyncio
import logging
import secrets
from collections.abc import Callable
from concurrent.futures import Future
from datetime import date, datetime, timedelta
from typing import Any

from server.actions.clock import CLOCK, give_advice, score_advice, sweep
from server.actions.customer import offers
from server.actions.decision import Command
from server.advisor.rates import DayRecords
from server.domain.refusals import Refusal
from server.live import relieving
from server.live.advising import news_of_advice
from server.live.desk import Desk
from server.live.hub import Hub
from server.live.place import Place
from server.live.scoring import due, scores
from server.storage.database import Database, DatabaseError
from server.storage.event_log import newest
from server.storage.halls import BranchNotFound
from server.storage.history import save_day

log = logging.getLogger(__name__)

EVERY_S = 1.0
PLAY_EVERY = timedelta(minutes=3)  # of server time: a tenth of a second of simulation, when a queue is long
ADVISE_EVERY = timedelta(seconds=30)  # of server time; and never more often than EVERY_S

Submit = Callable[[Command], Future[dict[str, Any]]]


class Caretaker:
    """Runs in every process. The branch lock makes a second attempt harmless: it finds nothing left to do."""

    def __init__(self, reader: Database, writing: Database, hub: Hub, desk: Desk, submit: Submit) -> None:
        self._reader = reader
        self._writing = writing
        self._hub = hub
        self._desk = desk
        self._submit = submit
        self._advised: dict[str, datetime] = {}
        self._played: dict[str, datetime] = {}
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._work())

    async def close(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _work(self) -> None:
        await self._desk.ready()
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
        await self._store_finished_days(place, now)
        at = self._advised.get(hall.branch.id)
        if at is not None and now - at < ADVISE_EVERY:
            return
        self._advised[hall.branch.id] = now
        await self._advise(place, now)

    async def _advise(self, place: Place, now: datetime) -> None:
        """What became of earlier advice, and what there is to say now."""
        hall = place.hall
        if due(hall, now):
            found = await self._desk.think(scores, hall, place.measurements, now)
            await self._do(Command(hall.branch.id, CLOCK, score_advice, {"scores": found}))
        judged = await self._desk.judged(place, now) if hall.branch.is_open(now) else {}

        def new_id() -> str:
            return f"{hall.branch.id}.a{secrets.token_urlsafe(9)}"

        news = news_of_advice(hall, judged, now, new_id)
        if news:
            await self._do(Command(hall.branch.id, CLOCK, give_advice, news))
        elif hall.branch.is_open(now):
            await self._relieve(place, now, new_id)

    async def _relieve(self, place: Place, now: datetime, new_id: Callable[[], str]) -> None:
        """People between classes: what stands and has had its day, else one new thing at a time."""
        hall, waits = place.hall, offers(place.hall, place.outlooks(now))
        withdraw, give = relieving.fallen(hall, waits, now), []
        played = self._played.get(hall.branch.id)
        if (played is None or now - played >= PLAY_EVERY) and (tried := relieving.wanted_moves(hall, now)):
            self._played[hall.branch.id] = now
            asked = relieving.copied(hall), now, tried, relieving.next_hour(place.measurements, now)
            if (found := await self._desk.think(relieving.relief_for, *asked)) is not None:
                give.append(relieving.move_advice(hall, found, now, new_id()))
        if not give:
            free = relieving.silent_classes(hall)
            sent = [one for one in relieving.diverting(hall, waits) if hall.branch.class_of(one["queue_id"]) in free]
            give += [relieving.divert_advice(hall, one, now, new_id()) for one in sent[:1]]
        give = [advice for advice in give if not relieving.dwelling(hall, advice, now)]
        if withdraw or give:
            await self._do(Command(hall.branch.id, CLOCK, give_advice, {"withdraw": withdraw, "give": give}))

    async def _store_finished_days(self, place: Place, now: datetime) -> None:
        """What is kept of a day that is over. Every process does it: what another has written is the same."""
        for day, records in place.measurements.unstored(now).items():
            await asyncio.to_thread(self._save_day, place.hall.branch.id, day, records)
            place.measurements.stored(day)

    def _save_day(self, branch_id: str, day: date, records: DayRecords) -> None:
        with self._writing.begin() as connection:
            save_day(connection, branch_id, day, records)

    async def _do(self, command: Command) -> None:
        await asyncio.wrap_future(self._submit(command))
