"""hall + event -> hall: in order, each once, and the lobby's memory is short."""

import pytest

from server.actions import device, teller
from server.domain.audience import LOBBY, STAFF, event_view
from server.domain.branch import Rules
from server.domain.events import event_from
from server.domain.evolve import evolve
from tests.domain.floor import KIOSK, Floor, counter
from tests.domain.screen import on_the_wire, snapshot_of
from tests.domain.test_any_sequence import rebuilt
from tests.domain.test_log_reader import an_hour_alone


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


def test_an_event_without_devices_says_no_more_than_servers_before_them_know(floor: Floor) -> None:
    """Such a server may serve the same log while the next one is being rolled out: a field it does not know would
    end it."""
    floor.next()
    named = "id branch_id seq kind at actor version reason ticket counter advice day branch".split()
    assert {frozenset(on_the_wire(event)) for event in floor.log} == {frozenset(named)}
    floor.do(KIOSK, device.report, parts={"printer": "ok"})
    assert set(on_the_wire(floor.log[-1])) == {*named, "block", "device", "announcement"}


def test_events_of_devices_come_back_as_they_were_written() -> None:
    log = an_hour_alone().log
    assert {event.kind.split(".")[0] for event in log} == set(
        "branch counter ticket numbers device announcement".split()
    )
    assert [event_from(on_the_wire(event)) for event in log] == log


def test_devices_and_what_they_announced_are_not_for_the_lobby() -> None:
    hour = an_hour_alone()
    told = [event_view(event, LOBBY) for event in hour.log]
    assert [
        seen["kind"] for seen in told if seen and seen["kind"].startswith(("numbers", "device", "announce"))
    ] == []
    handed_in = next(event for event in hour.log if event.block and event.ticket)
    seen = event_view(handed_in, LOBBY)
    assert seen is not None
    assert "block" not in seen
    assert "main.b" not in str(told)
    assert "main.b" in str([event_view(event, STAFF) for event in hour.log])
    assert snapshot_of(hour.hall, STAFF)["devices"]
    assert snapshot_of(hour.hall, LOBBY)["devices"] == []
