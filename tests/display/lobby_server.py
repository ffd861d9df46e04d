"""A small server of the lobby's socket that keeps a log of calls, and can be told to misbehave."""

import asyncio
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.typing import Subprotocol

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
Json = dict[str, Any]


class LobbyServer:
    """Every event is a call; `seq` counts them. Resumes any place it knows, else sends a snapshot."""

    def __init__(self) -> None:
        self.log: list[Json] = []
        self.epoch = "one"
        self.forgets = False  # True: no place is known any more, as after the log was shortened
        self.refuses = ""  # the reason a token is turned away with
        self.mute = False  # True: the line stays up and says nothing
        self.places: list[tuple[int, str] | None] = []  # what each connection asked for
        self.alive: list[Json] = []
        self._lines: set[ServerConnection] = set()
        self._server: Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await serve(
            self._serve, "127.0.0.1", 0, subprotocols=[Subprotocol("callboard.v1")], ping_interval=None
        )
        self.url = f"http://127.0.0.1:{next(iter(self._server.sockets)).getsockname()[1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    @property
    def seq(self) -> int:
        return len(self.log)

    async def call(self, *, tell: bool = True) -> int:
        """One more call in the log; `tell` False loses its frame on the way."""
        self.log.append(event(self.seq + 1))
        if tell:
            await self.send(self.events(self.seq - 1))
        return self.seq

    async def send(self, frame: Json) -> None:
        for line in list(self._lines):
            await line.send(json.dumps(frame))

    def cut(self) -> None:
        """The cable is pulled: no closing words."""
        for line in list(self._lines):
            line.transport.abort()

    def events(self, after: int) -> Json:
        return self._timed(type="events", after=after, seq=self.seq, events=self.log[after:])

    def snapshot(self) -> Json:
        recent = [call_of(e) for e in self.log[::-1][:12]]
        hall = {"counters": [{"id": "main.1", "number": 1}], "recent_calls": recent}
        return self._timed(type="snapshot", epoch=self.epoch, seq=self.seq, snapshot=hall)

    def _timed(self, **frame: Any) -> Json:
        return frame | {"now": (NINE + timedelta(minutes=self.seq)).isoformat(), "speed": 1}

    async def _serve(self, line: ServerConnection) -> None:
        assert line.request is not None
        asked = parse_qs(urlsplit(line.request.path).query)
        place = (int(asked["after"][0]), asked["epoch"][0]) if asked else None
        self.places.append(place)
        if self.refuses:
            await line.close(4401, self.refuses)
            return
        if not self.mute:
            known = place is not None and not self.forgets and place[1] == self.epoch
            await line.send(json.dumps(self.events(place[0]) if known and place else self.snapshot()))
        self._lines.add(line)
        heartbeats = asyncio.create_task(self._beat(line))
        try:
            async for said in line:
                self.alive.append(json.loads(said))
        finally:
            heartbeats.cancel()
            self._lines.discard(line)

    async def _beat(self, line: ServerConnection) -> None:
        while True:
            await asyncio.sleep(1)
            if not self.mute:
                await line.send(json.dumps(self._timed(type="heartbeat", seq=self.seq)))


def event(seq: int) -> Json:
    ticket = {"number": f"A{seq:03d}", "counter_id": "main.1", "queue_id": "cash"}
    at = (NINE + timedelta(minutes=seq)).isoformat()
    return {"seq": seq, "kind": "ticket.called", "at": at, "ticket": ticket}


def call_of(event: Json) -> Json:
    number, queue = event["ticket"]["number"], event["ticket"]["queue_id"]
    told = {"seq": event["seq"], "number": number, "counter_number": 1, "queue_id": queue}
    return told | {"at": event["at"], "repeat": False}


def numbers(count: int, first: int = 1) -> Iterator[str]:
    return (f"A{seq:03d}" for seq in range(first, first + count))
