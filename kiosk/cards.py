"""Cards held to the reader, for the page: the newest one, once, and only while its owner can still be there."""

import asyncio
import time
from dataclasses import asdict
from pathlib import Path

import orjson

from kiosk.journal.rows import Json
from kiosk.reading.card import Card
from kiosk.reading.readers import KeyboardReader, Reader, open_reader
from kiosk.reading.rules import read_rules

FRESH_S = 20.0
LOOK_EVERY_S = 5.0


class Cards:
    """What the page asks for while it waits for somebody. Nothing of a card is written down."""

    def __init__(self, reader: Reader, has_own_rules: bool = False) -> None:
        self.reader = reader
        self.has_own_rules = has_own_rules  # from the device's own file: the branch's do not count here
        self.reader.on_unknown = lambda: self._note(None)
        self._number = 0
        self._newest: tuple[float, Card | None] | None = None
        self._held = asyncio.Event()

    async def watch(self) -> None:
        """For as long as the program runs."""
        async for card in self.reader:
            self._note(card)

    def _note(self, card: Card | None) -> None:
        self._number += 1
        self._newest = time.monotonic(), card
        self._held.set()

    async def next_after(self, number: int, within_s: float) -> Json:
        """The card after the one of that number: its segment and level, and which one it is; None if none comes.
        `unknown`: something was read that no rule is about, which its owner wants to be told."""
        try:
            async with asyncio.timeout(within_s):
                while not (found := self._fresh(number)):
                    self._held.clear()
                    await self._held.wait()
        except TimeoutError:
            return {"number": self._number, "card": None, "unknown": False}
        self._newest = None  # the next customer is somebody else
        card = found[0]
        return {"number": self._number, "card": asdict(card) if card else None, "unknown": card is None}

    def _fresh(self, number: int) -> tuple[Card | None] | None:
        if self._newest is None or self._number <= number:
            return None
        at, card = self._newest
        return (card,) if time.monotonic() - at < FRESH_S else None

    def typed(self, keys: list[tuple[str, float]]) -> bool:
        """What was typed on the page by a reader that is a keyboard; True where that ended a card."""
        if not isinstance(self.reader, KeyboardReader):
            return False
        # All of them, also those after a card's end: they begin the next.
        return sum(self.reader.typed(key, at) for key, at in keys) > 0


def open_cards(spec: str, rules: Path | None) -> Cards | None:
    """Raises ValueError for a reader or a rule that is none, OSError where the rules are not there."""
    if not spec:
        return None
    found = read_rules(orjson.loads(rules.read_bytes())) if rules is not None else ()
    return Cards(open_reader(spec, found), has_own_rules=rules is not None)
