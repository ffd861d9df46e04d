"""A kiosk's parts on a bench: a stand-in for the server, a printer that is a list, and a plug that can be pulled."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from kiosk.clock import Device as Clockwork
from kiosk.device import Device, Settings
from kiosk.journal.file import JournalFile
from kiosk.journal.journal import Journal
from kiosk.journal.rows import Taken
from kiosk.printing.paper import Paper
from kiosk.printing.printer import Printer
from kiosk.printing.status import PrinterStatus
from kiosk.wanted import Wanted
from tests.kiosk.stand_in import StandIn

Done = TypeVar("Done")


class Killed(BaseException):
    """The power goes. No part of the program may catch it."""


@dataclass
class Fuse:
    """Blows when so many points have been passed; None: never."""

    left: int | None = None

    def point(self) -> None:
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                raise Killed


class FusedFile(JournalFile):
    """The power may go before and after everything that is written."""

    def __init__(self, path: Path, fuse: Fuse) -> None:
        self._fuse = fuse
        super().__init__(path)

    def _commit(self) -> None:
        self._fuse.point()
        super()._commit()
        self._fuse.point()


class ListPrinter(Printer):
    """`tray` is what came out, and outlives the program."""

    def __init__(self, fuse: Fuse, tray: list[Paper]) -> None:
        self._fuse = fuse
        self.tray = tray
        self.trouble: Exception | None = None

    def print(self, paper: Paper) -> None:
        self._fuse.point()
        if self.trouble is not None:
            raise self.trouble
        self.tray.append(paper)
        self._fuse.point()

    def status(self) -> PrinterStatus:
        return PrinterStatus("ok")

    def picture(self) -> bytes | None:
        return None

    def close(self) -> None:
        """Nothing is held."""


@dataclass
class Times:
    """The device's own clocks, moved by hand."""

    uptime: float = 1000.0
    wall: float = 1_000_000_000.0
    boot: str = "first"

    def clockwork(self) -> Clockwork:
        return Clockwork(lambda: self.uptime, lambda: self.wall, self.boot)

    def pass_by(self, seconds: float) -> None:
        self.uptime += seconds
        self.wall += seconds


@dataclass
class Bench:
    """One kiosk that can be killed and started again. Nothing goes on by itself: each step is asked for."""

    server: StandIn
    folder: Path
    name: str = "kiosk-1"
    block_size: int = 5
    left_alone_s: float = 1e9
    fuse: Fuse = field(default_factory=Fuse)
    times: Times = field(default_factory=Times)
    tray: list[Paper] = field(default_factory=list)
    runner: "asyncio.Runner" = field(default_factory=asyncio.Runner)

    def __post_init__(self) -> None:
        self.settings = Settings(
            "http://server.test", "main", "very-secret", self.folder, "", self.block_size, self.left_alone_s
        )
        self.start()

    def start(self) -> None:
        self.printer = ListPrinter(self.fuse, self.tray)
        journal = Journal(self.folder, FusedFile(self.folder / "journal.db", self.fuse))
        line, works = self.server.line(self.name), self.times.clockwork()
        self.device = Device(self.settings, self.printer, line, works, journal)
        self.run(self.device.desk.recover())

    def run(self, work: Coroutine[Any, Any, Done]) -> Done:
        return self.runner.run(work)

    def restart(self, **settings: Any) -> None:
        """After the power has gone: only what is on the disk is left."""
        self.fuse.left = None
        self.device.journal.close()
        self.settings = replace(self.settings, **settings)
        self.start()

    def meet(self) -> None:
        """Looks for the server, and does all that there is to do with it."""
        self.run(self._meet())

    async def _meet(self) -> None:
        await self.device.link.look()
        if self.device.link.state == "here":
            if self.device.publisher.hall is None:
                await self.device.publisher.renew()
            await self.device.errands.run_once()

    def press(self, key: str, **asked: Any) -> Taken:
        """As the page asks; what came of it is printed."""
        wanted = Wanted(**{"services": ["deposit"], **asked})
        return self.run(self._press(key, wanted))

    async def _press(self, key: str, wanted: Wanted) -> Taken:
        taken = await self.device.clerk.take(key, wanted)
        await self.device.desk.print_waiting()
        return taken

    def close(self) -> None:
        self.device.journal.close()
        self.runner.close()
