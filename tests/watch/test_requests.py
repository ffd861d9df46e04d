"""Every request is counted once, under its route, and told its id."""

from types import SimpleNamespace
from typing import Any

import pytest

from server.watch.hops import origin
from server.watch.requests import Message, Receive, RequestMeter, Scope, Send, Watched

Sent = list[Any]


async def asked(app: Any, meter: RequestMeter, method: str = "POST", headers: Any = ()) -> Sent:
    sent: Sent = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    scope: Scope = {"type": "http", "method": method, "headers": list(headers)}
    await Watched(app, meter)(scope, receive, send)
    return sent


async def ticket(scope: Scope, receive: Receive, send: Send) -> None:
    scope["route"] = SimpleNamespace(path="/branches/{branch}/tickets")
    await send({"type": "http.response.start", "status": 201, "headers": [(b"a", b"b")]})
    await send({"type": "http.response.body", "body": (origin.get() or "").encode()})


async def nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 404, "headers": []})


async def broken(scope: Scope, receive: Receive, send: Send) -> None:
    raise ZeroDivisionError


async def test_a_request_is_counted_by_route_method_and_status() -> None:
    meter = RequestMeter()
    for _ in range(3):
        await asked(ticket, meter)
    assert {key: sum(cell.counts) for key, cell in meter.cells.items()} == {
        ("/branches/{branch}/tickets", "POST", 201): 3
    }


async def test_the_id_is_in_the_answer_and_known_while_it_is_made() -> None:
    start, body = await asked(ticket, RequestMeter(), headers=[(b"x-request-id", b"press-0001")])
    assert start["headers"] == [(b"a", b"b"), (b"x-request-id", b"press-0001")]
    assert body["body"] == b"press-0001"


async def test_a_request_that_breaks_is_an_error_and_still_breaks() -> None:
    meter = RequestMeter()
    with pytest.raises(ZeroDivisionError):
        await asked(broken, meter)
    assert list(meter.cells) == [("other", "POST", 500)]


async def test_whoever_guesses_makes_no_new_series() -> None:
    meter = RequestMeter()
    for number in range(50):
        await asked(nowhere, meter, method=f"GUESS{number}")
    assert {key: sum(cell.counts) for key, cell in meter.cells.items()} == {("other", "other", 404): 50}
