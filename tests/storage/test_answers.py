"""The same key gives the same answer: now, in the same batch, from another process, and after a restart."""

import pytest
from sqlalchemy import func, select

from server.actions import customer, teller
from server.domain.refusals import Refusal
from server.storage.tables import answers
from tests.domain.floor import KIOSK, MANAGER, teller_of
from tests.domain.screen import on_the_wire
from tests.storage.office import PATIENCE_S, Office, done, next_at, open_counter, send, take

KEY = "key-00001"


def take_with_key(key: str, number: int, fingerprint: str = "deposit") -> dict[str, object]:
    """What a retry sends: the ticket's id is made anew by the server each time, the fingerprint is the same."""
    return {
        "actor": KIOSK,
        "action": customer.take_ticket,
        "key": key,
        "fingerprint": fingerprint,
        "ticket_id": f"main.t{number}",
        "services": ["deposit"],
    }


def test_a_retry_is_answered_and_not_done_again(here: Office) -> None:
    writer = here.writer()
    first = done(writer, **take_with_key(KEY, 1))  # type: ignore[arg-type]
    again = done(writer, **take_with_key(KEY, 2))  # type: ignore[arg-type]
    assert on_the_wire(again) == on_the_wire(first)
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
    first = done(writer, **take_with_key(KEY, 1))  # type: ignore[arg-type]
    writer.stop()
    here.now = here.now.replace(day=3)
    again = done(here.writer(), **take_with_key(KEY, 2))  # type: ignore[arg-type]
    assert on_the_wire(again) == on_the_wire(first)


def test_another_process_knows_the_answer(here: Office) -> None:
    one, other = here.writer(), here.writer()
    first = done(one, **take_with_key(KEY, 1))  # type: ignore[arg-type]
    assert on_the_wire(done(other, **take_with_key(KEY, 2))) == on_the_wire(first)  # type: ignore[arg-type]


def test_a_key_used_for_something_else_is_refused(here: Office) -> None:
    writer = here.writer()
    done(writer, **take_with_key(KEY, 1))  # type: ignore[arg-type]
    with pytest.raises(Refusal, match="key_reused"):
        done(writer, **take_with_key(KEY, 2, fingerprint="card"))  # type: ignore[arg-type]
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
