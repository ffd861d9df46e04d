"""Answers are kept while somebody may ask for them again, and then thrown away a few at a time."""

from datetime import timedelta

from sqlalchemy import func, select

from server.storage.answers import forget_old_answers
from server.storage.tables import answers
from tests.domain.floor import NINE
from tests.storage.office import PATIENCE_S, Office, next_at, open_counter, take

DAY = timedelta(days=1)


def keys(here: Office) -> int:
    with here.reader.begin() as connection:
        return int(connection.execute(select(func.count()).select_from(answers)).scalar_one())


def answered(here: Office, number: int) -> None:
    """so many presses ten minutes apart, each with a key."""
    writer = here.writer()
    open_counter(writer, 1).result(PATIENCE_S)
    for at in range(number):
        here.now = NINE + timedelta(minutes=10 * at)
        next_at(writer, 1, key=f"key-{at}").result(PATIENCE_S)


def test_the_old_are_forgotten_the_oldest_first_and_no_more_than_asked_at_once(here: Office) -> None:
    answered(here, 6)
    before = NINE + timedelta(minutes=40)
    assert [forget_old_answers(here.engine, before, 3) for _ in range(3)] == [3, 1, 0]
    with here.reader.begin() as connection:
        assert list(connection.execute(select(answers.c.key).order_by(answers.c.at)).scalars()) == ["key-4", "key-5"]


def test_those_of_one_commit_are_forgotten_together(here: Office) -> None:
    writer = here.idle_writer()
    found = [open_counter(writer, 1), *(next_at(writer, 1, key=f"key-{at}") for at in range(5))]
    writer.start()
    for one in found:
        one.result(PATIENCE_S)
    assert forget_old_answers(here.engine, NINE + DAY, 2) == 5
    assert keys(here) == 0


def test_a_retry_within_a_day_is_answered_and_one_after_that_is_done_anew(here: Office) -> None:
    answered(here, 1)
    for number in (1, 2):
        take(here.writers[0], number).result(PATIENCE_S)
    first = next_at(here.writers[0], 1, key="pressed").result(PATIENCE_S)
    assert forget_old_answers(here.engine, here.now - DAY) == 0
    assert dict(next_at(here.writers[0], 1, key="pressed").result(PATIENCE_S)) == dict(first)
    assert forget_old_answers(here.engine, here.now + timedelta(seconds=1)) == 2
    assert next_at(here.writers[0], 1, key="pressed").result(PATIENCE_S)["ticket"]["id"] == "main.t2"
