"""What no figure may override: the law, the customers who are there, and one change at a time."""

import math

import pytest

from server.advisor.control import Costs, Limits, plan
from server.advisor.rails import Rails, chance_of_waiting, railed, within_rails
from tests.advisor.situations import COSTS, LIMITS, guessed

RATE = 0.1


def held(wanted: int, present: int, open_now: int, since: float = math.inf, least: int = 1) -> int:
    return within_rails(wanted, present, open_now, RATE, Limits(least, 5), since)


def test_one_counter_is_opened_at_a_time_unless_people_would_wait_too_long() -> None:
    assert held(5, 6, 2) == 3
    assert held(5, 20, 2) == 5


def test_closing_waits_ten_minutes_and_opening_does_not() -> None:
    assert held(2, 1, 4, since=9.9) == 4
    assert held(2, 1, 4, since=10) == 3
    assert held(4, 6, 3, since=0) == 4
    assert within_rails(4, 6, 3, RATE, LIMITS, 5.0, Rails(dwell_to_open=10)) == 3


def test_the_law_is_kept_at_once_whatever_the_dwell() -> None:
    assert held(0, 0, 2, least=2) == 2
    assert held(0, 0, 1, since=0, least=3) == 3
    assert held(1, 0, 9, since=0) == 5


def test_the_last_counter_stays_while_anybody_is_there() -> None:
    assert held(0, 1, 1, least=0) == 1
    assert held(0, 0, 1, least=0) == 0


def test_a_plan_is_held_the_same_way() -> None:
    crowd = plan(12, 2, guessed(3.5), COSTS, LIMITS)
    assert crowd.advised > 3
    assert railed(crowd) == within_rails(crowd.advised, 12, 2, RATE, LIMITS)
    empty = plan(0, 4, guessed(0.5), Costs(60, 30, 0), LIMITS)
    assert railed(empty, 5.0) == 4
    assert railed(empty, 15.0) == 3


def test_the_chance_of_a_long_wait_is_that_of_too_few_ends_of_service() -> None:
    assert chance_of_waiting(1, 2, RATE, 30) == 0.0
    assert chance_of_waiting(2, 2, RATE, 30) == pytest.approx(math.exp(-6))
    assert chance_of_waiting(3, 2, RATE, 30) == pytest.approx(math.exp(-6) * 7)
    assert chance_of_waiting(500, 2, RATE, 30) == pytest.approx(1.0)
    assert chance_of_waiting(0, 0, RATE, 30) == 1.0


def test_a_time_before_the_change_is_refused() -> None:
    with pytest.raises(ValueError, match="since_change must be zero or more"):
        held(3, 1, 2, since=-1)
