"""Who does not keep up is let go with little memory spent, and goes on later without a loss; others notice nothing."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from websockets.exceptions import ConnectionClosed

from server.live import place
from server.live.place import Listener
from tests.live.line import Line, listening
from tests.running import Caller, Served

LIMIT = 16


@asynccontextmanager
async def a_narrow_line(url: str, token: str, seq: int | None = None, epoch: str | None = None) -> AsyncIterator[Line]:
    """A line whose reader takes in hardly anything that it does not read."""
    port = int(url.rsplit(":", 1)[1])
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    narrow.setblocking(False)
    await asyncio.get_running_loop().sock_connect(narrow, ("127.0.0.1", port))
    async with listening(url, token, seq, epoch, sock=narrow, max_queue=1) as line:
        yield line


def listeners(served: Served) -> list[Listener]:
    return [one for place in served.services.hub.places.values() for one in place.listeners]


async def until_it_is_let_go(served: Served, ask: Caller) -> None:
    """Things happen until only one listens."""
    began = time.monotonic()
    while len(listeners(served)) > 1:
        assert time.monotonic() - began < 20, "the slow reader is kept for ever"
        await asyncio.gather(*(asyncio.to_thread(ask.ticket) for _ in range(8)))
        assert all(one.frames.qsize() <= LIMIT for one in listeners(served))


async def read_what_is_left(line: Line) -> None:
    try:
        while True:
            await line.hear()
    except ConnectionClosed:
        pass


async def test_a_slow_reader_is_let_go_and_goes_on_where_it_was(
    served: Served, ask: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "QUEUE_LIMIT", LIMIT)
    ask.ticket()
    token = ask.tokens["manager"]
    async with listening(served.url, token) as quick, a_narrow_line(served.url, token) as slow:
        await quick.until_type("snapshot")
        await slow.until_type("snapshot")
        start = slow.seq or 0
        reading = asyncio.create_task(read_what_is_left(quick))
        await until_it_is_let_go(served, ask)
        last = ask.seq
        await read_what_is_left(slow)
        heard = [event["seq"] for event in slow.events]
        assert slow.seq is not None
        assert start < slow.seq < last, "it was not slow"
        ask.ticket()
        async with listening(served.url, token, slow.seq, slow.epoch) as again:
            await again.until(ask.seq)
            heard += [event["seq"] for event in again.events]
        await asyncio.sleep(0.2)
        reading.cancel()
        print("QUICK", quick.socket.close_code, reading, quick.seq, quick.frames[-1]["type"], [f["type"] for f in slow.frames[-3:]], slow.socket.close_code)
        assert heard == list(range(start + 1, ask.seq + 1))
        assert [event["seq"] for event in quick.events] == heard
