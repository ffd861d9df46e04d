"""Tells the server how this device is: on every change, and now and then, so that a new day knows it too."""

import asyncio
import logging
import time
from contextlib import suppress

from kiosk.clerk import recorded
from kiosk.journal.file import CannotRecord
from kiosk.journal.journal import Journal
from kiosk.journal.rows import Json
from kiosk.link import Link
from kiosk.printing.printer import Printer
from kiosk.printing.status import PrinterStatus
from kiosk.reading.readers import Reader
from kiosk.upstream import Away, Upstream, new_key

log = logging.getLogger(__name__)

LOOK_EVERY_S = 5.0
TELL_EVERY_S = 60.0
LAST_WORD_S = 1.0
LONGEST_NOTE = 200


class Health:
    def __init__(
        self, printer: Printer, journal: Journal, upstream: Upstream, link: Link, reader: Reader | None = None
    ) -> None:
        self._reader = reader
        self._printer = printer
        self._journal = journal
        self._upstream = upstream
        self._link = link
        self._told: Json | None = None
        self._told_at = float("-inf")
        self._soon = asyncio.Event()
        self.printer = PrinterStatus("ok")
        link.on_change(self._soon.set)

    @property
    def reader(self) -> str | None:
        """ok or error; None where there is no reader."""
        return self._reader.status() if self._reader is not None else None

    @property
    def disk(self) -> str:
        return "full" if self._journal.full else "ok"

    def soon(self) -> None:
        """Something may have changed."""
        self._soon.set()

    async def watch(self) -> None:
        """For as long as the program runs."""
        while True:
            self._soon.clear()
            await self.look()
            await self.tell()
            with suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._soon.wait()

    async def look(self) -> None:
        self.printer = await asyncio.to_thread(self._printer.status)
        if self._journal.full:  # room is noticed only by writing
            with suppress(CannotRecord):
                await recorded(self._journal.note_fact, "room", {})

    def parts(self) -> Json:
        known = {"printer": self.printer.state, "disk": self.disk, "reader": self.reader}
        return {part: state for part, state in known.items() if state is not None}

    async def tell(self) -> None:
        """Best effort: what could not be told is told when the server is back, as it is then."""
        report = {"parts": self.parts(), "note": _line(self.printer.note)}
        if self._link.state != "here":
            self._told = None
        elif report != self._told or time.monotonic() - self._told_at > TELL_EVERY_S:
            try:
                await self._upstream.command(self._upstream.branch_path("device-reports"), report, new_key())
                self._told, self._told_at = report, time.monotonic()
            except Away as away:
                log.info("the server was not told how this device is: %s", away)

    async def say_goodbye(self) -> None:
        """Switched off in good order: nobody need look for it."""
        if self._link.state != "here":
            return
        path, body = self._upstream.branch_path("device-reports"), {"parts": self.parts(), "offline": True}
        with suppress(Away):
            await self._upstream.command(path, body, new_key(), LAST_WORD_S)


def _line(note: str) -> str:
    """One line without control characters, as the server wants it."""
    return "".join(c if c.isprintable() else " " for c in note)[:LONGEST_NOTE]
