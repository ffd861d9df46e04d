"""What happens because time passes, and advice as it is given, answered and withdrawn."""

from dataclasses import replace

import pytest

from server.actions import clock, manager, teller
from server.domain.advice import Advice, AdviceState
from server.domain.branch import CounterClass, Rules
from server.domain.refusals import Refusal
from tests.domain.floor import MANAGER, NINE, Floor, teller_of

ADVICE = Advice(
    id="main.a1",
    branch_id="main",
    counter_class=CounterClass.CASH,
    action="open",
    counter_id="main.2",
    open_now=1,
    advised=2,
    state=AdviceState.ISSUED,
    issued_at=NINE,
    figures={"reason": {"code": "advice_open_first", "params": {"waiting": 3}}},
)


def sweep(floor: Floor) -> list[str]:
    """What the sweep found to do."""
    length = len(floor.log)
    floor.do(clock.CLOCK, clock.sweep)
    return [event.kind for event in floor.log[length:]]


def advise(floor: Floor, *given: Advice, **withdraw: str) -> None:
    floor.do(clock.CLOCK, clock.give_advice, withdraw=withdraw, give=list(given))


def test_a_machine_gives_up_on_who_does_not_come_and_calls_the_next() -> None:
    floor = Floor(rules=Rules(machine_no_show_s=60, max_misses=0))
    missed, came, following = (floor.take("deposit", at_machine=True) for _ in range(3))
    floor.do(MANAGER, teller.start, ticket_id=came)
    floor.wait(1)
    assert sweep(floor) == []
    floor.wait(0.1)
    assert sweep(floor) == ["ticket.no_show", "ticket.called"]
    assert floor.log[-2].reason is not None
    assert floor.log[-2].reason.code == "no_answer"
    assert (floor.ticket(missed).state, floor.ticket(following).state) == ("no_show", "called")


def test_all_machines_that_are_free_call_at_once() -> None:
    floor = Floor(rules=Rules(machine_no_show_s=60, max_misses=0))
    tickets = [floor.take("deposit", at_machine=True) for _ in range(4)]
    floor.wait(2)
    assert sweep(floor) == ["ticket.no_show", "ticket.no_show", "ticket.called", "ticket.called"]
    assert [floor.ticket(ticket).state for ticket in tickets[2:]] == ["called", "called"]


def test_a_teller_is_not_hurried() -> None:
    floor = Floor()
    floor.open(1)
    floor.take()
    floor.next()
    floor.wait(60)
    assert sweep(floor) == []


def test_an_hour_after_closing_what_is_left_expires_once() -> None:
    floor = Floor()
    floor.open(1)
    floor.take()
    floor.take()
    floor.next()
    floor.wait(9 * 60 - 0.1)  # to a moment before six
    assert sweep(floor) == []
    floor.wait(0.1)
    assert sweep(floor) == ["ticket.expired", "ticket.expired"]
    assert sweep(floor) == []


def test_what_expires_with_the_day_is_not_missed_at_a_machine_as_well() -> None:
    """Nobody swept for an hour: both deadlines have passed by then, and a ticket ends once."""
    floor = Floor(rules=Rules(machine_no_show_s=60, max_misses=0))
    floor.take("deposit", at_machine=True)
    floor.wait(9 * 60)
    assert sweep(floor) == ["ticket.expired"]


def test_the_day_begins_whatever_comes_of_the_command_that_came_first() -> None:
    floor = Floor()
    with pytest.raises(Refusal):
        floor.do(teller_of(1), teller.recall, ticket_id="main.nobody")
    assert [event.kind for event in floor.log] == ["branch.day_started"]
    assert floor.log[0].actor == "clock:clock"


def test_one_advice_stands_for_a_class() -> None:
    floor = Floor()
    advise(floor, ADVICE)
    advise(floor, replace(ADVICE, id="main.a2"))
    assert [advice.id for advice in floor.hall.advices.values()] == ["main.a1"]
    advise(floor, replace(ADVICE, id="main.a3"), cash="replaced")
    assert [advice.id for advice in floor.hall.advices.values()] == ["main.a3"]
    kinds = [(event.kind, event.reason.code) for event in floor.log[1:] if event.reason]
    assert kinds == [
        ("advice.issued", "advice_open_first"),
        ("advice.withdrawn", "replaced"),
        ("advice.issued", "advice_open_first"),
    ]


def test_advice_is_accepted_once_and_stands_until_it_is_followed() -> None:
    floor = Floor()
    advise(floor, ADVICE)
    answer = floor.do(MANAGER, manager.accept_advice, advice_id="main.a1")
    assert (answer["advice"]["state"], answer["advice"]["answered_by"]) == ("accepted", "Zhao Lei")
    with pytest.raises(Refusal, match="advice_answered"):
        floor.do(MANAGER, manager.dismiss_advice, advice_id="main.a1")
    advise(floor, cash="followed")
    assert floor.hall.advices == {}
    with pytest.raises(Refusal, match="advice_not_found"):
        floor.do(MANAGER, manager.accept_advice, advice_id="main.a1")


def test_dismissed_advice_is_gone_and_its_reason_is_kept() -> None:
    floor = Floor()
    advise(floor, ADVICE)
    answer = floor.do(MANAGER, manager.dismiss_advice, advice_id="main.a1", reason="a colleague is coming")
    assert (answer["advice"]["state"], answer["advice"]["note"]) == ("dismissed", "a colleague is coming")
    assert floor.log[-1].reason is not None
    assert floor.log[-1].reason.words["zh"] == "a colleague is coming"
    assert floor.hall.advices == {}
    assert floor.hall.settled_at["cash"] == floor.now
