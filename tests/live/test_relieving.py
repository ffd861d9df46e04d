"""Advice about people: counters that should help elsewhere, machines that would be quicker, and when it is over."""

from dataclasses import replace
from typing import Any

import pytest

from server.actions.customer import Offer
from server.actions.manager import accept_advice, dismiss_advice
from server.advisor.relief import Move, Relief, moves
from server.domain.advice import Advice
from server.domain.branch import ProfileEntry
from server.domain.hall import Hall
from server.live.relieving import (
    copied,
    divert_advice,
    diverting,
    dwelling,
    fallen,
    move_advice,
    next_hour,
    relief_for,
    wanted_moves,
)
from tests.domain.floor import MANAGER, counter, essence
from tests.live.hall_at_work import HallAtWork, new_id

WAITING = 8
FOUND = {"wait_now": 25.0, "wait_after": 12.0, "saving": 90.0, "confidence": 0.9}


def crowded(service: str = "exchange") -> HallAtWork:
    """Eight wait for the only cash counter; nobody for the others, which have been open for a while."""
    work = HallAtWork(counter(1, "cash"), counter(2, "non_cash"), counter(3, "vip"), counter(4, "self_service"))
    work.open(1, 2, 3)
    for _ in range(WAITING + 1):
        work.take(service)
    work.next(1)
    work.wait(12)
    return work


def helping(work: HallAtWork, number: int = 2) -> Advice:
    """That this counter should help in the cash queue."""
    [move] = [m for m in moves(work.hall, work.now) if m.counter_id == f"main.{number}"]
    return move_advice(work.hall, Relief(move, **FOUND), work.now, new_id())


def offers(**p50_min: float | None) -> list[Offer]:
    times = {key: None if minutes is None else 60 * minutes for key, minutes in p50_min.items()}
    return [Offer(key, 0, 1, p50, p50, p50, None) for key, p50 in times.items()]


LONG_HERE = offers(cash=20, self_service=5)


def test_a_copy_is_looked_at_while_the_hall_goes_on() -> None:
    work = crowded()
    copy = copied(work.hall)
    before = essence(copy)
    assert before == essence(work.hall)
    work.take("exchange")
    work.give(helping(work))
    work.do(MANAGER, accept_advice, advice_id=work.advice().id)
    assert essence(copy) == before != essence(work.hall)


def test_an_idle_counter_is_found_by_playing_the_next_hour() -> None:
    work = crowded()
    expected = next_hour(work.measurements, work.now)
    assert expected.rates.keys() == work.hall.branch.queues.keys()
    found = relief_for(copied(work.hall), work.now, wanted_moves(work.hall, work.now), expected)
    assert found is not None
    assert found.move.queue_id == "cash"
    assert found.wait_after < found.wait_now


def test_what_was_accepted_is_done_at_once_and_then_withdrawn() -> None:
    work = crowded()
    given = helping(work)
    assert (given.action, given.counter_id, given.open_now, given.advised) == ("profile", "main.2", 1, 1)
    assert given.figures["reason"]["params"]["waiting"] == WAITING
    work.give(given)
    assert fallen(work.hall, [], work.now) == {}
    work.do(MANAGER, accept_advice, advice_id=given.id)
    assert ProfileEntry("cash", helps=True) in work.hall.counters["main.2"].profile
    assert fallen(work.hall, [], work.now) == {"cash": "followed"}


@pytest.mark.parametrize(
    ("minutes", "closes", "why"),
    [(15, False, None), (15.1, False, "no_longer_needed"), (1, True, "no_longer_needed")],
)
def test_unanswered_it_has_its_day(minutes: float, closes: bool, why: str | None) -> None:
    work = crowded()
    work.give(helping(work))
    if closes:
        work.close(2)
    work.wait(minutes)
    assert fallen(work.hall, [], work.now).get("cash") == why


def test_nothing_is_tried_where_an_advice_stands_or_something_has_just_changed() -> None:
    work = crowded()
    assert [move.counter_id for move in wanted_moves(work.hall, work.now)] == ["main.2", "main.3"]
    given = helping(work)
    work.give(given)
    assert wanted_moves(work.hall, work.now) == []
    work.do(MANAGER, dismiss_advice, advice_id=given.id)
    assert wanted_moves(work.hall, work.now) == []
    assert dwelling(work.hall, given, work.now)
    work.wait(10)
    assert wanted_moves(work.hall, work.now) != []
    assert not dwelling(work.hall, given, work.now)


def test_a_counter_that_is_asked_to_close_is_not_asked_to_help() -> None:
    work = crowded()
    other = helping(work)
    closing = replace(
        other, counter_class=work.hall.counters["main.2"].counter_class, action="close", profile=None, advised=0
    )
    work.give(closing)
    assert [move.counter_id for move in wanted_moves(work.hall, work.now)] == ["main.3"]


def with_machine(work: HallAtWork) -> Hall:
    machine = work.hall.counters["main.4"]
    work.hall.counters["main.4"] = replace(machine, status=type(machine.status).OPEN)
    return work.hall


def test_people_are_sent_to_machines_that_are_quicker() -> None:
    work = crowded("deposit")
    [found] = diverting(with_machine(work), LONG_HERE)
    assert (found["queue_id"], found["machine_queue_id"], found["people"]) == ("cash", "self_service", WAITING)
    assert (found["wait_now"], found["wait_after"]) == (20, 5)
    given = divert_advice(work.hall, found, work.now, new_id())
    assert (given.action, given.counter_class, given.counter_id) == ("divert", "cash", None)
    work.give(given)
    assert fallen(work.hall, LONG_HERE, work.now) == {}
    assert fallen(work.hall, offers(cash=20, self_service=11), work.now) == {"cash": "no_longer_needed"}


@pytest.mark.parametrize(
    "waits",
    [
        {"cash": 9.9, "self_service": 1},
        {"cash": 20, "self_service": 10.1},
        {"cash": None, "self_service": 1},
        {"cash": 20, "self_service": None},
        {"cash": 20},
    ],
    ids=["short here", "long there", "unknown here", "unknown there", "no machines"],
)
def test_nobody_is_sent_away_for_nothing(waits: dict[str, Any]) -> None:
    assert diverting(with_machine(crowded("deposit")), offers(**waits)) == []


def test_only_what_a_machine_can_do_is_sent_there_and_only_where_one_is_open() -> None:
    assert diverting(with_machine(crowded("exchange")), LONG_HERE) == []
    assert diverting(crowded("deposit").hall, LONG_HERE) == []


def test_every_move_names_a_counter_of_the_hall() -> None:
    work = crowded()
    for move in wanted_moves(work.hall, work.now):
        assert isinstance(move, Move)
        assert move.counter_id in work.hall.counters
