"""Where sockets wait to be let in: a few at a time, so that ten thousand at once do not hold up a call-out."""

import asyncio
from collections import deque
from typing import Protocol

PATIENCE_S = 2.0  # with whoever is inside: who reads slowly what it has missed must not keep the others out
INSIDE = 4  # handshakes under way, of about a millisecond each; some wait for the database


class Guest(Protocol):
    @property
    def gone(self) -> bool: ...

    def come_in(self) -> None: ...


class Doorway:
    """First come, first served. Who has given up waiting costs nothing."""

    def __init__(self) -> None:
        self._waiting: deque[Guest] = deque()
        self._inside: dict[Guest, asyncio.TimerHandle] = {}

    def enter(self, guest: Guest) -> None:
        self._waiting.append(guest)
        self._let_in()

    def through(self, guest: Guest) -> None:
        """It listens, or has left: the next one's turn, after whatever else there is to do."""
        timer = self._inside.pop(guest, None)
        if timer is not None:
            timer.cancel()
            asyncio.get_running_loop().call_soon(self._let_in)

    def _let_in(self) -> None:
        while self._waiting and len(self._inside) < INSIDE:
            guest = self._waiting.popleft()
            if not guest.gone:
                self._inside[guest] = asyncio.get_running_loop().call_later(PATIENCE_S, self.through, guest)
                guest.come_in()
