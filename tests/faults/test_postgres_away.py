"""PostgreSQL is restarted, crashes, and is cut off: the server comes back by itself, and does nothing twice."""

import asyncio
import random
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import pytest

from tests.faults.checker import Verdict
from tests.faults.conftest import Tell
from tests.faults.hall import fault_seed, judged, staffed
from tests.faults.load import Crowd, crowd
from tests.faults.postgres import Postgres, own_postgres
from tests.faults.proxy import Proxy
from tests.running import server_process

pytestmark = pytest.mark.long

BACK_S = 10.0  # from the moment the database can be reached again
HALF_OPEN_S = 15.0  # the server waits eight for an answer before it gives up a line
A_FEW = 30  # commands: work goes on
CRASHES: tuple[Literal["fast", "immediate"], ...] = ("fast", "immediate", "immediate")


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with own_postgres() as found:
        yield found


@dataclass(slots=True)
class Scene:
    proxy: Proxy
    people: Crowd
    url: str
    seed: int
    slowest: float = 0.0

    async def works_again(self, within_s: float = BACK_S) -> None:
        self.slowest = max(self.slowest, await self.people.until_answered(A_FEW, within_s))

    async def end(self) -> Verdict:
        return await judged(self.people, self.url)

    @property
    def figures(self) -> dict[str, object]:
        record = self.people.record
        return {
            "seed": self.seed,
            "back_s": round(self.slowest, 1),
            "put_off": record.put_off,
            "cut_off": record.cut_off,
        }


@asynccontextmanager
async def a_hall_behind_a_proxy(postgres: Postgres, folder: Path) -> AsyncIterator[Scene]:
    """The server reaches its PostgreSQL through the proxy; the checker goes past it."""
    seed = fault_seed()
    database = postgres.new_database()
    url = postgres.url(database)
    async with Proxy(postgres.socket) as proxy:
        office = await asyncio.to_thread(staffed, url)
        through = replace(office, database_url=f"postgresql+psycopg://postgres@127.0.0.1:{proxy.port}/{database}")
        with server_process(through, folder, wait=False) as server:
            async with crowd(office, server.url, seed=seed, displays=2) as people:
                await people.until_answered(A_FEW, 30)
                yield Scene(proxy, people, url, seed)
                # Without a goodbye: what nobody waits for any more may still wait for the database.
                await asyncio.to_thread(server.kill)


async def test_restarted_and_crashed_it_is_found_again(postgres: Postgres, tmp_path: Path, tell: Tell) -> None:
    async with a_hall_behind_a_proxy(postgres, tmp_path) as at:
        for how in CRASHES:
            await postgres.restart(how)
            await at.works_again()
        tell("postgresql restarted, crashed", await at.end(), **at.figures)


async def test_cut_off_away_and_slow_nothing_is_done_twice(postgres: Postgres, tmp_path: Path, tell: Tell) -> None:
    """Now and then the cut falls between a commit and its answer: who retries finds it done."""
    async with a_hall_behind_a_proxy(postgres, tmp_path) as at:
        dice = random.Random(at.seed)
        for _ in range(12):
            at.proxy.cut_after = dice.randrange(1, 20_000)
            await asyncio.sleep(dice.uniform(0.05, 0.25))
        at.proxy.cut_after = None
        await at.works_again()
        with at.proxy.away():
            await asyncio.sleep(2)
        await at.works_again()
        at.proxy.delay_s = 0.02
        await at.people.until_answered(A_FEW)
        at.proxy.delay_s = 0.0
        assert at.people.record.put_off > 0, "nobody was told that the database is away"
        tell("postgresql cut at any byte, away, slow", await at.end(), lines=at.proxy.opened, **at.figures)


async def test_a_line_that_goes_dead_without_a_word_is_given_up(
    postgres: Postgres, tmp_path: Path, tell: Tell
) -> None:
    """The database's machine hangs, or what lies between forgets the connection: no TCP error ever comes."""
    async with a_hall_behind_a_proxy(postgres, tmp_path) as at:
        at.proxy.hush()
        await at.works_again(HALF_OPEN_S)
        at.proxy.hush()
        at.proxy.silent = True
        await asyncio.sleep(4)
        at.proxy.silent = False
        await at.works_again(HALF_OPEN_S)
        tell("postgresql half-open", await at.end(), **at.figures)
