"""The lines between the hall and the server are cut, refused and go dead: a retried press is done once."""

import asyncio
import random
from pathlib import Path

import pytest

from tests.faults.conftest import Tell
from tests.faults.hall import fault_seed, judged, staffed
from tests.faults.load import crowd
from tests.faults.proxy import Proxy
from tests.running import server_process

pytestmark = pytest.mark.long

CUTS = 14


async def spoil(proxy: Proxy, dice: random.Random) -> None:
    """One fault of the line, and a moment in which it works."""
    kind = dice.choice(["cut", "some bytes", "some bytes", "away", "slow", "dead"])
    if kind == "cut":
        proxy.cut()
    elif kind == "some bytes":
        proxy.cut_after = dice.randrange(1, 30_000)
    elif kind == "away":
        with proxy.away():
            await asyncio.sleep(dice.uniform(0.05, 0.4))
    elif kind == "slow":
        proxy.delay_s = dice.uniform(0.01, 0.1)
        await asyncio.sleep(0.3)
        proxy.delay_s = 0.0
    else:
        proxy.hush()
    await asyncio.sleep(dice.uniform(0.05, 0.4))


async def test_whatever_becomes_of_the_line_a_press_is_done_once_and_no_call_is_missed(
    sqlite_url: str, tmp_path: Path, tell: Tell
) -> None:
    seed, office = fault_seed(), staffed(sqlite_url)
    dice = random.Random(seed)
    with server_process(office, tmp_path) as server:
        async with (
            Proxy(("127.0.0.1", server.port)) as tellers,
            Proxy(("127.0.0.1", server.port)) as lobby,
            crowd(office, tellers.url, seed=seed, display_urls=[lobby.url]) as people,
        ):
            await people.until_answered(20)
            for _ in range(CUTS):
                await asyncio.gather(spoil(tellers, dice), spoil(lobby, dice))
            tellers.cut_after = lobby.cut_after = None
            await people.until_answered(20)
            found = await judged(people, sqlite_url)
    record = people.record
    assert record.cut_off > 0, "nobody noticed"
    assert found.screens.lines > 3, "no display came back"
    tell("clients' lines cut, slow, half-open", found, seed=seed, cut_off=record.cut_off, lines=found.screens.lines)
