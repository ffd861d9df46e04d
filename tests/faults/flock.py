"""Thousands of displays at once: each holds its socket open, says that it lives, and follows the stream."""

import asyncio
import base64
import json
import random
import secrets
from functools import lru_cache, partial
from typing import Any

Json = dict[str, Any]

ALIVE_EVERY_S = 5.0
OPENED_WITHIN_S = 240.0  # ten thousand on two busy cores
TRY_S = 30.0  # a display waits three; but ten thousand do not share one core, as these do
FIRST_RETRY_S = 0.25
LAST_RETRY_S = 5.0
MASKED_TEXT = 0x81, 0x80


@lru_cache(maxsize=4096)
def read(text: bytes) -> Json:
    """A frame is written once for all who may see it, so it need be read only once."""
    found: Json = json.loads(text) if text else {"type": "control"}
    return found


class Bird(asyncio.Protocol):
    """One display on a bare line, a fraction of what a whole client costs. `seq` is how far it has come."""

    def __init__(self, host: str, token: str) -> None:
        self.seq: int | None = None
        self.snapshots = self.calls = 0
        self.faults: list[str] = []
        self.alive = False
        self.line: asyncio.Transport | None = None
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._left = b""
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        self._hello = (
            f"GET /api/v1/branches/main/live HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: callboard.v1, token.{token}\r\n\r\n"
        ).encode()

    def give_up(self) -> None:
        if self.line is not None:
            self.line.abort()
        self.opened.cancel()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.line = transport
        transport.write(self._hello)

    def connection_lost(self, error: Exception | None) -> None:
        self.alive = False
        if not self.opened.done():
            self.opened.set_exception(ConnectionError(f"lost before it was open: {error}"))

    def data_received(self, data: bytes) -> None:
        self._left += data
        if not self.alive:
            head, end, rest = self._left.partition(b"\r\n\r\n")
            if not end:
                return
            if b" 101 " not in head:
                self.give_up()
                return
            self.alive, self._left = True, rest
            if not self.opened.done():
                self.opened.set_result(None)
        while (text := self._next()) is not None:
            self._hear(text)

    def say_alive(self) -> None:
        said = json.dumps({"type": "alive", "seq": self.seq or 0}).encode()
        assert self.line is not None
        self.line.write(bytes((MASKED_TEXT[0], MASKED_TEXT[1] | len(said), 0, 0, 0, 0)) + said)

    def _next(self) -> bytes | None:
        """The next whole frame, if it has come; of whatever else than text, nothing."""
        left = self._left
        if len(left) < 2:
            return None
        length, start = left[1] & 0x7F, 2
        if length >= 126:
            start = 4 if length == 126 else 10
            if len(left) < start:
                return None
            length = int.from_bytes(left[2:start], "big")
        if len(left) < start + length:
            return None
        self._left = left[start + length :]
        return left[start : start + length] if left[0] == MASKED_TEXT[0] else b""

    def _hear(self, text: bytes) -> None:
        frame = read(text)
        if frame["type"] == "snapshot":
            self.snapshots += 1
            self.seq = frame["seq"]
        elif frame["type"] == "events":
            if frame["after"] != self.seq:
                self.faults.append(f"a frame from {frame['after']} came at {self.seq}")
            self.calls += sum(event["kind"] == "ticket.called" for event in frame["events"])
            self.seq = frame["seq"]


def _itself(bird: Bird) -> Bird:
    return bird


class Flock:
    def __init__(self, port: int, token: str) -> None:
        self._port = port
        self._token = token
        self.birds: list[Bird] = []
        self.turned_away = 0
        self._talk: asyncio.Task[None] | None = None

    async def come(self, count: int) -> float:
        """All at once; gives how long it took until the last had come in, in seconds."""
        clock = asyncio.get_running_loop().time
        began = clock()
        self._talk = self._talk or asyncio.create_task(self._say_alive())
        async with asyncio.timeout(OPENED_WITHIN_S):
            await asyncio.gather(*(self._one() for _ in range(count)))
        return clock() - began

    async def until(self, seq: int, patience_s: float = 20.0) -> None:
        async with asyncio.timeout(patience_s):
            while any(bird.seq is None or bird.seq < seq for bird in self.birds):  # noqa: ASYNC110 (thousands)
                await asyncio.sleep(0.05)

    async def close(self) -> None:
        if self._talk:
            self._talk.cancel()
        for bird in self.birds:
            bird.give_up()
        await asyncio.sleep(0.1)

    async def _one(self) -> None:
        """A display that is not let in tries again with back-off, as all do."""
        loop, tries = asyncio.get_running_loop(), 0
        while True:
            bird = Bird(f"127.0.0.1:{self._port}", self._token)
            try:
                async with asyncio.timeout(TRY_S):
                    await loop.create_connection(partial(_itself, bird), "127.0.0.1", self._port)
                    await bird.opened
            except OSError:  # a TimeoutError too
                bird.give_up()
                tries += 1
                self.turned_away += 1
                await asyncio.sleep(min(LAST_RETRY_S, FIRST_RETRY_S * 2**tries) * random.uniform(0.5, 1.0))
                continue
            self.birds.append(bird)
            return

    async def _say_alive(self) -> None:
        while True:
            await asyncio.sleep(ALIVE_EVERY_S)
            for number, bird in enumerate(self.birds):
                if bird.alive:
                    bird.say_alive()
                if number % 200 == 199:
                    await asyncio.sleep(0.01)
