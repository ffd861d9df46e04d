"""Commands that wait together are written together, and what is wrong with one is no other's harm."""

import time
from datetime import datetime
from typing import Any

import pytest

from server.actions import teller
from server.actions.decision import Actor, Decision
from server.domain.hall import Hall
from server.domain.refusals import Refusal
from server.storage.writer import News
from tests.domain.floor import MANAGER, teller_of
from tests.storage.office import PATIENCE_S, Office, next_at, open_counter, send, take, writer_thread


def breaks(hall: Hall, actor: Actor, now: datetime, **arguments: Any) -> Decision:
    """A command with a fault of its own."""
    raise KeyError("no such thing")


def breaks_halfway(hall: Hall, actor: Actor, now: datetime, **arguments: Any) -> Decision:
    """One whose fault shows only once it has changed the hall."""
    decision = teller.open_counter(hall, actor, now, counter_id="main.3")
    return Decision([*decision.changes, *decision.changes], counter_id="main.nowhere")


def test_one_refusal_spoils_nobody(here: Office) -> None:
    writer = here.idle_writer()
    opened, refused, taken = open_counter(writer, 1), next_at(writer, 2), take(writer, 1)
    called = next_at(writer, 1)
    writer.start()
    with pytest.raises(Refusal, match="counter_closed"):
        refused.result(PATIENCE_S)
    assert opened.result(PATIENCE_S)["counter"]["status"] == "open"
    assert taken.result(PATIENCE_S)["ticket"]["id"] == called.result(PATIENCE_S)["ticket"]["id"]


@pytest.mark.parametrize("fault", [breaks, breaks_halfway])
@pytest.mark.parametrize("count", [1, 6])
def test_a_command_that_breaks_fails_alone(here: Office, fault: Any, count: int) -> None:
    writer = here.idle_writer()
    before = open_counter(writer, 1)
    broken = [send(writer, MANAGER, fault) for _ in range(count)]
    after = take(writer, 1)
    writer.start()
    for answer in broken:
        with pytest.raises(KeyError):
            answer.result(PATIENCE_S)
    assert before.result(PATIENCE_S)["counter"]["status"] == "open"
    assert after.result(PATIENCE_S)["ticket"]["number"] == "A001"
    assert not here.hall().counters["main.3"].is_open
    assert [event.seq for event in here.log()] == [1, 2, 3]


def test_a_command_that_cannot_be_written_fails_alone(here: Office) -> None:
    writer = here.idle_writer()
    before = open_counter(writer, 1)
    # No database takes a time without a zone.
    unwritable = take(writer, 1, appointment_at=datetime(2026, 3, 2, 12))  # noqa: DTZ001
    after = take(writer, 2)
    writer.start()
    assert before.result(PATIENCE_S)["counter"]["status"] == "open"
    assert after.result(PATIENCE_S)["ticket"]["number"] == "A001"
    with pytest.raises(Exception, match="without a zone"):
        unwritable.result(PATIENCE_S)
    assert here.last_seq() == 3


def test_nobody_needs_to_wait_for_an_answer(here: Office) -> None:
    """The client has gone, or the server is stopping: whoever asked no longer listens."""
    writer = here.idle_writer()
    gone = take(writer, 1)
    stays = take(writer, 2)
    assert gone.cancel()
    writer.start()
    assert stays.result(PATIENCE_S)["ticket"]["id"] == "main.t2"
    assert take(writer, 3).result(PATIENCE_S)["ticket"]["id"] == "main.t3"


def test_news_that_cannot_be_told_stops_nobody(here: Office) -> None:
    writer = here.idle_writer()

    def fails(news: News) -> None:
        raise RuntimeError("the event loop is closed")

    writer._on_news = fails
    writer.start()
    for number in (1, 2):
        assert take(writer, number).result(PATIENCE_S)["ticket"]["id"] == f"main.t{number}"


def test_a_full_queue_refuses_at_once_and_keeps_what_it_took(here: Office) -> None:
    writer = here.idle_writer(limit=3)
    taken = [take(writer, number) for number in range(3)]
    began = time.monotonic()
    with pytest.raises(Refusal, match="busy"):
        take(writer, 3)
    assert time.monotonic() - began < 0.1
    writer.start()
    assert [answer.result(PATIENCE_S)["ticket"]["number"] for answer in taken] == ["A001", "A002", "A003"]
    assert take(writer, 4).result(PATIENCE_S)["ticket"]["number"] == "A004"


def test_more_than_a_batch_is_written_in_order(here: Office) -> None:
    writer = here.idle_writer(batch_size=10)
    taken = [take(writer, number) for number in range(35)]
    writer.start()
    assert [answer.result(PATIENCE_S)["ticket"]["serial"] for answer in taken] == list(range(1, 36))
    assert here.news == [{"main": seq} for seq in (11, 21, 31, 36)]


def test_stopping_writes_what_was_taken_and_takes_no_more(here: Office) -> None:
    writer = here.idle_writer()
    taken = [take(writer, number) for number in range(20)]
    writer.start()
    writer.stop()
    assert not writer_thread(writer).is_alive()
    assert all(answer.done() for answer in taken)
    assert len(here.hall().tickets) == 20
    with pytest.raises(Refusal, match="busy"):
        send(writer, teller_of(1), teller.open_counter, counter_id="main.1")
