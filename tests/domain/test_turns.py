"""How many are called before each: told of all at once, and as it then turns out."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from server.actions import phone, teller
from server.actions.decision import Actor
from server.domain.routing import people_ahead
from server.domain.turns import ahead_of_each
from tests.domain.floor import Floor, counter

people = st.lists(st.tuples(st.sampled_from(["ordinary", "priority"]), st.integers(0, 900)), max_size=15)


def desk() -> Floor:
    floor = Floor(counter(1, "cash"))
    floor.open(1)
    return floor


def called(floor: Floor) -> list[str]:
    """All who wait, in the order in which they are called."""
    found = []
    while (ticket := floor.next()) is not None:
        found.append(ticket)
    return found


@given(people)
@settings(max_examples=80, deadline=None)
def test_it_is_for_each_what_is_found_by_asking_for_one_and_the_order_of_the_calls(
    found: list[tuple[str, int]],
) -> None:
    floor = desk()
    for segment, seconds in found:
        floor.now += timedelta(seconds=seconds)
        floor.take(segment=segment)
    told = ahead_of_each(floor.hall, "cash", floor.now)
    assert told == {ticket.id: people_ahead(floor.hall, ticket) for ticket in floor.waiting()}
    if sum(seconds for _, seconds in found) < 1800:  # then nobody has waited past the cap, which is another rule
        assert called(floor) == list(told)


@given(st.integers(2, 9), st.lists(st.integers(0, 8), max_size=4), st.integers(0, 3))
@settings(max_examples=80, deadline=None)
def test_those_who_missed_a_call_or_asked_for_time_have_the_place_that_they_are_then_called_at(
    size: int, asking: list[int], missing: int
) -> None:
    floor = desk()
    tickets = [floor.take() for _ in range(size)]
    for _ in range(missing):
        floor.press(teller.no_show, str(floor.next()))
    for who in dict.fromkeys(asking):
        if who < size:
            floor.do(Actor("phone", tickets[who]), phone.more_time, ticket_id=tickets[who])
    told = ahead_of_each(floor.hall, "cash", floor.now)
    assert sorted(told.values()) == list(range(len(tickets)))
    assert set(told) == set(tickets)
    if not (missing and asking):  # of two promises at one place, either may come first
        assert called(floor) == list(told)


def test_who_has_an_appointment_is_first_once_its_time_has_come() -> None:
    floor = desk()
    for _ in range(3):
        floor.take()
    booked = floor.take(appointment_at=floor.now + timedelta(minutes=10))
    assert ahead_of_each(floor.hall, "cash", floor.now)[booked] == 3
    assert ahead_of_each(floor.hall, "cash", floor.now + timedelta(minutes=10))[booked] == 0


def test_in_an_empty_queue_nobody_is_ahead_of_anybody() -> None:
    assert ahead_of_each(desk().hall, "cash", desk().now) == {}
