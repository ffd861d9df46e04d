"""The database itself refuses what the rules never do: a number twice, or two tickets at one counter."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, insert, update
from sqlalchemy.exc import IntegrityError

from server.domain.audience import whole
from server.domain.ticket import State, Ticket
from server.storage.branches import install_branch
from server.storage.tables import answers, counters, events, tickets
from tests.domain.floor import NINE, example_branch, example_counters
from tests.storage.office import PATIENCE_S, Office, next_at, open_counter, take


@pytest.fixture
def waiting(here: Office) -> Ticket:
    """A001; A002 is being called at counter 1."""
    writer = here.writer()
    open_counter(writer, 1)
    take(writer, 2)
    next_at(writer, 1)
    take(writer, 1).result(PATIENCE_S)
    return here.hall().tickets["main.t1"]


def put(connection: Connection, ticket: Ticket) -> None:
    connection.execute(insert(tickets).values(whole(ticket)))


def refused(here: Office, ticket: Ticket) -> bool:
    try:
        with here.engine.begin() as connection:
            put(connection, ticket)
    except IntegrityError:
        return True
    return False


def test_a_number_is_given_once_a_day(here: Office, waiting: Ticket) -> None:
    copy = replace(waiting, id="main.copy")
    assert refused(here, copy)
    assert not refused(here, replace(copy, business_day=waiting.business_day + timedelta(days=1)))


def test_a_number_is_kept_for_the_next_service_and_for_another_prefix(here: Office, waiting: Ticket) -> None:
    assert not refused(here, replace(waiting, id="main.step2", step=2))
    assert not refused(here, replace(waiting, id="main.b", prefix="B"))
    assert refused(here, replace(waiting, id="main.b2", prefix="B"))


@pytest.mark.parametrize("state", [State.CALLED, State.SERVING])
def test_a_counter_has_one_ticket(here: Office, waiting: Ticket, state: State) -> None:
    second = replace(waiting, id="main.second", serial=77, state=state, counter_id="main.1")
    assert refused(here, second)
    assert not refused(here, replace(second, counter_id="main.2"))


def test_parked_and_finished_tickets_leave_the_counter_free(here: Office, waiting: Ticket) -> None:
    for serial, state in enumerate((State.PARKED, State.PARKED, State.COMPLETED, State.NO_SHOW), start=50):
        assert not refused(
            here, replace(waiting, id=f"main.{serial}", serial=serial, state=state, counter_id="main.1")
        )


def test_a_waiting_ticket_cannot_be_moved_to_a_taken_counter(here: Office, waiting: Ticket) -> None:
    moved = update(tickets).where(tickets.c.id == waiting.id).values(state="called", counter_id="main.1")
    with pytest.raises(IntegrityError), here.engine.begin() as connection:
        connection.execute(moved)


def test_a_place_in_the_log_is_taken_once(here: Office, waiting: Ticket) -> None:
    event = {"branch_id": "main", "seq": 1, "kind": "ticket.issued", "at": NINE, "actor": "x", "body": {}}
    with pytest.raises(IntegrityError), here.engine.begin() as connection:
        connection.execute(insert(events).values(event))


def test_a_key_is_answered_once(here: Office, waiting: Ticket) -> None:
    answer = {"branch_id": "main", "actor": "a", "key": "k", "fingerprint": "", "body": {}, "at": NINE}
    with here.engine.begin() as connection:
        connection.execute(insert(answers).values(answer))
    with pytest.raises(IntegrityError), here.engine.begin() as connection:
        connection.execute(insert(answers).values(answer))


def test_a_branch_is_installed_once_and_a_counters_number_is_its_own(here: Office) -> None:
    with pytest.raises(IntegrityError):
        install_branch(here.engine, example_branch(), example_counters())
    twin = replace(example_counters()[0], id="main.twin")
    with pytest.raises(IntegrityError), here.engine.begin() as connection:
        connection.execute(insert(counters).values(whole(twin)))
