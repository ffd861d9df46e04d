"""Numbers on paper: one run per queue and business day, from 001, in the branch's own day."""

from datetime import UTC, datetime

import pytest

from server.actions import customer, teller
from server.domain.refusals import Refusal
from tests.domain.floor import KIOSK, Floor


def numbers(floor: Floor, *services: str, segment: str = "ordinary") -> list[str]:
    return [floor.ticket(floor.take(service, segment)).number for service in services]


def test_each_queue_has_its_prefix_and_begins_at_001() -> None:
    floor = Floor()
    assert numbers(floor, "deposit", "card", "exchange", "card") == ["A001", "B001", "A002", "B002"]
    assert numbers(floor, "deposit", "card", segment="vip") == ["V001", "V002"]
    assert floor.ticket(floor.take("deposit", at_machine=True)).number == "S001"


def test_past_999_the_number_grows() -> None:
    floor = Floor()
    floor.take()
    floor.hall.tally("cash").last_serial = 998
    assert numbers(floor, "deposit", "deposit") == ["A999", "A1000"]


def test_a_new_day_begins_at_001_and_keeps_nobody_of_the_old() -> None:
    floor = Floor()
    floor.open(1)
    first, second = floor.take(), floor.take()
    floor.next()
    floor.press(teller.start, first)
    floor.wait(24 * 60)
    assert numbers(floor, "deposit") == ["A001"]
    assert [event.kind for event in floor.log[-5:]] == [
        "ticket.expired",
        "ticket.expired",
        "counter.closed",
        "branch.day_started",
        "ticket.issued",
    ]
    assert not {first, second} & set(floor.hall.tickets)
    assert not floor.hall.at_counter
    assert not floor.hall.counters["main.1"].is_open


def test_a_new_day_begins_at_midnight_in_the_branch_and_not_in_greenwich() -> None:
    floor = Floor()
    floor.take()
    floor.now = datetime(2026, 3, 2, 15, 59, tzinfo=UTC)  # a minute before midnight in the branch
    assert floor.begin_day() == []
    floor.now = datetime(2026, 3, 2, 16, tzinfo=UTC)
    assert [event.kind for event in floor.begin_day()] == ["ticket.expired", "branch.day_started"]
    assert floor.hall.business_day is not None
    assert floor.hall.business_day.isoformat() == "2026-03-03"


def test_a_refused_command_takes_no_number() -> None:
    floor = Floor()
    floor.take()
    with pytest.raises(Refusal):
        floor.do(KIOSK, customer.take_ticket, ticket_id="x", services=["deposit", "no_such"])
    assert numbers(floor, "deposit") == ["A002"]


def test_the_next_service_of_a_visit_keeps_the_number_and_takes_none() -> None:
    floor = Floor()
    floor.open(1)
    visit = floor.take("deposit card")
    floor.next()
    floor.press(teller.finish, visit)
    following = floor.ticket(f"{visit}-2")
    assert (following.number, following.queue_id, following.step) == ("A001", "non_cash", 2)
    assert (following.ahead, following.quote_p50_s, following.quote_p90_s) == (None, None, None)
    assert numbers(floor, "card", "deposit") == ["B001", "A002"]


def test_the_clock_set_back_over_midnight_does_not_begin_yesterday_again() -> None:
    floor = Floor()
    floor.wait(24 * 60)
    floor.take()
    floor.wait(-24 * 60)
    assert numbers(floor, "deposit") == ["A002"]
    assert floor.log[-1].at == floor.log[-2].at
