"""The teller's keys: what they do, and that nobody presses them for somebody else."""

from dataclasses import replace

import pytest

from server.actions import teller
from server.actions.decision import Action
from server.domain.audience import whole
from server.domain.branch import Rules
from server.domain.refusals import Refusal
from tests.domain.floor import MACHINE, MANAGER, STRANGER, Floor, counter, teller_of

OTHER = teller_of(2)


def refuses(code: str) -> "pytest.RaisesExc[Refusal]":
    return pytest.raises(Refusal, match=f"'{code}'")


@pytest.fixture
def floor() -> Floor:
    """Counters 1 and 2 serve cash, 3 serves non-cash; a ticket is called to counter 1."""
    floor = Floor(counter(1, "cash"), counter(2, "cash"), counter(3, "non_cash"), rules=Rules(calls_before_no_show=2))
    floor.open(1, 2, 3)
    floor.take()
    floor.next()
    return floor


CALLED = "main.t0001"
KEYS: list[Action] = [teller.recall, teller.start, teller.finish, teller.no_show, teller.park, teller.return_to_queue]


@pytest.mark.parametrize("key", KEYS)
def test_a_teller_cannot_act_on_a_ticket_at_another_counter(floor: Floor, key: Action) -> None:
    with refuses("not_your_ticket"):
        floor.press(key, CALLED, 2)
    with refuses("not_your_ticket"):
        floor.do(MACHINE, key, ticket_id=CALLED)


@pytest.mark.parametrize("key", [teller.recall, teller.start, teller.finish, teller.park, teller.return_to_queue])
def test_a_manager_can(floor: Floor, key: Action) -> None:
    assert floor.do(MANAGER, key, ticket_id=CALLED)["ticket"]["id"] == CALLED


def test_a_parked_ticket_is_its_counters_while_that_is_held(floor: Floor) -> None:
    floor.press(teller.park, CALLED)
    with refuses("not_your_ticket"):
        floor.press(teller.resume, CALLED, 2, counter_id="main.2")
    with refuses("not_your_ticket"):
        floor.press(teller.return_to_queue, CALLED, 2)
    with refuses("not_your_ticket"):
        floor.press(teller.transfer, CALLED, 2, queue_id="non_cash")
    floor.press(teller.transfer, CALLED, 1, queue_id="non_cash")
    assert floor.next(3) == CALLED


def test_a_parked_ticket_of_a_closed_counter_is_resumed_where_its_queue_is_served(floor: Floor) -> None:
    floor.press(teller.park, CALLED)
    floor.do(teller_of(1), teller.close_counter, counter_id="main.1")
    with refuses("counter_closed"):
        floor.press(teller.resume, CALLED, 2)
    with refuses("cannot_serve"):
        floor.press(teller.resume, CALLED, 3, counter_id="main.3")
    answer = floor.press(teller.resume, CALLED, 2, counter_id="main.2")
    assert (answer["ticket"]["state"], answer["ticket"]["counter_id"]) == ("serving", "main.2")


def test_a_parked_ticket_is_resumed_at_a_free_counter_only(floor: Floor) -> None:
    floor.press(teller.park, CALLED)
    floor.take()
    floor.next()
    with refuses("counter_busy"):
        floor.press(teller.resume, CALLED)


def test_parking_keeps_the_time_at_which_service_began(floor: Floor) -> None:
    floor.press(teller.start, CALLED)
    began = floor.ticket(CALLED).started_at
    floor.wait(5)
    floor.press(teller.park, CALLED)
    floor.wait(5)
    floor.press(teller.resume, CALLED)
    assert floor.ticket(CALLED).started_at == began


def test_a_number_is_missed_only_once_it_was_called_often_enough(floor: Floor) -> None:
    with refuses("not_called_enough"):
        floor.press(teller.no_show, CALLED)
    floor.press(teller.recall, CALLED)
    assert floor.press(teller.no_show, CALLED)["ticket"]["misses"] == 1


def test_next_finishes_whoever_is_still_there(floor: Floor) -> None:
    following = floor.take()
    assert floor.next() == following
    finished = next(event for event in floor.log if event.kind == "ticket.completed")
    assert finished.ticket is not None
    assert finished.reason is not None
    assert (finished.ticket.id, finished.reason.code) == (CALLED, "next_pressed")
    assert floor.next() is None
    assert floor.hall.at_counter == {}


def test_a_counter_that_is_not_open_calls_nobody(floor: Floor) -> None:
    floor.do(teller_of(1), teller.pause_counter, counter_id="main.1", reason="lunch")
    with refuses("counter_paused"):
        floor.next()
    floor.press(teller.start, CALLED)
    floor.press(teller.finish, CALLED)
    floor.do(teller_of(1), teller.close_counter, counter_id="main.1")
    with refuses("counter_closed"):
        floor.next()


def test_a_counter_with_a_customer_is_not_closed(floor: Floor) -> None:
    with refuses("counter_busy"):
        floor.do(teller_of(1), teller.close_counter, counter_id="main.1")


@pytest.mark.parametrize("key", [teller.pause_counter, teller.close_counter, teller.call_next])
def test_a_counter_obeys_only_who_holds_it(floor: Floor, key: Action) -> None:
    with refuses("not_your_counter"):
        floor.do(OTHER, key, counter_id="main.1")


