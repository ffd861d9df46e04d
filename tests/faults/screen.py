"""A display of its own kind: goes on where it was after every cut, and keeps each frame as it came."""

import asyncio
import json
from collections.abc import Sequence
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException
from websockets.typing import Subprotocol

from tests.faults.record import Heard, Json, Record

SILENCE_S = 3.0
ALIVE_EVERY_S = 2.0
BACK_AFTER_S = 0.1
OPENED_WITHIN_S = 3.0


class Screen:
    """`seq` is how far it has come. The servers are tried in turn, from the first."""

    def __init__(self, name: str, urls: Sequence[str], token: str, record: Record) -> None:
        self.name = name
        self.seq: int | None = None
        self.epoch: str | None = None
        self.connected = False
        self._urls = list(urls)
        self._protocols = [Subprotocol("callboard.v1"), Subprotocol(f"token.{token}")]
        self._record = record

    async def listen(self) -> None:
        turn = 0
        while True:
            try:
                await self._listen(self._urls[turn % len(self._urls)])
            except (OSError, TimeoutError, WebSocketException) as error:
                self._note("lost", {"error": repr(error)})
            self.connected = False
            turn += 1
            await asyncio.sleep(BACK_AFTER_S)

    async def until(self, seq: int, patience_s: float = 20.0) -> None:
        async with asyncio.timeout(patience_s):
            while self.seq is None or self.seq < seq or not self.connected:  # noqa: ASYNC110 (it is a test)
                await asyncio.sleep(0.02)

    def _note(self, what: str, body: Json) -> None:
        self._record.heard.append(Heard(self.name, what, body))

    async def _listen(self, url: str) -> None:
        place = {"after": self.seq, "epoch": self.epoch} if self.seq is not None else {}
        address = f"{url.replace('http', 'ws', 1)}/api/v1/branches/main/live?{urlencode(place)}"
        async with connect(
            address,
            subprotocols=self._protocols,
            proxy=None,
            compression=None,
            ping_interval=None,
            open_timeout=OPENED_WITHIN_S,
            close_timeout=0.2,
            max_size=2**26,
        ) as socket:
            self._note("opened", place)
            self.connected = True
            alive = asyncio.create_task(self._say_alive(socket))
            try:
                while True:
                    async with asyncio.timeout(SILENCE_S):
                        self._hear(json.loads(await socket.recv()))
            finally:
                alive.cancel()

    async def _say_alive(self, socket: ClientConnection) -> None:
        while True:
            await asyncio.sleep(ALIVE_EVERY_S)
            await socket.send(json.dumps({"type": "alive", "seq": self.seq or 0}))

    def _hear(self, frame: Json) -> None:
        self._note("frame", frame)
        if frame["type"] in ("snapshot", "events"):
            self.seq = frame["seq"]
            self.epoch = frame.get("epoch", self.epoch)
