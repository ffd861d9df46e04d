"""The database fails: what was asked is done once or not at all, and nobody is left without an answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from server.domain.refusals import Refusal
from server.storage.database import open_database
from server.storage.writer import TRIES
from tests.domain.screen import on_the_wire
from tests.storage.office import PATIENCE_S, Office, next_at, office, open_counter, take

KEY = "key-00001"


@contextmanager
def commits_fail(engine: Engine, times: int, *, after: bool = False) -> Iterator[list[str]]:
    """The next commits fail: before anything is written, or `after`, when only the answer was lost."""
    failed: list[str] = []

    def commit(connection: Any) -> None:
        if len(failed) < times:
            failed.append("commit")
            if after:
                connection.connection.dbapi_connection.execute("COMMIT")
            raise OperationalError("COMMIT", {}, Exception("the line was cut"))

    event.listen(engine, "commit", commit)
    try:
        yield failed
    finally:
        event.remove(engine, "commit", commit)


@pytest.fixture
def engine(here: Office) -> Iterator[Engine]:
    """The writer's own, so that only its commits fail."""
    engine = open_database(here.url, writing=True)
    yield engine
    engine.dispose()


@pytest.mark.parametrize("writing", [True, False])
def test_what_fails_does_not_say_with_which_values(here: Office, writing: bool) -> None:
    """It is written to the log, and somebody may have typed a password for their name."""
    engine = open_database(here.url, writing=writing)
    with engine.connect() as connection, pytest.raises(SQLAlchemyError) as failed:
        connection.execute(text("SELECT * FROM nowhere WHERE login = :typed"), {"typed": "correct horse"})
    engine.dispose()
    assert "nowhere" in str(failed.value)
    assert "correct horse" not in f"{failed.value!r} {failed.value}"


def test_a_commit_that_failed_is_tried_again(here: Office, engine: Engine) -> None:
    writer = here.writer(engine=engine)
    with commits_fail(engine, TRIES - 1) as failed:
        answer = take(writer, 1).result(PATIENCE_S)
    assert len(failed) == TRIES - 1
    assert (answer["ticket"]["number"], here.last_seq()) == ("A001", 2)


def test_when_no_try_succeeds_it_is_unavailable_and_nothing_was_done(here: Office, engine: Engine) -> None:
    writer = here.idle_writer(engine=engine)
    answers = [take(writer, number) for number in (1, 2)]
    with commits_fail(engine, TRIES):
        writer.start()
        for answer in answers:
            with pytest.raises(Refusal, match="unavailable"):
                answer.result(PATIENCE_S)
    assert (here.last_seq(), here.news) == (0, [])
    assert take(writer, 3).result(PATIENCE_S)["ticket"]["number"] == "A001"


def test_a_commit_whose_answer_was_lost_is_not_done_twice(here: Office, engine: Engine) -> None:
    writer = here.writer(engine=engine)
    for number in (1, 2):
        take(writer, number).result(PATIENCE_S)
    open_counter(writer, 1).result(PATIENCE_S)
    with commits_fail(engine, 1, after=True) as failed:
        answer = next_at(writer, 1, KEY).result(PATIENCE_S)
    assert failed
    assert answer["ticket"]["id"] == "main.t1"
    assert [e.kind for e in here.log()].count("ticket.called") == 1
    assert on_the_wire(next_at(writer, 1, KEY).result(PATIENCE_S)) == on_the_wire(answer)


def test_after_a_failure_the_hall_in_memory_is_the_one_on_the_database(here: Office, engine: Engine) -> None:
    writer = here.writer(engine=engine)
    take(writer, 1).result(PATIENCE_S)
    with commits_fail(engine, TRIES), pytest.raises(Refusal, match="unavailable"):
        take(writer, 2).result(PATIENCE_S)
    assert take(writer, 3).result(PATIENCE_S)["ticket"]["number"] == "A002"
    assert [(e.seq, e.ticket.id if e.ticket else None) for e in here.log()][1:] == [(2, "main.t1"), (3, "main.t3")]


def test_what_was_not_committed_is_forgotten_even_where_another_process_came_as_far(
    here: Office, engine: Engine
) -> None:
    writer, other = here.writer(engine=engine), here.writer()
    take(writer, 1).result(PATIENCE_S)
    with commits_fail(engine, TRIES), pytest.raises(Refusal, match="unavailable"):
        take(writer, 2).result(PATIENCE_S)
    open_counter(other, 1).result(PATIENCE_S)  # one event, as the ticket would have been
    assert take(writer, 3).result(PATIENCE_S)["ticket"]["number"] == "A002"


def test_a_connection_that_was_cut_is_replaced(postgres_url: str) -> None:
    with office(postgres_url) as here:
        writer = here.writer()
        take(writer, 1).result(PATIENCE_S)
        with here.engine.begin() as connection:
            others = "datname = current_database() AND pid <> pg_backend_pid()"
            connection.execute(text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"))
        assert take(writer, 2).result(PATIENCE_S)["ticket"]["number"] == "A002"
        assert len(here.log()) == 3
