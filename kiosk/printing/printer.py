"""The printer as the kiosk sees it: one paper at a time, whole or with a reason why not."""

import logging
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from kiosk.printing import status as said
from kiosk.printing.emulated import Emulated, last_picture
from kiosk.printing.encoding import encode
from kiosk.printing.layout import lay_out
from kiosk.printing.library import library
from kiosk.printing.paper import Paper
from kiosk.printing.status import PrinterStatus, PrinterTrouble
from kiosk.printing.transports import WAYS, Nobody, Transport, as_trouble

log = logging.getLogger(__name__)

# A paper takes two seconds; a printer that says it is well and has not finished by then never says when it has.
DONE_SECONDS = 8.0
# The next customer is told to take the code on the screen rather than left before a printer that hangs.
TURN_SECONDS = 15.0


class Printer:
    """Prints papers over one way, opened when needed and again after every trouble. Safe to share between threads."""

    def __init__(
        self,
        reach: Callable[[], Transport],
        name: str = "",
        picture: Callable[[], bytes | None] = lambda: None,
        done_seconds: float = DONE_SECONDS,
    ) -> None:
        self.name = name
        self.picture = picture  # the last paper as a PNG, where the printer is the emulated one
        self._reach = reach
        self._way: Transport | None = None
        self._turn = threading.Lock()
        self._last = PrinterStatus("ok")
        self._done_seconds = done_seconds
        self._answers = self._tells_when_done = True
        self._has_answered = self._is_done = False
        # What the next paper has to begin with. At first nobody knows in the midst of what the program before ended.
        self._clearing = said.FILL_UP

    def print(self, paper: Paper) -> None:
        """Returns when the paper is cut, as far as the printer can tell. Blocking. Raises PrinterTrouble."""
        if not self._turn.acquire(timeout=TURN_SECONDS):
            raise PrinterTrouble("busy", "it is still at the paper before")
        try:
            self._print(encode(lay_out(paper)))
        finally:
            self._turn.release()

    def status(self) -> PrinterStatus:
        """How the printer is now; while a paper is being printed, how it was. Blocking, never raises."""
        if not self._turn.acquire(blocking=False):
            return self._last
        try:
            self._last = said.status(self._ask_anew())
        except Exception as error:
            self._last = PrinterStatus("error", as_trouble(error).text)
            self._shut()
        finally:
            self._turn.release()
        return self._last

    def close(self) -> None:
        """Leaves the printer; it may be used again."""
        with self._turn:
            self._shut()

    def _open(self) -> Transport:
        if self._way is not None and self._way.is_gone():
            self._shut()
        if self._way is None:
            self._way = self._reach()
            # Another printer may have been plugged in.
            self._answers = self._tells_when_done = True
            self._has_answered = False
        return self._way

    def _shut(self) -> None:
        if self._way is not None:
            self._way.close()
        self._way = None

    def _print(self, data: bytes) -> None:
        try:
            found = said.trouble(self._ask_anew())
            if found is not None:
                raise found
            self._send(self._open(), data)
        except Exception as error:
            trouble = as_trouble(error)
            log.warning("%s: %s", self.name, trouble)
            self._last = PrinterStatus("paper_out" if trouble.code == "paper_out" else "error", trouble.text)
            if self._clearing:
                # Hands that put in a roll take away what hangs out; after a pulled cable it still does.
                self._clearing = said.FILL_UP + (said.CUT_OFF if trouble.code in ("unplugged", "busy") else b"")
            self._give_up()
            raise trouble from error

    def _send(self, way: Transport, data: bytes) -> None:
        """The paper in one write; from its first byte to its last, what a failure leaves is to be cleared away."""
        data = self._clearing + data
        self._clearing, self._is_done = said.FILL_UP, False
        way.write(data + (said.ARE_YOU_DONE if self._answers and self._tells_when_done else b""))
        if self._answers:
            self._await_end(way)
        self._clearing = b""

    def _await_end(self, way: Transport) -> None:
        """Waits until it says that it has come to the end, and asks meanwhile what keeps it."""
        until = time.monotonic() + self._done_seconds
        while self._tells_when_done and not self._is_done and time.monotonic() < until:
            self._hear(way)
            if not self._is_done:
                self._refuse_if_in_trouble(way)
        if not self._is_done:
            # It answers questions and knows no "done": from now on, that it is well after the paper must do.
            self._tells_when_done = False
            self._refuse_if_in_trouble(way)

    def _ask_anew(self) -> dict[int, int]:
        """Asks before a paper. A way that went stale in an idle hour is opened once more: nothing was sent yet."""
        is_fresh = self._way is None
        try:
            return self._ask(self._open())
        except PrinterTrouble:
            raise
        except Exception as error:
            if is_fresh:
                raise
            log.info("%s is reached anew: %s", self.name, error)
            self._shut()
            return self._ask(self._open())

    def _refuse_if_in_trouble(self, way: Transport) -> None:
        found = said.trouble(self._ask(way))
        if found is not None:
            raise found

    def _ask(self, way: Transport) -> dict[int, int]:
        """Its answers by question; none from a printer that cannot answer, which is asked once."""
        answers: dict[int, int] = {}
        for number in said.QUESTIONS if self._answers else ():
            way.write(said.question(number))
            found = [byte for byte in self._hear(way) if said.is_answer(byte)]
            if found:
                answers[number] = found[-1]
            elif not answers:
                self._answers = self._has_answered
                break
        self._has_answered |= bool(answers)
        return answers

    def _hear(self, way: Transport) -> bytes:
        """What it says; that it is done may come between two answers."""
        heard = way.read()
        self._is_done |= any(said.is_done(byte) for byte in heard)
        return heard

    def _give_up(self) -> None:
        """What was sent and not printed must not come out with the next paper; the way is opened anew."""
        try:
            if self._way is not None:
                self._way.write(said.FORGET)
        except Exception as error:
            log.info("%s could not be told to forget: %s", self.name, error)
        self._shut()


def open_printer(spec: str, folder: Path) -> Printer:
    """The printer of a specification; it is reached when it is first used, so that none need be there at the start.

    `usb:VENDOR:PRODUCT` · `serial:/dev/ttyS0:115200` · `network:HOST:9100` · `file:PATH` ·
    `emulated` (keeps its papers in the folder) · `none`. Raises ValueError for any other.
    """
    kind, _, place = spec.partition(":")
    with suppress(PrinterTrouble):  # it is told, and tried again, when something is to be printed
        library()
    if kind == "emulated":
        return Printer(lambda: Emulated(folder), spec, lambda: last_picture(folder))
    if kind == "none":
        return Printer(Nobody, spec)
    if kind not in WAYS or not place:
        raise ValueError(
            f"{spec!r} is no printer: usb:VENDOR:PRODUCT, serial:PATH:SPEED, network:HOST:PORT, "
            "file:PATH, emulated or none"
        )
    return Printer(lambda: WAYS[kind](place), spec)
