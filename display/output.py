"""What voice and boards have in common: a queue of their own, and a trouble of their own."""

import asyncio
from collections.abc import Callable
from typing import Literal, Protocol

from display.announcements import Announcements, Manner, Note
from display.place import CallOut

Kind = Literal["voice", "board"]
State = Literal["ok", "off", "error"]

TellNote = Callable[["Output", Note], None]
TellHealth = Callable[["Output", State, str], None]


class Output(Protocol):
    """Announces calls in its own time. Whatever goes wrong inside is told, and never raised to the others."""

    kind: Kind
    name: str  # for people: "voice", "board tcp:192.0.2.7:4001"

    def concerns(self, call: CallOut) -> bool:
        """Whether this call is to be announced here at all."""

    def announce(self, call: CallOut) -> None:
        """Puts the call into the queue. What becomes of it is told as one Note."""

    async def run(self) -> None:
        """Until `stop`: what has begun then is brought to its end, and nothing else is begun."""

    def stop(self) -> None:
        """Asks `run` to end."""


class Bell:
    """Wakes an output that waits for its next call; it wakes by itself after a while."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def ring(self) -> None:
        self._rung.set()

    async def wait(self, at_most_s: float | None) -> None:
        try:
            async with asyncio.timeout(at_most_s):
                await self._rung.wait()
        except TimeoutError:
            pass
        self._rung.clear()


class Queued:
    """An output's calls in a queue of its own, and a bell that wakes it for the next."""

    def __init__(self, manner: Manner | None) -> None:
        self.queue = Announcements(manner)
        self._bell = Bell()
        self._stopping = False

    def announce(self, call: CallOut) -> None:
        self.queue.add(call, now())
        self._bell.ring()

    def stop(self) -> None:
        self._stopping = True
        self._bell.ring()


def now() -> float:
    """Seconds of the event loop's clock, which the queues count by."""
    return asyncio.get_running_loop().time()
