"""The cable between a display and the server: it can be pulled out, or go dead without a word."""

import asyncio
from contextlib import suppress
from typing import Self

CHUNK = 65536


class Cable:
    """A TCP relay on a port of its own, with `async with`."""

    def __init__(self, host: str, port: int) -> None:
        self._target = host, port
        self._sound = asyncio.Event()
        self._sound.set()
        self._pulled = False
        self._ends: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connect, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        self._drop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def pull(self, seconds: float) -> None:
        """Out of the wall: connections break at once, and new ones are refused for so long."""
        self._pulled = True
        self._drop()
        await asyncio.sleep(seconds)
        self._pulled = False

    async def go_dead(self, seconds: float) -> None:
        """Nothing comes through for so long, and neither side is told; what was under way is lost."""
        self._sound.clear()
        await asyncio.sleep(seconds)
        self._drop()
        self._sound.set()

    def _drop(self) -> None:
        for end in self._ends:
            end.transport.abort()
        self._ends.clear()

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # Only our own end cancels it, and asyncio would report a cancelled handler as an error.
        with suppress(asyncio.CancelledError):
            await self._carry_both(reader, writer)

    async def _carry_both(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._pulled:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except OSError:
            writer.transport.abort()
            return
        ends = {writer, far_writer}
        self._ends |= ends
        try:
            await asyncio.gather(self._carry(reader, far_writer), self._carry(far_reader, writer))
        finally:
            self._ends -= ends
            for end in ends:
                end.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                await self._sound.wait()
                writer.write(data)
                await writer.drain()
            writer.close()
