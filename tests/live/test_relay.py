"""News finds its way to the screens though a message is lost, the log stumbles, or the bus says nonsense."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
import redis

from server.live import hub as live_hub
from server.live import relay
from server.live.redis_bus import CHANNEL, RedisBus
from server.storage.database import DatabaseError
from tests.live.line import listening
from tests.running import Caller, Served


def failing(really: Callable[..., Any], times: int, error: Exception) -> Callable[..., Any]:
    """`really`, but the first calls fail."""
    left = times

    def call(*arguments: Any, **more: Any) -> Any:
        nonlocal left
        left -= 1
        if left >= 0:
            raise error
        return really(*arguments, **more)

    return call


async def test_a_message_that_was_lost_costs_a_second_and_no_event(
    served: Served, ask: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask.ticket()
    async with listening(served.url, ask.tokens["display"]) as line:
        await line.hear()
        monkeypatch.setattr(relay.Relay, "written", lambda *_: None)
        tickets = [ask.ticket()["number"] for _ in range(3)]
        async with asyncio.timeout(3):
            await line.until(ask.seq)
        assert [event["ticket"]["number"] for event in line.events] == tickets


@pytest.mark.parametrize("error", [DatabaseError("away"), ValueError("unreadable"), KeyError("counter")], ids=repr)
@pytest.mark.parametrize("part", [(live_hub, "events_after"), (relay, "newest")], ids=["the log", "the poll"])
async def test_whatever_stumbles_once_goes_on(
    served: Served,
    ask: Caller,
    monkeypatch: pytest.MonkeyPatch,
    part: tuple[Any, str],
    error: Exception,
) -> None:
    """A screen that has lost its line comes back by itself; what happened meanwhile it must then see."""
    monkeypatch.setattr(relay, "POLL_S", 0.2)
    ask.ticket()
    async with listening(served.url, ask.tokens["display"]) as line:
        await line.hear()
        module, name = part
        monkeypatch.setattr(module, name, failing(getattr(module, name), 1, error))
        monkeypatch.setattr(relay.Relay, "written", lambda *_: None)
        ask.ticket()
        await asyncio.sleep(1.5)
    async with listening(served.url, ask.tokens["display"], line.seq, line.epoch) as again:
        async with asyncio.timeout(3):
            await again.until(ask.seq)
        assert (await again.until_type("heartbeat"))["seq"] == ask.seq


async def test_the_bus_takes_no_harm_from_what_is_not_meant_for_it(valkey_url: str) -> None:
    heard: list[tuple[str, int]] = []
    bus = RedisBus(valkey_url)
    await bus.start(lambda branch_id, seq: heard.append((branch_id, seq)))
    async with redis.asyncio.from_url(valkey_url) as other:
        while not (await other.pubsub_numsub(CHANNEL))[0][1]:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)
        for nonsense in ("", "hello", "main", "main x", b"\xff\xfe", "main -1", "a b 5"):
            await other.publish(CHANNEL, nonsense)
        async with asyncio.timeout(5):
            while ("main", 812) not in heard:
                await other.publish(CHANNEL, "main 812")
                await asyncio.sleep(0.05)
    await bus.close()
