"""How long the event loop keeps everyone waiting: a short sleep, and how much longer than asked it took."""

import asyncio
from time import perf_counter

from server.watch.histogram import Histogram

EVERY_S = 0.25


class LoopLag:
    def __init__(self) -> None:
        self.seconds = Histogram()
        self._next: asyncio.TimerHandle | None = None

    def start(self) -> None:
        self._ask(asyncio.get_running_loop())

    def stop(self) -> None:
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _ask(self, loop: asyncio.AbstractEventLoop) -> None:
        due = perf_counter() + EVERY_S

        def come() -> None:
            self.seconds.observe(max(0.0, perf_counter() - due))
            self._ask(loop)

        self._next = loop.call_later(EVERY_S, come)
