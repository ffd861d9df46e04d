"""A teller keeps to their own counter and customer; a manager may step in; a machine serves machines."""

import pytest

from tests.running import Caller, Office
from tests.web.conftest import Hall
from tests.web.problem import refused

ACTS = {
    "recall": {},
    "start": {},
    "finish": {},
    "no-show": {},
    "park": {},
    "return": {},
    "transfer": {"queue_id": "non_cash"},
    "cancel": {},
}


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    """Whose work it is has nothing to do with the database: one will do."""
    return sqlite_office


@pytest.mark.parametrize("act", ACTS)
def test_a_teller_cannot_touch_the_customer_of_another(
    ask: Caller, hall: Hall, nothing_changes: None, act: str
) -> None:
    found = refused(ask.post("teller", f"tickets/{hall.called}/{act}", ACTS[act]), 403, "not_your_ticket")
    assert found["params"]["number"] in found["words"]["zh"]


@pytest.mark.parametrize("act", ["start", "finish", "no-show"])
def test_a_machine_cannot_touch_a_customer_at_a_teller(
    ask: Caller, hall: Hall, nothing_changes: None, act: str
) -> None:
    refused(ask.post("machine", f"tickets/{hall.called}/{act}"), 403, "not_your_ticket")


def test_a_parked_customer_is_resumed_by_their_own_teller_only(
    ask: Caller, hall: Hall, nothing_changes: None
) -> None:
    refused(ask.post("second teller", f"tickets/{hall.parked}/resume"), 403, "not_your_ticket")


def test_a_teller_cannot_serve_at_two_counters_of_which_one_is_taken(
    ask: Caller, hall: Hall, nothing_changes: None
) -> None:
    found = refused(ask.post("second teller", "counters/main.1/open", {"take_over": True}), 403, "counter_taken")
    assert found["params"]["staff"] == "Li Wei"


def test_a_manager_may_do_what_the_teller_may_not(ask: Caller, hall: Hall) -> None:
    answer = ask.done("manager", f"tickets/{hall.called}/recall")
    assert (answer["ticket"]["calls"], answer["ticket"]["counter_id"]) == (2, "main.2")
    answer = ask.done("manager", "counters/main.2/open", {"take_over": True})
    assert answer["counter"]["staff_id"] == "manager-1"
    assert answer["reason"] is None or answer["reason"]["code"] == "taken_over"
    refused(ask.post("second teller", f"tickets/{hall.called}/start"), 403, "not_your_ticket")


def test_a_machine_serves_the_customer_it_has_called(ask: Caller, hall: Hall) -> None:
    """A free machine calls by itself, in the same commit as the ticket."""
    ticket = ask.ticket(at_machine=True)
    called = next(t for t in ask.snapshot()["tickets"] if t["id"] == ticket["id"])
    assert (called["state"], called["number"][0]) == ("called", "S")
    assert ask.done("machine", f"tickets/{ticket['id']}/start")["ticket"]["state"] == "serving"
    assert ask.done("machine", f"tickets/{ticket['id']}/finish")["ticket"]["state"] == "completed"


def test_the_log_names_who_did_it_and_not_who_they_said_they_were(ask: Caller, hall: Hall) -> None:
    actors = {event["actor"].split(":")[0] for event in ask.log()}
    assert actors == {"clock", "kiosk", "teller", "manager", "machine"}
    recalled = [event for event in ask.log() if event["kind"] == "ticket.recalled"]
    assert [event["actor"] for event in recalled] == ["manager:manager-1"]
