"""What is done when the server is back, in order: doubts settled, tickets handed in, blocks returned and leased."""

import asyncio
import hashlib
import logging
import random
import time
from collections.abc import Callable
from datetime import timedelta

import httpx

from kiosk.clerk import Clerk, recorded
from kiosk.clock import ServerClock
from kiosk.hall import Hall
from kiosk.journal.file import CannotRecord
from kiosk.journal.journal import Journal
from kiosk.journal.rows import Json, Lease, Taken
from kiosk.link import Link
from kiosk.own_ticket import hand_in_body
from kiosk.upstream import Away, Upstream, code_of, new_key

log = logging.getLogger(__name__)

BLOCK_SIZE = 30
LARGEST_BLOCK = 100
PACE = timedelta(hours=1)
EVERY_S = 2.0
LEFT_ALONE_S = 60.0  # a wish without an answer that nobody repeats for so long: the customer has gone
KEPT_DAYS = 14
NO_LEASE_S = 30.0  # a branch that gives out no blocks is not asked every two seconds
# The server is there, but not the part of it that is asked: an older one, or a proxy in front of nothing.
NOT_MEANT = {"not_found", "method_not_allowed", "branch_not_found", ""}


class BrokenOff(Exception):
    """The server answers, but not to this: the rest of the round waits for the next."""


