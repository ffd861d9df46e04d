"""The ledger tells a sound log from one in which something was lost, doubled or left out."""

from server.replay.ledger import Ledger, read_log
from tests.replay.log import Json, event, visit

CLASSES = {"cash": "cash"}
OURS = frozenset({"main.A001", "main.A002"})


def read(*events: Json, after: int = 0) -> Ledger:
    return read_log(events, CLASSES, OURS, after)


def test_a_sound_day_has_nothing_to_find() -> None:
    ledger = read(*visit("A001", 1), *visit("A002", 5))
    assert (ledger.issued, ledger.completed, ledger.left_over, ledger.no_shows) == (2, 2, 0, 0)
    assert (ledger.numbers_doubled, ledger.numbers_left_out, ledger.seq_gaps) == (0, 0, 0)
    assert (ledger.called_twice, ledger.never_called) == (0, 0)
    assert ledger.call_outs == {2: "A001", 6: "A002"}


def test_waits_and_times_at_the_counter_are_those_of_the_log() -> None:
    day = read(*visit("A001", 1)).classes["cash"]
    assert day.waits == [600.0]
    assert [seconds for _, seconds in day.occupied] == [600.0]


def test_a_gap_in_the_log_is_found() -> None:
    assert read(event(1, "ticket.issued", "A001"), event(3, "ticket.called", "A001")).seq_gaps == 1
    assert read(event(8, "branch.day_started"), after=7).seq_gaps == 0


def test_a_number_given_twice_is_found() -> None:
    twice = event(5, "ticket.issued", "A001", id="main.other", visit_id="main.other")
    assert read(*visit("A001", 1), twice).numbers_doubled == 1


def test_a_ticket_that_we_were_given_and_the_log_does_not_have_is_lost() -> None:
    assert read(*visit("A001", 1)).lost == 1
    assert read(*visit("A001", 1), *visit("A002", 5)).lost == 0


def test_a_ticket_issued_in_our_name_that_nobody_was_given_is_doubled() -> None:
    assert read(*visit("A001", 1), *visit("A002", 5), *visit("A003", 9)).doubled == 1


def test_other_people_s_tickets_are_not_ours() -> None:
    theirs = event(9, "ticket.issued", "A003") | {"actor": "kiosk:2"}
    ledger = read(*visit("A001", 1), *visit("A002", 5), theirs)
    assert (ledger.issued, ledger.doubled, ledger.never_called, ledger.left_over) == (2, 0, 0, 0)


def test_a_number_left_out_is_found() -> None:
    assert read(*visit("A001", 1), *visit("A003", 5)).numbers_left_out == 1
    assert read(*visit("A007", 31), *visit("A008", 35), after=30).numbers_left_out == 0


def test_a_ticket_that_two_counters_called_is_found() -> None:
    doubled = read(
        event(1, "ticket.issued", "A001"), event(2, "ticket.called", "A001"), event(3, "ticket.called", "A001")
    )
    assert doubled.called_twice == 1


def test_a_ticket_put_back_may_be_called_again() -> None:
    ledger = read(
        event(1, "ticket.issued", "A001"),
        event(2, "ticket.called", "A001"),
        event(3, "ticket.returned", "A001", misses=1),
        event(4, "ticket.called", "A001", misses=1),
    )
    assert ledger.called_twice == 0
    assert len(ledger.classes["cash"].waits) == 1


def test_a_recall_is_a_call_out_but_no_second_call() -> None:
    ledger = read(
        event(1, "ticket.issued", "A001"), event(2, "ticket.called", "A001"), event(3, "ticket.recalled", "A001")
    )
    assert list(ledger.call_outs) == [2, 3]
    assert ledger.called_twice == 0


def test_who_was_never_called_and_who_is_left_over_are_counted() -> None:
    ledger = read(
        event(1, "ticket.issued", "A001"), event(2, "ticket.issued", "A002"), event(3, "ticket.expired", "A002")
    )
    assert (ledger.never_called, ledger.left_over) == (2, 2)
