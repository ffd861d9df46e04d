"""The customer takes a ticket, gives it back, and is promised no more than can be known."""

from datetime import UTC, datetime

import pytest

from server.actions import customer, teller
from server.actions.decision import Actor
from server.advisor.outlook import Outlook
from server.domain.refusals import Refusal
from tests.domain.floor import KIOSK, MANAGER, STRANGER, Floor, counter, teller_of


def take(floor: Floor, *services: str, **asked: object) -> None:
    floor.do(KIOSK, customer.take_ticket, ticket_id="main.x", services=services, **asked)


@pytest.mark.parametrize(
    ("hour", "minute", "is_open"), [(0, 29, False), (0, 30, True), (8, 59, True), (9, 0, False), (13, 0, False)]
)
def test_tickets_are_given_from_opening_to_closing(hour: int, minute: int, is_open: bool) -> None:
    floor = Floor()
    floor.now = datetime(2026, 3, 2, hour, minute, tzinfo=UTC)  # eight hours behind the branch
    if is_open:
        take(floor, "deposit")
        return
    with pytest.raises(Refusal) as refused:
        take(floor, "deposit")
    again = {"date": "2026-03-02", "day": {"en": "today", "zh": "今天"}}
    if hour >= 9:
        again = {"date": "2026-03-03", "day": {"en": "tomorrow", "zh": "明天"}}
    assert refused.value.code == "branch_closed"
    assert refused.value.params == {"opens": "08:30", "closes": "17:00", **again}


def test_on_a_closed_day_no_tickets_are_given() -> None:
    floor = Floor()
    floor.now = datetime(2026, 3, 8, 2, tzinfo=UTC)  # a Sunday
    with pytest.raises(Refusal, match="branch_closed"):
        take(floor, "deposit")


@pytest.mark.parametrize("services", [("no_such",), ("deposit", "no_such")])
def test_a_service_that_is_not_offered_is_refused(services: tuple[str, ...]) -> None:
    with pytest.raises(Refusal, match="service_not_found"):
        take(Floor(), *services)


def test_what_a_machine_cannot_do_is_not_sent_to_a_machine() -> None:
    with pytest.raises(Refusal, match="machine_not_offered"):
        take(Floor(), "exchange", at_machine=True)


def test_the_range_of_the_wait_counts_people_ahead_and_open_counters() -> None:
    floor = Floor(counter(1, "cash"), counter(2, "cash"))
    assert floor.ticket(floor.take()).quote_p50_s is None, "no counter is open: no honest promise"
    floor.open(1, 2)
    floor.next(1)
    at_once, short, long = (floor.ticket(floor.take()) for _ in range(3))
    assert [t.ahead for t in (at_once, short, long)] == [0, 1, 2]
    assert (at_once.quote_p50_s, at_once.quote_p90_s) == (0, 0)
    assert short.quote_p50_s == pytest.approx(8 * 60 / 2 * 0.6931, rel=1e-3)
    assert short.quote_p10_s == pytest.approx(8 * 60 / 2 * 0.10536, rel=1e-3)
    assert short.quote_by == "queue_length"
    assert short.quote_p50_s is not None
    assert long.quote_p50_s is not None
    assert short.quote_p50_s < long.quote_p50_s


def test_a_counter_that_helps_is_open_for_those_whom_nobody_else_serves() -> None:
    floor = Floor(counter(1, "cash", "non_cash"), counter(2, "non_cash"))
    assert floor.hall.open_for("non_cash") == []
    floor.open(1)
    assert [one.number for one in floor.hall.open_for("non_cash")] == [1]
    floor.open(2)
    assert [one.number for one in floor.hall.open_for("non_cash")] == [2], "who has it as their own goes before"


def test_what_has_been_measured_is_promised() -> None:
    floor = Floor(counter(1, "cash"))
    floor.open(1)
    floor.take()
    floor.next()
    known = {"cash": Outlook(120.0, last_wait_s=60.0)}  # the other queues are as the branch expects
    ticket = floor.ticket(floor.take(outlooks=known))
    assert ticket.quote_by == "last_to_start"
    assert ticket.quote_p90_s is not None
    assert ticket.quote_p90_s < 300


