"""The server is killed without warning, again and again, in the middle of the rush and of its own start."""

import asyncio
import random
from pathlib import Path

from tests.faults.caller import until_ready
from tests.faults.conftest import Tell
from tests.faults.hall import fault_runs, fault_seed, judged, staffed
from tests.faults.load import Crowd, crowd
from tests.running import ServerProcess, server_process

WHILE_STARTING = 0.2  # of the runs are killed before they were ready


async def kill_again_and_again(server: ServerProcess, runs: int, dice: random.Random, people: Crowd) -> None:
    for _ in range(runs):
        starting = dice.random() < WHILE_STARTING
        if not starting:
            await until_ready(server.url)
            await people.until_answered(1)
        await asyncio.sleep(dice.uniform(0.0, 0.8))
        people.look_after()
        await asyncio.to_thread(server.kill)
        server.launch()
    await until_ready(server.url)
    await people.until_answered(20)


async def test_killed_at_any_moment_it_loses_nothing_and_does_nothing_twice(
    database_url: str, tmp_path: Path, tell: Tell
) -> None:
    seed = fault_seed()
    dice = random.Random(seed)
    office = staffed(database_url)
    runs = fault_runs()
    with server_process(office, tmp_path) as server:
        async with crowd(office, server.url, seed=seed) as people:
            await people.until_answered(20)
            await kill_again_and_again(server, runs, dice, people)
            found = await judged(people, database_url)
    assert people.record.cut_off > 0, "nobody noticed"
    tell(f"kill -9, {database_url.split(':')[0]}", found, kills=runs, seed=seed, cut_off=people.record.cut_off)
