"""What is written down is what was decided: the hall and the log on the database are those in memory."""

import random
from concurrent.futures import Future
from datetime import timedelta
from typing import Any

import pytest

from server.actions import teller
from server.actions.decision import Command
from server.domain.refusals import Refusal
from server.storage.answers import Told
from server.storage.writer import Writer
from tests.domain.floor import Floor, essence, teller_of
from tests.domain.presses import command_of, many
from tests.domain.screen import on_the_wire
from tests.storage.office import PATIENCE_S, Office, done, next_at, open_counter, send, take

Json = dict[str, Any]


class Model(Floor):
    """The same hall in memory, beside the one on the database."""

    def __init__(self, here: Office) -> None:
        super().__init__()
        self.hall.epoch = here.hall().epoch

    def outcome(self, command: Command) -> Json | str:
        try:
            return dict(on_the_wire(self.do(command.actor, command.action, **command.arguments)))
        except Refusal as refusal:
            return refusal.code

    def agrees(self, here: Office) -> None:
        written = here.log()
        for found, expected in zip(written, self.log, strict=False):
            assert found == expected
        assert len(written) == len(self.log) == here.last_seq()
        there, mine = essence(here.hall()), essence(self.hall)
        for part, expected_part in mine.items():
            assert there[part] == expected_part, part


def outcome(answer: Future[Told]) -> Json | str:
    try:
        return dict(on_the_wire(answer.result(PATIENCE_S)))
    except Refusal as refusal:
        return refusal.code


def test_whatever_is_pressed_the_database_says_the_same_as_the_hall_in_memory(here: Office) -> None:
    model, writer = Model(here), here.writer()
    for turn, press in enumerate(many(300, seed=11)):
        model.now = here.now = press.time(model.now)
        command = command_of(press, model.hall, turn)
        assert outcome(writer.submit(command)) == model.outcome(command)
        if turn % 30 == 0:
            model.agrees(here)
    model.agrees(here)


def test_writers_that_take_turns_see_all_that_the_others_wrote(here: Office) -> None:
    model, writers, dice = Model(here), [here.writer(), here.writer()], random.Random(1)
    for turn, press in enumerate(many(250, seed=12)):
        if turn % 50 == 49:  # one is restarted
            writers[0].stop()
            writers[0] = here.writer()
        model.now = here.now = press.time(model.now)
        command = command_of(press, model.hall, turn)
        assert outcome(dice.choice(writers).submit(command)) == model.outcome(command)
    model.agrees(here)


def test_a_batch_is_one_commit_and_does_what_its_commands_would_do_in_turn(here: Office) -> None:
    model = Model(here)
    turns = list(enumerate(many(360, seed=13)))
    for batch in (turns[start : start + 30] for start in range(0, len(turns), 30)):
        writer = here.idle_writer()
        model.now = here.now = batch[0][1].time(model.now)
        expected, answers = [], []
        for turn, press in batch:
            command = command_of(press, model.hall, turn)
            answers.append(writer.submit(command))
            expected.append(model.outcome(command))
        here.news.clear()
        writer.start()
        assert [outcome(answer) for answer in answers] == expected
        writer.stop()
        assert here.news == [{"main": model.hall.seq}]
    model.agrees(here)


def test_tickets_that_change_counters_in_one_batch_are_written(here: Office) -> None:
    writer = here.writer()
    for number in (1, 2):
        open_counter(writer, number)
        take(writer, number)
    first, second = (next_at(writer, number).result(PATIENCE_S)["ticket"]["id"] for number in (1, 2))
    writer.stop()
    swap = here.idle_writer()
    steps = [
        send(swap, teller_of(number), action, ticket_id=ticket)
        for action in (teller.start, teller.return_to_queue)
        for number, ticket in ((1, first), (2, second))
    ]
    # The first promise is the first to be kept: counter 2 calls whom counter 1 had, and the other way round.
    steps += [next_at(swap, 2), next_at(swap, 1)]
    here.news.clear()
    swap.start()
    called = [step.result(PATIENCE_S)["ticket"]["id"] for step in steps[-2:]]
    assert called == [first, second]
    at_counters = {counter_id: ticket.id for counter_id, ticket in here.hall().at_counter.items()}
    assert at_counters == {"main.2": first, "main.1": second}
    assert len(here.news) == 1, "it was not written in one piece"


def test_yesterdays_missed_numbers_are_not_loaded(here: Office) -> None:
    writer = here.writer()
    open_counter(writer, 1)
    take(writer, 1)
    for _ in range(3):
        ticket = next_at(writer, 1).result(PATIENCE_S)["ticket"]["id"]
        done(writer, teller_of(1), teller.no_show, ticket_id=ticket)
    assert [ticket.state for ticket in here.hall().tickets.values()] == ["no_show"]
    here.now += timedelta(days=1)
    open_counter(writer, 1).result(PATIENCE_S)
    assert here.hall().tickets == {}


def test_a_clock_set_back_changes_no_order(here: Office) -> None:
    writer = here.writer()
    done(writer, teller_of(1), teller.open_counter, counter_id="main.1")
    here.now = here.now.replace(hour=0, minute=45)
    take(writer, 1).result(PATIENCE_S)
    times = [event.at for event in here.log()]
    assert times == sorted(times)


def test_an_unknown_branch_is_refused_and_spoils_nobody(here: Office) -> None:
    writer = here.idle_writer()
    lost = writer.submit(Command("nowhere", teller_of(1), teller.call_next, {"counter_id": "nowhere.1"}))
    found = open_counter(writer, 1)
    writer.start()
    with pytest.raises(Refusal, match="branch_not_found"):
        lost.result(PATIENCE_S)
    assert found.result(PATIENCE_S)["counter"]["status"] == "open"


def test_nothing_is_written_for_who_is_refused(here: Office) -> None:
    writer: Writer = here.writer()
    take(writer, 1).result(PATIENCE_S)
    seq, told = here.last_seq(), len(here.news)
    with pytest.raises(Refusal, match="counter_closed"):
        next_at(writer, 1, key="key-00001").result(PATIENCE_S)
    assert here.last_seq() == seq
    assert [news for news in here.news[told:] if news] == []
