"""Who has the skill for some services alone is called those, and everybody else as if nothing were different."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.actions import teller
from server.actions.decision import Action
from server.domain.branch import Rules
from server.domain.line import Line
from server.domain.refusals import Refusal
from tests.domain.floor import Floor, counter, essence, teller_of
from tests.domain.press import Press
from tests.domain.presses import command_of, presses
from tests.domain.test_any_sequence import WatchedFloor

ALL = ("deposit", "exchange", "card")


def sit_down(floor: Floor, number: int, *services: str) -> None:
    floor.do(teller_of(number), teller.open_counter, counter_id=f"main.{number}", services=services)


def skilled(*services: str, own: str = "cash vip", helps: str = "", rules: Rules | None = None) -> Floor:
    """Counter 1 with some skills, and counter 2, which nobody has opened, for everything."""
    floor = Floor(counter(1, own, helps), counter(2, "cash vip non_cash"), rules=rules)
    sit_down(floor, 1, *services)
    return floor


def test_who_came_for_something_else_is_passed_over_and_stays_first_for_the_others() -> None:
    floor = skilled("deposit")
    exchange, deposit = floor.take("exchange"), floor.take("deposit")
    floor.open(2)
    assert [floor.next(1), floor.next(1), floor.next(2)] == [deposit, None, exchange]


def test_past_the_cap_the_oldest_is_next_of_those_whom_the_counter_may_serve() -> None:
    floor = skilled("deposit", rules=Rules(wait_cap_s=600))
    floor.take("exchange")
    floor.wait(1)
    old = floor.take("deposit")
    floor.wait(11)
    floor.take("deposit", "vip")
    answer = floor.press_next()
    assert (answer["ticket"]["id"], answer["reason"]["code"]) == (old, "wait_cap")


def test_a_promise_is_kept_by_who_can_keep_it() -> None:
    floor = skilled("deposit")
    floor.open(2)
    exchange = floor.take("exchange")
    floor.next(2)
    floor.press(teller.return_to_queue, exchange, 2)
    deposit = floor.take("deposit")
    assert (floor.next(1), floor.press_next(2)["reason"]["code"]) == (deposit, "returned")


def test_vips_take_turns_with_those_whom_the_counter_may_serve() -> None:
    floor = skilled("deposit")
    for _ in range(4):
        floor.take("exchange")
    vip = floor.take("deposit", "vip")
    answer = floor.press_next()
    assert (answer["ticket"]["id"], answer["reason"]["code"]) == (vip, "first_come"), "nobody competes here"


def test_a_counter_helps_elsewhere_while_none_of_its_own_are_for_it() -> None:
    floor = skilled("card", own="cash", helps="non_cash")
    floor.take("deposit")
    card = floor.take("card")
    answer = floor.press_next()
    assert (answer["ticket"]["id"], answer["reason"]["code"]) == (card, "helping")


def test_the_next_service_of_a_visit_is_called_by_who_can_serve_it() -> None:
    floor = skilled("deposit")
    first = floor.take("deposit exchange")
    assert floor.next() == first
    assert floor.next() is None
    assert [ticket.service_id for ticket in floor.waiting()] == ["exchange"]


def test_no_skill_at_all_calls_nobody() -> None:
    floor = skilled()
    floor.take()
    assert floor.next() is None


def test_the_first_along_a_line_is_found_for_each_segment() -> None:
    floor = skilled("exchange")
    tickets = [floor.take(service) for service in ("deposit", "exchange", "exchange")]
    urgent = [floor.take(service, "priority") for service in ("deposit", "deposit", "exchange")]
    line = floor.hall.waiting["cash"]
    assert isinstance(line, Line)
    assert [ticket.id for ticket in line.candidates(("exchange",))] == [tickets[1], urgent[2]]
    assert line.candidates(ALL) == line.candidates()
    assert line.candidates(()) == []


@pytest.mark.parametrize("key", [teller.recall, teller.start])
def test_a_customer_at_a_counter_that_was_handed_over_is_sent_on_by_who_cannot_serve_them(key: Action) -> None:
    floor = skilled(*ALL)
    called = floor.take("exchange")
    floor.next()
    floor.do(teller_of(7), teller.hand_over, staff_id="teller-1", services=["deposit"])
    with pytest.raises(Refusal, match="cannot_serve"):
        floor.do(teller_of(7), key, ticket_id=called)
    floor.do(teller_of(7), teller.return_to_queue, ticket_id=called)
    floor.open(2)
    assert floor.next(2) == called


def test_a_parked_customer_is_not_resumed_where_nobody_can_serve_them() -> None:
    floor = skilled(*ALL)
    parked = floor.take("exchange")
    floor.next()
    floor.press(teller.park, parked)
    floor.do(teller_of(1), teller.close_counter, counter_id="main.1")
    sit_down(floor, 2, "deposit", "card")
    with pytest.raises(Refusal, match="cannot_serve"):
        floor.press(teller.resume, parked, 2, counter_id="main.2")


@given(presses(20, 45))
@settings(max_examples=40, deadline=None)
def test_where_everybody_can_do_everything_nothing_is_different(all_presses: list[Press]) -> None:
    """The same presses on a floor without skills, and on one where each counter has them all."""
    plain, named = WatchedFloor(), WatchedFloor()
    for turn, press in enumerate(all_presses):
        for floor, services in ((plain, None), (named, ALL)):
            floor.now = press.time(floor.now)
            command = command_of(press, floor.hall, turn)
            if command.action in (teller.open_counter, teller.hand_over):
                command = replace(command, arguments={**command.arguments, "services": services})
            floor.begin_day()
            floor._refusal(command)
    told, also = essence(plain.hall), essence(named.hall)
    also["counters"] = {key: replace(one, services=None) for key, one in also["counters"].items()}
    assert told == also


SKILLS = st.sets(st.sampled_from(ALL)).map(sorted)
CROWD = st.lists(
    st.tuples(st.sampled_from(ALL), st.sampled_from(["ordinary", "priority", "vip"]), st.integers(0, 4)),
    min_size=5,
    max_size=25,
)


@given(SKILLS, SKILLS, CROWD)
@settings(max_examples=60, deadline=None)
def test_nobody_is_called_where_they_cannot_be_served_and_nobody_is_left_who_can_be(
    first: list[str], second: list[str], crowd: list[tuple[str, str, int]]
) -> None:
    """Counter 3 can do everything, and calls at every third press only. Past the cap the oldest of those whom the
    counter may serve is always next."""
    floor = Floor(*(counter(number, "cash vip non_cash") for number in (1, 2, 3)), rules=Rules(wait_cap_s=600))
    sit_down(floor, 1, *first)
    sit_down(floor, 2, *second)
    floor.open(3)
    turn = 0
    while crowd or floor.waiting():
        if crowd:
            service, segment, minutes = crowd.pop()
            floor.take(service, segment)
            floor.wait(minutes)
        turn += 1
        number = turn % 3 + 1
        may = {1: first, 2: second, 3: ALL}[number]
        mine = [ticket for ticket in floor.waiting() if ticket.service_id in may]
        oldest = min(mine, key=lambda t: (t.order_at, t.prefix, t.serial), default=None)
        called = floor.next(number)
        assert (called is None) == (oldest is None), "no counter is idle while it could serve somebody"
        if called is not None and oldest is not None:
            assert floor.ticket(called).service_id in may
            late = (floor.now - oldest.order_at).total_seconds() > 600
            assert called == oldest.id or not late
        assert turn < 100, "whoever one open counter may serve is served in the end"
