"""A little more time, once, without a miss and without ever coming forward by it; and goodbye from the phone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.actions import phone, teller
from server.actions.decision import Actor
from server.domain.branch import Rules
from server.domain.refusals import Refusal
from server.domain.ticket import State
from tests.domain.floor import MANAGER, Floor, counter


def desk(own: str = "cash", back_places: int = 3, vip_weight: int = 2) -> Floor:
    floor = Floor(counter(1, own), rules=Rules(back_places=back_places, vip_weight=vip_weight))
    floor.open(1)
    return floor


def holder(ticket_id: str) -> Actor:
    return Actor("phone", ticket_id)


def ask(floor: Floor, ticket_id: str) -> dict[str, object]:
    return floor.do(holder(ticket_id), phone.more_time, ticket_id=ticket_id)


def refusal(floor: Floor, ticket_id: str, action: object = phone.more_time) -> Refusal:
    with pytest.raises(Refusal) as refused:
        floor.do(holder(ticket_id), action, ticket_id=ticket_id)  # type: ignore[arg-type]
    return refused.value


@pytest.mark.parametrize("places", [1, 3])
def test_who_is_called_and_needs_more_time_comes_again_after_so_many_others(places: int) -> None:
    floor = desk(back_places=places)
    tickets = [floor.take() for _ in range(6)]
    assert floor.next() == tickets[0]
    ask(floor, tickets[0])
    later = floor.ticket(tickets[0])
    assert (later.state, later.counter_id, later.called_at, later.calls) == (State.WAITING, None, None, 0)
    calls = [floor.next() for _ in range(6)]
    assert calls == [*tickets[1 : places + 1], tickets[0], *tickets[places + 1 :]]


def test_it_is_no_miss_and_the_event_says_so_in_words() -> None:
    floor = desk()
    ticket = floor.take()
    floor.next()
    ask(floor, ticket)
    event = floor.log[-1]
    assert (event.kind, event.actor) == ("ticket.deferred", f"phone:{ticket}")
    assert event.ticket is not None
    assert event.ticket.misses == 0
    assert event.reason is not None
    assert event.reason.words["en"] == "The customer asked on the phone for more time: 3 others are called first."
    assert "3" in event.reason.words["zh"]


def test_who_waits_is_let_wait_beyond_those_who_were_before_them_already() -> None:
    floor = desk()
    tickets = [floor.take() for _ in range(10)]
    ask(floor, tickets[2])
    calls = [floor.next() for _ in range(10)]
    assert calls == [*tickets[:2], *tickets[3:6], tickets[2], *tickets[6:]]


def test_it_can_be_asked_for_once_for_each_ticket() -> None:
    floor = desk()
    ticket, *_ = (floor.take() for _ in range(5))
    ask(floor, ticket)
    assert refusal(floor, ticket).code == "more_time_used"
    while floor.next() != ticket:
        pass
    assert refusal(floor, ticket).code == "more_time_used"
    floor.press(teller.transfer, ticket, queue_id="non_cash")
    assert refusal(floor, ticket).code == "more_time_used"


def test_the_next_service_of_the_visit_has_more_time_of_its_own() -> None:
    floor = Floor(counter(1, "cash"), counter(2, "non_cash"))
    floor.open(1, 2)
    ticket = floor.take("deposit card")
    floor.next(1)
    ask(floor, ticket)
    assert floor.next(1) == ticket
    floor.press(teller.finish, ticket)
    ask(floor, ticket)
    assert floor.ticket(f"{ticket}-2").deferred_to == 3
    assert refusal(floor, ticket).code == "more_time_used"


@pytest.mark.parametrize("action", [phone.more_time, phone.leave])
def test_who_is_being_served_can_do_neither(action: object) -> None:
    floor = desk()
    ticket = floor.take()
    floor.next()
    floor.press(teller.start, ticket)
    refused = refusal(floor, ticket, action)
    assert (refused.code, refused.params["state"]) == ("move_not_allowed", "serving")


def test_whoever_presses_first_has_it_the_teller_or_the_customer() -> None:
    floor = desk()
    ticket = floor.take()
    floor.next()
    ask(floor, ticket)
    with pytest.raises(Refusal) as refused:
        floor.press(teller.start, ticket)
    assert refused.value.code == "move_not_allowed"


def test_where_nobody_else_waits_a_free_counter_does_not_wait_either() -> None:
    floor = desk()
    ticket = floor.take()
    ask(floor, ticket)
    assert floor.next() == ticket


def test_a_number_sent_on_does_not_wait_for_the_calls_of_the_queue_it_has_left() -> None:
    floor = Floor(counter(1, "cash"), counter(2, "non_cash"))
    floor.open(1, 2)
    ticket = floor.take()
    for _ in range(6):
        floor.take()
    ask(floor, ticket)
    floor.do(MANAGER, teller.transfer, ticket_id=ticket, queue_id="non_cash")
    floor.take("card")
    assert floor.next(2) == ticket


def test_a_machine_does_not_call_again_at_once_who_has_just_asked_for_time_while_others_wait() -> None:
    floor = Floor()
    first, second = floor.take(at_machine=True), floor.take(at_machine=True)
    third = floor.take(at_machine=True)
    assert [floor.ticket(one).state for one in (first, second, third)] == ["called", "called", "waiting"]
    ask(floor, first)
    assert floor.ticket(first).state is State.WAITING
    assert floor.ticket(third).state is State.CALLED


def test_who_leaves_is_gone_and_the_counter_is_free_for_the_next() -> None:
    floor = desk()
    first, second = floor.take(), floor.take()
    floor.next()
    answer = floor.do(holder(first), phone.leave, ticket_id=first)
    assert answer["ticket"]["state"] == "cancelled"
    assert answer["reason"]["code"] == "left"
    assert refusal(floor, first, phone.leave).code == "ticket_not_found"
    assert floor.next() == second


def calls_of(floor: Floor, ticket: str, most: int) -> int:
    """At which press of next the ticket is called."""
    for press in range(most):
        if floor.next() == ticket:
            return press
    raise AssertionError("never called")


@given(
    st.lists(st.sampled_from(["ordinary", "priority", "vip"]), min_size=2, max_size=14),
    st.integers(0, 13),
    st.integers(0, 5),
)
@settings(max_examples=60, deadline=None)
def test_asking_for_time_never_brings_anybody_forward(segments: list[str], who: int, after: int) -> None:
    """With VIPs at the same counter too, who take calls that the others' places are counted by."""
    asking, patient = desk("cash vip", vip_weight=3), desk("cash vip", vip_weight=3)
    for floor in (asking, patient):
        tickets = [floor.take(segment=segment) for segment in segments]
        for _ in range(min(after, len(segments) - 1)):
            floor.next()
    ticket = tickets[who % len(tickets)]
    if not asking.ticket_waits(ticket):
        return
    ask(asking, ticket)
    most = len(segments)
    assert calls_of(asking, ticket, most) >= calls_of(patient, ticket, most)
