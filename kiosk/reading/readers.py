"""The readers a kiosk may have, each an endless stream of cards."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import Literal

from kiosk.reading.card import Card, Once
from kiosk.reading.lines import Lines
from kiosk.reading.rules import Rule, recognise
from kiosk.reading.wedge import Wedge

log = logging.getLogger(__name__)

MOST_WAITING = 16
RETRY_SECONDS = (0.5, 1, 2, 5, 10)
_END = None


class Reader:
    """`async for card in reader`: cards that a rule is about, each once, however long it is held.

    `rules` may be set anew at any time. The stream ends with `close()`. Of what no rule is about only that there was
    something is told, to `on_unknown`, and nothing that was read is logged.
    """

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        self.rules = rules
        self.on_unknown: Callable[[], None] = lambda: None
        self._once = Once()
        self._cards: asyncio.Queue[Card | None] = asyncio.Queue()

    def hold(self, raw: str) -> Card | None:
        """A card is read, in the event loop's thread; returns what was recognised, also when it is held still."""
        card = recognise(raw, self.rules)
        if card is None:
            self.on_unknown()
        elif self._once.is_new(card.token_hash, time.monotonic()):
            # Where nobody takes them, a pile of old cards would be taken for the next customers'.
            if self._cards.qsize() >= MOST_WAITING:
                self._cards.get_nowait()
            self._cards.put_nowait(card)
        return card

    def status(self) -> Literal["ok", "error"]:
        """Whether the reader is there."""
        return "ok"

    def close(self) -> None:
        """Ends the stream."""
        self._cards.put_nowait(_END)

    def __aiter__(self) -> "Reader":
        return self

    async def __anext__(self) -> Card:
        card = await self._cards.get()
        if card is _END:
            raise StopAsyncIteration
        return card


class KeyboardReader(Reader):
    """A reader that types into whatever has the focus: the page passes on its keys, with their times."""

    def __init__(self, rules: Sequence[Rule] = ()) -> None:
        super().__init__(rules)
        self._wedge = Wedge()

    def typed(self, key: str, at: float) -> bool:
        """One key at its time in seconds, by the page's own clock; True when it ended a reader's burst."""
        burst = self._wedge.typed(key, at)
        if burst is not None:
            self.hold(burst)
        return burst is not None


class SerialReader(Reader):
    """A reader on a serial line, opened again for as long as it is away."""

    def __init__(self, path: str, rate: int, checksum: bool = False, rules: Sequence[Rule] = ()) -> None:
        super().__init__(rules)
        self._path, self._rate = path, rate
        self._lines = Lines(checksum)
        self._is_there = False
        self._is_closed = threading.Event()
        self._thread: threading.Thread | None = None

    def status(self) -> Literal["ok", "error"]:
        return "ok" if self._is_there else "error"

    def close(self) -> None:
        """Ends the stream and gives the line back."""
        self._is_closed.set()
        super().close()

    def __aiter__(self) -> "Reader":
        if self._thread is None:
            loop = asyncio.get_running_loop()
            self._thread = threading.Thread(target=self._listen, args=(loop,), daemon=True, name="card reader")
            self._thread.start()
        return self

    def _listen(self, loop: asyncio.AbstractEventLoop) -> None:
        tries = 0
        while not self._is_closed.is_set():
            try:
                self._listen_once(loop)
            except Exception as error:
                if self._is_there or not tries:
                    log.warning("the card reader at %s: %s", self._path, error)
                tries = 0 if self._is_there else tries + 1
                self._is_there = False
            self._is_closed.wait(RETRY_SECONDS[min(tries, len(RETRY_SECONDS) - 1)])

    def _listen_once(self, loop: asyncio.AbstractEventLoop) -> None:
        from serial import Serial

        with Serial(self._path, self._rate, timeout=0.3, exclusive=True) as line:
            self._is_there = True
            while not self._is_closed.is_set():
                data = bytes(line.read(1)) + bytes(line.read(line.in_waiting))
                for raw in self._lines.feed(data, time.monotonic()) if data else ():
                    loop.call_soon_threadsafe(self.hold, raw)


def open_reader(spec: str, rules: Sequence[Rule] = ()) -> Reader:
    """The reader of a specification; it need not be there yet. Raises ValueError for what is none.

    `serial:/dev/ttyUSB0:9600`, with `:xor` at its end for lines with a checksum · `keyboard` · `emulated`, to which
    a test or a demonstration holds cards with `hold`.
    """
    kind, _, place = spec.partition(":")
    plain: dict[str, Callable[[Sequence[Rule]], Reader]] = {"keyboard": KeyboardReader, "emulated": Reader}
    if kind in plain and not place:
        return plain[kind](rules)
    if kind == "serial" and place:
        path, *rest = place.split(":")
        rate = int(rest[0]) if rest and rest[0].isdigit() else 9600
        return SerialReader(path, rate, checksum="xor" in rest, rules=rules)
    raise ValueError(f"{spec!r} is no reader: serial:PATH:SPEED, keyboard or emulated")
