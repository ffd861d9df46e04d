"""A day that is over is written down by itself, and the next morning begins with it, in this process and the next."""

import asyncio
from datetime import date, timedelta
from typing import Any

import pytest

from server.live import caretaker
from server.storage.database import open_database
from server.storage.history import days_of
from tests.running import TEN, Caller, Office, headers, serving


@pytest.fixture(autouse=True)
def it_comes_often(nothing_happens_by_itself: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caretaker, "EVERY_S", 0.05)


def turn_clock(ask: Caller, hours: float) -> None:
    later = {"skip_to": (TEN + timedelta(hours=hours)).isoformat()}
    assert ask.http.put("clock", json=later, headers=headers(ask.tokens["operator"])).status_code == 200


def cash(ask: Caller) -> dict[str, Any]:
    answer = ask.http.get("branches/main/figures", headers=headers(ask.tokens["manager"]))
    found: dict[str, Any] = answer.json()["classes"]["cash"]
    return found


async def kept(office: Office) -> list[date]:
    """The days of the branch that are written down, once there are any."""
    engine = open_database(office.database_url, writing=False)
    try:
        async with asyncio.timeout(5):
            while True:
                with engine.begin() as connection:
                    found = days_of(connection, "main")
                if found:
                    return sorted({day for day, _, _ in found})
                await asyncio.sleep(0.05)
    finally:
        engine.dispose()


async def test_a_finished_day_is_written_down_and_learned(office: Office) -> None:
    with serving(office, clock_control=True) as served, Caller(served.url, office.tokens) as ask:
        for hours in (0.1, 1.5, 3, 4.5, 6, 9):  # from ten in the morning to seven in the evening
            turn_clock(ask, hours)
            if hours < 9:
                await asyncio.to_thread(ask.ticket)
        assert await kept(office) == [TEN.date()]
        turn_clock(ask, 24)
        await asyncio.to_thread(ask.ticket)
        async with asyncio.timeout(10):
            while (await asyncio.to_thread(cash, ask))["history_days"] != 1:  # noqa: ASYNC110 - nobody tells
                await asyncio.sleep(0.05)
    with serving(office) as served, Caller(served.url, office.tokens) as ask:
        assert cash(ask)["history_days"] == 1
