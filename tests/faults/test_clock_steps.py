"""The clock is set forward and back, over midnight and over summer time: events in order, one day begins once."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from server.demo.branch import source_branch
from server.storage.database import open_database
from server.storage.server_clock import start_clock
from tests.faults.caller import until_ready
from tests.faults.checker import read_log
from tests.faults.conftest import Tell
from tests.faults.hall import fault_seed, judged, staffed
from tests.faults.load import Crowd, crowd
from tests.faults.stepped import SteppedServer
from tests.running import Office

pytestmark = pytest.mark.long

HOUR = timedelta(hours=1)
A_FEW = 30
BERLIN = replace(source_branch(), time_zone="Europe/Berlin", opens=time(0, 0), closes=time(23, 59, 59, 999999))
SPRING = datetime(2026, 3, 28, 22, 30, tzinfo=UTC)  # half past eleven in the evening; at two it will be three
AUTUMN = datetime(2026, 10, 24, 21, 30, tzinfo=UTC)  # the same evening of the year; at three it will be two again


@dataclass(frozen=True, slots=True)
class Scene:
    servers: list[SteppedServer]
    people: Crowd
    seed: int

    async def step(self, by: timedelta, *servers: SteppedServer) -> None:
        for server in servers or self.servers:
            server.step(by)
        await self.people.until_answered(A_FEW)
        await asyncio.sleep(0.3)


@asynccontextmanager
async def hall(office: Office, folder: Path, bus_url: str = "", servers: int = 1) -> AsyncIterator[Scene]:
    seed = fault_seed()
    started = [SteppedServer(office, folder / f"server-{number}.log", bus_url) for number in range(servers)]
    try:
        for server in started:
            server.launch()
        await asyncio.gather(*(until_ready(server.url) for server in started))
        async with crowd(office, *(server.url for server in started), seed=seed, displays=2, hurry=0.5) as people:
            await people.until_answered(A_FEW)
            yield Scene(started, people, seed)
    finally:
        for server in started:
            server.stop()
    for server in started:
        assert "Traceback" not in server.said.read_text(), server.said.read_text()


def days(log: list[dict[str, Any]]) -> list[str]:
    return [event["day"] for event in log if event["kind"] == "branch.day_started"]


@pytest.mark.parametrize("evening", [SPRING, AUTUMN], ids=["spring", "autumn"])
async def test_a_night_of_steps_over_midnight_and_summer_time(
    evening: datetime, sqlite_url: str, tmp_path: Path, tell: Tell
) -> None:
    office = staffed(sqlite_url, now=evening, branch=BERLIN)
    async with hall(office, tmp_path) as at:
        await at.step(HOUR)  # over midnight
        await at.step(-HOUR)  # and back into yesterday
        await at.step(2 * HOUR)
        await at.step(2 * HOUR)  # past the hour that is not there, or is there twice
        await at.step(-HOUR)
        found = await judged(at.people, sqlite_url)
    first = evening.date()
    assert days(read_log(sqlite_url)) == [str(first), str(first + timedelta(days=1))]
    tell(f"clock stepped, midnight, {'spring' if evening == SPRING else 'autumn'}", found, seed=at.seed)


async def test_two_servers_whose_clocks_are_hours_apart_write_one_log(
    postgres_url: str, valkey_url: str, tmp_path: Path, tell: Tell
) -> None:
    office = staffed(postgres_url)
    async with hall(office, tmp_path, valkey_url, 2) as at:
        await at.step(HOUR, at.servers[0])
        await at.step(-HOUR, at.servers[1])
        await at.step(-3 * HOUR, at.servers[0])
        await at.step(timedelta(days=1), at.servers[1])
        await at.step(-timedelta(days=1), at.servers[1])
        found = await judged(at.people, postgres_url)
    assert days(read_log(postgres_url)) == ["2026-03-02", "2026-03-03"]
    tell("two servers, clocks hours apart", found, seed=at.seed)


async def test_the_simulated_clock_is_set_back_under_a_running_server(
    sqlite_url: str, tmp_path: Path, tell: Tell
) -> None:
    """Nobody may, over HTTP; but a database that is restored from yesterday brings yesterday's clock with it."""
    office = staffed(sqlite_url)
    async with hall(office, tmp_path) as at:
        engine = open_database(sqlite_url, writing=True)
        for hours in (3, -4, 20, -30):
            await asyncio.to_thread(start_clock, engine, datetime(2026, 3, 2, 2, tzinfo=UTC) + hours * HOUR, 1.0)
            await asyncio.sleep(1.5)
            await at.people.until_answered(A_FEW)
        engine.dispose()
        found = await judged(at.people, sqlite_url)
    tell("simulated clock set back", found, seed=at.seed)
