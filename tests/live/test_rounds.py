"""The advisor goes round the branches: whoever was looked at longest ago is next, and a slow one holds up nobody."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from server.live import rounds
from server.live.desk import Desk
from server.live.hub import Hub
from server.live.rounds import Rounds

BRANCHES = [f"branch-{number}" for number in range(20)]


class QuickDesk:
    worked_s = 0.0

    async def ready(self) -> None: ...


class Clock:
    speed = 1.0

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 2, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at


@asynccontextmanager
async def going_round(clock: Clock, look: Callable[[str], Awaitable[None]]) -> AsyncIterator[Rounds]:
    found = Rounds(cast(Hub, cast(Any, clock)), cast(Desk, cast(Any, QuickDesk())), look)
    found.start()
    yield found
    await found.close()


@pytest.fixture(autouse=True)
def one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rounds, "SPREAD_S", 0.0)


async def test_each_branch_is_looked_at_once_in_half_a_minute_of_the_servers_time() -> None:
    clock, looked_at = Clock(), Counter[str]()

    async def look(branch_id: str) -> None:
        looked_at[branch_id] += 1

    async with going_round(clock, look) as going:
        for expected in (1, 1, 2):
            going.go_on(BRANCHES)
            await asyncio.sleep(0.05)
            assert looked_at == Counter(dict.fromkeys(BRANCHES, expected))
            clock.at += rounds.EVERY / 2 if expected == 1 else timedelta()


async def test_where_there_is_not_time_for_all_the_looks_come_later_for_all_alike() -> None:
    """Every branch is always due."""
    clock, looked_at = Clock(), Counter[str]()

    async def look(branch_id: str) -> None:
        looked_at[branch_id] += 1
        clock.at += rounds.EVERY
        await asyncio.sleep(0.001)

    async with going_round(clock, look) as going:
        going.go_on(BRANCHES)
        while sum(looked_at.values()) < 150:
            going.go_on(BRANCHES)
            await asyncio.sleep(0.001)
        assert max(looked_at.values()) - min(looked_at[branch] for branch in BRANCHES) <= 1
        assert going.oldest_look_s > 0


async def test_a_look_without_end_holds_up_no_other_branch_and_is_seen() -> None:
    clock, looked_at = Clock(), Counter[str]()

    async def look(branch_id: str) -> None:
        looked_at[branch_id] += 1
        if branch_id == BRANCHES[0]:
            await asyncio.Event().wait()

    async with going_round(clock, look) as going:
        for _ in range(3):
            going.go_on(BRANCHES)
            await asyncio.sleep(0.05)
            clock.at += rounds.EVERY
        assert looked_at == Counter(dict.fromkeys(BRANCHES, 3) | {BRANCHES[0]: 1})
        assert going.oldest_look_s > 0.1


async def test_a_branch_that_has_become_anothers_duty_is_not_looked_at() -> None:
    clock, looked_at = Clock(), Counter[str]()

    async def look(branch_id: str) -> None:
        looked_at[branch_id] += 1

    async with going_round(clock, look) as going:
        going.go_on(BRANCHES)
        going.go_on(BRANCHES[:5])
        await asyncio.sleep(0.05)
    assert set(looked_at) == set(BRANCHES[:5])


async def test_a_clock_that_was_set_back_is_not_waited_for() -> None:
    clock, looked_at = Clock(), Counter[str]()

    async def look(branch_id: str) -> None:
        looked_at[branch_id] += 1

    async with going_round(clock, look) as going:
        going.go_on(["main"])
        await asyncio.sleep(0.05)
        clock.at -= timedelta(hours=1)
        going.go_on(["main"])
        await asyncio.sleep(0.05)
    assert looked_at == {"main": 2}
