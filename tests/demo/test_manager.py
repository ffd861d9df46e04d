"""The simulated manager answers only what nobody else has answered, and turns the page of the day."""

import json
from datetime import datetime, timedelta
from typing import Any

import httpx

from server.demo.api import Api
from server.demo.duty import Roster
from server.demo.floor import Floor
from server.demo.manager import Manager
from tests.demo.hall import NINE, counter, floor, minutes, tell, ticket

Json = dict[str, Any]


class Office:
    """A manager with two counters, and a record of what was asked of the server."""

    def __init__(self, shown: Floor) -> None:
        self.asked: list[tuple[str, Json]] = []
        self.roster = Roster(["main.1", "main.4"], ["main.1"], NINE)
        api = Api("http://callboard.test", httpx.MockTransport(self._answer))
        self.manager = Manager(shown, api, "manager", "operator", self.roster, seed=1)

    def on_duty(self, counter_id: str) -> bool:
        return self.roster.duties[counter_id].on

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append((request.url.path.removeprefix("/api/v1/"), json.loads(request.content)))
        return httpx.Response(200, json={"seq": 0})


def advice(state: str = "issued", **more: Any) -> Json:
    known: Json = {
        "id": "main.a1",
        "counter_class": "cash",
        "action": "open",
        "counter_id": "main.4",
        "state": state,
        "issued_at": NINE.isoformat(),
        "answered_at": None,
    }
    return known | more


def hall(now: datetime = NINE, *more: Json) -> Floor:
    machine = counter(8, counter_class="self_service", staff_id=None)
    return floor(counter(), counter(4, "closed", None), machine, tickets=more, now=now)


async def test_a_visitor_has_ten_minutes_to_answer_first() -> None:
    office = Office(hall())
    await office.manager._look_at(advice(), minutes(9))
    assert office.asked == []
    await office.manager._look_at(advice(), minutes(10))
    assert office.asked == [("advice/main.a1/accept", {})]


async def test_accepted_advice_sends_the_teller_within_two_minutes() -> None:
    office = Office(hall())
    accepted = advice("accepted", answered_at=minutes(20).isoformat())
    await office.manager._look_at(accepted, minutes(20.9))
    assert not office.on_duty("main.4")
    await office.manager._look_at(accepted, minutes(22))
    assert office.on_duty("main.4")
    assert office.roster.duties["main.4"].since == minutes(22)


async def test_advice_to_close_sends_the_teller_away() -> None:
    office = Office(hall())
    accepted = advice("accepted", action="close", counter_id="main.1", answered_at=NINE.isoformat())
    await office.manager._look_at(accepted, minutes(2))
    assert not office.on_duty("main.1")


async def test_a_machine_has_no_teller_so_the_manager_switches_it() -> None:
    shown = hall()
    office = Office(shown)
    off = advice("accepted", action="close", counter_id="main.8", answered_at=NINE.isoformat())
    await office.manager._look_at(off, minutes(2))
    on = advice("accepted", id="main.a2", counter_id="main.8", answered_at=NINE.isoformat())
    await office.manager._look_at(on, minutes(2))
    assert [path for path, _ in office.asked] == [
        "counters/main.8/pause",
        "counters/main.8/close",
        "counters/main.8/open",
    ]


async def test_a_new_day_begins_with_the_morning_s_plan() -> None:
    office = Office(hall())
    office.roster.assign("main.4", True, NINE)
    office.manager._begin_day(NINE + timedelta(days=1))
    assert not office.on_duty("main.4")
    assert office.on_duty("main.1")


async def test_the_night_is_skipped_once_the_hall_is_empty_and_the_counters_are_closed() -> None:
    evening = NINE + timedelta(hours=8, minutes=10)
    shown = hall(evening, ticket())
    office = Office(shown)
    await office.manager._go_home(evening)
    tell(shown, "ticket.completed", evening, ticket=ticket(state="completed"))
    await office.manager._go_home(evening)
    assert office.asked == []
    tell(shown, "counter.closed", evening, counter=counter(1, "closed", None))
    await office.manager._go_home(evening)
    assert office.asked == [("clock", {"skip_to": "2026-03-03T08:25:00+00:00"})]


async def test_a_visitor_who_forgets_to_close_a_counter_does_not_stop_the_clock() -> None:
    later = NINE + timedelta(hours=8, minutes=21)
    office = Office(hall(later))
    await office.manager._go_home(later)
    assert [path for path, _ in office.asked] == ["clock"]


async def test_a_weekend_is_skipped_as_a_whole() -> None:
    friday = NINE + timedelta(days=4, hours=9)
    office = Office(hall(friday))
    await office.manager._go_home(friday)
    assert office.asked == [("clock", {"skip_to": "2026-03-09T08:25:00+00:00"})]


async def test_during_the_day_nobody_goes_home() -> None:
    office = Office(hall())
    await office.manager._go_home(minutes(60))
    assert office.asked == []
