"""The devices of the hall: numbers ahead of time, tickets handed in later, how they are, what they told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from server.actions import customer, device, teller
from server.actions.decision import Actor
from server.domain.block import Block
from server.domain.refusals import Refusal
from server.domain.ticket import Segment
from tests.domain.floor import KIOSK, Floor, counter

OTHER = Actor("kiosk", "kiosk-2", "Upstairs")
OPERATOR = Actor("operator", "operator-1", "Operator")
DISPLAY = Actor("display", "display-1", "Hall")

Json = dict[str, Any]


def lease(floor: Floor, size: int = 5, queue_id: str = "cash", actor: Actor = KIOSK, name: str = "b1") -> Block:
    arguments = {"block_id": f"main.{name}", "queue_id": queue_id, "size": size}
    floor.do(actor, device.lease_numbers, **arguments)
    return floor.hall.blocks[f"main.{name}"]


def hand_in(floor: Floor, serial: int, at: datetime, actor: Actor = KIOSK, name: str = "b1", **more: Any) -> Json:
    said = {"services": ["deposit"], "segment": Segment.ORDINARY} | more
    return floor.do(actor, device.hand_in, block_id=f"main.{name}", serial=serial, issued_at=at, **said)


def give_back(floor: Floor, actor: Actor = KIOSK, name: str = "b1") -> Json:
    return floor.do(actor, device.return_numbers, block_id=f"main.{name}")


def number(floor: Floor, **asked: Any) -> str:
    return floor.ticket(floor.take(**asked)).number


def test_what_is_leased_to_a_kiosk_nobody_else_gives() -> None:
    floor = Floor()
    assert number(floor) == "A001"
    block = lease(floor, 5)
    assert (block.first_serial, block.last_serial, block.prefix, block.device_id) == (2, 6, "A", "kiosk-1")
    assert number(floor) == "A007"
    other = lease(floor, 2, actor=OTHER, name="b2")
    assert (other.first_serial, other.last_serial) == (8, 9)
    assert number(floor, service="card") == "B001", "another queue has numbers of its own"


def test_a_ticket_handed_in_has_its_own_time_its_own_number_and_no_promise() -> None:
    floor = Floor()
    floor.open(1)
    lease(floor)
    floor.wait(20)
    came = floor.now - timedelta(minutes=14)
    answer = hand_in(floor, 3, came, secret="guess-me-not")
    ticket = answer["ticket"]
    assert (ticket["id"], ticket["number"]) == ("main.b1.3.guess-me-not", "A003")
    assert (ticket["issued_at"], ticket["arrived_at"], ticket["order_at"]) == (came, came, came)
    assert (ticket["ahead"], ticket["quote_p50_s"], ticket["quote_p90_s"]) == (None, None, None)
    assert answer["reason"]["code"] == "handed_in"
    assert answer["reason"]["params"] == {"minutes": 14}
    assert floor.log[-1].at == floor.now
    assert floor.hall.blocks["main.b1"].used == (3,)


def test_tickets_handed_in_are_called_as_if_the_server_had_never_been_away() -> None:
    """Two kiosks, one of which never lost the server; the hand-in comes in any order."""
    floor = Floor(counter(1, "cash"))
    floor.open(1)
    lease(floor, 5)
    came = {}
    for serial in (1, 2, 3):
        floor.wait(2)
        came[serial] = floor.now
        floor.wait(2)
        floor.take()
    priority_came = floor.now - timedelta(minutes=11)
    floor.wait(1)
    for serial in (3, 1, 2):
        hand_in(floor, serial, came[serial])
    hand_in(floor, 4, priority_came, segment=Segment.PRIORITY)
    called = [floor.next(1) for _ in range(7)]
    expected = ["main.b1.4", "main.b1.1", "main.t0001", "main.b1.2", "main.t0002", "main.b1.3", "main.t0003"]
    assert called == expected


def test_a_vip_handed_in_has_the_share_of_a_vip() -> None:
    floor = Floor(counter(1, "cash vip"))
    floor.open(1)
    lease(floor, 5, "vip")
    floor.take()
    floor.take()
    hand_in(floor, 1, floor.now, segment=Segment.VIP)
    assert floor.press_next(1)["reason"]["code"] == "vip_turn"


@pytest.mark.parametrize("astray", [timedelta(days=-1), timedelta(days=1), timedelta(hours=-3)])
def test_a_clock_that_is_wrong_is_brought_inside_and_it_is_said(astray: timedelta) -> None:
    floor = Floor()
    floor.begin_day()
    leased = lease(floor).leased_at
    floor.wait(30)
    answer = hand_in(floor, 1, floor.now + astray)
    assert answer["ticket"]["issued_at"] == (leased if astray < timedelta() else floor.now)
    assert answer["reason"]["code"] == "handed_in_mended"
    assert "2026-03-0" in answer["reason"]["words"]["zh"]


def test_a_moment_too_early_or_too_late_is_not_worth_a_word() -> None:
    floor = Floor()
    lease(floor)
    answer = hand_in(floor, 1, floor.now + timedelta(seconds=1))
    assert (answer["ticket"]["issued_at"], answer["reason"]["code"]) == (floor.now, "handed_in")


def test_a_time_in_another_zone_is_the_same_time() -> None:
    floor = Floor()
    lease(floor)
    floor.wait(10)
    at = datetime.fromisoformat("2026-03-02T09:05:00+08:00")
    found = hand_in(floor, 1, at)["ticket"]["issued_at"]
    assert (found, found.tzinfo) == (at, UTC)


def test_what_was_printed_while_open_is_taken_in_after_closing() -> None:
    floor = Floor()
    floor.now = datetime(2026, 3, 2, 8, 50, tzinfo=UTC)  # ten to five in the branch
    lease(floor)
    floor.wait(20)
    with pytest.raises(Refusal, match="branch_closed"):
        floor.take()
    assert hand_in(floor, 1, floor.now - timedelta(minutes=15))["ticket"]["number"] == "A001"


@pytest.mark.parametrize(
    ("serial", "more", "code"),
    [
        (1, {"actor": OTHER}, "not_your_block"),
        (6, {}, "number_not_in_block"),
        (2, {}, "number_given"),
        (1, {"services": ["no_such"]}, "service_not_found"),
        (1, {"services": ["deposit", "no_such"]}, "service_not_found"),
        (1, {"name": "b9"}, "block_not_found"),
    ],
)
def test_what_cannot_be_handed_in_is_refused(serial: int, more: Json, code: str) -> None:
    floor = Floor()
    lease(floor)
    hand_in(floor, 2, floor.now)
    with pytest.raises(Refusal) as refused:
        hand_in(floor, serial, floor.now, **more)
    assert refused.value.code == code
    assert floor.hall.blocks["main.b1"].used == (2,)


def test_an_operator_hands_in_for_a_kiosk_that_has_broken_down() -> None:
    floor = Floor()
    lease(floor)
    assert hand_in(floor, 1, floor.now, actor=OPERATOR)["ticket"]["number"] == "A001"
    assert give_back(floor, OPERATOR)["block"]["returned"] is True


def test_what_was_not_handed_in_may_be_on_paper_and_is_not_given_again() -> None:
    floor = Floor()
    lease(floor, 5)
    hand_in(floor, 2, floor.now)
    answer = give_back(floor)
    assert floor.log[-1].reason is not None
    assert floor.log[-1].reason.params == {"count": 4, "numbers": "A001, A003–A005"}
    assert answer["block"]["used"] == (2,)
    assert number(floor) == "A006"
    with pytest.raises(Refusal, match="block_over"):
        hand_in(floor, 3, floor.now)


def test_where_others_were_numbered_after_it_the_log_explains_the_hole() -> None:
    floor = Floor()
    lease(floor, 5)
    assert number(floor) == "A006"
    give_back(floor)
    assert number(floor) == "A007"
    assert floor.log[-2].reason is not None
    assert "A001–A005" in floor.log[-2].reason.words["en"]


def test_given_back_twice_it_is_given_back_once() -> None:
    floor = Floor()
    lease(floor)
    give_back(floor)
    length = len(floor.log)
    assert give_back(floor)["block"]["returned"] is True
    assert len(floor.log) == length
    with pytest.raises(Refusal, match="block_not_found"):
        give_back(floor, name="b9")


def test_with_the_day_its_blocks_are_over_and_what_was_not_used_is_said() -> None:
    floor = Floor()
    lease(floor, 5)
    lease(floor, 1, name="b2")
    hand_in(floor, 1, floor.now)
    hand_in(floor, 6, floor.now, name="b2")
    printed_at = floor.now
    floor.wait(24 * 60)
    floor.begin_day()
    returned = [event for event in floor.log if event.kind == "numbers.returned"]
    assert [event.reason.params["numbers"] for event in returned if event.reason] == ["A002–A005"]
    assert len(returned) == 1
    assert floor.hall.blocks == {}
    with pytest.raises(Refusal, match="block_over"):
        hand_in(floor, 2, printed_at)
    with pytest.raises(Refusal, match="block_not_found"):
        hand_in(floor, 2, floor.now)
    assert number(floor) == "A001"


def test_a_device_that_leases_without_end_is_stopped() -> None:
    floor = Floor()
    for at in range(5):
        lease(floor, 100, name=f"b{at}")
    with pytest.raises(Refusal) as refused:
        lease(floor, 1, name="more")
    assert (refused.value.code, refused.value.params) == ("too_many_numbers", {"most": 500})
    hand_in(floor, 1, floor.now, name="b0")
    give_back(floor, name="b4")
    assert lease(floor, 101, name="more").last_serial == 601
    assert lease(floor, 500, actor=OTHER, name="other").first_serial == 602
    with pytest.raises(Refusal, match="queue_not_found"):
        lease(floor, 1, "no_such", name="none")


def report(floor: Floor, actor: Actor = KIOSK, offline: bool = False, note: str = "", **parts: str) -> list[str]:
    """The events that it came to."""
    length = len(floor.log)
    floor.do(actor, device.report, parts=parts, note=note, offline=offline)
    return [event.kind for event in floor.log[length:] if event.device]


def test_only_what_changes_at_a_device_is_told() -> None:
    floor = Floor()
    assert report(floor, offline=True) == [], "it was never there"
    assert report(floor, printer="ok", reader="ok") == ["device.online"]
    assert report(floor, printer="ok") == report(floor) == report(floor, note="all is well") == []
    floor.wait(5)
    assert report(floor, printer="paper_low") == ["device.paper_low"]
    since = floor.now
    floor.wait(5)
    assert report(floor, printer="paper_low") == []
    assert report(floor, printer="paper_out", note="roll is empty") == ["device.paper_out"]
    assert report(floor, reader="error") == ["device.paper_out"], "named by the worst"
    known = floor.hall.devices["kiosk-1"]
    assert (known.wrong, known.wrong_since) == ({"printer": "paper_out", "reader": "error"}, since)
    assert report(floor, printer="paper_low") == ["device.trouble"]
    assert report(floor, printer="ok", reader="ok") == ["device.well"]
    assert floor.hall.devices["kiosk-1"].wrong_since is None


def test_a_device_goes_and_comes_back_as_it_then_is() -> None:
    floor = Floor()
    assert report(floor, DISPLAY, sound="off") == ["device.online", "device.trouble"]
    assert report(floor, DISPLAY, offline=True) == ["device.offline"]
    assert report(floor, DISPLAY, offline=True) == []
    assert floor.hall.devices["display-1"].online is False
    assert report(floor, DISPLAY, board="ok") == ["device.online"]
    found = floor.hall.devices["display-1"]
    assert (found.name, found.kind, found.parts, found.wrong_since) == ("Hall", "display", {"board": "ok"}, None)
    floor.wait(24 * 60)
    floor.begin_day()
    assert floor.hall.devices == {}
    assert report(floor, DISPLAY, board="ok") == ["device.online"]


def called(floor: Floor, number: int = 1) -> device.CallOut:
    """The next ticket, called at the counter."""
    assert floor.next(number) is not None
    event = next(event for event in reversed(floor.log) if event.kind == "ticket.called")
    assert event.ticket is not None
    return device.CallOut(event.seq, event.ticket.id, event.ticket.number, f"main.{number}")


def announce(floor: Floor, call: device.CallOut, outcome: str, actor: Actor = DISPLAY) -> Json:
    return floor.do(actor, device.announce, call_seq=call.seq, call=call, outcome=outcome, by=["voice"], note="")


def outcomes(floor: Floor) -> dict[str, str]:
    return {told.number: told.outcome for told in floor.hall.announcements.values()}


def test_what_was_announced_is_known_while_the_ticket_is_at_its_counter() -> None:
    floor = Floor(counter(1, "cash"), counter(2, "cash"))
    floor.open(1, 2)
    for _ in range(3):
        floor.take()
    first, second = called(floor, 1), called(floor, 2)
    assert announce(floor, first, "made")["announcement"]["by"] == ("voice",)
    assert floor.hall.devices["display-1"].online, "who announces is there"
    announce(floor, second, "failed")
    assert outcomes(floor) == {"A001": "made", "A002": "failed"}
    announce(floor, first, "failed", Actor("display", "display-2"))
    assert outcomes(floor)["A001"] == "made", "somebody heard it"
    floor.press(teller.recall, first.ticket_id, 1)
    assert outcomes(floor) == {"A002": "failed"}, "called again, it is to be heard again"
    announce(floor, second, "made")
    floor.press(teller.start, second.ticket_id, 2)
    assert outcomes(floor) == {"A002": "made"}
    floor.press(teller.finish, second.ticket_id, 2)
    assert outcomes(floor) == {}
    announce(floor, second, "dropped")
    assert floor.log[-1].kind == "announcement.dropped", "the log knows it all the same"
    assert outcomes(floor) == {}


def test_an_older_call_does_not_speak_for_a_newer_one() -> None:
    floor = Floor(counter(1, "cash"))
    floor.open(1)
    ticket = floor.take()
    first = called(floor)
    floor.press(teller.recall, ticket)
    again = device.CallOut(floor.hall.seq, ticket, first.number, first.counter_id)
    announce(floor, again, "failed")
    announce(floor, first, "made")
    assert outcomes(floor) == {"A001": "failed"}


def test_what_was_no_call_of_today_cannot_have_been_announced() -> None:
    floor = Floor(counter(1, "cash"))
    floor.open(1)
    floor.take()
    call = called(floor)
    for seq, known in ((call.seq + 1, call), (call.seq, None)):
        with pytest.raises(Refusal, match="call_not_found"):
            floor.do(DISPLAY, device.announce, call_seq=seq, call=known, outcome="made")
    floor.wait(24 * 60)
    with pytest.raises(Refusal, match="call_not_found"):
        announce(floor, call, "made")


def test_numbers_on_paper_are_those_of_the_queue_whatever_it_is_called_for() -> None:
    """The branch may have moved the service to another queue while the kiosk was alone."""
    floor = Floor()
    lease(floor, 5, "non_cash")
    ticket = hand_in(floor, 1, floor.now, services=["deposit", "card"])["ticket"]
    assert (ticket["number"], ticket["queue_id"], ticket["later_services"]) == ("B001", "non_cash", ("card",))
    assert floor.do(KIOSK, customer.cancel, ticket_id=ticket["id"])["ticket"]["state"] == "cancelled"
