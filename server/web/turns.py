"""Whose password is hashed next: of each address one at a time, so that one which floods waits for itself alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from server.web.problems import Problem

MOST_ADDRESSES = 20  # who comes after them would be answered when nobody looks at the page any more
MOST_OF_ONE = 6  # a branch behind one address, at nine in the morning


@dataclass(slots=True)
class _Line:
    waiting: int = 0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Turns:
    """For one event loop. Whoever has the turn of their address stands in the worker's line, behind at most one of
    each other address."""

    def __init__(self) -> None:
        self._lines: dict[str, _Line] = {}

    @asynccontextmanager
    async def of(self, address: str) -> AsyncIterator[None]:
        """Problem 429 where too many of this address wait, 503 where too many addresses do; neither once inside."""
        line = self._lines.get(address)
        if line is None:
            if len(self._lines) >= MOST_ADDRESSES:
                raise Problem(503, "busy")
            line = self._lines[address] = _Line()
        elif line.waiting >= MOST_OF_ONE:
            raise Problem(429, "too_many", {"seconds": 1})
        line.waiting += 1
        try:
            async with line.lock:
                yield
        finally:
            line.waiting -= 1
            if not line.waiting:
                del self._lines[address]
