"""The server's clock goes on after a restart, is the same in every process, and never goes back."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Engine

from server.storage import server_clock
from server.storage.database import open_database
from server.storage.migrate import migrate
from server.storage.server_clock import ServerClock, start_clock
from tests.domain.floor import NINE

Pass = Callable[[float], None]


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_database(database_url, writing=True)
    migrate(engine)
    yield engine
    engine.dispose()


@pytest.fixture
def real_time_passes(monkeypatch: pytest.MonkeyPatch) -> Pass:
    """The real time stands still, but for what the test lets pass, in seconds."""
    now = [datetime(2030, 1, 1, tzinfo=UTC)]

    class Stopped(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return now[0]

    monkeypatch.setattr(server_clock, "datetime", Stopped)

    def let_pass(seconds: float) -> None:
        now[0] += timedelta(seconds=seconds)

    return let_pass


def test_unset_it_is_the_real_time(engine: Engine) -> None:
    clock = ServerClock(engine)
    assert (clock.is_set, clock.speed) == (False, 1.0)
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_it_runs_at_its_speed_and_goes_on_after_a_restart(engine: Engine, real_time_passes: Pass) -> None:
    start_clock(engine, NINE, 30)
    clock = ServerClock(engine)
    real_time_passes(10)
    assert clock.now() == NINE + timedelta(seconds=300)
    again = ServerClock(engine)
    assert (again.now(), again.speed, again.is_set) == (clock.now(), 30, True)


def test_another_speed_changes_nothing_that_has_passed(engine: Engine, real_time_passes: Pass) -> None:
    start_clock(engine, NINE, 30)
    clock = ServerClock(engine)
    real_time_passes(10)
    clock.set(speed=2)
    assert clock.now() == NINE + timedelta(seconds=300)
    real_time_passes(10)
    assert clock.now() == ServerClock(engine).now() == NINE + timedelta(seconds=320)


def test_it_goes_forward_and_never_back(engine: Engine, real_time_passes: Pass) -> None:
    start_clock(engine, NINE, 1)
    clock = ServerClock(engine)
    later = NINE + timedelta(hours=1)
    clock.set(now=later)
    assert clock.now() == later
    with pytest.raises(ValueError, match="only goes forward"):
        clock.set(now=later - timedelta(seconds=1))
    assert ServerClock(engine).now() == later


def test_another_process_sees_it_and_does_not_undo_it(engine: Engine, real_time_passes: Pass) -> None:
    start_clock(engine, NINE, 1)
    one, other = ServerClock(engine), ServerClock(engine)
    later = NINE + timedelta(hours=1)
    one.set(now=later)
    other.set(speed=5)  # it has not looked since
    assert other.now() == later
    with pytest.raises(ValueError, match="only goes forward"):
        ServerClock(engine).set(now=NINE)
    one.refresh()
    assert (one.now(), one.speed) == (later, 5)


def test_a_time_elsewhere_is_told_in_utc(engine: Engine, real_time_passes: Pass) -> None:
    start_clock(engine, NINE, 1)
    clock = ServerClock(engine)
    clock.set(now=(NINE + timedelta(hours=1)).astimezone(timezone(timedelta(hours=8))))
    assert clock.now().utcoffset() == timedelta(0)
