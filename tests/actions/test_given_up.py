"""What a branch gives up in the middle of the day is offered to nobody, and disturbs nobody who has a number."""

from dataclasses import replace

import pytest

from server.actions import customer, device, teller
from server.domain.refusals import Refusal
from server.domain.ticket import State
from server.domain.words import say
from tests.domain.floor import KIOSK, Floor, teller_of
from tests.set_up_anew import without


def give_up(floor: Floor, *services: str, queues: tuple[str, ...] = ()) -> None:
    floor.hall.branch = without(floor.hall.branch, *services, queues=queues)


def offered(floor: Floor) -> set[str]:
    return {offer.queue_id for offer in customer.offers(floor.hall)}


def test_no_number_is_given_for_a_service_that_was_given_up() -> None:
    floor = Floor()
    give_up(floor, "exchange")
    with pytest.raises(Refusal) as refusal:
        floor.take("exchange")
    assert refusal.value.code == "service_not_found"
    assert say("refusal.service_not_found", refusal.value.params)["zh"] == "本网点不办理“某”业务。"
    with pytest.raises(Refusal):
        floor.take("deposit exchange")
    assert floor.take("deposit")


def test_a_queue_that_was_given_up_is_offered_until_it_is_empty() -> None:
    floor = Floor()
    floor.take("card")
    give_up(floor, queues=("non_cash", "vip"))
    assert offered(floor) == {"cash", "non_cash", "self_service"}
    floor.open(3)
    assert floor.next(3) is not None
    assert offered(floor) == {"cash", "self_service"}


def test_nobody_is_sent_to_a_queue_that_was_given_up() -> None:
    floor = Floor()
    floor.open(1)
    floor.take()
    ticket_id = floor.next(1)
    give_up(floor, queues=("non_cash",))
    with pytest.raises(Refusal) as refusal:
        floor.do(teller_of(1), teller.transfer, ticket_id=ticket_id, queue_id="non_cash")
    assert refusal.value.code == "queue_not_found"
    floor.do(teller_of(1), teller.transfer, ticket_id=ticket_id, queue_id="vip")


def test_a_segment_whose_queue_was_given_up_waits_where_its_service_does() -> None:
    floor = Floor()
    give_up(floor, queues=("vip",))
    assert floor.ticket(floor.take("card", "vip")).queue_id == "non_cash"


def test_a_machine_that_was_given_up_is_refused_in_words() -> None:
    floor = Floor()
    give_up(floor, queues=("self_service",))
    with pytest.raises(Refusal) as refusal:
        floor.take("deposit", at_machine=True)
    assert refusal.value.code == "machine_not_offered"


def test_the_second_service_of_a_visit_is_served_though_it_and_its_queue_were_given_up() -> None:
    floor = Floor()
    floor.open(1)
    first = floor.take("deposit card")
    assert floor.next(1) == first
    give_up(floor, "card", queues=("non_cash",))
    floor.do(teller_of(1), teller.finish, ticket_id=first)
    following = next(ticket for ticket in floor.waiting() if ticket.visit_id == first)
    assert (following.service_id, following.queue_id) == ("card", "cash"), "somebody calls it"


def test_a_paper_that_was_printed_before_is_handed_in_and_called() -> None:
    """Nobody calls from a queue that is gone: its number stays, and it waits where the others do."""
    floor = Floor()
    block = floor.do(KIOSK, device.lease_numbers, block_id="main.b1", queue_id="non_cash", size=3)["block"]
    printed_at = floor.now
    give_up(floor, "card", queues=("non_cash",))
    told = {
        "block_id": block["id"],
        "serial": 2,
        "services": ["card"],
        "segment": "ordinary",
        "issued_at": printed_at,
    }
    floor.do(KIOSK, device.hand_in, **told)
    (ticket,) = floor.waiting()
    assert (ticket.number, ticket.service_id, ticket.queue_id) == ("B002", "card", "cash")
    floor.open(1)
    assert floor.next(1) == ticket.id
    assert floor.ticket(ticket.id).state is State.CALLED


def test_who_was_missed_before_and_comes_back_is_called_where_somebody_calls() -> None:
    floor = Floor()
    floor.open(1, 3)
    missed = floor.take("card")
    while floor.ticket(missed).state is not State.NO_SHOW:
        assert floor.next(3) == missed
        floor.do(teller_of(3), teller.no_show, ticket_id=missed)
    give_up(floor, "card", queues=("non_cash",))
    floor.do(teller_of(3), teller.return_to_queue, ticket_id=missed)
    assert floor.ticket(missed).queue_id == "cash"
    assert floor.next(1) == missed


def test_no_numbers_are_leased_of_a_queue_that_was_given_up() -> None:
    floor = Floor()
    give_up(floor, queues=("non_cash",))
    with pytest.raises(Refusal) as refusal:
        floor.do(KIOSK, device.lease_numbers, block_id="main.b1", queue_id="non_cash", size=3)
    assert refusal.value.code == "queue_not_found"


def test_a_branch_that_has_given_up_all_queues_of_a_class_sends_them_to_the_first_there_is() -> None:
    floor = Floor()
    give_up(floor, queues=("cash", "vip"))
    assert customer.queue_still_there(floor.hall.branch, "cash") == "non_cash"
    queues = {key: floor.hall.branch.queues[key] for key in ("self_service", "non_cash", "cash", "vip")}
    machines_first = replace(floor.hall.branch, queues=queues)
    assert customer.queue_still_there(machines_first, "cash") == "non_cash", (
        "a machine would call whom it cannot help"
    )
    nowhere = replace(floor.hall.branch, queues={})
    with pytest.raises(KeyError):
        customer.queue_still_there(nowhere, "cash")
