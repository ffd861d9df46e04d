"""The manager: what a counter serves, which policy speaks, and advice that is carried out by accepting it."""

from dataclasses import replace

import pytest

from server.actions import clock, manager, teller
from server.domain.branch import ProfileEntry
from server.domain.refusals import Refusal
from tests.actions.test_clock import ADVICE, advise
from tests.domain.floor import MANAGER, Floor, teller_of

CASH_TOO = (ProfileEntry("non_cash"), ProfileEntry("cash", helps=True))
MOVE = replace(ADVICE, action="profile", counter_id="main.2", profile=CASH_TOO)


def test_a_counter_serves_what_the_manager_says_from_the_next_call_on() -> None:
    floor = Floor()
    card, deposit = floor.take("card"), floor.take("deposit")
    floor.do(teller_of(2), teller.open_counter, counter_id="main.2")
    floor.do(MANAGER, manager.set_profile, counter_id="main.2", profile=[ProfileEntry("non_cash")])
    floor.do(teller_of(2), teller.call_next, counter_id="main.2")
    assert (floor.ticket(card).state, floor.ticket(deposit).state) == ("called", "waiting")
    assert floor.log[-2].kind == "counter.profiled"


@pytest.mark.parametrize(
    ("profile", "code"),
    [
        ([ProfileEntry("no_such")], "queue_not_found"),
        ([ProfileEntry("cash", helps=True)], "profile_not_possible"),
        ([], "profile_not_possible"),
    ],
)
def test_a_profile_needs_a_queue_of_its_own_that_exists(profile: list[ProfileEntry], code: str) -> None:
    with pytest.raises(Refusal) as refused:
        Floor().do(MANAGER, manager.set_profile, counter_id="main.2", profile=profile)
    assert refused.value.code == code


def test_the_same_profile_again_is_no_event() -> None:
    floor = Floor()
    floor.do(MANAGER, manager.set_profile, counter_id="main.2", profile=CASH_TOO)
    length = len(floor.log)
    floor.do(MANAGER, manager.set_profile, counter_id="main.2", profile=CASH_TOO)
    assert len(floor.log) == length


def test_accepting_advice_about_a_profile_changes_it_at_once() -> None:
    floor = Floor()
    advise(floor, MOVE)
    floor.do(MANAGER, manager.accept_advice, advice_id=MOVE.id)
    assert [event.kind for event in floor.log[-2:]] == ["advice.accepted", "counter.profiled"]
    assert floor.hall.counters["main.2"].profile == CASH_TOO


def test_another_policy_speaks_for_one_class_and_the_others_stay() -> None:
    floor = Floor()
    floor.do(MANAGER, manager.set_policy, counter_class="cash", policy="mms")
    policies = floor.hall.branch.policies
    assert (policies["cash"].policy, policies["vip"].policy) == ("mms", "lookahead")
    with pytest.raises(Refusal):
        floor.do(MANAGER, manager.set_policy, counter_class="no_such", policy="mms")


def test_advice_is_judged_once_and_keeps_standing() -> None:
    floor = Floor()
    advise(floor, ADVICE)
    assert list(floor.hall.unscored) == [ADVICE.id]
    for _ in range(2):
        floor.do(clock.CLOCK, clock.score_advice, scores={ADVICE.id: {"verdict": "right"}})
    assert floor.hall.unscored == {}
    assert floor.hall.advices["cash"].score == {"verdict": "right"}
    assert [event.kind for event in floor.log].count("advice.scored") == 1


def test_what_nobody_could_judge_by_the_end_of_the_day_counts_neither_way() -> None:
    floor = Floor()
    advise(floor, ADVICE)
    floor.wait(24 * 60)
    floor.begin_day()
    scored = [event for event in floor.log if event.kind == "advice.scored"]
    assert [event.advice.score for event in scored if event.advice] == [{"verdict": "unknown"}]
    assert floor.hall.unscored == {}
    assert floor.hall.advices == {}
