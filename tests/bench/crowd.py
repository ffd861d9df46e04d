"""A crowd of displays and phones in a process of its own, as cheap as can be: it is the server that is measured."""

import asyncio
import json
import sys
import time
from collections.abc import Callable
from typing import Any, cast

import uvloop

EVENT = b'"kind":"ticket.'  # in every frame that tells of a ticket, and in no heartbeat
PHONE = b'"type":"phone"'  # a phone's whole view
ALIVE = b'{"type":"alive","seq":0}'
ALIVE_FRAME = bytes([0x81, 0x80 | len(ALIVE), 0, 0, 0, 0]) + ALIVE  # masked with nothing: as legal as any other mask
ALIVE_EVERY_S = 2.0
TURNS = 20  # not all speak at once
AT_ONCE = 200
OPENED = b"HTTP/1.1 101"


class Screen(asyncio.Protocol):
    """Knows the line is open, and when what it waits for is spoken of; reads nothing else."""

    def __init__(self, request: bytes, waits_for: bytes, on_event: Callable[[], None]) -> None:
        self._request = request
        self._waits_for = waits_for
        self._on_event = on_event
        self.opened: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.closed: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if self._waits_for in data:
            self._on_event()
        if not self.opened.done():
            self.opened.set_result(data.startswith(OPENED))

    def connection_lost(self, error: Exception | None) -> None:
        if not self.opened.done():
            self.opened.set_result(False)
        self.closed.set_result(True)


class Crowd:
    """Told what to do by lines of JSON on its input; says on its output when the last display has heard of an event.
    Phones listen beside them: their views are counted, and nobody is told until asked."""

    def __init__(self) -> None:
        self._screens: list[Screen] = []
        self._displays = 0
        self._heard = 0
        self._views = 0
        self._newest_view_ns = 0

    async def open(self, port: int, path: str, token: str, count: int, at_once: int = AT_ONCE) -> None:
        """So many displays with one token."""
        self._displays += count
        await self._open(port, path, [token] * count, EVENT, self._on_event, at_once)

    async def phones(self, port: int, path: str, tokens: list[str], at_once: int = AT_ONCE) -> None:
        """One phone for each token."""
        await self._open(port, path, tokens, PHONE, self._on_view, at_once)

    async def _open(
        self, port: int, path: str, tokens: list[str], waits_for: bytes, on_event: Callable[[], None], at_once: int
    ) -> None:
        gate, began = asyncio.Semaphore(at_once), time.monotonic()

        async def one(token: str) -> bool:
            async with gate:
                screen = Screen(handshake(port, path, token), waits_for, on_event)
                await asyncio.get_running_loop().create_connection(lambda: screen, "127.0.0.1", port)
                self._screens.append(screen)
                return await screen.opened

        opened = await asyncio.gather(*(one(token) for token in tokens))
        await asyncio.sleep(0.2)  # the first frame of each
        self._heard = 0
        say({"opened": sum(opened), "took_s": time.monotonic() - began})

    async def views(self) -> None:
        """How many views phones got since this was asked last, and when the newest came."""
        say({"views": self._views, "newest_ns": self._newest_view_ns})
        self._views = 0

    async def close(self) -> None:
        for screen in self._screens:
            screen.transport.abort()
        await asyncio.gather(*(screen.closed for screen in self._screens))
        self._screens.clear()
        self._displays = self._views = 0
        say({"closed": True})

    def _on_view(self) -> None:
        self._views += 1
        self._newest_view_ns = time.monotonic_ns()

    def _on_event(self) -> None:
        self._heard += 1
        if self._heard == self._displays:
            say({"last_ns": time.monotonic_ns()})
            self._heard = 0

    async def stay_alive(self) -> None:
        turn = 0
        while True:
            await asyncio.sleep(ALIVE_EVERY_S / TURNS)
            for screen in self._screens[turn % TURNS :: TURNS]:
                screen.transport.write(ALIVE_FRAME)
            turn += 1


def handshake(port: int, path: str, token: str) -> bytes:
    """The opening request of a browser, with a nonce that nobody checks."""
    lines = (
        f"GET {path} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        f"Sec-WebSocket-Protocol: callboard.v1, token.{token}",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def say(what: dict[str, Any]) -> None:
    print(json.dumps(what), flush=True)


async def follow_orders() -> None:
    crowd, orders = Crowd(), asyncio.StreamReader(limit=2**22)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(orders), sys.stdin)
    alive = asyncio.create_task(crowd.stay_alive())
    while line := await orders.readline():
        order = json.loads(line)
        await getattr(crowd, order.pop("do"))(**order)
    alive.cancel()


if __name__ == "__main__":
    uvloop.run(follow_orders())
