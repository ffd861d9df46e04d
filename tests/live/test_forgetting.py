"""What is personal goes at the end of its day by itself, at a start after a night off, and out of the file, too."""

import threading
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import select

from server.domain.branch import Branch
from server.live import caretaker, forgetting
from server.live.forgetting import AGAIN, EVERY, Forgetting
from server.live.hub import Hub
from server.storage.database import Database, DatabaseError, open_database
from server.storage.personal import AT_ONCE
from server.storage.tables import personal
from tests.domain.floor import example_branch
from tests.running import TEN, Caller, headers, install, serving

EVENING = datetime(2026, 3, 2, 10, tzinfo=UTC)  # an hour after the doors have closed
PATIENCE_S = 30.0


class Office:
    """Two branches; `left` says how many are erased at each look, and `read` that somebody still reads."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.at, self.done = TEN, list[str]()
        self.left: list[int] = []
        self.fails = self.read = False
        self.traces = 0
        patch.setattr(forgetting, "forget_due", lambda _, branch, now: self.forget(branch))
        patch.setattr(forgetting, "leave_no_trace", lambda _: self.wipe())
        self.branches = {key: replace(example_branch(), id=key) for key in ("main", "north")}
        self.wanted = threading.Event()
        self.forgetting = Forgetting(cast(Database, None), cast(Hub, cast(Any, self)), self.wanted)

    def now(self) -> datetime:
        return self.at

    @property
    def places(self) -> dict[str, Any]:
        return {key: SimpleNamespace(hall=SimpleNamespace(branch=one)) for key, one in self.branches.items()}

    def forget(self, branch: Branch) -> int:
        self.done.append(branch.id)
        if self.fails:
            raise DatabaseError("away")
        return self.left.pop(0) if self.left else 0

    def wipe(self) -> bool:
        self.traces += 1
        return not self.read

    async def turns(self, number: int) -> list[str]:
        self.done = []
        for _ in range(number):
            self.forgetting.go_on(["main", "north", "nowhere"])
            self.forgetting.go_on(["main", "north", "nowhere"])
            await self.forgetting.close()
        return self.done


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(monkeypatch)


async def test_each_branch_is_looked_at_at_the_start_and_the_moment_its_day_is_over(office: Office) -> None:
    assert await office.turns(4) == ["main", "north"]
    office.at += EVERY - timedelta(seconds=1)
    assert await office.turns(2) == []
    office.at = EVENING - timedelta(minutes=20)
    assert await office.turns(3) == ["main", "north"]
    office.at = EVENING
    assert await office.turns(3) == ["main", "north"], "not an hour later"
    assert office.traces == 3, "after each look once"


async def test_where_there_is_more_it_goes_on_at_once(office: Office) -> None:
    office.left = [AT_ONCE, AT_ONCE, 3]
    assert await office.turns(6) == ["main", "main", "main", "north"]
    assert office.traces == 1


async def test_who_changes_the_rule_need_not_wait_an_hour(office: Office) -> None:
    await office.turns(3)
    office.branches["north"] = replace(office.branches["north"], keep_personal_days=3)
    assert await office.turns(3) == ["north"]


async def test_where_somebody_still_reads_what_was_there_it_is_wiped_a_little_later(office: Office) -> None:
    office.left, office.read = [1], True
    await office.turns(4)
    assert office.traces == 1
    office.at += AGAIN
    office.read = False
    await office.turns(2)
    assert office.traces == 2


async def test_what_others_have_taken_away_is_wiped_within_half_a_minute(office: Office) -> None:
    """By hand, or because somebody was noted anew."""
    await office.turns(3)
    office.wanted.set()
    await office.turns(1)
    assert office.traces == 1
    office.at += AGAIN
    await office.turns(2)
    assert (office.traces, office.wanted.is_set()) == (2, False)


async def test_a_database_that_is_away_is_asked_again_soon(office: Office) -> None:
    office.fails = True
    assert await office.turns(2) == ["main", "north"]
    office.fails = False
    assert await office.turns(2) == []
    office.at += AGAIN
    assert await office.turns(2) == ["main", "north"]


def test_a_name_is_gone_at_the_end_of_its_day_and_of_another_after_a_week_without_a_server(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, file = install(sqlite_url), Path(sqlite_url.removeprefix("sqlite:///"))
    booked = {"services": ["deposit"], "appointment_at": "2026-03-04T02:00:00Z", "person": {"name": "Li Na"}}
    monkeypatch.setattr(caretaker, "EVERY_S", 0.1)
    with serving(here, clock_control=True) as served, Caller(served.url, here.tokens) as ask:
        ticket = ask.ticket(person={"name": "Wang Xiaoming"})["id"]
        for minutes in (5, 10):  # the second time nobody looks for another reason
            [mistaken] = kept(sqlite_url)
            said = f"tickets/{ticket}/person", {"name": f"Wang Xiaomin {minutes}"}
            assert ask.http.put(said[0], json=said[1], headers=headers(ask.tokens["kiosk"])).is_success
            put_clock(ask, TEN + timedelta(minutes=minutes))
            until(partial(is_gone, file, mistaken))
        [sealed] = kept(sqlite_url)
        ask.done("manager", "branches/main/tickets", booked)
        put_clock(ask, EVENING + timedelta(minutes=1))
        until(lambda: len(kept(sqlite_url)) == 1)
        until(partial(is_gone, file, sealed))
    monkeypatch.setattr(caretaker, "EVERY_S", 3600)
    with serving(here, clock_control=True) as served, Caller(served.url, here.tokens) as ask:
        put_clock(ask, EVENING + timedelta(days=9))
    assert len(kept(sqlite_url)) == 1, "nothing would be proved"
    monkeypatch.setattr(caretaker, "EVERY_S", 0.1)
    with serving(here):
        until(lambda: kept(sqlite_url) == [])


def is_gone(file: Path, sealed: str) -> bool:
    return sealed.encode() not in b"".join(one.read_bytes() for one in file.parent.glob(f"{file.name}*"))


def kept(url: str) -> list[str]:
    engine = open_database(url, writing=False)
    with engine.begin() as connection:
        found = list(connection.execute(select(personal.c.sealed)).scalars())
    engine.dispose()
    return found


def put_clock(ask: Caller, moment: datetime) -> None:
    answer = ask.http.put("clock", json={"skip_to": moment.isoformat()}, headers=headers(ask.tokens["operator"]))
    assert answer.status_code == 200, answer.text


def until(seen: Any) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not seen():
        assert time.monotonic() < deadline, "it is still there"
        time.sleep(0.05)
