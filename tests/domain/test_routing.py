"""Which ticket next: the four rules in their order, each with the reason that is told."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from server.actions import teller
from server.actions.decision import Actor, Decision
from server.domain.branch import Rules
from server.domain.events import Change
from server.domain.hall import Hall
from tests.domain.floor import MANAGER, Floor, counter


def desk(own: str = "cash vip", helps: str = "", rules: Rules | None = None) -> Floor:
    """A hall with one open counter."""
    floor = Floor(counter(1, own, helps), rules=rules)
    floor.open(1)
    return floor


def called(floor: Floor, times: int) -> str:
    """Whom the counter calls, one after the other: O for an ordinary or priority ticket, V for a VIP."""
    letters = []
    for _ in range(times):
        ticket_id = floor.next()
        letters.append("-" if ticket_id is None else "V" if floor.ticket(ticket_id).prefix == "V" else "O")
    return "".join(letters)


def test_who_came_first_is_called_first() -> None:
    floor = desk()
    tickets = []
    for _ in range(3):
        tickets.append(floor.take())
        floor.wait(1)
    assert floor.press_next()["reason"]["code"] == "first_come"
    assert [tickets[0], floor.next(), floor.next(), floor.next()] == [*tickets, None]


def test_who_came_in_the_same_instant_is_called_by_number() -> None:
    floor = desk("cash")
    tickets = [floor.take() for _ in range(12)]
    assert [floor.next() for _ in tickets] == tickets


def test_nobody_waiting_is_an_answer_and_no_refusal() -> None:
    answer = desk().press_next()
    assert (answer["ticket"], answer["reason"]["code"]) == (None, "nobody_waiting")
    assert answer["counter"]["status"] == "open"


def test_a_promise_comes_before_a_wait_past_the_cap() -> None:
    floor = Floor(counter(1, "cash vip"), counter(4, "vip"))
    floor.open(1, 4)
    old = floor.take()
    floor.wait(31)
    sent_back = floor.take(segment="vip")
    floor.next(4)
    floor.wait(1)
    booked = floor.take(appointment_at=floor.now)
    floor.press(teller.return_to_queue, sent_back, 4)
    answers = [floor.press_next(1) for _ in range(3)]
    assert [answer["ticket"]["id"] for answer in answers] == [sent_back, booked, old]
    assert [answer["reason"]["code"] for answer in answers] == ["returned", "appointment", "wait_cap"]


def test_a_wait_past_the_cap_comes_before_the_turn_of_the_vips() -> None:
    floor = desk(rules=Rules(wait_cap_s=600))
    first, second = floor.take(), floor.take()
    floor.wait(10.1)
    vip = floor.take(segment="vip")
    answer = floor.press_next()
    assert (answer["ticket"]["id"], answer["reason"]["code"]) == (first, "wait_cap")
    assert answer["reason"]["params"] == {"minutes": 10, "cap": 10}
    assert [floor.next(), floor.next()] == [second, vip]


def test_at_the_cap_itself_nobody_is_past_it() -> None:
    floor = desk(rules=Rules(wait_cap_s=600))
    floor.take()
    floor.wait(10)
    floor.take(segment="vip")
    assert floor.why() == "vip_turn"


def test_past_the_cap_the_oldest_is_first_whatever_its_segment() -> None:
    floor = desk(rules=Rules(wait_cap_s=600))
    tickets = []
    for segment in ("vip", "ordinary", "priority", "vip", "ordinary"):
        tickets.append(floor.take(segment=segment))
        floor.wait(1)
    floor.wait(15)
    assert [floor.next() for _ in tickets] == tickets


@pytest.mark.parametrize(
    ("vip", "ordinary", "order"),
    [(2, 1, "VOVVOVVOV"), (1, 1, "VOVOVOVOV"), (3, 1, "VVOVVVOVV"), (1, 2, "OVOOVOOVO"), (3, 2, "VOVOVVOVO")],
)
def test_vips_and_others_take_turns_smoothly(vip: int, ordinary: int, order: str) -> None:
    floor = desk(rules=Rules(vip_weight=vip, ordinary_weight=ordinary))
    for _ in range(9):
        floor.take()
        floor.take(segment="vip")
    assert called(floor, 9) == order


def test_new_weights_begin_anew_and_owe_nobody_the_turns_of_the_old() -> None:
    floor = desk(rules=Rules(vip_weight=20, ordinary_weight=1))
    for _ in range(30):
        floor.take()
        floor.take(segment="vip")
    assert called(floor, 11) == "V" * 10 + "O"
    floor.do(MANAGER, evenly)
    assert called(floor, 8) == "VOVOVOVO"


def evenly(hall: Hall, actor: Actor, now: datetime) -> Decision:
    rules = replace(hall.branch.rules, vip_weight=1, ordinary_weight=1)
    return Decision([Change("branch.changed", branch=replace(hall.branch, rules=rules))])


def test_a_turn_is_told_by_its_rule() -> None:
    floor = desk()
    for _ in range(3):
        floor.take()
        floor.take(segment="vip")
    assert [floor.why() for _ in range(3)] == ["vip_turn", "ordinary_turn", "vip_turn"]


def test_no_turn_is_kept_for_who_is_not_there() -> None:
    floor = desk()
    for _ in range(4):
        floor.take(segment="vip")
    assert called(floor, 3) == "VVV"
    for _ in range(3):
        floor.take()
    # Calls that nobody else wanted are not held against the VIPs.
    assert called(floor, 5) == "VOOO-"


def test_each_day_begins_with_the_same_turn() -> None:
    floor = desk()
    for _ in range(2):
        for _ in range(3):
            floor.take()
            floor.take(segment="vip")
        assert called(floor, 2) == "VO"
        floor.wait(24 * 60)
        floor.open(1)


@pytest.mark.parametrize(("minutes_later", "overtakes"), [(9, True), (10.1, False)])
def test_priority_has_a_head_start_of_ten_minutes(minutes_later: float, overtakes: bool) -> None:
    floor = desk()
    ordinary = floor.take()
    floor.wait(minutes_later)
    priority = floor.take(segment="priority")
    answer = floor.press_next()
    assert answer["ticket"]["id"] == (priority if overtakes else ordinary)
    assert answer["reason"]["code"] == ("head_start" if overtakes else "first_come")


def test_a_counter_helps_only_while_its_own_queues_are_empty() -> None:
    floor = desk("cash", "non_cash")
    other = floor.take("card")
    floor.wait(5)
    own = floor.take("deposit")
    assert floor.next() == own
    answer = floor.press_next()
    assert (answer["ticket"]["id"], answer["reason"]["code"]) == (other, "helping")


def test_a_helper_sees_a_wait_past_the_cap_in_the_queue_it_helps() -> None:
    floor = desk("cash", "non_cash")
    other = floor.take("card")
    floor.wait(31)
    floor.take("deposit")
    answer = floor.press_next()
    assert (answer["ticket"]["id"], answer["reason"]["code"]) == (other, "wait_cap")


def test_a_helper_keeps_a_promise_made_in_the_queue_it_helps() -> None:
    floor = Floor(counter(1, "cash", "non_cash"), counter(3, "non_cash"))
    floor.open(1, 3)
    back = floor.take("card")
    floor.next(3)
    floor.press(teller.return_to_queue, back, 3)
    floor.take("deposit")
    answer = floor.press_next(1)
    assert (answer["ticket"]["id"], answer["reason"]["code"]) == (back, "returned")


def test_a_counter_calls_nobody_whom_it_does_not_serve() -> None:
    floor = desk("cash")
    floor.take("card")
    assert floor.next() is None


def test_a_transfer_keeps_the_time_waited() -> None:
    floor = Floor(counter(1, "cash"), counter(3, "non_cash"))
    floor.open(1, 3)
    moved = floor.take("deposit")
    floor.wait(5)
    waiting = floor.take("card")
    floor.next(1)
    floor.press(teller.transfer, moved, 1, queue_id="non_cash")
    assert floor.ticket(moved).order_at < floor.ticket(waiting).order_at
    assert [floor.next(3), floor.next(3)] == [moved, waiting]


def test_an_appointment_is_kept_at_its_time_and_not_before() -> None:
    floor = desk("cash")
    booked = floor.take(appointment_at=floor.now + timedelta(minutes=30))
    first, second = floor.take(), floor.take()
    floor.wait(10)
    assert floor.next() == first
    floor.wait(20)
    floor.take()
    answer = floor.press_next()
    assert (answer["ticket"]["id"], answer["reason"]["code"]) == (booked, "appointment")
    assert floor.next() == second


def test_an_early_appointment_is_called_rather_than_that_a_counter_stands_idle() -> None:
    floor = desk("cash")
    booked = floor.take(appointment_at=floor.now + timedelta(minutes=30))
    assert floor.next() == booked


def test_the_next_service_of_the_visit_is_seen_by_the_press_that_ends_the_last() -> None:
    floor = desk("cash")
    visit = floor.take("deposit exchange")
    floor.next()
    assert floor.next() == f"{visit}-2"


def test_next_calls_whom_finish_and_next_would_call() -> None:
    at_once, in_turn = desk("cash"), desk("cash")
    for floor in (at_once, in_turn):
        floor.take("deposit exchange")
        floor.wait(1)
        floor.take()
        floor.next()
    in_turn.press(teller.finish, "main.t0001")
    assert at_once.next() == in_turn.next()


def test_a_free_machine_calls_by_itself() -> None:
    floor = Floor()
    ticket = floor.take("deposit", at_machine=True)
    assert floor.ticket(ticket).state == "called"
    assert floor.ticket(ticket).counter_id == "main.5"
    assert floor.log[-1].actor == "clock:clock"
    busy = [floor.take("card", at_machine=True) for _ in range(2)]
    assert [floor.ticket(t).state for t in busy] == ["called", "waiting"]
