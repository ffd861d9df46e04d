"""What is changed while people wait disturbs nobody: it is refused, with how to go on, or their turn stays theirs."""

from contextlib import suppress
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from server.actions import device, teller
from server.actions.set_up import looked_at, set_up
from server.domain.audience import LOBBY, event_view
from server.domain.branch import CounterClass
from server.domain.counter import Status
from server.domain.events import event_from
from server.domain.refusals import Refusal
from server.domain.routing import order, people_ahead
from server.domain.set_up.document import document_of, version_of
from server.domain.ticket import Ticket
from tests.domain.floor import KIOSK, MANAGER, NINE, Floor
from tests.domain.press import Press
from tests.domain.presses import command_of, many
from tests.domain.screen import on_the_wire
from tests.domain.set_up.documents import Json, put
from tests.domain.set_up_presses import set_anew


def document_now(floor: Floor) -> Json:
    return document_of(floor.hall.branch, floor.hall.counters.values())


def set_anew_by(floor: Floor, wanted: Json) -> Json:
    version = version_of(document_now(floor))
    return floor.do(MANAGER, set_up, document=wanted, version=version)


def faults(floor: Floor, wanted: Json) -> list[tuple[str, str]]:
    """What `check` says; the command says the same."""
    floor.begin_day()
    told = [(one.path, one.code) for one in looked_at(floor.hall, wanted, floor.now).faults]
    if told:
        with pytest.raises(Refusal) as refused:
            set_anew_by(floor, wanted)
        assert refused.value.code == "set_up_faulty"
        assert [(one["path"], one["code"]) for one in refused.value.params["faults"]] == told
    return told


@pytest.fixture
def floor() -> Floor:
    """Somebody is served at counter 1, two wait for cash, one is in the queue of VIPs."""
    floor = Floor()
    floor.open(1)
    floor.take()
    floor.next()
    for segment in ("ordinary", "ordinary", "vip"):
        floor.take(segment=segment)
    return floor


def test_a_counter_where_somebody_sits_stays_and_keeps_its_class(floor: Floor) -> None:
    less = document_now(floor)
    del less["counters"][0]
    less["counters"][1]["serves"].append("vip")
    assert faults(floor, less) == [("counters", "counter_has_ticket")]
    other = put(document_now(floor), "counters.0.class", "non_cash")
    assert faults(floor, other) == [("counters.0.class", "counter_has_ticket")]
    floor.press(teller.finish, "main.t0001")
    assert faults(floor, other) == [("counters.0.class", "counter_in_use")]
    floor.do(MANAGER, teller.pause_counter, counter_id="main.1")
    assert faults(floor, other) == [("counters.0.class", "counter_in_use")]
    floor.do(MANAGER, teller.close_counter, counter_id="main.1")
    set_anew_by(floor, other)
    assert floor.hall.counters["main.1"].counter_class is CounterClass.NON_CASH


def test_a_counter_where_somebody_is_set_aside_stays(floor: Floor) -> None:
    floor.press(teller.park, "main.t0001")
    floor.do(MANAGER, teller.close_counter, counter_id="main.1")
    less = document_now(floor)
    del less["counters"][0]
    assert ("counters", "counter_has_ticket") in faults(floor, less)


def test_whoever_sits_at_a_counter_goes_on_with_what_it_serves_now(floor: Floor) -> None:
    set_anew_by(floor, put(document_now(floor), "counters.0.serves", ["vip"]))
    counter = floor.hall.counters["main.1"]
    assert (counter.status, counter.staff_id) == (Status.OPEN, "teller-1")
    assert floor.hall.at_counter["main.1"].id == "main.t0001"
    assert floor.next() == "main.t0004"


def test_a_queue_with_people_in_it_stays_and_keeps_its_class(floor: Floor) -> None:
    less = document_now(floor)
    queue = next(at for at, one in enumerate(less["queues"]) if one["id"] == "vip")
    assert (f"queues.{queue}.class", "queue_has_people") in faults(floor, put(less, f"queues.{queue}.class", "cash"))
    without = without_vips(less)
    assert faults(floor, without) == [("queues", "queue_has_people")]
    floor.open(4)
    floor.next(4)
    floor.press(teller.finish, "main.t0004", 4)
    floor.do(MANAGER, teller.close_counter, counter_id="main.4")
    set_anew_by(floor, without)
    assert floor.hall.branch.queues["vip"].retired
    assert "vip" not in floor.hall.branch.policies
    assert floor.ticket(floor.take(segment="vip")).queue_id == "cash"


