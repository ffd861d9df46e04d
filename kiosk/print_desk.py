"""Prints what was committed, one paper after another; each is recorded as begun before the printer hears of it."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from kiosk.clerk import recorded
from kiosk.clock import ServerClock
from kiosk.hall import Hall
from kiosk.journal.file import CannotRecord
from kiosk.journal.journal import Journal
from kiosk.journal.rows import Json, Paper
from kiosk.paper_of import paper_of, trial_paper
from kiosk.printing.paper import Paper as What
from kiosk.printing.printer import Printer
from kiosk.printing.status import PrinterTrouble

log = logging.getLogger(__name__)

LONGEST_PRINT_S = 20.0
LATE_S = 60.0  # paper that comes out later, after a restart, would be taken by somebody else
OUTCOME_WITHIN_S = 0.3  # a printer that fails does so at once; one that prints takes seconds


class PrintDesk:
    def __init__(
        self, printer: Printer, journal: Journal, clock: ServerClock, hall: Callable[[], Hall | None], site: str
    ) -> None:
        self._printer = printer
        self._journal = journal
        self._clock = clock
        self._hall = hall
        self._site = site
        self._something = asyncio.Event()
        self._ended = asyncio.Event()
        self._printing = self._closed = False
        self._stuck: asyncio.Future[None] | None = None
        self._unrecorded: dict[int, str] = {}  # papers of which the journal does not know what became, and we do

    async def recover(self) -> None:
        """Once, before anything is printed: what a crash left."""
        not_before = self._clock.now() - timedelta(seconds=LATE_S)
        await recorded(self._journal.papers.recover, not_before.isoformat())

    async def watch(self) -> None:
        """For as long as the program runs."""
        while True:
            self._something.clear()
            try:
                await self.print_waiting()
            except CannotRecord as error:
                log.error("the journal cannot be read: %s", error)
            await self._something.wait()

    async def print_waiting(self) -> None:
        """All that is to be printed, in order."""
        for paper in await recorded(self._journal.papers.to_print):
            if paper.id not in self._unrecorded and not self._closed:
                self._printing = True
                await self._print(paper)
                self._printing = False

    async def outcome(self, key: str) -> Json:
        """How the newest paper of a ticket fares: waits a moment for it, and begins it if nobody has."""
        self._something.set()
        with suppress(TimeoutError):
            async with asyncio.timeout(OUTCOME_WITHIN_S):
                while await self._is_under_way(key):
                    await self._ended.wait()
        return self._told(await recorded(self._journal.papers.newest, key))

    async def _is_under_way(self, key: str) -> bool:
        self._ended.clear()  # before it is looked at, or its end could be missed
        paper = await recorded(self._journal.papers.newest, key)
        return paper.state in ("to_print", "printing") and paper.id not in self._unrecorded

    def _told(self, paper: Paper) -> Json:
        if paper.id in self._unrecorded:
            return {"state": self._unrecorded[paper.id], "trouble": "disk_full"}
        return {"state": "printing" if paper.state == "to_print" else paper.state, "trouble": paper.trouble}

    async def copy(self, key: str) -> Json:
        """Somebody asks for the paper once more; it says that it is a copy."""
        await recorded(self._journal.papers.add_copy, key, self._clock.now().isoformat())
        return await self.outcome(key)

    async def trial(self) -> Json:
        """A paper that is no ticket, for staff who want to see whether it prints."""
        hall = self._hall()
        if hall is None:
            return {"state": "failed", "trouble": "error"}
        state, trouble = await self._put_out(trial_paper(hall, self._clock.now()))
        return {"state": state, "trouble": trouble}

    async def finish(self, within_s: float) -> None:
        """No other paper is begun; the one in the printer is let come out."""
        self._closed = True
        deadline = asyncio.get_running_loop().time() + within_s
        while self._printing and asyncio.get_running_loop().time() < deadline:
            self._ended.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(0.1):
                    await self._ended.wait()

    async def _print(self, paper: Paper) -> None:
        state = "failed"  # as long as the printer has not heard of it
        try:
            await recorded(self._journal.papers.begin, paper.id)
            state, trouble = await self._try(paper)
            await recorded(self._journal.papers.end, paper.id, state, trouble)
        except CannotRecord as error:
            log.error("what became of paper %s cannot be recorded (%s): %s", paper.id, state, error)
            self._unrecorded[paper.id] = state
        finally:
            self._ended.set()

    async def _try(self, paper: Paper) -> tuple[str, str]:
        hall, taken = self._hall(), await recorded(self._journal.tickets.find, paper.key)
        if hall is None or taken is None:
            return "failed", "error"
        return await self._put_out(paper_of(taken, hall, self._site, copy=paper.is_copy))

    async def _put_out(self, what: What) -> tuple[str, str]:
        if self._stuck is not None and not self._stuck.done():
            return "failed", "busy"
        self._stuck = None
        printing = asyncio.ensure_future(asyncio.to_thread(self._printer.print, what))
        await asyncio.wait({printing}, timeout=LONGEST_PRINT_S)
        if not printing.done():
            self._stuck = printing
            return "unknown", "busy"
        return _outcome(printing.exception())


def _outcome(error: BaseException | None) -> tuple[str, str]:
    if error is None:
        return "printed", ""
    if not isinstance(error, Exception):
        raise error  # the program is to end
    log.warning("the printer: %s", error, exc_info=None if isinstance(error, PrinterTrouble) else error)
    if isinstance(error, PrinterTrouble):
        return "failed", error.code
    return "unknown", "error"  # a fault nobody thought of says nothing about the paper
