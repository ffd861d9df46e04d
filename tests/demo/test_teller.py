"""A simulated teller presses the right key at the right time, and leaves alone what is not theirs."""

import json
from datetime import datetime, timedelta
from typing import Any

import httpx
import pytest

from server.demo.api import Api
from server.demo.day import Fate
from server.demo.duty import Duty
from server.demo.floor import Floor
from server.demo.teller import EARLY, REACTION, TAKE_BACK, Teller, service_move
from tests.demo.hall import NINE, counter, floor, minutes, seconds, tell, ticket

Json = dict[str, Any]
COMES = Fate(walk_s=10, answers="call", service_s=600)


def teller(shown: Floor, fate: Fate = COMES, *, on: bool = True, me: str | None = "me") -> Teller:
    api = Api("http://callboard.test", httpx.MockTransport(lambda request: httpx.Response(500)))
    person = Teller(shown, api, "token", "main.1", Duty(on, NINE), lambda ticket: fate)
    person._me = me
    return person


def plan(shown: Floor, fate: Fate = COMES, **more: Any) -> tuple[str, datetime] | None:
    move = teller(shown, fate, **more).plan()
    return (move.path, move.at) if move else None


async def test_a_waiting_customer_is_called_a_moment_after_they_came() -> None:
    shown = floor(counter())
    assert plan(shown) is None
    tell(shown, "ticket.issued", minutes(5), ticket=ticket())
    assert plan(shown) == ("counters/main.1/call-next", minutes(5) + REACTION)


async def test_a_customer_for_another_queue_is_none_of_their_business() -> None:
    shown = floor(counter(), tickets=(ticket(queue_id="vip"),))
    assert plan(shown) is None


async def test_service_starts_when_the_customer_has_walked_up_and_ends_when_it_is_done() -> None:
    shown = floor(counter())
    called = ticket(state="called", counter_id="main.1", calls=1)
    tell(shown, "ticket.called", minutes(1), ticket=called)
    assert plan(shown) == ("tickets/main.A001/start", minutes(1) + timedelta(seconds=10))
    serving = called | {"state": "serving", "started_at": minutes(2).isoformat()}
    tell(shown, "ticket.started", minutes(2), ticket=serving)
    assert plan(shown) == ("tickets/main.A001/finish", minutes(12))


@pytest.mark.parametrize(
    ("answers", "calls", "happened", "path", "after"),
    [
        ("call", 1, "ticket.called", "start", 10),
        ("recall", 1, "ticket.called", "recall", 45),
        ("recall", 2, "ticket.recalled", "start", 10),
        ("never", 1, "ticket.called", "recall", 45),
        ("never", 2, "ticket.recalled", "no-show", 40),
    ],
)
def test_who_does_not_come_is_called_once_more_and_then_missed(
    answers: str, calls: int, happened: str, path: str, after: float
) -> None:
    called = ticket(state="called", calls=calls)
    move = service_move(called, (happened, NINE), Fate(10, answers, 600))
    assert (move.path, move.at) == (f"tickets/main.A001/{path}", seconds(after))


def test_a_form_to_fill_in_parks_the_customer_who_is_then_served_for_the_rest() -> None:
    fate = Fate(10, "call", 600, "park", until_s=200, away_s=300)
    serving = ticket(state="serving", started_at=NINE.isoformat())
    move = service_move(serving, ("ticket.started", NINE), fate)
    assert (move.path, move.at) == ("tickets/main.A001/park", seconds(200))
    move = service_move(serving, ("ticket.resumed", minutes(9)), fate)
    assert (move.path, move.at) == ("tickets/main.A001/finish", minutes(9) + timedelta(seconds=400))


def test_what_another_queue_can_do_is_sent_there() -> None:
    fate = Fate(10, "call", 600, "transfer", until_s=60)
    serving = ticket(state="serving", started_at=NINE.isoformat())
    move = service_move(serving, ("ticket.started", NINE), fate)
    assert (move.path, move.body) == ("tickets/main.A001/transfer", {"queue_id": "non_cash"})


async def test_a_parked_customer_comes_back_before_the_next_is_called() -> None:
    fate = Fate(10, "call", 600, "park", until_s=60, away_s=120)
    shown = floor(counter())
    tell(shown, "ticket.parked", minutes(1), ticket=ticket("A002", "parked", counter_id="main.1"))
    assert plan(shown, fate) == ("tickets/main.A002/resume", minutes(3))
    tell(shown, "ticket.issued", minutes(2), ticket=ticket())
    assert plan(shown, fate) == ("counters/main.1/call-next", minutes(2) + REACTION)
    tell(shown, "ticket.issued", minutes(3), ticket=ticket("A003"))
    assert plan(shown, fate) == ("tickets/main.A002/resume", minutes(3))


