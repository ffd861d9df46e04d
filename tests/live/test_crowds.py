"""Screens that find no room are told so; many at once are let in one after another; sleepers are cut off."""

import asyncio
import time
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from server.web import doorway, sockets
from tests.live.line import Line, listening
from tests.live.test_slow_reader import a_narrow_line
from tests.running import Caller, Office, Served, install, server_process, serving


async def test_who_finds_no_room_is_told_when_to_come_back_and_comes_in_later(office: Office) -> None:
    with serving(office, max_sockets=3) as served:
        token = office.tokens["display"]
        async with AsyncExitStack() as stack:
            lines = [await stack.enter_async_context(listening(served.url, token)) for _ in range(3)]
            for line in lines:
                await line.until_type("snapshot")
            async with listening(served.url, token) as fourth:
                assert await fourth.end() == (1013, "full", "")
                assert [frame["type"] for frame in fourth.frames] == ["goodbye"]
                assert fourth.frames[0]["retry_after_ms"] >= 2000
            for line in lines:
                await line.until_type("heartbeat")
        async with asyncio.timeout(5):
            while served.services.hub.sockets:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.02)
        async with listening(served.url, token) as again:
            await again.until_type("snapshot")


async def test_two_hundred_at_once_are_all_let_in_and_hear_what_happens_meanwhile(
    served: Served, ask: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those among them who have left while they waited hold up nobody."""
    monkeypatch.setattr(doorway, "INSIDE", 2)
    ask.ticket()

    async def one(stack: AsyncExitStack) -> Line:
        line = await stack.enter_async_context(listening(served.url, ask.tokens["display"]))
        await line.until_type("snapshot")
        return line

    async with AsyncExitStack() as stack:
        coming = [asyncio.create_task(one(stack)) for _ in range(200)]
        await asyncio.sleep(0.05)
        for task in coming[::10]:
            task.cancel()
        await asyncio.to_thread(ask.ticket)
        found = await asyncio.gather(*coming, return_exceptions=True)
        lines = [line for line in found if isinstance(line, Line)]
        assert len(lines) >= 180
        for line in lines:
            await line.until(ask.seq)


async def test_who_reads_nothing_more_is_cut_off_though_much_is_waiting_for_it(
    served: Served, ask: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A close that waits behind what nobody reads would keep the connection for ever."""
    monkeypatch.setattr(sockets, "LINGER_S", 0.3)
    called = ask.ticket()["id"]
    async with a_narrow_line(served.url, ask.tokens["manager"]) as asleep:
        await asleep.until_type("snapshot")
        hub = served.services.hub
        listener = next(iter(hub.places["main"].listeners))
        asleep.socket.transport.pause_reading()
        ask.done("teller", "counters/main.1/open")
        ask.done("teller", "counters/main.1/call-next")
        async with asyncio.timeout(20):
            while listener.line.unsent < 1000:
                await asyncio.to_thread(lambda: [ask.done("teller", f"tickets/{called}/recall") for _ in range(50)])
        listener.end("slow")
        began = time.monotonic()
        while hub.sockets:
            assert time.monotonic() - began < 5
            await asyncio.sleep(0.05)
        asleep.socket.transport.abort()


async def test_a_screen_that_comes_while_the_server_ends_is_sent_on(sqlite_url: str, tmp_path: Path) -> None:
    office = install(sqlite_url)
    with server_process(office, tmp_path, drain_s="1.5") as server, Caller(server.url, office.tokens) as ask:
        ask.ticket()
        async with listening(server.url, office.tokens["display"]) as line:
            await line.until_type("snapshot")
            stopping = asyncio.create_task(asyncio.to_thread(server.stop))
            async with asyncio.timeout(5):
                while (found := await asyncio.to_thread(ask.http.get, f"{server.url}/readyz")).status_code == 200:
                    pass
            assert (found.status_code, found.json()["status"]) == (503, "draining")
            assert (await asyncio.to_thread(ask.http.get, f"{server.url}/healthz")).status_code == 200
            ticket = await asyncio.to_thread(ask.ticket)
            async with listening(server.url, office.tokens["display"]) as late:
                assert (await late.end())[:2] == (1012, "restart")
            await line.until(ask.seq)
            assert line.events[-1]["ticket"]["number"] == ticket["number"]
            assert (await line.end())[:2] == (1012, "restart")
        assert await stopping < 5
