"""The first minute: the morning is hurried through, and no visitor's choice is undone."""

import asyncio
from datetime import datetime, timedelta

import pytest

from server.demo import start
from server.demo.branch import source_branch
from server.demo.crowd import Crowd, CrowdTokens
from tests.demo.hall import NINE, counter, floor, tell

OPENS = NINE - timedelta(minutes=30)


class Stage:
    """A crowd whose server is only a clock. It stands still but for `show`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.speeds: list[float] = []
        self.crowd = Crowd("http://callboard.test", CrowdTokens("k", "m", "m", "o"), "main")
        self.crowd.floor = floor(counter(), now=OPENS)
        monkeypatch.setattr(start, "QUICK", 0.0001)
        monkeypatch.setattr(self.crowd, "set_speed", self._set_speed)
        self.warming = asyncio.create_task(start.warm_up(self.crowd, 30))

    async def _set_speed(self, speed: float) -> None:
        self.speeds.append(speed)

    async def show(self, now: datetime, speed: float = 0.0001) -> None:
        self.crowd.floor.hear({"type": "heartbeat", "seq": 1, "now": now.isoformat(), "speed": speed})
        await asyncio.sleep(0.01)


@pytest.fixture
async def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    stage = Stage(monkeypatch)
    await asyncio.sleep(0.01)
    return stage


async def test_the_day_slows_down_once_there_is_advice_to_answer(stage: Stage) -> None:
    advice = {"id": "main.a1", "counter_class": "cash", "state": "issued", "action": "open"}
    await stage.show(OPENS + start.EARLIEST)
    assert stage.speeds == []
    tell(stage.crowd.floor, "advice.issued", OPENS + start.EARLIEST, advice=advice)
    await asyncio.wait_for(stage.warming, 1)
    assert stage.speeds == [30]


async def test_without_advice_it_slows_down_in_the_first_peak(stage: Stage) -> None:
    await stage.show(OPENS + start.EARLIEST)
    await stage.show(OPENS + start.LATEST)
    await asyncio.wait_for(stage.warming, 1)
    assert stage.speeds == [30]


async def test_whoever_moved_the_slider_has_chosen(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start, "QUICK", 240)
    await stage.show(OPENS + start.LATEST, speed=60)
    await asyncio.wait_for(stage.warming, 1)
    assert stage.speeds == []


def test_the_clock_begins_shortly_before_the_doors_open_in_the_branch_s_own_zone() -> None:
    branch = source_branch()
    began = start.morning_of(branch, datetime.fromisoformat("2026-03-02T20:00:00+00:00"))
    assert began.isoformat() == "2026-03-03T08:26:00+08:00"
