"""When a turn comes at counters that are not there for one queue alone: counted by hand, and by Cobham."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.advisor.turn import ALL_OF_IT, NEVER, Calls, CounterCalls, Turn, next_turn

lines = st.builds(Calls, st.floats(0, 1), st.floats(0, 20), st.floats(0, 1))
counters = st.lists(st.lists(lines, min_size=1, max_size=2).map(tuple), max_size=6)


def called(line: CounterCalls, t: float) -> float:
    return max(0.0, *(part.share * t - part.first for part in line))


def test_counters_that_serve_nobody_else_call_one_after_the_other() -> None:
    assert next_turn(4, [ALL_OF_IT] * 3) == Turn(5, 3, 3, 0.0)


def test_people_of_another_queue_who_came_first_are_called_first() -> None:
    assert next_turn(3, [(Calls(first=3.0),)]) == Turn(7, 1, 1.0, 0.0)


def test_a_counter_that_helps_later_helps_a_little() -> None:
    # Two of the four are called by the first counter before the other is free, and then one by each.
    assert next_turn(3, [ALL_OF_IT, (Calls(first=2.0),)]) == Turn(6, 2, 2.0, 0.0)


def test_a_counter_that_would_help_too_late_does_not_count() -> None:
    assert next_turn(3, [ALL_OF_IT, (Calls(first=10.0),)]) == Turn(4, 1, 1, 0.0)


def test_a_queue_with_a_share_gets_it_however_many_others_wait() -> None:
    shared = (Calls(first=50.0), Calls(share=1 / 3))
    found = next_turn(3, [shared])
    assert found is not None
    assert found.calls == pytest.approx(12)
    assert found.pace == pytest.approx(1 / 3)


def test_where_nobody_ever_calls_there_is_no_turn() -> None:
    assert next_turn(0, []) is None
    assert next_turn(0, [(Calls(share=0.0),)]) is None
    assert next_turn(0, [(Calls(share=5e-324),)]) is None
    assert next_turn(0, [], overtaking=0.1) is None


@pytest.mark.parametrize(("servers", "overtaking"), [(1, 0.3), (4, 2.0)])
def test_with_one_class_before_it_is_the_queue_of_cobham(servers: int, overtaking: float) -> None:
    found = next_turn(4, [ALL_OF_IT] * servers, overtaking=overtaking)
    r = overtaking / servers
    assert found is not None
    assert found.calls == pytest.approx(5 / (1 - r))
    in_ends = (found.calls + found.chance) / found.pace**2 * servers**2  # variance of the wait
    assert in_ends == pytest.approx(5 * (1 + r) / (1 - r) ** 3)


def test_after_the_head_start_nobody_overtakes_any_more() -> None:
    found = next_turn(9, [ALL_OF_IT], overtaking=0.5, head_start=4.0)
    assert found == Turn(12, 1, 1, 2.0)


def test_more_overtakers_than_the_counters_can_serve_do_not_stop_the_line() -> None:
    found = next_turn(0, [ALL_OF_IT], overtaking=5.0)
    assert found is not None
    assert found.calls == pytest.approx(10)


@given(st.integers(0, 60), counters, st.floats(0, 3), st.floats(0, 10))
def test_at_the_turn_all_who_go_before_have_been_called(
    ahead: int, there: list[CounterCalls], overtaking: float, head_start: float
) -> None:
    found = next_turn(ahead, there, overtaking=overtaking, head_start=head_start)
    if found is None:
        assert sum(max(line).share for line in there) <= NEVER
        return
    t = found.calls / found.servers
    most = sum(max(line)[0] for line in there)
    before = ahead + 1 + min(overtaking, 0.9 * most) * min(t, head_start)
    assert sum(called(line, t) for line in there) == pytest.approx(before, rel=1e-6)
    assert found.servers == sum(called(line, t) > 0 for line in there)


@pytest.mark.parametrize("ahead", [-1, 1.5])
def test_half_a_person_is_refused(ahead: int) -> None:
    with pytest.raises(ValueError, match="ahead"):
        next_turn(ahead, [ALL_OF_IT])
