"""The same key gives the same answer: now, in the same batch, from another process, and after a restart."""

from typing import Any

import pytest
from sqlalchemy import func, select

from server.actions import teller
from server.domain.refusals import Refusal
from server.storage.tables import answers
from server.storage.writer import Writer
from tests.domain.floor import MANAGER, teller_of
from tests.domain.screen import on_the_wire
from tests.storage.office import PATIENCE_S, Office, done, next_at, open_counter, send, take

Json = dict[str, Any]

KEY = "key-00001"


def taken(writer: Writer, number: int, fingerprint: str = "deposit") -> Json:
    """With one key for all: a retry brings a new id for the ticket, but asks for the same."""
    return dict(on_the_wire(take(writer, number, key=KEY, fingerprint=fingerprint).result(PATIENCE_S)))


def test_a_retry_is_answered_and_not_done_again(here: Office) -> None:
    writer = here.writer()
    first = taken(writer, 1)
    assert taken(writer, 2) == first
    assert list(here.hall().tickets) == ["main.t1"]


def test_a_key_pressed_twice_in_one_batch_is_done_once(here: Office) -> None:
    writer = here.idle_writer()
    open_counter(writer, 1)
    for number in range(3):
        take(writer, number)
    pressed = [next_at(writer, 1, key) for key in (KEY, KEY, "key-00002", KEY)]
    writer.start()
    called = [answer.result(PATIENCE_S)["ticket"]["id"] for answer in pressed]
    assert called == ["main.t0", "main.t0", "main.t1", "main.t0"]


def test_after_a_restart_the_answer_is_still_known(here: Office) -> None:
    writer = here.writer()
    first = taken(writer, 1)
    writer.stop()
    here.now = here.now.replace(day=3)
    assert taken(here.writer(), 2) == first


def test_another_process_knows_the_answer(here: Office) -> None:
    one, other = here.writer(), here.writer()
    first = taken(one, 1)
    assert taken(other, 2) == first


def test_a_key_used_for_something_else_is_refused(here: Office) -> None:
    writer = here.writer()
    taken(writer, 1)
    with pytest.raises(Refusal, match="key_reused"):
        taken(writer, 2, fingerprint="card")
    assert list(here.hall().tickets) == ["main.t1"]


def test_a_key_is_one_persons_own(here: Office) -> None:
    writer = here.writer()
    for number in (1, 2):
        open_counter(writer, number)
        take(writer, number)
    called = [next_at(writer, number, KEY).result(PATIENCE_S)["ticket"]["id"] for number in (1, 2)]
    assert called == ["main.t1", "main.t2"]
    opened = send(writer, MANAGER, teller.open_counter, KEY, counter_id="main.3")
    assert opened.result(PATIENCE_S)["counter"]["number"] == 3


def test_without_a_key_nothing_is_remembered(here: Office) -> None:
    writer = here.writer()
    for number in (1, 2):
        take(writer, number).result(PATIENCE_S)
    with here.reader.begin() as connection:
        assert connection.execute(select(func.count()).select_from(answers)).scalar_one() == 0


def test_a_refusal_is_not_remembered_for_it_did_nothing(here: Office) -> None:
    writer = here.writer()
    take(writer, 1)
    with pytest.raises(Refusal, match="counter_closed"):
        next_at(writer, 1, KEY).result(PATIENCE_S)
    done(writer, teller_of(1), teller.open_counter, counter_id="main.1")
    assert next_at(writer, 1, KEY).result(PATIENCE_S)["ticket"]["id"] == "main.t1"
