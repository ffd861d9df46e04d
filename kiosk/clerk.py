"""Gives out numbers: the server's own while it answers, this kiosk's while it does not; recorded before anything."""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import TypeVar
from weakref import WeakValueDictionary

import httpx

from kiosk.clock import ServerClock
from kiosk.hall import Hall
from kiosk.journal.file import CannotRecord
from kiosk.journal.journal import Journal
from kiosk.journal.rows import Block, Json, Taken
from kiosk.link import Link
from kiosk.own_ticket import own_answer
from kiosk.problems import Problem
from kiosk.upstream import ASK_S, Away, Upstream
from kiosk.wanted import Wanted, queue_wanted

log = logging.getLogger(__name__)

Done = TypeVar("Done")


class RefusedThere(Exception):
    """The server said no, in its own words, which are passed on."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__(answer.status_code)
        self.answer = answer


async def recorded(write: Callable[..., Done], *what: object) -> Done:
    """Runs a method of the journal without holding up everybody else while the disk is busy."""
    return await asyncio.to_thread(write, *what)


class Clerk:
    """One key is one customer's wish: however often it is asked for, it gives one ticket."""

    def __init__(
        self,
        journal: Journal,
        upstream: Upstream,
        link: Link,
        clock: ServerClock,
        hall: Callable[[], Hall | None],
    ) -> None:
        self._journal = journal
        self._upstream = upstream
        self._link = link
        self._clock = clock
        self._hall = hall
        self._busy: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._issuing = asyncio.Lock()  # or a later number could have an earlier time
        self._tried_at: dict[str, float] = {}
        self._began_at = time.monotonic()

    def now(self) -> str:
        return self._clock.now().isoformat()

    def quiet_for(self, key: str) -> float:
        """Seconds since anybody asked for this key."""
        return time.monotonic() - self._tried_at.get(key, self._began_at)

    def lock(self, key: str) -> asyncio.Lock:
        """Whoever changes what became of a key holds it: the page may ask again while the first attempt runs."""
        found = self._busy.get(key)
        if found is None:
            found = self._busy[key] = asyncio.Lock()
        return found

    async def take(self, key: str, wanted: Wanted) -> Taken:
        """The one ticket of this key. Raises Problem, or RefusedThere with what the server said."""
        if len(self._tried_at) > 1000:
            self._tried_at = {k: at for k, at in self._tried_at.items() if time.monotonic() - at < 600}
        self._tried_at[key] = time.monotonic()
        try:
            async with self.lock(key):
                return await self._take(key, wanted)
        except CannotRecord as error:
            log.error("nothing is given out that cannot be recorded: %s", error)
            raise Problem(507, "disk_full") from error

    async def _take(self, key: str, wanted: Wanted) -> Taken:
        asked = wanted.model_dump()
        known = await recorded(self._journal.tickets.find, key)
        if known is not None and known.asked != asked:
            raise Problem(422, "key_reused")
        if known is not None and known.state == "given_up":
            raise Problem(410, "given_up")
        if known is not None and known.state != "asking":
            return known
        doubt = known is not None and known.doubt
        if self._link.worth_asking:
            try:
                return await self._ask(key, asked)
            except Away as away:
                self._link.lost(away)
                doubt = doubt or not away.certain
        return await self._issue(key, wanted, doubt)

    async def _ask(self, key: str, asked: Json) -> Taken:
        """The server's own ticket. From the first line on a crash leaves a trace of what may have been done there."""
        tickets = self._journal.tickets
        await recorded(tickets.intend, key, asked, self.now())
        answer = await self._upstream.command(self._upstream.branch_path("tickets"), asked, key, ASK_S)
        if not answer.is_success:
            if answer.status_code in (401, 403):
                self._link.refused()
            # It would have repeated what it had done under this key: so it has done nothing.
            await recorded(tickets.forget, key)
            raise RefusedThere(answer)
        self._link.found()
        await recorded(tickets.accept, key, answer.json())
        return await self._found(key)

    async def _issue(self, key: str, wanted: Wanted, doubt: bool) -> Taken:
        """The next number of this kiosk's own. Where there is none and no doubt, no trace is left of the wish."""
        try:
            issued = await self._issued(key, wanted, doubt)
            if not issued:
                raise Problem(503, "no_numbers_left")
        except Problem:
            if not doubt:
                await recorded(self._journal.tickets.forget, key)
            raise
        return await self._found(key)

    async def _issued(self, key: str, wanted: Wanted, doubt: bool) -> bool:
        hall = self._hall()
        if hall is None or not self._clock.known or not self._link.accepted:
            return False
        queue_id = queue_wanted(hall, wanted)
        async with self._issuing:
            return await self._next_number(hall, queue_id, key, wanted, doubt)

    async def _next_number(self, hall: Hall, queue_id: str, key: str, wanted: Wanted, doubt: bool) -> bool:
        now = self._clock.now()
        if not hall.is_open(now):
            opens, closes = hall.usual_hours(now)
            raise Problem(409, "branch_closed", opens=f"{opens:%H:%M}", closes=f"{closes:%H:%M}")

        def make(block: Block) -> Json:
            return own_answer(block, wanted, self._upstream.branch_id, now.isoformat())

        day, asked = hall.business_day(now), wanted.model_dump()
        issue = self._journal.tickets.issue
        return await recorded(issue, key, asked, queue_id, day, now.isoformat(), doubt, make)

    async def _found(self, key: str) -> Taken:
        found = await recorded(self._journal.tickets.find, key)
        assert found is not None, f"{key} was recorded a moment ago"
        return found

    async def give_back(self, ticket_id: str, key: str) -> Taken | None:
        """A ticket that the server does not know yet is given back here; None for one that it knows."""
        try:
            known = await recorded(self._journal.tickets.with_id, ticket_id)
            if known is None or (known.hand_in != "waiting" and known.cancel == "none"):
                return None
            async with self.lock(known.key):
                known = await self._found(known.key)
                if known.hand_in != "waiting" and known.cancel == "none":
                    return None
                if known.cancel == "none":
                    await recorded(self._journal.outbox.want_cancelled, known.key, key)
                return await self._found(known.key)
        except CannotRecord as error:
            raise Problem(507, "disk_full") from error
