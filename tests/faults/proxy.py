"""A line between two programs that can be cut, refused, slowed, or go silent without telling either side."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

CHUNK = 65536

Target = tuple[str, int] | Path  # TCP, or a Unix socket


class Line:
    """One connection through the proxy. Silent: it stays so for ever, whatever becomes of the proxy."""

    def __init__(self, ends: tuple[asyncio.StreamWriter, asyncio.StreamWriter]) -> None:
        self.ends = ends
        self.heard = asyncio.Event()
        self.heard.set()

    def cut(self) -> None:
        for end in self.ends:
            end.transport.abort()


class Proxy:
    """A relay on a port of its own, with `async with`. The faults can be changed at any time."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._lines: set[Line] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self.refusing = False
        self.silent = False  # for lines that are opened from now on
        self.delay_s = 0.0
        self.cut_after: int | None = None  # bytes that may still pass, in either direction
        self.opened = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._accept, "127.0.0.1", 0, backlog=1000)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def cut(self) -> None:
        """Every line breaks at once; new ones are taken."""
        for line in list(self._lines):
            line.cut()
        self._lines.clear()

    def hush(self) -> None:
        """The open lines go dead for good, and nobody is told; new ones are as `silent` says."""
        for line in self._lines:
            line.heard.clear()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Cut, and refused."""
        self.refusing = True
        self.cut()
        try:
            yield
        finally:
            self.refusing = False

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # Only our own end cancels it, and asyncio would report a cancelled handler as an error.
        with suppress(asyncio.CancelledError):
            await self._carry_both(reader, writer)

    async def _carry_both(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.opened += 1
        try:
            if self.refusing:
                raise ConnectionRefusedError
            far_reader, far_writer = await self._reach()
        except OSError:
            writer.transport.abort()
            return
        line = Line((writer, far_writer))
        if self.silent:
            line.heard.clear()
        self._lines.add(line)
        try:
            await asyncio.gather(self._carry(line, reader, far_writer), self._carry(line, far_reader, writer))
        finally:
            self._lines.discard(line)
            line.cut()

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if isinstance(self._target, Path):
            return await asyncio.open_unix_connection(str(self._target))
        return await asyncio.open_connection(*self._target)

    async def _carry(self, line: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                if self.delay_s:
                    await asyncio.sleep(self.delay_s)
                await line.heard.wait()
                if self.cut_after is not None:
                    data, self.cut_after = data[: self.cut_after], self.cut_after - len(data)
                writer.write(data)
                await writer.drain()
                if self.cut_after is not None and self.cut_after <= 0:
                    self.cut_after = None
                    line.cut()
                    return
        if line.heard.is_set():  # nobody is told that a silent line has ended
            writer.close()
