"""hall + event -> hall: in order, each once, and the lobby's memory is short."""

import pytest

from server.actions import teller
from server.domain.audience import LOBBY, STAFF, event_view
from server.domain.branch import Rules
from server.domain.evolve import evolve
from tests.domain.floor import Floor, counter
from tests.domain.screen import snapshot_of
from tests.domain.test_any_sequence import rebuilt


@pytest.fixture
def floor() -> Floor:
    floor = Floor(counter(1, "cash"))
    floor.open(1)
    for _ in range(3):
        floor.take()
    return floor


def test_an_event_that_does_not_follow_is_refused(floor: Floor) -> None:
    earlier = rebuilt(floor.installed, floor.log[:-2])
    with pytest.raises(ValueError, match="does not follow"):
        evolve(earlier, floor.log[-1])
    with pytest.raises(ValueError, match="does not follow"):
        evolve(floor.hall, floor.log[-1])


def test_the_last_twelve_call_outs_are_shown_newest_first(floor: Floor) -> None:
    ticket = floor.next()
    assert ticket is not None
    for _ in range(13):
        floor.press(teller.recall, ticket)
    calls = floor.hall.recent_calls
    assert [call.seq for call in calls] == list(range(floor.hall.seq, floor.hall.seq - 12, -1))
    assert all(call.repeat for call in calls)
    assert floor.next() is not None
    assert [call.repeat for call in floor.hall.recent_calls[:2]] == [False, True]
    assert (floor.hall.recent_calls[0].number, floor.hall.recent_calls[0].counter_number) == ("A002", 1)


def test_the_lobby_learns_no_names_no_ids_no_reasons_and_no_costs(floor: Floor) -> None:
    missed = floor.next()
    assert missed is not None
    floor.press(teller.no_show, missed)
    floor.next()
    told = [str(event_view(event, LOBBY)) for event in floor.log] + [str(snapshot_of(floor.hall, LOBBY))]
    for secret in ("Teller 1", "teller-1", "main.t0001", "waiting_cost", "First come", "misses"):
        assert not [line for line in told if secret in line], secret
        assert secret in str([event_view(event, STAFF) for event in floor.log] + [snapshot_of(floor.hall, STAFF)])


def test_a_number_missed_for_good_is_gone_from_the_lobby_and_kept_for_the_staff() -> None:
    floor = Floor(counter(1, "cash"))
    floor.open(1)
    ticket = floor.take()
    for _ in range(3):
        floor.next()
        floor.press(teller.no_show, ticket)
    assert [t["state"] for t in snapshot_of(floor.hall, STAFF)["tickets"]] == ["no_show"]
    assert snapshot_of(floor.hall, LOBBY)["tickets"] == []


def test_yesterdays_missed_numbers_are_gone_with_the_day() -> None:
    floor = Floor(counter(1, "cash"), rules=Rules(max_misses=0))
    floor.open(1)
    ticket = floor.take()
    floor.next()
    floor.press(teller.no_show, ticket)
    floor.wait(24 * 60)
    floor.begin_day()
    assert floor.hall.tickets == {}
