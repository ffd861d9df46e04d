"""A manager who does what is advised, and tellers who come and go by it."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest

from server.demo.api import Answer
from server.demo.duty import Duty
from server.demo.floor import Floor
from server.replay.following import REACTION, FollowingManager
from tests.replay.log import NINE, Json


class Accepting:
    """The server, as far as advice goes: it accepts, and the floor hears of it."""

    def __init__(self, floor: Floor) -> None:
        self.floor, self.asked = floor, list[str]()

    async def post(self, token: str, path: str, **body: Any) -> Answer:
        self.asked.append(path)
        for advice in self.floor.advices.values():
            if advice["id"] in path:
                advice |= {"state": "accepted", "answered_at": NINE.isoformat()}
        self.floor.seq += 1
        return Answer({"seq": self.floor.seq})


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.at = NINE

    def now(self) -> datetime:
        return self.at

    def real_s(self, moment: datetime) -> float:
        return 0.005


def advice(action: str, number: int | None = 2, name: str = "cash") -> Json:
    counter_id = None if number is None else f"main.{number}"
    return {
        "id": f"main.{name}",
        "counter_class": name,
        "action": action,
        "state": "issued",
        "counter_id": counter_id,
    }


@pytest.fixture
def floor() -> Floor:
    found = Floor()
    found.time = Clock()  # type: ignore[assignment]
    return found


@pytest.fixture
def duties() -> dict[str, Duty]:
    return {"main.1": Duty(True, NINE), "main.2": Duty(False, NINE)}


async def worked(floor: Floor, duties: dict[str, Duty], *minutes: float, evening: bool = False) -> list[str]:
    """What the manager asked, up to these minutes one after another."""
    server = Accepting(floor)
    manager = FollowingManager(floor, server, "token", duties)  # type: ignore[arg-type]
    if evening:
        manager.stay_open()
    work = asyncio.create_task(manager.work())
    for minute in minutes:
        floor.time.at = NINE + timedelta(minutes=minute)  # type: ignore[attr-defined]
        await asyncio.sleep(0.03)
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)
    return server.asked


async def test_a_counter_opens_a_moment_after_the_advice_was_accepted(floor: Floor, duties: dict[str, Duty]) -> None:
    floor.advices = {"cash": advice("open")}
    assert await worked(floor, duties, 0, 0.9) == ["advice/main.cash/accept"]
    assert not duties["main.2"].on
    await worked(floor, duties, REACTION / timedelta(minutes=1))
    assert duties["main.2"] == Duty(True, NINE + REACTION)


async def test_a_counter_closes_as_advised_and_the_other_goes_on(floor: Floor, duties: dict[str, Duty]) -> None:
    duties["main.2"].on = True
    floor.advices = {"cash": advice("close", 1)}
    await worked(floor, duties, 0, 2)
    assert (duties["main.1"].on, duties["main.2"].on) == (False, True)


async def test_advice_about_people_is_accepted_and_nobody_moves(floor: Floor, duties: dict[str, Duty]) -> None:
    floor.advices = {"cash": advice("profile"), "vip": advice("divert", None, "vip")}
    asked = await worked(floor, duties, 0, 5)
    assert sorted(asked) == ["advice/main.cash/accept", "advice/main.vip/accept"]
    assert duties == {"main.1": Duty(True, NINE), "main.2": Duty(False, NINE)}


async def test_in_the_evening_whoever_is_there_is_served_whatever_is_advised(
    floor: Floor, duties: dict[str, Duty]
) -> None:
    floor.advices = {"cash": advice("close", 1)}
    await worked(floor, duties, 0, 5, evening=True)
    assert duties["main.1"].on


async def test_a_counter_without_a_teller_of_ours_is_left_alone(floor: Floor, duties: dict[str, Duty]) -> None:
    floor.advices = {"cash": advice("open", 9)}
    assert await worked(floor, duties, 0, 5) == ["advice/main.cash/accept"]
    assert "main.9" not in duties


def test_an_old_advice_that_is_judged_does_not_take_the_place_of_the_one_that_stands(floor: Floor) -> None:
    stands, old = advice("open"), advice("close") | {"id": "main.old", "state": "withdrawn"}
    nothing = {"ticket": None, "counter": None, "at": NINE.isoformat()}
    floor._apply({"kind": "advice.issued", "advice": stands, **nothing})
    floor._apply({"kind": "advice.scored", "advice": old, **nothing})
    assert floor.advices == {"cash": stands}
    floor._apply({"kind": "advice.withdrawn", "advice": stands | {"state": "withdrawn"}, **nothing})
    assert floor.advices == {}
