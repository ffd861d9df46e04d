"""Every branch is the duty of exactly one living process, and only a dead one's branches move."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from server.live.duties import BEAT_S, LOOK_S, REMOVED_AFTER_S, TTL_S, Duties, owner
from server.storage import processes
from server.storage.database import open_database
from server.storage.migrate import migrate
from server.storage.processes import Pulse, beats, open_pulse_database

BRANCHES = [f"branch-{number}" for number in range(200)]


class Bank:
    """Processes on one database, and a clock that the test turns. `beating` are those that have not died."""

    def __init__(self, url: str) -> None:
        self.now = 1000.0
        self.engine = open_pulse_database(url)
        self.reader = open_database(url, writing=False)
        migrate(self.engine)
        self.beating: list[Duties] = []

    def process(self, name: str, ahead: float = 0.0) -> Duties:
        """One more; its clock is `ahead` of the others' by so much, as between machines."""
        found = Duties(Pulse(self.engine, name, name), self.reader, lambda: self.now + ahead)
        found.turn()
        self.beating.append(found)
        return found

    def wait(self, seconds: float) -> None:
        """Everyone who lives looks and counts on meanwhile."""
        until = self.now + seconds
        while self.now < until:
            self.now += LOOK_S
            for duties in self.beating:
                duties.turn()

    def rows(self) -> set[str]:
        return set(beats(self.reader))


@contextmanager
def open_bank(url: str) -> Iterator[Bank]:
    found = Bank(url)
    try:
        yield found
    finally:
        found.engine.dispose()
        found.reader.dispose()


@pytest.fixture
def bank(database_url: str) -> Iterator[Bank]:
    with open_bank(database_url) as found:
        yield found


@pytest.fixture
def small_bank(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bank]:
    """On SQLite, where nobody waits long for the lock."""
    monkeypatch.setattr(processes, "LOCK_WAIT_MS", 50)
    with open_bank(sqlite_url) as found:
        yield found


def test_a_thousand_branches_spread_evenly_and_only_the_dead_ones_move() -> None:
    branches = [f"branch-{number}" for number in range(1000)]
    four = [f"process-{number}" for number in range(4)]
    before = {branch: owner(branch, four) for branch in branches}
    assert all(200 < count < 300 for count in Counter(before.values()).values())
    dead, *left = four
    after = {branch: owner(branch, left) for branch in branches}
    assert {branch for branch in branches if before[branch] != after[branch]} == {
        branch for branch in branches if before[branch] == dead
    }
    moved = Counter(after[branch] for branch in branches if before[branch] == dead)
    assert all(count > sum(moved.values()) / 5 for count in moved.values())


def test_whoever_is_alone_has_all_duties_at_once(bank: Bank) -> None:
    assert bank.process("one").among(BRANCHES) == BRANCHES


def test_two_share_and_when_one_dies_the_other_takes_over(bank: Bank) -> None:
    """The machines' clocks are a day apart."""
    one, other = bank.process("one"), bank.process("other", ahead=86_400)
    bank.wait(BEAT_S)
    mine, theirs = one.among(BRANCHES), other.among(BRANCHES)
    assert sorted(mine + theirs) == sorted(BRANCHES)
    assert mine
    assert theirs
    bank.beating.remove(other)
    bank.wait(TTL_S - LOOK_S)
    assert one.among(BRANCHES) == mine, "it may only have been slow"
    bank.wait(2 * LOOK_S)
    assert one.among(BRANCHES) == BRANCHES


async def test_whoever_stops_gives_its_duties_away_at_once(bank: Bank) -> None:
    one, other = bank.process("one"), bank.process("other")
    bank.wait(BEAT_S)
    await other.close()
    bank.beating.remove(other)
    assert other.among(BRANCHES) == []
    bank.wait(LOOK_S)
    assert one.among(BRANCHES) == BRANCHES


def test_after_a_crash_the_next_process_waits_until_the_row_has_stood_still(bank: Bank) -> None:
    bank.process("crashed")
    bank.beating.clear()
    one = bank.process("one")
    assert len(one.among(BRANCHES)) < len(BRANCHES)
    bank.wait(TTL_S)
    assert one.among(BRANCHES) == BRANCHES
    bank.wait(REMOVED_AFTER_S)
    assert bank.rows() == {"one"}


def test_whoever_cannot_be_heard_takes_itself_for_dead_while_others_live(
    bank: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = bank.process("one"), bank.process("other")
    bank.wait(BEAT_S)
    monkeypatch.setattr(one, "turn", lambda: None)  # it hangs, or its database is away
    bank.wait(TTL_S + BEAT_S)
    assert one.among(BRANCHES) == []
    assert other.among(BRANCHES) == BRANCHES
    monkeypatch.undo()
    bank.wait(BEAT_S)
    mine, theirs = one.among(BRANCHES), other.among(BRANCHES)
    assert sorted(mine + theirs) == sorted(BRANCHES)


def test_a_single_process_that_waits_for_the_lock_keeps_its_duties(small_bank: Bank) -> None:
    """A long import holds SQLite's one lock: nobody else can have taken over."""
    one = small_bank.process("one")
    small_bank.beating.clear()
    with holding(small_bank.engine):
        for _ in range(4):
            small_bank.now += BEAT_S
            with pytest.raises(OperationalError, match="locked"):
                one.turn()
        assert one.among(BRANCHES) == BRANCHES
    small_bank.now += TTL_S
    assert one.among(BRANCHES) == [], "it has not even looked for so long"


@contextmanager
def holding(engine: Engine) -> Iterator[None]:
    """Somebody else has the lock."""
    with engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM processes WHERE id = 'nobody'")
        yield