def test_a_counter_that_helps_is_counted_where_it_is_free() -> None:
    floor = Floor(counter(1, "cash"), counter(3, "non_cash", "cash"))
    floor.open(1, 3)
    floor.take()
    floor.next(1)
    helped = floor.ticket(floor.take())
    assert (helped.quote_p50_s, helped.quote_p90_s) == (0, 0)
    waits = {offer.queue_id: offer for offer in customer.offers(floor.hall)}
    assert (waits["cash"].ahead, waits["cash"].counters_open) == (1, 1)
    assert waits["cash"].p50_s == pytest.approx(8 * 60 / 2 * 0.6931, rel=1e-3)
    assert waits["self_service"].p50_s is None


def test_who_has_a_head_start_is_promised_less() -> None:
    floor = Floor(counter(1, "cash"))
    floor.open(1)
    floor.take()
    floor.next()
    floor.take()
    ordinary, priority = floor.ticket(floor.take()), floor.ticket(floor.take(segment="priority"))
    assert (ordinary.ahead, priority.ahead) == (1, 0)
    assert ordinary.quote_p50_s is not None
    assert priority.quote_p50_s is not None
    assert priority.quote_p50_s < ordinary.quote_p50_s


@pytest.mark.parametrize(
    ("actor", "may"), [(KIOSK, True), (MANAGER, True), (STRANGER, False), (Actor("display", "d"), False)]
)
def test_a_waiting_number_is_given_back_at_the_kiosk_or_by_a_manager(actor: Actor, may: bool) -> None:
    floor = Floor()
    ticket = floor.take()
    if may:
        answer = floor.do(actor, customer.cancel, ticket_id=ticket)
        assert (answer["ticket"]["state"], answer["reason"]["code"]) == ("cancelled", "left")
        assert floor.waiting() == []
        return
    with pytest.raises(Refusal, match="not_your_ticket"):
        floor.do(actor, customer.cancel, ticket_id=ticket)


@pytest.mark.parametrize(("actor", "may"), [(teller_of(1), True), (MANAGER, True), (STRANGER, False), (KIOSK, False)])
def test_a_called_number_is_cancelled_by_its_teller_only(actor: Actor, may: bool) -> None:
    floor = Floor()
    floor.open(1)
    ticket = floor.take()
    floor.next()
    if may:
        floor.do(actor, customer.cancel, ticket_id=ticket)
        assert "main.1" not in floor.hall.at_counter
        return
    with pytest.raises(Refusal, match="not_your_ticket"):
        floor.do(actor, customer.cancel, ticket_id=ticket)


def test_who_is_being_served_cannot_be_cancelled() -> None:
    floor = Floor()
    floor.open(1)
    ticket = floor.take()
    floor.next()
    floor.press(teller.start, ticket)
    with pytest.raises(Refusal, match="move_not_allowed"):
        floor.press(customer.cancel, ticket)


def test_several_services_follow_in_turn_with_one_number() -> None:
    floor = Floor()
    floor.open(1, 3)
    visit = floor.take("deposit card exchange")
    floor.next(1)
    floor.press(teller.finish, visit)
    assert floor.next(3) == f"{visit}-2"
    floor.press(teller.finish, f"{visit}-2", 3)
    third = floor.ticket(f"{visit}-3")
    assert (third.number, third.queue_id, third.later_services) == ("A001", "cash", ())
    assert floor.next(1) == third.id
    floor.press(teller.finish, third.id)
    assert floor.hall.tickets == {}


def test_an_appointment_is_kept_with_the_first_service_alone() -> None:
    floor = Floor()
    floor.open(1)
    visit = floor.take("deposit exchange", appointment_at=floor.now)
    assert floor.press_next(1)["reason"]["code"] == "appointment"
    floor.press(teller.finish, visit)
    assert floor.press_next(1)["reason"]["code"] == "first_come"


def test_a_vip_is_served_as_a_vip_whatever_the_service() -> None:
    floor = Floor()
    ticket = floor.ticket(floor.take("card deposit", "vip"))
    assert (ticket.queue_id, ticket.number) == ("vip", "V001")
