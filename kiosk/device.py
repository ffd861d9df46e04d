"""This device as one thing: its journal, its clock, its line to the server, its printer, and who works with them."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import httpx

from kiosk.card_rules import CardRules
from kiosk.cards import Cards
from kiosk.clerk import Clerk
from kiosk.clock import Device as Clockwork
from kiosk.clock import ServerClock
from kiosk.errands import BLOCK_SIZE, LEFT_ALONE_S, Errands
from kiosk.hall import Hall
from kiosk.health import Health
from kiosk.journal.file import CannotRecord
from kiosk.journal.journal import Journal
from kiosk.link import Link
from kiosk.print_desk import PrintDesk
from kiosk.printing.printer import Printer
from kiosk.publisher import Publisher
from kiosk.staff_corner import StaffCorner
from kiosk.upstream import Upstream
from kiosk.voice_shelf import VoiceShelf

log = logging.getLogger(__name__)

LAST_PAPER_S = 5.0
REFUSED = {"refused": True}


class Watch(Protocol):
    """Something that goes on by itself for as long as the program runs."""

    async def watch(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Settings:
    server: str
    branch: str
    token: str
    data: Path
    site: str = ""  # the address that phones know; the server's own where none is given
    block_size: int = BLOCK_SIZE
    left_alone_s: float = LEFT_ALONE_S
    staff_pin: str = ""  # empty: no staff corner on the page
    speech_key: str = "F12"  # turns spoken guidance on and off; "F15:F16" where a headphone's plug has one for each


class Device:
    """`transport` and `clockwork` are put in by tests: a line that breaks, a clock that jumps."""

    def __init__(
        self,
        settings: Settings,
        printer: Printer,
        transport: httpx.AsyncBaseTransport | None = None,
        clockwork: Clockwork | None = None,
        journal: Journal | None = None,
        cards: Cards | None = None,
    ) -> None:
        self.cards = cards
        self.settings = settings
        self.printer = printer
        self.journal = journal or Journal(settings.data / "journal.db")
        self.clock = ServerClock(clockwork, self.journal.fact("clock"), self.journal.tickets.last_issued_at())
        self.upstream = Upstream(settings.server, settings.branch, settings.token, transport)
        self.link = Link(self.upstream, self.clock)
        self.link.accepted = self.journal.fact("token") != REFUSED
        self.link.on_change(self._note_token)
        self.publisher = Publisher(settings.data / "page.zip", self.upstream, self.link)
        self.clerk = Clerk(self.journal, self.upstream, self.link, self.clock, self._hall)
        self.errands = Errands(
            self.journal, self.upstream, self.link, self.clock, self._hall, self.clerk,
            settings.block_size, settings.left_alone_s,
        )  # fmt: skip
        self.desk = PrintDesk(printer, self.journal, self.clock, self._hall, settings.site or self.upstream.url)
        self.health = Health(printer, self.journal, self.upstream, self.link, cards.reader if cards else None)
        self.voice = VoiceShelf(settings.data / "voice", self.upstream)
        self.corner = StaffCorner(settings.staff_pin)
        self.publisher.on_change(self.errands.soon)

    def _note_token(self) -> None:
        """Or switching off the network and then the device would make a token good again that was taken back."""
        noted = self.journal.fact("token") == REFUSED
        if noted == self.link.accepted:
            with suppress(CannotRecord):
                self.journal.note_fact("token", {} if self.link.accepted else REFUSED)

    def _hall(self) -> Hall | None:
        return self.publisher.hall

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Everything that goes on by itself, until the block ends; then the paper in the printer is let come out."""
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.upstream)
            stack.callback(self.journal.close)
            stack.callback(self.printer.close)
            if self.cards is not None:
                stack.callback(self.cards.reader.close)
            await self.desk.recover()
            watches: list[Watch] = [self.link, self.publisher, self.errands, self.desk, self.health]
            if self.cards is not None:
                watches += [self.cards, CardRules(self.cards, self.journal, self.upstream, self.link)]
            tasks = [asyncio.create_task(_kept_up(watch.watch), name=type(watch).__name__) for watch in watches]
            try:
                yield
            finally:
                await self.desk.finish(LAST_PAPER_S)
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await self.health.say_goodbye()


async def _kept_up(watch: Callable[[], Awaitable[None]]) -> None:
    """A fault in one of them must not end it for the rest of the day, nor be tried again without a pause."""
    while True:
        try:
            await watch()
        except Exception:
            log.exception("a fault; going on")
            await asyncio.sleep(1.0)
