"""Two writers on one database, as two processes have them, busy at the same time."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pytest

from server.actions import customer, teller
from server.actions.decision import Command
from server.domain.audience import whole
from server.domain.hall import Hall
from server.storage.branches import install_branch
from server.storage.writer import Writer
from tests.domain.floor import KIOSK, counter, essence, example_branch, teller_of
from tests.domain.log_reader import LogReader
from tests.domain.screen import on_the_wire
from tests.domain.test_any_sequence import rebuilt
from tests.storage.office import PATIENCE_S, Office, next_at, office, open_counter, send, take

COUNTERS = (1, 2, 3, 4)
ROUNDS = 40


@pytest.fixture
def here(database_url: str) -> Iterator[Office]:
    with office(database_url) as found:
        yield found


def work(writer: Writer, counters: tuple[int, ...], first: int, answers: list[Any]) -> None:
    """Tickets are taken and called, and the called are missed now and then: for half of the counters."""
    pending: list[Future[Any]] = []
    for turn in range(ROUNDS):
        pending += [take(writer, first + 3 * turn + i, ("deposit", "card", "exchange")[i]) for i in range(3)]
        for number in counters:
            called = next_at(writer, number, f"key-{first}-{turn:04d}").result(PATIENCE_S)
            again = next_at(writer, number, f"key-{first}-{turn:04d}").result(PATIENCE_S)
            answers.append((on_the_wire(called), on_the_wire(again)))
            if called["ticket"] and turn % 5 == number % 5:
                pending.append(send(writer, teller_of(number), teller.no_show, ticket_id=called["ticket"]["id"]))
    answers += [on_the_wire(answer.result(PATIENCE_S)) for answer in pending]


def test_two_busy_writers_write_one_right_log(here: Office) -> None:
    installed = here.hall()
    writers = [here.writer(), here.writer()]
    for number in COUNTERS:
        open_counter(writers[0], number).result(PATIENCE_S)
    answers: list[list[Any]] = [[], []]
    threads = [
        threading.Thread(target=work, args=(writers[i], COUNTERS[i::2], 10_000 * (i + 1), answers[i]))
        for i in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for writer in writers:
        writer.stop()
    assert [len(each) > ROUNDS * 5 for each in answers] == [True, True], "a writer's work was not finished"
    pairs = [answer for each in answers for answer in each if isinstance(answer, tuple)]
    assert [pair for pair in pairs if pair[0] != pair[1]] == []
    the_log_is_right(here, installed)


def the_log_is_right(here: Office, installed: Hall) -> None:
    log = here.log()
    reader = LogReader(on_the_wire([whole(c) for c in installed.counters.values()]))
    for event in log:
        reader.read(on_the_wire(whole(event)))
    assert essence(rebuilt(installed, log)) == essence(here.hall())
    assert here.last_seq() == len(log)
    assert len([event for event in log if event.kind == "ticket.issued"]) == 2 * 3 * ROUNDS


def test_writers_that_take_two_branches_in_different_orders_do_not_wait_for_each_other_for_ever(
    here: Office, caplog: pytest.LogCaptureFixture
) -> None:
    desk = replace(counter(1, "cash"), id="north.1", branch_id="north")
    install_branch(here.engine, replace(example_branch(), id="north"), [desk])
    writers = [here.idle_writer(batch_size=2), here.idle_writer(batch_size=2)]
    answers = []
    for turn in range(60):
        for number, order in enumerate((("main", "north"), ("north", "main"))):
            for branch_id in order:
                arguments = {"ticket_id": f"{branch_id}.{number}-{turn}", "services": ["deposit"]}
                command = Command(branch_id, KIOSK, customer.take_ticket, arguments)
                answers.append(writers[number].submit(command))
    for writer in writers:
        writer.start()
    serials = sorted(answer.result(PATIENCE_S)["ticket"]["serial"] for answer in answers)
    assert serials == sorted([*range(1, 121), *range(1, 121)])
    assert [record.getMessage() for record in caplog.records if record.name.startswith("server")] == []