class Errands:
    """Each errand is safe to be broken off anywhere and run again: every command has a key that never changes."""

    def __init__(
        self,
        journal: Journal,
        upstream: Upstream,
        link: Link,
        clock: ServerClock,
        hall: Callable[[], Hall | None],
        clerk: Clerk,
        block_size: int = BLOCK_SIZE,
        left_alone_s: float = LEFT_ALONE_S,
    ) -> None:
        self._journal = journal
        self._outbox = journal.outbox
        self._upstream = upstream
        self._link = link
        self._clock = clock
        self._hall = hall
        self._clerk = clerk
        self._block_size = block_size
        self._left_alone_s = left_alone_s
        self._no_lease_before = 0.0
        self._soon = asyncio.Event()
        link.on_change(self._soon.set)

    def soon(self) -> None:
        """Something is there to be told."""
        self._soon.set()

    async def watch(self) -> None:
        """For as long as the program runs."""
        while True:
            self._soon.clear()
            if self._link.state == "here":
                await self.run_once()
            try:
                async with asyncio.timeout(EVERY_S * random.uniform(0.8, 1.2)):
                    await self._soon.wait()
            except TimeoutError:
                continue

    async def run_once(self) -> None:
        try:
            await self._keep_time()
            await self._give_up()
            await self._settle()
            await self._hand_in()
            await self._cancel()
            await self._return_blocks()
            await self._lease()
        except Away as away:
            if away.fault:
                log.error("the server broke over it, and is asked again later: %s", away)
            else:
                self._link.lost(away)
        except BrokenOff as error:
            log.warning("the server does not do this now: %s", error)
        except CannotRecord as error:
            log.error("the journal cannot be written: %s", error)

    async def _keep_time(self) -> None:
        kept = self._clock.to_keep()
        if kept is not None:
            await recorded(self._journal.note_fact, "clock", kept)
            day = self._clock.now() - timedelta(days=KEPT_DAYS)
            await recorded(self._journal.forget_before, day.date().isoformat())

    async def _give_up(self) -> None:
        for wish in await recorded(self._outbox.asking):
            if self._clerk.quiet_for(wish.key) < self._left_alone_s:
                continue
            async with self._clerk.lock(wish.key):
                known = await recorded(self._journal.tickets.find, wish.key)
                if known is not None and known.state == "asking":
                    await recorded(self._outbox.give_up, wish.key)

    async def _settle(self) -> None:
        """Asked once more under the old key, the server says what became of it, or does it now; either way that
        ticket has no paper, and is given back: the paper that the customer holds is another one, or there is none."""
        for wish in await recorded(self._outbox.in_doubt):
            path = self._upstream.branch_path("tickets")
            answer = await self._upstream.command(path, wish.asked, wish.key)
            self._must_be_meant(answer)
            if answer.is_success:
                ticket = answer.json()["ticket"]
                cancelled = await self._command(f"tickets/{ticket['id']}/cancel", {}, _key("twin", wish.key))
                log.info(
                    "%s was given out twice, without paper: cancelled (%s)", ticket["number"], cancelled or "yes"
                )
            await recorded(self._outbox.settle, wish.key)

    async def _hand_in(self) -> None:
        broken = None
        for taken in await recorded(self._outbox.to_hand_in):
            try:
                await self._hand_in_one(taken)
            except Away as away:
                if not away.fault:
                    raise
                broken = away  # one ticket that the server breaks over must not keep back all that come after it
        if broken is not None:
            raise broken

    async def _hand_in_one(self, taken: Taken) -> None:
        body = hand_in_body(taken)
        path = self._upstream.branch_path("tickets/hand-in")
        # The number's own key: whatever happens to this program, the number is handed in under no other.
        answer = await self._upstream.command(path, body, _key("hand-in", f"{taken.block_id}.{taken.serial}"))
        self._must_be_meant(answer)
        state, note = ("done", "") if answer.is_success else ("refused", code_of(answer))
        if note:
            log.error("%s was refused when it was handed in: %s", taken.ticket["number"], answer.text)
        await recorded(self._outbox.handed_in, taken.key, state, note)

    async def _cancel(self) -> None:
        for taken in await recorded(self._outbox.to_cancel):
            refused = taken.hand_in == "refused" or await self._command(
                f"tickets/{taken.ticket['id']}/cancel", {}, taken.cancel_key or _key("cancel", taken.key)
            )
            await recorded(self._outbox.cancelled, taken.key, "refused" if refused else "done")

    async def _return_blocks(self) -> None:
        """Those that are used up, of another day, or of a day whose doors have closed."""
        hall, now = self._hall(), self._clock.now()
        if hall is None:
            return
        today = hall.business_day(now) if hall.will_open(now) else None
        for block in await recorded(self._journal.blocks.done_with, today):
            note = await self._command(f"number-blocks/{block.id}/return", {}, _key("return", block.id))
            await recorded(self._journal.blocks.returned, block.id, note)

    async def _lease(self) -> None:
        """So far ahead that a third of a block is always there when the server goes away. A block lasts an hour, as
        this kiosk's hour has been, or longer."""
        hall, now = self._hall(), self._clock.now()
        if hall is None or not hall.will_open(now) or time.monotonic() < self._no_lease_before:
            return
        held = await recorded(self._journal.blocks.held)
        under_way = {lease.queue_id for lease in await recorded(self._journal.blocks.asked)}
        hour = await recorded(self._journal.tickets.given_since, (now - PACE).isoformat())
        for queue_id in hall.queues_served():
            size = min(max(self._block_size, hour.get(queue_id, 0)), LARGEST_BLOCK)
            left = sum(b.left for b in held if b.queue_id == queue_id and b.business_day == hall.business_day(now))
            if left > size // 3 and queue_id not in under_way:
                continue
            lease = await recorded(self._journal.blocks.ask, queue_id, new_key(), size)
            await self._lease_one(lease)

    async def _lease_one(self, lease: Lease) -> None:
        path = self._upstream.branch_path("number-blocks")
        body: Json = {"queue_id": lease.queue_id, "size": lease.size}
        answer = await self._upstream.command(path, body, lease.key)
        if answer.is_success:
            told = answer.json()
            await recorded(self._journal.blocks.add, lease, told["block"], told["seq"])
            return
        log.warning("no numbers were leased for %s: %s", lease.queue_id, code_of(answer) or answer.status_code)
        self._no_lease_before = time.monotonic() + NO_LEASE_S
        await recorded(self._journal.blocks.forget_lease, lease)
        self._must_be_meant(answer)

    async def _command(self, rest: str, body: Json, key: str) -> str:
        """The code of a refusal; empty if it was done."""
        answer = await self._upstream.command(f"/api/v1/{rest}", body, key)
        self._must_be_meant(answer)
        return "" if answer.is_success else code_of(answer)

    def _must_be_meant(self, answer: httpx.Response) -> None:
        """A refusal of the kiosk itself, or of nobody, says nothing about the ticket: it is asked again later."""
        if answer.status_code in (401, 403) and code_of(answer) in {"unauthorized", "forbidden", "other_branch", ""}:
            self._link.refused()
        elif answer.is_success or code_of(answer) not in NOT_MEANT:
            return
        raise BrokenOff(f"{answer.request.url.path}: {answer.status_code}")


def _key(what: str, of: str) -> str:
    """One key for one intent, the same after any crash, and never longer than a key may be."""
    return f"{what}-{hashlib.sha256(of.encode()).hexdigest()[:32]}"
