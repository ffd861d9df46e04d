"""Missed numbers and sent-back ones: when they come again, how often, and that they never hold the hall up."""

import pytest

from server.actions import teller
from server.domain.branch import Rules
from tests.domain.floor import MANAGER, Floor, counter, teller_of


def desk(own: str = "cash vip", helps: str = "", max_misses: int = 2, back_places: int = 3) -> Floor:
    rules = Rules(max_misses=max_misses, back_places=back_places)
    floor = Floor(counter(1, own, helps), rules=rules)
    floor.open(1)
    return floor


def miss(floor: Floor, number: int = 1) -> str:
    """Calls the next ticket, whose customer does not come."""
    ticket = floor.next(number)
    assert ticket is not None
    floor.press(teller.no_show, ticket, number)
    return ticket


@pytest.mark.parametrize("places", [1, 3, 5])
def test_a_missed_number_comes_back_so_many_places_later(places: int) -> None:
    floor = desk("cash", back_places=places)
    tickets = [floor.take() for _ in range(8)]
    missed = miss(floor)
    calls = [floor.next() for _ in range(places + 1)]
    assert calls == [*tickets[1 : places + 1], missed]
    assert floor.log[-1].reason is not None
    assert floor.log[-1].reason.code == "returned"


def test_the_answer_to_a_miss_says_what_becomes_of_the_number() -> None:
    floor = desk()
    ticket = floor.take()
    floor.next()
    answer = floor.press(teller.no_show, ticket)
    assert answer["ticket"]["state"] == "waiting"
    assert answer["reason"]["params"] == {"misses": 1, "max": 3, "places": 3}
    assert answer["reason"]["words"]["en"] == "Missed the call (1 of 3): back in 3 places."


@pytest.mark.parametrize("most", [0, 1, 2, 4])
def test_a_number_is_missed_only_so_often_and_then_for_good(most: int) -> None:
    floor = desk("cash", max_misses=most, back_places=1)
    for _ in range(most):
        floor.take()
        assert floor.ticket(miss(floor)).state == "waiting"
        floor.next()
    ticket = floor.take()
    for turn in range(most + 1):
        assert miss(floor) == ticket
        assert floor.ticket(ticket).misses == turn + 1
    assert floor.ticket(ticket).state == "no_show"
    assert floor.next() is None


def test_a_promise_that_is_not_due_is_kept_back_while_others_wait() -> None:
    floor = desk("cash", "non_cash")
    missed, helped = floor.take(), floor.take("card")
    assert miss(floor) == missed
    assert [floor.next(), floor.next()] == [helped, missed]


def test_a_promise_that_is_not_due_never_leaves_a_counter_idle() -> None:
    floor = desk(max_misses=9)
    tickets = {floor.take() for _ in range(3)}
    for _ in tickets:
        miss(floor)
    assert {floor.next() for _ in tickets} == tickets


@pytest.mark.parametrize("own", ["cash vip", "vip cash"])
@pytest.mark.parametrize("places", [1, 3])
def test_a_missed_number_comes_back_though_only_vips_are_called_before_it(own: str, places: int) -> None:
    floor = desk(own, back_places=places)
    floor.take()
    missed = miss(floor)
    calls = []
    for _ in range(places + 1):
        floor.take(segment="vip")
        floor.take(segment="vip")
        calls.append(floor.next())
    assert calls.index(missed) == places


def test_a_missed_number_comes_back_though_its_only_counter_helps_others() -> None:
    floor = desk("cash", "non_cash", back_places=2)
    floor.take()
    missed = miss(floor)
    calls = []
    for _ in range(4):
        floor.take("card")
        calls.append(floor.next())
    assert calls.index(missed) == 2


def test_a_missed_number_comes_back_when_only_helpers_are_left() -> None:
    floor = Floor(counter(1, "cash"), counter(4, "vip", "cash"), rules=Rules(back_places=2))
    floor.open(1, 4)
    floor.take()
    missed = miss(floor)
    floor.do(teller_of(1), teller.close_counter, counter_id="main.1")
    calls = []
    for _ in range(4):
        floor.take(segment="vip")
        calls.append(floor.next(4))
    assert calls.index(missed) == 2


def test_calls_of_a_counter_that_only_helps_are_no_places_of_the_queue() -> None:
    floor = Floor(counter(1, "cash"), counter(4, "vip", "cash"), rules=Rules(back_places=2))
    floor.open(1, 4)
    tickets = [floor.take() for _ in range(4)]
    missed = miss(floor)
    for _ in range(5):
        floor.take(segment="vip")
        floor.next(4)
    assert [floor.next(), floor.next(), floor.next()] == [tickets[1], tickets[2], missed]


def test_who_is_sent_back_is_called_by_the_next_free_counter() -> None:
    floor = Floor(counter(1, "cash"), counter(2, "cash"))
    floor.open(1, 2)
    sent, other = floor.take(), floor.take()
    floor.next(1)
    answer = floor.press(teller.return_to_queue, sent)
    assert answer["reason"]["code"] == "sent_back"
    assert [floor.next(2), floor.next(1)] == [sent, other]


def test_who_comes_back_late_is_taken_on_again_and_may_miss_once_more() -> None:
    floor = desk(max_misses=0)
    ticket = floor.take()
    assert floor.ticket(miss(floor)).state == "no_show"
    answer = floor.press(teller.return_to_queue, ticket)
    assert (answer["reason"]["code"], answer["ticket"]["ended_at"]) == ("came_back", None)
    floor.take()
    assert miss(floor) == ticket
    assert floor.ticket(ticket).state == "no_show"


def test_a_promise_ends_with_the_call_that_keeps_it() -> None:
    floor = desk("cash", back_places=1)
    floor.take()
    missed = miss(floor)
    assert floor.ticket(missed).due_call == 2
    assert floor.next() == missed
    assert floor.ticket(missed).due_call is None


def test_a_transfer_ends_the_promise() -> None:
    floor = Floor(counter(1, "cash"), counter(3, "non_cash"))
    floor.open(1, 3)
    ticket = floor.take()
    floor.next(1)
    floor.press(teller.return_to_queue, ticket)
    floor.do(MANAGER, teller.transfer, ticket_id=ticket, queue_id="non_cash")
    assert floor.ticket(ticket).due_call is None
    assert floor.why(3) == "first_come"
