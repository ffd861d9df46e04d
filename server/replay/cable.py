"""The cable between a display and the server: it can be pulled out, or go dead without a word."""

import asyncio
from contextlib import suppress
from typing import Self

CHUNK = 65536

Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Line:
    """One connection through the cable. While it is not `sound` nothing passes, and nobody is told."""

    def __init__(self, near: Ends, far: Ends) -> None:
        self.near, self.far = near, far
        self.sound = asyncio.Event()
        self.sound.set()

    def cut(self) -> None:
        for _, writer in (self.near, self.far):
            writer.transport.abort()
        self.sound.set()  # whoever waits to pass something on finds that it is over


class Cable:
    """A TCP relay on a port of its own, with `async with`."""

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self.refusing = False
        self.silent = False  # for lines that are opened from now on
        self._lines: set[Line] = set()
        self._tasks: set[asyncio.Task[None]] = set()

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

    async def pull(self, seconds: float) -> None:
        """Out of the wall: connections break at once, and new ones are refused for so long."""
        self.refusing = True
        self.cut()
        await asyncio.sleep(seconds)
        self.refusing = False

    async def go_dead(self, seconds: float) -> None:
        """Nothing comes through for so long, and neither side is told; what was under way is lost."""
        self.silent = True
        self.hush()
        await asyncio.sleep(seconds)
        self.silent = False
        self.cut()

    def hush(self) -> None:
        """The open lines go dead for good, and nobody is told; new ones are as `silent` says."""
        for line in self._lines:
            line.sound.clear()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # Only our own end cancels it, and asyncio would report a cancelled handler as an error.
        with suppress(asyncio.CancelledError):
            await self._carry_both((reader, writer))

    async def _carry_both(self, near: Ends) -> None:
        try:
            line = await self._open(near)
        except OSError:
            near[1].transport.abort()
            return
        self._lines.add(line)
        try:
            await asyncio.gather(
                self._carry(line, line.near[0], line.far[1]), self._carry(line, line.far[0], line.near[1])
            )
        finally:
            self._lines.discard(line)
            line.cut()

    async def _open(self, near: Ends) -> Line:
        if self.refusing:
            raise ConnectionRefusedError
        line = Line(near, await self._reach())
        if self.silent:
            line.sound.clear()
        return line

    async def _reach(self) -> Ends:
        return await asyncio.open_connection(*self._target)

    async def _carry(self, line: Line, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                await line.sound.wait()
                await self._pass_on(line, data, writer)
        if line.sound.is_set():  # nobody is told that a dead line has ended
            writer.close()

    async def _pass_on(self, line: Line, data: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(data)
        await writer.drain()
