"""A hall in which nothing happens is thought over less often; one in which people wait is not such a hall."""

from concurrent.futures import Future
from typing import Any, cast

import pytest

from server.actions.decision import Command
from server.live.desk import Desk
from server.live.look import QUIET_FOR, Look
from server.live.place import Place
from server.live.rounds import EVERY
from server.storage.database import Database
from tests.live.hall_at_work import HallAtWork


class ThinkingDesk:
    def __init__(self) -> None:
        self.asked = 0

    async def judged(self, *_: Any) -> dict[str, Any]:
        self.asked += 1
        return {}


class Watched:
    def __init__(self) -> None:
        self.hall, self.desk = HallAtWork(), ThinkingDesk()
        self.hall.open(1)
        self.place = Place(self.hall.hall, [], self.hall.measurements)
        nobody = cast(Database, None)  # no day is over
        self.look = Look(nobody, lambda: self.hall.now, cast(Desk, cast(Any, self.desk)), self._submit)

    def _submit(self, command: Command) -> Future[Any]:
        raise AssertionError(f"there is nothing to say, and {command} was said")

    async def times(self, number: int) -> int:
        """How often the advisor was asked in so many looks, half a minute apart."""
        before = self.desk.asked
        for _ in range(number):
            await self.look.at(self.place)
            self.hall.wait(EVERY.total_seconds() / 60)
        return self.desk.asked - before


@pytest.fixture
def watched() -> Watched:
    return Watched()


async def test_a_hall_in_which_nothing_happens_is_thought_over_every_two_minutes(watched: Watched) -> None:
    looks = QUIET_FOR // EVERY
    assert await watched.times(2 * looks) == 2


async def test_a_queue_that_stands_still_is_thought_over_at_every_look(watched: Watched) -> None:
    watched.hall.take()
    assert await watched.times(4) == 4


async def test_whatever_happens_is_thought_about_at_the_next_look(watched: Watched) -> None:
    assert await watched.times(2) == 1
    watched.hall.open(2)
    assert await watched.times(1) == 1


async def test_who_takes_the_branch_over_begins_with_a_look(watched: Watched) -> None:
    assert await watched.times(2) == 1
    watched.look.forget("main")
    assert await watched.times(1) == 1
