"""Who does not keep up is let go, little memory is spent on them, and they go on later without a loss."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from websockets.exceptions import ConnectionClosed

from server.actions.decision import Actor, Command
from server.actions.teller import recall
from server.live import joining, kept, listener
from server.live.listener import Listener
from tests.live.line import Line, listening
from tests.running import Caller, Served

ROOM = 8 * 1024
LARGEST = 300 * 1024  # a frame may hold the events of one whole batch
BURST = 500
TELLER = Actor("teller", "teller-1")


@asynccontextmanager
async def a_narrow_line(
    url: str, token: str, seq: int | None = None, epoch: str | None = None
) -> AsyncIterator[Line]:
    """A line whose reader takes in hardly anything that it does not read."""
    port = int(url.rsplit(":", 1)[1])
    narrow = socket.socket()
    narrow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    narrow.setblocking(False)
    await asyncio.get_running_loop().sock_connect(narrow, ("127.0.0.1", port))
    async with listening(url, token, sock=narrow, max_queue=1) as line:
        yield line


def listeners(served: Served) -> list[Listener]:
    return [one for place in served.services.hub.places.values() for one in place.listeners]


def call_out(served: Served, ticket_id: str) -> None:
    """Many calls of one number: half a megabyte of news, so that the system's own buffers are full before long."""
    again = Command("main", TELLER, recall, {"ticket_id": ticket_id})
    for answer in [served.services.writer.submit(again) for _ in range(BURST)]:
        answer.result(10)


async def until_one_is_let_go(served: Served, ticket_id: str, quick: Line) -> None:
    """Calls are made, a burst at a time, until only one still listens."""
    for burst in range(1, 60):
        await asyncio.to_thread(call_out, served, ticket_id)
        await quick.until((quick.snapshot["seq"] or 0) + burst * BURST)
        assert all(one.line.unsent <= one.room + LARGEST for one in listeners(served))
        if len(listeners(served)) == 1:
            return
    raise AssertionError("the slow reader is kept for ever")


async def read_what_is_left(line: Line) -> None:
    try:
        while True:
            await line.hear()
    except ConnectionClosed:
        pass


def missing(heard: list[int], start: int, end: int) -> list[int]:
    """What is not there, or not once, or not in its place: no more than a few lines of it, there are thousands."""
    expected = range(start + 1, end + 1)
    wrong = [seq for seq, other in zip(expected, heard, strict=False) if seq != other]
    return [*wrong, *expected[len(heard) :], *heard[len(expected) :]][:5]


async def test_a_slow_reader_is_let_go_and_goes_on_where_it_was(
    served: Served, ask: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST", 100)
    monkeypatch.setattr(joining, "MOST_MISSED", 100_000)  # or it would come back to a snapshot
    called = ask.ticket()["id"]
    ask.done("teller", "counters/main.1/open")
    ask.done("teller", "counters/main.1/call-next")
    ask.snapshot()
    token = ask.tokens["manager"]
    async with AsyncExitStack() as stack:
        quick = await stack.enter_async_context(listening(served.url, token))
        await quick.until_type("snapshot")
        with monkeypatch.context() as narrow:  # for the slow one alone: on a busy machine all are slow
            narrow.setattr(listener, "ROOM", ROOM)
            slow = await stack.enter_async_context(a_narrow_line(served.url, token))
            await slow.until_type("snapshot")
        start = slow.seq or 0
        await until_one_is_let_go(served, called, quick)
        ask.ticket()
        last = ask.seq
        await read_what_is_left(slow)
        heard = [event["seq"] for event in slow.events]
        assert slow.seq is not None
        assert start < slow.seq < last, "it was not slow"
        assert slow.socket.close_code != 4000, "it was let go for its silence, not for being slow"
        ask.ticket()
        async with listening(served.url, token, slow.seq, slow.epoch) as again:
            await again.until(ask.seq)
            heard += [event["seq"] for event in again.events]
        await quick.until(ask.seq)
        assert missing(heard, start, ask.seq) == []
        assert missing([event["seq"] for event in quick.events], start, ask.seq) == []
