"""What frames are written to: the connection itself where the server hands it over, else a queue before it."""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Protocol

from starlette.websockets import WebSocket

from server.live.frames import Frame

EXTENSION = "callboard.line"  # in the scope's extensions: the connection's Line, if the server has one to give
FLUSH_S = 0.5


class Line(Protocol):
    @property
    def unsent(self) -> int:
        """Bytes that the system has not taken yet. Whoever writes watches it: nothing else bounds the memory."""

    def write(self, frame: Frame) -> None:
        """Behind all that was written before. Never waits, and a line that has ended takes no harm from it."""

    async def drained(self) -> None:
        """Returns when most of what was written is on its way, or the line has ended."""

    async def close(self) -> None:
        """Nothing is written any more; what waits may still go out, but not for long."""


class QueuedLine:
    """Under a server that gives us no connection: one task sends what gathers, as any ASGI program would."""

    def __init__(self, socket: WebSocket) -> None:
        self.unsent = 0
        self._socket = socket
        self._frames: deque[Frame] = deque()
        self._written, self._empty = asyncio.Event(), asyncio.Event()
        self._task = asyncio.create_task(self._send())

    def write(self, frame: Frame) -> None:
        if self._task.done():
            return
        self._frames.append(frame)
        self.unsent += len(frame.payload)
        self._empty.clear()
        self._written.set()

    async def drained(self) -> None:
        if self.unsent:
            await self._empty.wait()

    async def close(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(FLUSH_S):
                await self.drained()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _send(self) -> None:
        try:
            while True:
                await self._written.wait()
                self._written.clear()
                while self._frames:
                    frame = self._frames.popleft()
                    await self._socket.send_text(frame.text)
                    self.unsent -= len(frame.payload)
                self._empty.set()
        finally:
            self._empty.set()


def line_of(socket: WebSocket) -> Line:
    line: Line | None = socket.scope.get("extensions", {}).get(EXTENSION)
    return line or QueuedLine(socket)