def test_a_held_counter_is_taken_over_by_a_manager_only(floor: Floor) -> None:
    for asked in (False, True):
        with refuses("counter_taken"):
            floor.do(OTHER, teller.open_counter, counter_id="main.1", take_over=asked)
    with refuses("counter_taken"):
        floor.do(MANAGER, teller.open_counter, counter_id="main.1")
    answer = floor.do(MANAGER, teller.open_counter, counter_id="main.1", take_over=True)
    assert (answer["counter"]["staff_name"], answer["counter"]["status"]) == ("Zhao Lei", "open")
    assert floor.hall.at_counter["main.1"].id == CALLED


def test_a_counter_is_handed_over_as_it_stands(floor: Floor) -> None:
    parked = floor.take()
    floor.press(teller.start, CALLED)
    floor.wait(3)
    floor.press(teller.park, CALLED)
    floor.next()
    newcomer = teller_of(7)
    before, tickets = floor.hall.counters["main.1"], dict(floor.hall.tickets)
    floor.wait(4)
    answer = floor.do(newcomer, teller.hand_over, staff_id="teller-1", services=["deposit"])
    assert answer["counter"] == whole(
        replace(before, staff_id="teller-7", staff_name="Teller 7", services=("deposit",))
    )
    assert floor.hall.tickets == tickets
    told = floor.log[-1]
    assert told.reason is not None
    assert (told.kind, told.reason.code, told.reason.params) == (
        "counter.opened",
        "handed_over",
        {"staff": "Teller 1"},
    )
    with refuses("not_your_ticket"):
        floor.press(teller.finish, parked, 1)
    floor.do(newcomer, teller.finish, ticket_id=parked)
    assert floor.do(newcomer, teller.resume, ticket_id=CALLED)["ticket"]["counter_id"] == "main.1"


def test_a_pause_goes_over_as_a_pause(floor: Floor) -> None:
    floor.do(teller_of(1), teller.pause_counter, counter_id="main.1", reason="lunch")
    floor.do(teller_of(7), teller.hand_over, staff_id="teller-1")
    counter = floor.hall.counters["main.1"]
    assert (counter.status, counter.pause_reason, counter.staff_name) == ("paused", "lunch", "Teller 7")
    assert floor.log[-1].kind == "counter.paused"


def test_nothing_is_handed_over_where_nothing_was_held(floor: Floor) -> None:
    length = len(floor.log)
    for newcomer in (teller_of(7), OTHER):
        assert floor.do(newcomer, teller.hand_over, staff_id="teller-9")["reason"] is None
    floor.do(OTHER, teller.hand_over, staff_id=OTHER.id)
    assert floor.log[length:] == []


def test_nobody_is_handed_a_second_counter(floor: Floor) -> None:
    with pytest.raises(Refusal) as refused:
        floor.do(OTHER, teller.hand_over, staff_id="teller-1")
    assert (refused.value.code, refused.value.params) == ("holds_another", {"counter": 2})
    floor.do(OTHER, teller.hand_over, staff_id="teller-1", close_other=True)
    assert [floor.hall.counters[f"main.{number}"].staff_id for number in (1, 2)] == ["teller-2", None]


def test_a_second_counter_with_a_customer_there_is_not_closed_on_the_way(floor: Floor) -> None:
    floor.take()
    floor.next(2)
    with refuses("counter_busy"):
        floor.do(OTHER, teller.hand_over, staff_id="teller-1", close_other=True)
    assert floor.hall.counters["main.1"].staff_id == "teller-1"


def test_skills_end_with_the_sitting(floor: Floor) -> None:
    floor.do(teller_of(7), teller.hand_over, staff_id="teller-3", services=["card"])
    floor.do(teller_of(7), teller.close_counter, counter_id="main.3")
    assert floor.hall.counters["main.3"].services is None
    floor.do(teller_of(3), teller.open_counter, counter_id="main.3", services=("card",))
    floor.do(MANAGER, teller.open_counter, counter_id="main.3", take_over=True)
    assert floor.hall.counters["main.3"].services is None


def test_opening_twice_and_closing_twice_happen_once(floor: Floor) -> None:
    length = len(floor.log)
    floor.open(1)
    floor.do(teller_of(2), teller.close_counter, counter_id="main.2")
    floor.do(STRANGER, teller.close_counter, counter_id="main.2")
    assert [event.kind for event in floor.log[length:]] == ["counter.closed"]


def test_a_teller_sends_on_only_who_is_at_the_counter(floor: Floor) -> None:
    waiting = floor.take()
    with refuses("not_your_ticket"):
        floor.press(teller.transfer, waiting, queue_id="non_cash")
    with refuses("queue_not_found"):
        floor.press(teller.transfer, CALLED, queue_id="no_such")
    assert floor.press(teller.transfer, CALLED, queue_id="non_cash")["ticket"]["queue_id"] == "non_cash"
    assert (
        floor.do(MANAGER, teller.transfer, ticket_id=waiting, queue_id="non_cash")["reason"]["code"] == "transferred"
    )


def test_a_machine_works_its_own_counters_and_no_others() -> None:
    floor = Floor()
    floor.open(1)
    there, here = floor.take("card", at_machine=True), floor.take()
    floor.next(1)
    assert floor.do(MACHINE, teller.start, ticket_id=there)["ticket"]["state"] == "serving"
    with refuses("not_your_ticket"):
        floor.do(MACHINE, teller.start, ticket_id=here)
