"""Every policy answers the same question with a number of counters that there is."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.advisor.control import Costs, Limits, best_counters
from server.advisor.forecast import forecast
from server.advisor.gamma_rate import GammaRate
from server.advisor.policies import POLICIES, Congestion, Sight, simple_day_plan
from tests.advisor.situations import COSTS, LIMITS, guessed, known

SIGHT = Sight(6, 3, guessed(2.5), COSTS, LIMITS, day_rate=0.25)


def asked(policy: str, **changes: object) -> int:
    return POLICIES[policy](replace(SIGHT, **changes))  # type: ignore[arg-type]


@settings(max_examples=10, deadline=None)
@given(st.floats(0.1, 8), st.integers(0, 40), st.integers(0, 6), st.integers(0, 4), st.integers(0, 8))
def test_every_policy_stays_within_the_limits(
    load: float, present: int, open_now: int, least: int, plan: int
) -> None:
    sight = Sight(present, open_now, guessed(load), COSTS, Limits(least, 5), load / 10, plan)
    assert all(least <= policy(sight) <= 5 for policy in POLICIES.values())


def test_the_sources_branch_opens_its_fourth_counter() -> None:
    """Mean service 10 minutes and three counters at a mean wait of 15: lambda = 0.2523 a minute."""
    costs = Costs(60.0, 60.0)
    assert asked("static", day_rate=0.2523, costs=costs) == 4
    assert asked("mms", forecast=known(2.523), costs=costs) == 4


def test_static_looks_at_the_whole_day_and_mms_at_the_present() -> None:
    busy = known(*[4.0] * 6, *[0.5] * 12)
    assert asked("mms", forecast=busy, day_rate=0.1) > asked("static", forecast=busy, day_rate=0.1)
    again = [asked("static", present=present, day_rate=0.25) for present in (0, 5, 50)]
    assert len(set(again)) == 1


def test_mms_follows_what_the_day_has_shown_of_itself() -> None:
    rates = [0.25] * 10
    quiet, busy = (
        forecast(rates, 30.0, 60.0, k=20, seen=seen, expected_so_far=15, service_rate=GammaRate(100, 1000))
        for seen in (5, 40)
    )
    assert asked("mms", forecast=quiet) < asked("mms", forecast=busy)


@pytest.mark.parametrize(("present", "open_now", "wanted"), [(7, 3, 4), (6, 3, 3), (3, 3, 3), (2, 3, 2), (0, 1, 1)])
def test_so_tang_moves_by_one_counter_between_two_thresholds(present: int, open_now: int, wanted: int) -> None:
    rule = Congestion(high=2.0, low=1.0)
    assert asked("so_tang", present=present, open_now=open_now, congestion=rule) == wanted


def test_so_tang_opens_the_first_counter_for_the_first_customer() -> None:
    nobody = Limits(0, 5)
    assert asked("so_tang", present=0, open_now=0, limits=nobody) == 0
    assert asked("so_tang", present=1, open_now=0, limits=nobody) == 1


def test_the_day_plan_is_followed_whatever_comes() -> None:
    assert [asked("day_plan", planned=4, present=present) for present in (0, 30)] == [4, 4]
    assert asked("day_plan", planned=9) == 5
    assert asked("day_plan", planned=None) == asked("static")


def test_lookahead_is_the_program() -> None:
    assert asked("lookahead") == best_counters(6, 3, SIGHT.forecast, COSTS, LIMITS)
    assert asked("all_open") == 5


def test_a_simple_plan_follows_the_load_that_lags_behind_the_arrivals() -> None:
    rates = [0.1] * 4 + [0.6] * 2 + [0.1] * 4
    counters = simple_day_plan(rates, 30, 0.1, Costs(60, 60), Limits(1, 12))
    assert counters[5] >= counters[4] > counters[3]
    assert counters[6] > counters[9] == counters[3]
    # Had the load been there at once, and gone at once:
    assert counters[5] == asked("static", day_rate=0.6, limits=Limits(1, 12), costs=Costs(60, 60))
