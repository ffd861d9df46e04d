"""One look at one hall: what became of earlier advice, what there is to say now, and what is kept of the day."""

import asyncio
import secrets
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from server.actions.clock import CLOCK, give_advice, score_advice
from server.actions.customer import offers
from server.actions.decision import Action, Command
from server.advisor.rates import DayRecords
from server.domain.hall import Hall
from server.live import relieving
from server.live.advising import news_of_advice
from server.live.desk import Desk
from server.live.place import Place
from server.live.scoring import due, scores
from server.storage.answers import Told
from server.storage.database import Database
from server.storage.history import save_day

PLAY_EVERY = timedelta(minutes=3)  # of server time: a tenth of a second of simulation, when a queue is long
# A hall in which nothing has happened and nobody waits is thought over less often: only the rates fade a little.
QUIET_FOR = timedelta(minutes=2)

Submit = Callable[[Command], Future[Told]]


@dataclass(frozen=True, slots=True)
class Seen:
    """A hall as it was when it was last thought over."""

    epoch: str
    seq: int
    is_open: bool


class Look:
    """Done by two processes at once it does no harm: the domain checks what stands when a command is run."""

    def __init__(self, writing: Database, now: Callable[[], datetime], desk: Desk, submit: Submit) -> None:
        self._writing = writing
        self._now = now
        self._desk = desk
        self._submit = submit
        self._played: dict[str, datetime] = {}
        self._seen: dict[str, tuple[Seen, datetime]] = {}

    async def at(self, place: Place) -> None:
        hall, now = place.hall, self._now()
        await self._store_finished_days(place, now)
        seen = Seen(hall.epoch, hall.seq, hall.branch.is_open(now))
        if self._is_quiet(hall, seen, now):
            return
        self._seen[hall.branch.id] = seen, now
        await self._advise(place, now)

    def forget(self, branch_id: str) -> None:
        """Another process looks after it now."""
        self._played.pop(branch_id, None)
        self._seen.pop(branch_id, None)

    def _is_quiet(self, hall: Hall, seen: Seen, now: datetime) -> bool:
        """Whether all is as it was a moment ago. Where people wait it is not: a queue that stands still is news."""
        known, at = self._seen.get(hall.branch.id, (None, now))
        same = known == seen and timedelta() <= now - at < QUIET_FOR
        return same and not any(hall.waiting.values()) and not due(hall, now)

    async def _advise(self, place: Place, now: datetime) -> None:
        hall = place.hall
        if due(hall, now):
            found = await self._desk.think(scores, hall, place.measurements, now)
            await self._do(hall, score_advice, scores=found)
        judged = await self._desk.judged(place, now) if hall.branch.is_open(now) else {}

        def new_id() -> str:
            return f"{hall.branch.id}.a{secrets.token_urlsafe(9)}"

        news = news_of_advice(hall, judged, now, new_id)
        if news:
            await self._do(hall, give_advice, **news)
        elif hall.branch.is_open(now):
            await self._relieve(place, now, new_id)

    async def _relieve(self, place: Place, now: datetime, new_id: Callable[[], str]) -> None:
        """People between classes: what stands and has had its day, else one new thing at a time."""
        hall = place.hall
        waits = offers(hall, place.outlooks(now)) if relieving.crowded(hall) else []
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
            await self._do(hall, give_advice, withdraw=withdraw, give=give)

    async def _store_finished_days(self, place: Place, now: datetime) -> None:
        """What is kept of a day that is over. Whatever another process has written is the same."""
        for day, records in place.measurements.unstored(now).items():
            await asyncio.to_thread(self._save_day, place.hall.branch.id, day, records)
            place.measurements.stored(day)

    def _save_day(self, branch_id: str, day: date, records: DayRecords) -> None:
        with self._writing.begin() as connection:
            save_day(connection, branch_id, day, records)

    async def _do(self, hall: Hall, action: Action, **arguments: Any) -> None:
        await asyncio.wrap_future(self._submit(Command(hall.branch.id, CLOCK, action, arguments)))
