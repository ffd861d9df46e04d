"""Each process counts up in a row of its own; only what stands still is taken away."""

import pytest
from sqlalchemy import text

from server.storage.processes import LOCK_WAIT_MS, Pulse, beats, open_pulse_database
from tests.storage.office import Office


@pytest.fixture
def pulse(here: Office) -> Pulse:
    return Pulse(here.engine, "one", "host:8000")


def test_every_beat_is_a_new_number(here: Office, pulse: Pulse) -> None:
    other = Pulse(here.engine, "other", "host:8001")
    assert beats(here.reader) == {}
    pulse.beat()
    other.beat()
    pulse.beat()
    assert beats(here.reader) == {"one": 2, "other": 1}


def test_whoever_leaves_is_gone_and_whoever_was_removed_comes_back(here: Office, pulse: Pulse) -> None:
    pulse.beat()
    pulse.leave()
    assert beats(here.reader) == {}
    pulse.beat()
    assert beats(here.reader) == {"one": 2}


def test_a_row_that_has_counted_on_is_not_removed(here: Office, pulse: Pulse) -> None:
    other = Pulse(here.engine, "other", "host:8001")
    pulse.beat()
    other.beat()
    seen = beats(here.reader)
    pulse.beat()
    Pulse(here.engine, "third", "host:8002").remove(seen)
    assert beats(here.reader) == {"one": 2}


def test_a_beat_waits_for_no_disk_and_not_long_for_the_lock(sqlite_url: str) -> None:
    engine = open_pulse_database(sqlite_url)
    try:
        with engine.connect() as connection:
            assert connection.execute(text("PRAGMA synchronous")).scalar_one() == 1  # normal
            assert connection.execute(text("PRAGMA busy_timeout")).scalar_one() == LOCK_WAIT_MS
    finally:
        engine.dispose()
