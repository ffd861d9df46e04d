"""A cable that fails in more ways: it is slow, refuses, or breaks after so many bytes."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server.replay.cable import Cable, Ends, Line

Target = tuple[str, int] | Path  # TCP, or a Unix socket


class Proxy(Cable):
    """The faults can be changed at any time."""

    def __init__(self, target: Target) -> None:
        self._socket = target if isinstance(target, Path) else None
        super().__init__(*(("", 0) if isinstance(target, Path) else target))
        self.delay_s = 0.0
        self.cut_after: int | None = None  # bytes that may still pass, in either direction
        self.opened = 0

    @contextmanager
    def away(self) -> Iterator[None]:
        """Cut, and refused."""
        self.refusing = True
        self.cut()
        try:
            yield
        finally:
            self.refusing = False

    async def _open(self, near: Ends) -> Line:
        self.opened += 1
        return await super()._open(near)

    async def _reach(self) -> Ends:
        if self._socket is not None:
            return await asyncio.open_unix_connection(str(self._socket))
        return await super()._reach()

    async def _pass_on(self, line: Line, data: bytes, writer: asyncio.StreamWriter) -> None:
        if self.delay_s:
            await asyncio.sleep(self.delay_s)
            await line.sound.wait()
        if self.cut_after is not None:
            data, self.cut_after = data[: self.cut_after], self.cut_after - len(data)
        await super()._pass_on(line, data, writer)
        if self.cut_after is not None and self.cut_after <= 0:
            self.cut_after = None
            line.cut()
