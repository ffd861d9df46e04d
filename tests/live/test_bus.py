"""A bus that is there for TCP and for nobody else is noticed, and when it is back, so are we."""

import asyncio
from contextlib import AsyncExitStack, suppress

import pytest
import redis

from server.live import redis_bus
from server.live.redis_bus import CHANNEL, RedisBus


class Tube:
    """Everything to Valkey goes through it, until it is stopped up: then nothing does, and no end is told of it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.stopped_up = False

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there = await asyncio.open_connection("127.0.0.1", self._port)
        await asyncio.gather(self._pass(reader, there[1]), self._pass(there[0], writer))

    async def _pass(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await source.read(4096):
                if not self.stopped_up:
                    sink.write(data)
        sink.close()


async def test_a_line_on_which_nothing_comes_any_more_is_replaced(
    valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_bus, "QUIET_S", 0.1)
    monkeypatch.setattr(redis_bus, "DEAD_S", 0.3)
    monkeypatch.setattr(redis_bus, "RETRY_S", 0.1)
    tube, heard = Tube(int(valkey_url.rsplit(":", 1)[1])), asyncio.Queue[tuple[str, int]]()
    server = await asyncio.start_server(tube.carry, "127.0.0.1", 0)
    async with redis.asyncio.from_url(valkey_url) as other, asyncio.timeout(15), AsyncExitStack() as stack:
        bus = RedisBus(f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}")
        await bus.start(lambda branch_id, seq: heard.put_nowait((branch_id, seq)))
        stack.push_async_callback(bus.close)
        await until(bus, True)
        await asyncio.sleep(0.5)
        assert bus.up, "a quiet line was taken for a dead one"
        await other.publish(CHANNEL, "north 7")
        assert await heard.get() == ("north", 7)
        tube.stopped_up = True
        await until(bus, False)
        tube.stopped_up = False
        await until(bus, True)
        await other.publish(CHANNEL, "north 9")
        assert await heard.get() == ("north", 9)
    server.close()


async def until(bus: RedisBus, up: bool) -> None:
    while bus.up is not up:  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0.02)


async def test_of_every_branch_the_newest_is_told_when_the_bus_is_back(valkey_url: str) -> None:
    """A thousand events of an outage are one message for each branch."""
    bus = RedisBus(valkey_url)
    for seq in range(1000):
        bus.publish("east", seq)
        bus.publish("west", seq)
    heard: list[tuple[str, int]] = []
    async with redis.asyncio.from_url(valkey_url) as other, asyncio.timeout(10), other.pubsub() as listening:
        await listening.subscribe(CHANNEL)
        await bus.start(lambda *_: None)
        while len(heard) < 2:
            found = await listening.get_message(ignore_subscribe_messages=True, timeout=1)
            if found and found["data"].split()[0] in {b"east", b"west"}:
                branch_id, seq = found["data"].decode().split()
                heard.append((branch_id, int(seq)))
    assert sorted(heard) == [("east", 999), ("west", 999)]
    await bus.close()


async def test_that_something_was_taken_back_is_told_to_every_server_at_once(valkey_url: str) -> None:
    """By a channel of its own: a server of an older version hears nothing of it, and looks by itself."""
    one, other = RedisBus(valkey_url), RedisBus(valkey_url)
    heard, told = [asyncio.Event(), asyncio.Event()], []
    await one.start(lambda *news: told.append(news), heard[0].set)
    await other.start(lambda *news: told.append(news), heard[1].set)
    await until(one, True)
    await until(other, True)
    one.publish_access()
    async with asyncio.timeout(5):
        for each in heard:
            await each.wait()
    assert told == []
    await one.close()
    await other.close()