def without_vips(document: Json) -> Json:
    found = put(deepcopy(document), "classes.vip", ...)
    found["queues"] = [one for one in found["queues"] if one["id"] != "vip"]
    found["counters"] = [one for one in found["counters"] if one["class"] != "vip"]
    found["counters"][0]["serves"] = ["cash"]
    found["segments"]["vip"] = {"head_start_min": 10}
    return found


def test_letters_that_were_printed_today_stay_where_they_are_until_tomorrow(floor: Floor) -> None:
    document = document_now(floor)
    at = {one["id"]: index for index, one in enumerate(document["queues"])}
    cash, other = f"queues.{at['cash']}.prefix", f"queues.{at['non_cash']}.prefix"
    assert faults(floor, put(document, cash, "C")) == [(cash, "prefix_used_today")]
    swapped = put(put(document, cash, "B"), other, "A")
    assert faults(floor, swapped) == [(cash, "prefix_used_today"), (other, "prefix_used_today")]
    assert faults(floor, put(document, other, "C")) == []
    floor.now = NINE + timedelta(days=1)
    set_anew_by(floor, swapped)
    assert floor.ticket(floor.take()).number == "B001"


def test_letters_that_a_kiosk_holds_on_paper_of_its_own_are_in_use_too() -> None:
    floor = Floor()
    floor.do(KIOSK, device.lease_numbers, block_id="main.b1", queue_id="non_cash", size=10)
    document = document_now(floor)
    at = next(index for index, one in enumerate(document["queues"]) if one["id"] == "non_cash")
    assert faults(floor, put(document, f"queues.{at}.prefix", "C")) == [(f"queues.{at}.prefix", "prefix_used_today")]


def test_the_time_zone_stays_while_people_wait_and_never_brings_a_day_back(floor: Floor) -> None:
    further = put(document_now(floor), "branch.time_zone", "America/New_York")
    assert faults(floor, further) == [("branch.time_zone", "zone_has_people")]
    empty = Floor()
    empty.begin_day()
    assert faults(empty, further) == [("branch.time_zone", "zone_goes_back")]
    empty.wait(60 * 6)
    set_anew_by(empty, further)
    assert empty.begin_day() == []


def test_nobody_is_sent_home_by_a_closing_time_that_has_passed(floor: Floor) -> None:
    floor.wait(60 * 4)
    early = put(put(document_now(floor), "hours.opens", "08:00"), "hours.closes", "11:30")
    assert faults(floor, early) == [("hours.closes", "hours_are_over")]
    assert faults(floor, put(document_now(floor), "hours.closes", "12:30")) == []


def test_the_id_of_a_branch_is_for_good(floor: Floor) -> None:
    assert faults(floor, put(document_now(floor), "branch.id", "other")) == [("branch.id", "id_fixed")]


def test_a_fault_of_the_document_does_not_look_like_something_taken_away(floor: Floor) -> None:
    broken = put(put(document_now(floor), "counters.0.number", "one"), "queues.0.id", "a b")
    assert {code for _, code in faults(floor, broken)} <= {"not_number", "bad_id", "no_such_queue", "queue_unserved"}


def test_after_the_day_is_over_nothing_of_it_is_in_the_way(floor: Floor) -> None:
    wanted = without_vips(document_now(floor))
    tomorrow = NINE + timedelta(days=1)
    assert looked_at(floor.hall, wanted, tomorrow).faults == [], "asked before anybody has begun the new day"
    floor.now = tomorrow
    set_anew_by(floor, wanted)


def test_machines_come_and_go_though_they_are_never_shut() -> None:
    floor = Floor()
    document = document_now(floor)
    fewer = put(document, "counters.5", ...)
    set_anew_by(floor, fewer)
    assert len(floor.hall.open_now.machines) == 1
    floor.take("deposit", at_machine=True)
    waits = floor.take("deposit", at_machine=True)
    assert floor.ticket(waits).queue_id == "self_service"
    set_anew_by(floor, document)
    assert floor.hall.at_counter["main.6"].id == waits, "a new machine calls at once"


