"""Old days and answers are put away bit by bit, when nobody waits, and never two at a time."""

import asyncio
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from server.live import housekeeping
from server.live.housekeeping import ANSWERS, ANSWERS_KEPT, EVERY, NO_LATER, Housekeeping
from server.live.hub import Hub
from server.storage.database import Database, DatabaseError
from tests.domain.floor import Floor
from tests.running import TEN


class Office:
    """Two halls, and what was put away in which order; `left` says how often there is still more."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now, self.halls = TEN, {"main": Floor().hall, "north": Floor().hall}
        self.done: list[str] = []
        self.left: dict[str, int] = {}
        self.fails = False
        patch.setattr(housekeeping, "PAUSE_S", 0.0)
        patch.setattr(housekeeping, "archive_old_days", lambda _, branch_id, now, keep_days: self.put_away(branch_id))
        patch.setattr(housekeeping, "forget_old_answers", lambda _, before: self.forget(before))
        patch.setattr(housekeeping, "forget_old_codes", lambda _, now: 0)
        hub = SimpleNamespace(
            now=lambda: self.now, places={k: SimpleNamespace(hall=v) for k, v in self.halls.items()}
        )
        self.keeping = Housekeeping(cast(Database, None), cast(Hub, cast(Any, hub)))

    def put_away(self, what: str) -> int:
        self.done.append(what)
        if self.fails:
            raise DatabaseError("away")
        self.left[what] = self.left.get(what, 0) - 1
        return max(0, self.left[what] + 1)

    def forget(self, before: datetime) -> int:
        assert before == self.now - ANSWERS_KEPT
        return self.put_away(ANSWERS)

    async def turns(self, number: int) -> list[str]:
        """What was done in so many turns."""
        self.done = []
        for _ in range(number):
            self.keeping.go_on(["main", "north", ANSWERS])
            self.keeping.go_on(["main", "north", ANSWERS])
            await self.keeping.close()
        return self.done


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(monkeypatch)


async def test_each_is_kept_in_order_once_an_hour_one_after_the_other(office: Office) -> None:
    assert sorted(await office.turns(5)) == [ANSWERS, "main", "north"]
    office.now += EVERY - timedelta(seconds=1)
    assert await office.turns(1) == []
    office.now += timedelta(seconds=1)
    assert len(await office.turns(5)) == 3


async def test_what_has_more_to_do_comes_again_and_lets_the_others_pass(office: Office) -> None:
    office.left = {"main": 2}
    office.now += EVERY
    found = await office.turns(9)
    assert sorted(found) == [ANSWERS, "main", "main", "main", "north"]


async def test_while_people_wait_a_hall_is_left_alone_but_not_for_ever(office: Office) -> None:
    floor = Floor()
    floor.take()
    office.halls["main"].waiting = floor.hall.waiting
    assert sorted(await office.turns(3)) == [ANSWERS, "north"]
    office.now += NO_LATER + timedelta(minutes=1)
    assert "main" in await office.turns(3)


async def test_what_fails_is_tried_again_an_hour_later(office: Office) -> None:
    office.fails = True
    assert len(await office.turns(9)) == 3
    office.now += EVERY
    await asyncio.sleep(0)
    assert len(await office.turns(9)) == 3
