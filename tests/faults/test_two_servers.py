"""Two servers on one PostgreSQL and one Valkey: one is killed or stands still, and the other takes over."""

import asyncio
import random
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults.caller import until_ready
from tests.faults.conftest import Tell
from tests.faults.hall import fault_runs, fault_seed, judged, staffed
from tests.faults.load import Crowd, crowd
from tests.running import ServerProcess, server_process

pytestmark = pytest.mark.long

TAKEN_OVER_S = 5.0
STOOD_STILL_S = 12.0  # a process that is suspended holds the branch until PostgreSQL ends its transaction
A_FEW = 30


@dataclass(frozen=True, slots=True)
class Pair:
    servers: list[ServerProcess]
    people: Crowd
    seed: int


@asynccontextmanager
async def pair(url: str, bus_url: str, folder: Path) -> AsyncIterator[Pair]:
    seed, office = fault_seed(), staffed(url)
    with (
        server_process(office, folder, bus_url, wait=False) as one,
        server_process(office, folder, bus_url, wait=False) as other,
    ):
        await asyncio.gather(until_ready(one.url), until_ready(other.url))
        async with crowd(office, one.url, other.url, seed=seed) as people:
            await people.until_answered(A_FEW)
            yield Pair([one, other], people, seed)


async def test_one_is_killed_or_stands_still_and_the_other_goes_on(
    postgres_url: str, valkey_url: str, tmp_path: Path, tell: Tell
) -> None:
    """Stands still as when its machine is suspended: it may hold the branch's lock, and wakes up believing that it
    still does."""
    killed = stood = 0.0
    runs = max(2, fault_runs() // 2)
    async with pair(postgres_url, valkey_url, tmp_path) as both:
        dice = random.Random(both.seed)
        for run in range(runs):
            server = both.servers[run % 2]
            await asyncio.sleep(dice.uniform(0.0, 0.5))
            await asyncio.to_thread(server.kill)
            killed = max(killed, await both.people.until_answered(A_FEW, TAKEN_OVER_S))
            server.launch()
            await until_ready(server.url)
        for server in both.servers:
            stood = max(stood, await while_it_stands_still(server, both.people))
        found = await judged(both.people, postgres_url)
    more = {"kills": runs, "seed": both.seed, "killed_s": round(killed, 1), "suspended_s": round(stood, 1)}
    tell("two servers, one killed -9 or suspended", found, **more)


async def while_it_stands_still(server: ServerProcess, people: Crowd) -> float:
    """How long the others need to go on, in seconds."""
    assert server.process is not None
    server.process.send_signal(signal.SIGSTOP)
    try:
        return await people.until_answered(A_FEW, STOOD_STILL_S)
    finally:
        await asyncio.sleep(1)
        server.process.send_signal(signal.SIGCONT)
        await people.until_answered(A_FEW)