async def test_a_parked_customer_whose_counter_has_closed_is_taken_on() -> None:
    fate = Fate(10, "call", 600, "park", away_s=60)
    shown = floor(counter(), counter(2, "closed", None))
    tell(shown, "ticket.parked", minutes(1), ticket=ticket("A002", "parked", counter_id="main.2"))
    assert plan(shown, fate) == ("tickets/main.A002/resume", minutes(2))


async def test_a_counter_that_somebody_else_holds_is_left_alone() -> None:
    shown = floor(counter(staff_id="visitor"), tickets=(ticket(),))
    assert plan(shown) is None


async def test_a_counter_that_somebody_else_has_closed_is_taken_back_after_some_minutes() -> None:
    shown = floor(counter())
    tell(shown, "counter.closed", minutes(30), counter=counter(1, "closed", None, since=minutes(30).isoformat()))
    assert plan(shown) == ("counters/main.1/open", minutes(30) + TAKE_BACK)


async def test_the_counter_is_opened_shortly_before_the_doors() -> None:
    seven = NINE - timedelta(hours=2)
    shown = floor(counter(1, "closed", None, since=None), now=seven)
    person = teller(shown)
    person._duty.since = seven
    move = person.plan()
    assert move is not None
    assert (move.path, move.at) == ("counters/main.1/open", NINE - timedelta(minutes=30) - EARLY)


async def test_nobody_opens_a_counter_on_a_day_off_or_in_the_evening() -> None:
    shut = counter(1, "closed", None, since=None)
    assert plan(floor(shut, now=NINE - timedelta(days=1))) is None
    assert plan(floor(shut, now=NINE + timedelta(hours=9))) is None
    assert plan(floor(shut), on=False) is None


async def test_sent_away_the_teller_finishes_the_customer_and_closes() -> None:
    shown = floor(counter(), tickets=(ticket(),))
    tell(shown, "ticket.called", minutes(1), ticket=ticket("A002", "called", counter_id="main.1", calls=1))
    assert plan(shown, on=False) == ("tickets/main.A002/start", minutes(1) + timedelta(seconds=10))
    tell(shown, "ticket.completed", minutes(2), ticket=ticket("A002", "completed", counter_id="main.1"))
    assert plan(shown, on=False) == ("counters/main.1/close", NINE)


async def test_after_hours_everybody_in_the_hall_is_served_and_then_the_counter_closes() -> None:
    evening = NINE + timedelta(hours=8, minutes=5)
    shown = floor(counter(), tickets=(ticket(),), now=evening)
    found = plan(shown)
    assert found is not None
    assert found[0] == "counters/main.1/call-next"
    tell(shown, "ticket.cancelled", evening, ticket=ticket(state="cancelled"))
    found = plan(shown)
    assert found is not None
    assert found[0] == "counters/main.1/close"


async def test_opening_tells_the_teller_who_they_are() -> None:
    said: list[Json] = []

    def answer(request: httpx.Request) -> httpx.Response:
        said.append({"path": request.url.path, **json.loads(request.content)})
        return httpx.Response(200, json={"seq": 1, "counter": counter(staff_id="teller-1")})

    shown = floor(counter(1, "closed", None, since=None))
    person = teller(shown, me=None)
    person._api = Api("http://callboard.test", httpx.MockTransport(answer))
    move = person.plan()
    assert move is not None
    await person._press(move)
    assert said == [{"path": "/api/v1/counters/main.1/open", "take_over": False}]
    tell(shown, "counter.opened", NINE, counter=counter(staff_id="teller-1"))
    tell(shown, "ticket.issued", NINE, ticket=ticket())
    assert person.plan() is not None


async def test_what_was_refused_once_is_not_resumed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("server.demo.teller.REFUSED_PAUSE_S", 0)
    refusal = httpx.Response(409, json={"code": "move_not_allowed"})
    shown = floor(counter(), tickets=(ticket("A002", "parked", counter_id="main.1"),))
    person = teller(shown)
    person._api = Api("http://callboard.test", httpx.MockTransport(lambda request: refusal))
    move = person.plan()
    assert move is not None
    await person._press(move)
    assert person.plan() is None
