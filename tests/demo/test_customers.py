"""Simulated customers choose as people do, and stay away when the door is closed."""

import asyncio
import json
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from server.demo.api import Api
from server.demo.customers import Customers
from server.demo.day import Arrival
from tests.demo.hall import NINE, counter, floor

Json = dict[str, Any]


class Kiosk:
    """Answers waits as they are set, and keeps the tickets that were asked for."""

    def __init__(self, **p50_s: float | None) -> None:
        self.tickets: list[Json] = []
        self._waits = [{"queue_id": queue, "p50_s": wait} for queue, wait in p50_s.items()]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "GET":
            return httpx.Response(200, json={"queues": self._waits})
        self.tickets.append(json.loads(request.content))
        return httpx.Response(201, json={"seq": 1})


def customers(kiosk: Kiosk, now: datetime = NINE) -> Customers:
    return Customers(floor(counter(), now=now), Api("http://callboard.test", httpx.MockTransport(kiosk)), "token", 1)


@pytest.mark.parametrize(
    ("segment", "likes", "waits", "at_machine"),
    [
        ("ordinary", True, {"cash": 600.0, "self_service": 60.0}, True),
        ("ordinary", True, {"cash": 60.0, "self_service": 600.0}, False),
        ("ordinary", True, {"cash": None, "self_service": 60.0}, True),
        ("ordinary", True, {"cash": 60.0, "self_service": None}, False),
        ("ordinary", False, {"cash": 600.0, "self_service": 60.0}, False),
        ("vip", True, {"cash": 600.0, "self_service": 60.0}, False),
    ],
)
async def test_a_machine_is_chosen_by_who_likes_it_where_it_is_quicker(
    segment: str, likes: bool, waits: dict[str, float | None], at_machine: bool
) -> None:
    kiosk = Kiosk(**waits)
    await customers(kiosk)._take_ticket(Arrival(NINE, ("deposit",), segment, likes))
    assert kiosk.tickets == [{"services": ["deposit"], "segment": segment, "at_machine": at_machine}]


async def work_for(people: Customers, real_s: float) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(real_s):
            await people.work()


async def test_an_hour_brings_about_as_many_customers_as_the_day_has() -> None:
    kiosk = Kiosk(cash=0.0, self_service=0.0)
    people = customers(kiosk)
    people._floor.hear({"type": "heartbeat", "seq": 1, "now": NINE.isoformat(), "speed": 7200})
    await work_for(people, 0.5)
    assert 10 <= len(kiosk.tickets) <= 42  # 24 expected


async def test_nobody_comes_in_while_the_crowd_is_stopped_or_the_branch_is_closed() -> None:
    stopped, closed = Kiosk(), Kiosk()
    people = customers(stopped)
    people.coming = False
    people._floor.hear({"type": "heartbeat", "seq": 1, "now": NINE.isoformat(), "speed": 7200})
    await work_for(people, 0.2)
    evening = NINE + timedelta(hours=9)
    people = customers(closed, evening)
    people._floor.hear({"type": "heartbeat", "seq": 1, "now": evening.isoformat(), "speed": 7200})
    await work_for(people, 0.2)
    assert stopped.tickets == closed.tickets == []
