"""The advisor's thread: one thought at a time, shared by all who ask, and never in the way of what comes next."""

import asyncio
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from server.live import desk
from server.live.desk import FRESH, Desk
from server.live.place import Place
from server.storage.database import open_database
from tests.live.hall_at_work import HallAtWork
from tests.running import Office


@dataclass(slots=True)
class Thoughts:
    """Stands where all classes are judged; told to, it waits or fails."""

    judged: int = 0
    fails: bool = False
    threads: set[str] = field(default_factory=set)
    go_on: threading.Event = field(default_factory=threading.Event)

    def judge_all(self, asked: dict[str, Any]) -> dict[str, Any]:
        self.threads.add(threading.current_thread().name)
        assert self.go_on.wait(10)
        self.judged += 1
        if self.fails:
            raise ArithmeticError("a thought that leads nowhere")
        return dict.fromkeys(asked, self.judged)


@pytest.fixture
def thoughts(monkeypatch: pytest.MonkeyPatch) -> Thoughts:
    found = Thoughts()
    found.go_on.set()
    monkeypatch.setattr(desk, "_judge_all", found.judge_all)
    return found


@pytest.fixture
def at(office: Office) -> Iterator[Desk]:
    reader = open_database(office.database_url, writing=False)
    found = Desk(reader)
    yield found
    found.close()
    reader.dispose()


@pytest.fixture
def work() -> HallAtWork:
    found = HallAtWork()
    found.open(1)
    found.take()
    return found


@pytest.fixture
def place(work: HallAtWork) -> Place:
    return Place(work.hall, [], work.measurements)


async def test_whoever_asks_within_a_moment_hears_the_same(
    at: Desk, place: Place, work: HallAtWork, thoughts: Thoughts
) -> None:
    first = await at.judged(place, work.now)
    assert first.keys() == place.hall.branch.policies.keys()
    assert await at.judged(place, work.now + FRESH - timedelta(seconds=1)) is first
    assert await at.judged(place, work.now + FRESH) is not first
    assert thoughts.judged == 2


async def test_a_clock_that_was_set_back_asks_anew(
    at: Desk, place: Place, work: HallAtWork, thoughts: Thoughts
) -> None:
    await at.judged(place, work.now)
    await at.judged(place, work.now - timedelta(seconds=1))
    assert thoughts.judged == 2


async def test_many_who_ask_at_once_share_one_thought(
    at: Desk, place: Place, work: HallAtWork, thoughts: Thoughts
) -> None:
    thoughts.go_on.clear()
    asked = [asyncio.create_task(at.judged(place, work.now)) for _ in range(20)]
    await asyncio.sleep(0)
    asked[3].cancel()  # somebody has gone away: the others still want to know
    thoughts.go_on.set()
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert isinstance(found[3], asyncio.CancelledError)
    others = found[:3] + found[4:]
    assert all(one is others[0] for one in others)
    assert thoughts.judged == 1
    assert all(name.startswith("advisor") for name in thoughts.threads)


async def test_a_thought_that_fails_does_not_stop_the_next(
    at: Desk, place: Place, work: HallAtWork, thoughts: Thoughts
) -> None:
    thoughts.fails = True
    asked = [at.judged(place, work.now) for _ in range(3)]
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert [type(one) for one in found] == [ArithmeticError] * 3
    thoughts.fails = False
    assert await at.judged(place, work.now)
    assert thoughts.judged == 2


async def test_the_loop_goes_on_while_it_thinks(at: Desk, place: Place, work: HallAtWork, thoughts: Thoughts) -> None:
    thoughts.go_on.clear()
    asked = asyncio.create_task(at.judged(place, work.now))
    async with asyncio.timeout(10):
        while not thoughts.threads:  # noqa: ASYNC110 - it is another thread
            await asyncio.sleep(0.01)
    assert not asked.done()
    thoughts.go_on.set()
    assert await asked


async def test_who_closes_waits_for_no_thought(at: Desk) -> None:
    go_on, order = threading.Event(), list[str]()

    def long() -> None:
        go_on.wait(10)
        order.append("thought")

    def never() -> None:
        order.append("never")

    asked = [asyncio.create_task(at.think(work)) for work in (long, never)]
    await asyncio.sleep(0.05)
    at.close()
    order.append("closed")
    go_on.set()
    found = await asyncio.gather(*asked, return_exceptions=True)
    assert order == ["closed", "thought"]
    assert found[0] is None
    assert isinstance(found[1], asyncio.CancelledError)
    with pytest.raises(RuntimeError):
        await at.think(never)


async def test_the_real_thing_judges_every_class(at: Desk, place: Place, work: HallAtWork) -> None:
    await at.ready()
    found = await at.judged(place, work.now)
    assert {key: one.open_now for key, one in found.items()} == {
        "cash": 1, "non_cash": 0, "vip": 0, "self_service": 2,
    }  # fmt: skip
    assert all(one.others["day_plan"] is not None for one in found.values())  # there is a recommended plan


async def test_plans_are_read_once_a_minute_or_when_one_was_saved(
    at: Desk, place: Place, work: HallAtWork, thoughts: Thoughts, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Any] = []

    def plans(*asked: Any) -> dict[str, list[int]]:
        read.append(asked)
        return {"cash": [2] * 17}

    monkeypatch.setattr(at, "_read_plans", plans)
    for seconds in (0, 20, 40):
        await at.judged(place, work.now + timedelta(seconds=seconds))
    assert len(read) == 1
    at.plan_saved("main")
    await at.judged(place, work.now + timedelta(seconds=60))
    assert len(read) == 2