def test_a_missed_number_of_a_queue_that_was_given_up_waits_in_another_of_its_kind() -> None:
    floor = Floor()
    floor.open(4)
    missed = floor.take(segment="vip")
    for _ in range(3):
        assert floor.next(4) == missed
        floor.press(teller.no_show, missed, 4)
    floor.do(MANAGER, teller.close_counter, counter_id="main.4")
    set_anew_by(floor, without_vips(document_now(floor)))
    floor.do(MANAGER, teller.return_to_queue, ticket_id=missed)
    assert (floor.ticket(missed).queue_id, floor.ticket(missed).number) == ("cash", "V001")
    floor.open(2)
    assert floor.next(2) == missed


def test_a_visit_goes_on_to_a_service_that_is_offered_no_more() -> None:
    floor = Floor()
    floor.open(1, 3)
    ticket = floor.take("deposit card")
    document = document_now(floor)
    document["services"] = [one for one in document["services"] if one["id"] != "card"]
    set_anew_by(floor, document)
    with pytest.raises(Refusal, match="service_not_found"):
        floor.take("card")
    assert floor.next() == ticket
    floor.press(teller.finish, ticket)
    following = floor.next(3)
    assert following is not None
    assert floor.ticket(following).service_id == "card"


def test_the_lobby_learns_of_counters_and_hours_and_of_no_costs_or_names(floor: Floor) -> None:
    set_anew_by(floor, put(document_now(floor), "classes.cash.waiting_cost", 4711))
    event = floor.log[-1]
    assert event.kind == "branch.set_up"
    told: Any = on_the_wire(event_view(event, LOBBY))
    assert [one["number"] for one in told["counters"]] == [1, 2, 3, 4, 5, 6]
    assert not [
        secret for secret in ("4711", "policies", "Teller 1", "wait_cap", "card_rules") if secret in str(told)
    ]
    assert event_from(on_the_wire(event)) == event


def test_nothing_that_changes_is_no_event(floor: Floor) -> None:
    length = len(floor.log)
    answer = set_anew_by(floor, document_now(floor))
    assert (answer["changes"], len(floor.log)) == ([], length)
    with pytest.raises(Refusal, match="set_up_changed"):
        floor.do(MANAGER, set_up, document=document_now(floor), version="0" * 16)


def others(floor: Floor) -> dict[str, Ticket]:
    """All open tickets but those of machines, which call by themselves as soon as they are there."""
    branch, tickets = floor.hall.branch, floor.hall.tickets
    machines = {key for key, queue in branch.queues.items() if queue.counter_class is CounterClass.SELF_SERVICE}
    return {key: ticket for key, ticket in tickets.items() if ticket.open and ticket.queue_id not in machines}


def in_turn(floor: Floor) -> dict[str, list[tuple[str, int]]]:
    """Who waits in each queue, in order, and how many each has before them."""
    hall, there = floor.hall, others(floor)
    waiting = [ticket for ticket in floor.waiting() if ticket.id in there]
    found: dict[str, list[tuple[str, int]]] = {}
    for ticket in sorted(waiting, key=lambda t: order(hall, t)):
        found.setdefault(ticket.queue_id, []).append((ticket.id, people_ahead(hall, ticket)))
    return found


def test_whatever_is_set_up_anew_everybody_keeps_their_place_and_their_number() -> None:
    """The hall lives on by itself between: what else can go wrong in it, other tests look after."""
    changed = 0
    for seed in range(3):
        floor = Floor()
        for turn, press in enumerate(many(150, seed)):
            floor.now = press.time(floor.now)
            command = command_of(press, floor.hall, turn)
            with suppress(Refusal):
                floor.do(command.actor, command.action, **command.arguments)
            changed += _disturbs_nobody(floor, press, turn)
    assert changed > 25


def _disturbs_nobody(floor: Floor, press: Press, turn: int) -> bool:
    """Sets the hall anew; whether that did anything while people were there."""
    actor, action, arguments = set_anew(press, floor.hall, turn)
    before, there, rules = in_turn(floor), others(floor), floor.hall.branch.rules
    try:
        events = floor.do(actor, action, **arguments)["changes"]
    except Refusal:
        events = []
    assert others(floor) == there
    assert floor.hall.branch.rules != rules or in_turn(floor) == before
    return bool(events and there)
