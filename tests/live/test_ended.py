"""What became of today's tickets is known for a while after they have left the hall, and forgotten with the day."""

from datetime import timedelta

import pytest

from server.actions import phone, teller
from server.actions.decision import Actor
from server.live import ended
from server.live.ended import Ended
from tests.domain.floor import Floor, counter


@pytest.fixture
def floor() -> Floor:
    floor = Floor(counter(1, "cash"))
    floor.open(1)
    return floor


def seen(floor: Floor) -> Ended:
    found = Ended()
    for event in floor.log:
        found.apply(event)
    return found


def test_it_knows_who_was_served_and_who_left_and_nobody_else(floor: Floor) -> None:
    served, left, waiting = floor.take(), floor.take(), floor.take()
    floor.next()
    floor.press(teller.finish, served)
    floor.do(Actor("phone", left), phone.leave, ticket_id=left)
    assert {key: ticket.state.value for key, ticket in seen(floor).tickets.items()} == {
        served: "completed",
        left: "cancelled",
    }
    floor.wait(24 * 60)
    floor.begin_day()
    assert waiting not in floor.hall.tickets
    assert seen(floor).tickets == {}


def test_a_missed_number_is_still_in_the_hall_and_not_here(floor: Floor) -> None:
    floor.take()
    missed = floor.next()
    for _ in range(3):
        floor.press(teller.no_show, str(missed))
        floor.next()
    assert floor.ticket(str(missed)).state == "no_show"
    assert seen(floor).tickets == {}


def test_the_oldest_makes_room(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ended, "MOST", 3)
    tickets = [floor.take() for _ in range(5)]
    for _ in tickets:
        floor.next()
        floor.now += timedelta(minutes=1)
    floor.next()
    assert list(seen(floor).tickets) == tickets[2:]
