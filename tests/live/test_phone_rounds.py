"""Two thousand phones of one branch: who is near is told at once, the others by and by, and nobody waits for it."""

import asyncio
from collections import Counter
from copy import deepcopy
from datetime import datetime
from typing import Any

import orjson
import pytest

from server.actions import teller
from server.advisor.rates import Measurements
from server.domain.evolve import evolve
from server.domain.hall import Counters
from server.live import phones
from server.live.frames import Frame
from server.live.phones import Phone, Phones
from server.live.place import Place
from tests.domain.floor import Floor, counter

CROWD = 2000


class Kept:
    """A line that takes everything in at once, or nothing."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []
        self.unsent = 0
        self.stuck = False

    def write(self, frame: Frame) -> None:
        self.frames.append(orjson.loads(frame.payload))
        self.unsent += len(frame.payload) if self.stuck else 0

    async def drained(self) -> None: ...

    async def close(self) -> None: ...

    @property
    def views(self) -> list[dict[str, Any]]:
        return [frame["view"] for frame in self.frames if frame["type"] == "phone"]


class Branch:
    """A floor, the branch as a server sees it, and the phones that look at it."""

    def __init__(self, size: int) -> None:
        self.floor = Floor(counter(1, "cash"), counter(2, "non_cash"))
        self.floor.open(1, 2)
        self.tickets = [self.floor.take() for _ in range(size)]
        hall = deepcopy(self.floor.installed)
        hall.counters = Counters(hall.counters)
        for event in self.floor.log:
            evolve(hall, event)
        self.place = Place(hall, [], Measurements(hall.branch, []))
        self.phones = Phones(self)
        self.lines: dict[str, Kept] = {}
        self.told = len(self.floor.log)

    speed = 1.0

    def now(self) -> datetime:
        return self.floor.now

    def look(self, ticket: str) -> bool:
        self.lines[ticket] = Kept()
        return self.phones.join(self.place, Phone(self.lines[ticket], ticket))

    def tell(self) -> None:
        """What has happened on the floor since reaches the server, which tells the phones."""
        fresh, self.told = self.floor.log[self.told :], len(self.floor.log)
        self.place.apply(fresh, self.floor.now, 1.0)
        self.phones.news(self.place, fresh)

    async def quiet(self) -> None:
        async with asyncio.timeout(20):
            while any(room.task is not None for room in self.phones._rooms.values()):  # noqa: ASYNC110
                await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def quick_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phones, "EVERY_S", 0.03)


async def test_after_a_call_all_have_their_new_place_and_each_heard_of_it_once() -> None:
    branch = Branch(CROWD)
    assert all(branch.look(ticket) for ticket in branch.tickets)
    branch.floor.next(1)
    branch.tell()
    await branch.quiet()
    ends = [line.views[-1] for line in branch.lines.values()]
    assert (ends[0]["ticket"]["state"], ends[0]["ahead"]) == ("called", None)
    assert [view["ahead"] for view in ends[1:]] == list(range(CROWD - 1))
    assert Counter(len(line.views) for line in branch.lines.values()) == {2: CROWD}


async def test_who_is_called_and_who_is_near_are_told_in_the_first_round_and_the_others_later() -> None:
    branch = Branch(CROWD)
    for ticket in branch.tickets:
        branch.look(ticket)
    branch.floor.next(1)
    branch.tell()
    while len(branch.lines[branch.tickets[0]].views) < 2:  # noqa: ASYNC110 - nobody tells
        await asyncio.sleep(0)
    await asyncio.sleep(0.005)
    told = [ticket for ticket, line in branch.lines.items() if len(line.views) > 1]
    assert set(branch.tickets[: phones.NEAR + 1]) <= set(told)
    assert len(told) <= CROWD / phones.ROUNDS + phones.NEAR + 2
    await branch.quiet()


async def test_many_calls_in_a_moment_are_told_as_one() -> None:
    branch = Branch(40)
    for ticket in branch.tickets:
        branch.look(ticket)
    for _ in range(20):
        branch.floor.next(1)
        branch.tell()
    await branch.quiet()
    assert branch.lines[branch.tickets[-1]].views[-1]["ahead"] == 19
    assert max(len(line.views) for line in branch.lines.values()) <= 4


async def test_what_concerns_another_queue_is_told_to_nobody_here() -> None:
    branch = Branch(30)
    for ticket in branch.tickets:
        branch.look(ticket)
    card = branch.floor.take("card")
    branch.floor.next(2)
    branch.floor.press(teller.start, card, 2)
    branch.tell()
    await branch.quiet()
    assert {len(line.views) for line in branch.lines.values()} == {1}


async def test_a_phone_that_takes_nothing_in_keeps_little_waiting_and_then_hears_the_newest() -> None:
    branch = Branch(30)
    for ticket in branch.tickets:
        branch.look(ticket)
    slow = branch.lines[branch.tickets[-1]]
    slow.stuck = True
    for _ in range(12):
        branch.floor.next(1)
        branch.tell()
        await branch.quiet()
    assert slow.unsent < 2 * phones.ROOM
    slow.stuck, slow.unsent = False, 0
    branch.floor.next(1)
    branch.tell()
    await branch.quiet()
    assert slow.views[-1]["ahead"] == 16


async def test_a_phone_that_has_left_is_forgotten_and_so_is_an_empty_room() -> None:
    branch = Branch(2)
    line = Kept()
    one = Phone(line, branch.tickets[0])
    assert branch.phones.join(branch.place, one)
    assert branch.phones.here(branch.place)
    branch.phones.leave(branch.place, one)
    branch.phones.leave(branch.place, one)
    assert (branch.phones.count, branch.phones.here(branch.place)) == (0, False)
    assert not branch.phones.join(branch.place, Phone(line, "main.nobody"))
    assert not branch.phones.here(branch.place)


async def test_with_the_day_every_page_of_yesterday_ends() -> None:
    branch = Branch(3)
    pages = [Phone(Kept(), ticket) for ticket in branch.tickets]
    for page in pages:
        assert branch.phones.join(branch.place, page)
    branch.floor.wait(24 * 60)
    branch.floor.begin_day()
    branch.tell()
    async with asyncio.timeout(5):
        while not all(page.ended == "revoked" for page in pages):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)
    assert not branch.phones.join(branch.place, Phone(Kept(), branch.tickets[0]))
