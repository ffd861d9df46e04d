"""What is read while others write is of one moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from server.storage.event_log import events_after, newest
from server.storage.halls import load_hall
from server.storage.tables import branches
from server.storage.writer import Writer
from tests.domain.floor import essence
from tests.domain.test_any_sequence import rebuilt
from tests.storage.office import PATIENCE_S, Office, next_at, open_counter, take


@contextmanager
def between_two_statements(engine: Engine, do: Any) -> Iterator[None]:
    """Something happens elsewhere once a transaction on `engine` has read for the first time."""
    happened: list[bool] = []

    def after(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("SELECT") and not happened:
            happened.append(True)
            do()

    event.listen(engine, "after_cursor_execute", after)
    try:
        yield
    finally:
        event.remove(engine, "after_cursor_execute", after)
    assert happened


@pytest.fixture
def writer(here: Office) -> Writer:
    """Counter 1 is open, two tickets wait."""
    writer = here.writer()
    open_counter(writer, 1)
    for number in (1, 2):
        take(writer, number).result(PATIENCE_S)
    return writer


def test_a_hall_that_is_loaded_while_others_write_is_that_of_its_seq(here: Office, writer: Writer) -> None:
    def meanwhile() -> None:
        next_at(writer, 1).result(PATIENCE_S)
        take(writer, 3).result(PATIENCE_S)

    before = essence(here.hall())
    with between_two_statements(here.reader, meanwhile):
        assert essence(here.hall()) == before
    assert here.hall().seq == before["seq"] + 2


def test_the_hall_and_the_events_after_it_make_the_next_hall(here: Office, writer: Writer) -> None:
    earlier = here.hall()
    next_at(writer, 1).result(PATIENCE_S)
    take(writer, 3).result(PATIENCE_S)
    with here.reader.begin() as connection:
        news = events_after(connection, "main", earlier.seq)
        assert newest(connection) == {"main": (earlier.epoch, earlier.seq + len(news))}
    assert essence(rebuilt(earlier, news)) == essence(here.hall())


def test_the_log_is_read_in_pieces_without_a_gap(here: Office, writer: Writer) -> None:
    seqs: list[int] = []
    with here.reader.begin() as connection:
        while found := events_after(connection, "main", seqs[-1] if seqs else 0, limit=2):
            assert len(found) <= 2
            seqs += [e.seq for e in found]
    assert seqs == list(range(1, here.last_seq() + 1))


def test_a_reader_never_waits_for_the_writer(here: Office, writer: Writer) -> None:
    with here.engine.begin() as connection:
        connection.execute(select(branches).with_for_update())
        assert len(here.hall().tickets) == 2
        with here.reader.begin() as reading:
            assert load_hall(reading, "main").seq == 4
