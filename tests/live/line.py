"""One listener on the live socket, which keeps all it hears and holds it to the rules of the stream."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

Json = dict[str, Any]

PATIENCE_S = 10.0


class Line:
    """`frames` are all that came; `events` what happened since the snapshot; `seq` how far the reader is."""

    def __init__(self, socket: ClientConnection, seq: int | None, epoch: str | None) -> None:
        self.socket = socket
        self.seq = seq
        self.epoch = epoch
        self.frames: list[Json] = []
        self.heard_at: list[float] = []
        self.events: list[Json] = []
        self.snapshot: Json = {}

    async def hear(self) -> Json:
        """The next frame. A frame that does not follow the one before it fails the test."""
        async with asyncio.timeout(PATIENCE_S):
            frame: Json = json.loads(await self.socket.recv())
        self.frames.append(frame)
        self.heard_at.append(time.monotonic())
        if frame["type"] == "snapshot":
            self.seq, self.epoch, self.snapshot = frame["seq"], frame["epoch"], frame["snapshot"]
            self.events = []
        elif frame["type"] == "events":
            assert frame["after"] == self.seq, f"{frame['after']} does not follow {self.seq}"
            seqs = [event["seq"] for event in frame["events"]]
            assert seqs == sorted(set(seqs))
            assert all(frame["after"] < seq <= frame["seq"] for seq in seqs)
            self.seq = frame["seq"]
            self.events += frame["events"]
        elif frame["type"] == "heartbeat":
            assert frame["seq"] == self.seq, "a heartbeat from a place where the reader is not"
        return frame

    async def until(self, seq: int) -> None:
        """Reads on until the log's `seq` has come."""
        async with asyncio.timeout(PATIENCE_S):
            while self.seq is None or self.seq < seq:
                await self.hear()

    async def until_type(self, kind: str) -> Json:
        """Reads on until a frame of this type comes."""
        async with asyncio.timeout(PATIENCE_S):
            while (frame := await self.hear())["type"] != kind:
                pass
        return frame

    async def end(self) -> tuple[int | None, str | None, str]:
        """Reads to the end: (close code, reason of the goodbye if one came, reason of the close)."""
        try:
            async with asyncio.timeout(30):
                while True:
                    await self.hear()
        except ConnectionClosed:
            said = [frame["reason"] for frame in self.frames if frame["type"] == "goodbye"]
            return self.socket.close_code, said[-1] if said else None, self.socket.close_reason or ""


@asynccontextmanager
async def listening(
    url: str,
    token: str,
    seq: int | None = None,
    epoch: str | None = None,
    *,
    branch: str = "main",
    origin: str | None = None,
    **options: Any,
) -> AsyncIterator[Line]:
    """A line to the server, from the place in the log where the listener already is."""
    place = {"after": seq, "epoch": epoch} if seq is not None else {}
    address = f"{url.replace('http', 'ws', 1)}/api/v1/branches/{branch}/live?{urlencode(place)}"
    async with connect(
        address,
        subprotocols=[Subprotocol("callboard.v1"), Subprotocol(f"token.{token}")],
        origin=Origin(origin) if origin else None,
        proxy=None,
        compression=None,
        ping_interval=None,
        open_timeout=PATIENCE_S,
        close_timeout=1,
        max_size=2**26,
        **options,
    ) as socket:
        yield Line(socket, seq, epoch)
