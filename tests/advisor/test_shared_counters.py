"""What a queue really gets of the study's counters, which serve cash, non-cash and VIPs between them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from server.advisor.outlook import Outlook, Outlooks
from server.advisor.quotes import promise
from server.advisor.shared_counters import shared_counters
from server.advisor.turn import ALL_OF_IT, Calls
from server.demo.branch import source_branch, source_counters
from server.domain.counter import Status
from server.domain.hall import Hall
from server.domain.ticket import Segment, State, Ticket

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
KNOWN = {key: Outlook(600.0) for key in source_branch().queues}


def study(*open_counters: int, cap_min: float = 600.0, **waiting: int) -> Hall:
    """The study's hall with these counters open and busy, and so many waiting, all for a minute."""
    branch = source_branch()
    hall = Hall(replace(branch, rules=replace(branch.rules, wait_cap_s=cap_min * 60)), "test", last_at=NOON)
    for counter in source_counters():
        hall.counters[counter.id] = replace(
            counter, status=Status.OPEN if counter.number in open_counters else Status.CLOSED
        )
        if counter.number in open_counters:
            hall.at_counter[counter.id] = ticket(hall, "cash", 0)
    for queue_id, number in waiting.items():
        hall.waiting[queue_id] = {f"{queue_id}{n}": ticket(hall, queue_id, n) for n in range(number)}
    return hall


def ticket(hall: Hall, queue_id: str, serial: int, minutes_ago: float = 1.0) -> Ticket:
    came = NOON - timedelta(minutes=minutes_ago)
    return Ticket(
        f"{queue_id}{serial}", "v", "main", NOON.date(), "A", serial, 1, "A", "deposit", (), queue_id,
        Segment.ORDINARY, State.WAITING, came, came, came,
    )  # fmt: skip


def minutes(hall: Hall, queue_id: str, ahead: int, known: Outlooks = KNOWN) -> float:
    found, by = promise(hall, queue_id, ahead, Segment.ORDINARY, known)
    assert found is not None
    assert by == "queue_length"
    return found.mean / 60


def test_counters_that_serve_nothing_else_count_in_full() -> None:
    hall = study(2, 4, cash=3)
    assert shared_counters(hall, "cash", KNOWN) == [(Calls(),), ALL_OF_IT]
    assert minutes(hall, "cash", 3) == pytest.approx(4 / 2 * 10)


def test_at_a_shared_counter_vips_go_first_but_not_for_ever() -> None:
    hall = study(1, cash=3, vip=2)
    assert minutes(hall, "cash", 3) == pytest.approx((4 + 2) * 10)
    hall = study(1, cash=3, vip=20)
    assert minutes(hall, "cash", 3) == pytest.approx(4 * 3 * 10)  # every third call


def test_vips_give_way_to_one_of_three() -> None:
    assert minutes(study(1, cash=1, vip=3), "vip", 3) == pytest.approx((4 + 1) * 10)
    assert minutes(study(1, cash=30, vip=3), "vip", 3) == pytest.approx(4 * 3 / 2 * 10)


def test_vips_with_counters_of_their_own_burden_the_shared_one_less() -> None:
    # Three counters serve the two VIPs, so that two thirds of one are called where cash is.
    assert minutes(study(1, 6, 7, cash=3, vip=2), "vip", 0) < minutes(study(1, cash=3, vip=2), "vip", 0)
    hall = study(1, 7, cash=3, vip=2)
    (here,) = shared_counters(hall, "cash", KNOWN)
    assert here[0].first == pytest.approx(1.0)


def test_vips_still_to_come_are_expected_at_the_shared_counter() -> None:
    known = KNOWN | {"vip": Outlook(600.0, arrivals=0.5 / 600)}
    (here,) = shared_counters(study(1, cash=3), "cash", known)
    assert here[0] == Calls(share=0.5, first=0.0, random=0.5)
    assert minutes(study(1, cash=3), "cash", 3, known) == pytest.approx(4 * 2 * 10)


def test_a_counter_helps_once_its_own_people_are_served() -> None:
    # Non-cash has counter 3; counter 2 helps, with one cash customer of its own first.
    assert minutes(study(2, 3, cash=0, non_cash=3), "non_cash", 3) == pytest.approx(4 / 2 * 10)
    alone, helped = study(3, cash=2, non_cash=3), study(2, 3, cash=2, non_cash=3)
    assert minutes(helped, "non_cash", 3) == pytest.approx((4 + 1) / 2 * 10)
    assert minutes(helped, "non_cash", 3) < minutes(alone, "non_cash", 3)
    assert minutes(study(2, 3, cash=40, non_cash=3), "non_cash", 3) == pytest.approx(4 * 10)


def test_a_free_counter_helps_at_once_unless_its_own_people_wait() -> None:
    hall = study(2, 3, non_cash=0)
    del hall.at_counter["main.2"]
    assert minutes(hall, "non_cash", 0) == 0
    hall.waiting["cash"] = {"cash0": ticket(hall, "cash", 0)}
    assert minutes(hall, "non_cash", 0) > 0


def test_those_past_the_cap_go_first_wherever_their_queue_is_served() -> None:
    hall = study(6, cap_min=60, cash=4, vip=1)  # a VIP counter that helps with cash
    assert minutes(hall, "vip", 1) == pytest.approx(2 * 10)
    for serial in (0, 1, 2):
        hall.waiting["cash"][f"cash{serial}"] = ticket(hall, "cash", serial, minutes_ago=61)
    assert minutes(hall, "vip", 1) == pytest.approx((3 + 2) * 10)


def test_who_will_be_past_the_cap_is_not_overtaken_by_those_still_to_come() -> None:
    known = KNOWN | {"cash": Outlook(600.0, arrivals=0.8 / 600)}
    assert minutes(study(2, cash=2, non_cash=6), "non_cash", 6, known) == pytest.approx((7 + 2) / 0.2 * 10)
    capped = study(2, cap_min=30, cash=2, non_cash=6)
    assert minutes(capped, "non_cash", 6, known) == pytest.approx((7 + 2) * 10)


def test_who_will_be_past_the_cap_no_longer_goes_before_those_who_came_first() -> None:
    assert minutes(study(1, cash=30, vip=3), "vip", 3) == pytest.approx(4 * 3 / 2 * 10)
    assert minutes(study(1, cap_min=30, cash=30, vip=3), "vip", 3) == pytest.approx((4 + 30) * 10)


def test_a_queue_that_no_open_counter_serves_gets_no_promise() -> None:
    assert promise(study(6, 7), "non_cash", 0, Segment.ORDINARY, KNOWN)[0] is not None, "counter 7 helps"
    assert promise(study(4), "non_cash", 0, Segment.ORDINARY, KNOWN) == (None, None)


def test_the_last_wait_is_asked_where_it_is_known() -> None:
    hall = study(2, 4, cash=3)
    short, by = promise(hall, "cash", 3, Segment.ORDINARY, KNOWN | {"cash": Outlook(600.0, last_wait_s=60.0)})
    assert short is not None
    assert by == "last_to_start"
    assert short.p50 < minutes(hall, "cash", 3) * 60


def test_only_those_without_a_head_start_are_overtaken() -> None:
    hall, known = study(2, cash=3), KNOWN | {"cash": Outlook(600.0, overtaking=1 / 3000)}
    assert minutes(hall, "cash", 3, known) == pytest.approx((4 + 600 / 3000) * 10)  # ten minutes of head start
    found, _ = promise(hall, "cash", 3, Segment.PRIORITY, known)
    assert found is not None
    assert found.mean / 60 == pytest.approx(4 * 10)
