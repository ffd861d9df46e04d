"""Phones on the live socket: each hears of its own ticket, the newest only, and behind the displays."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin, Subprotocol

from server.live import phones
from tests.live.line import listening
from tests.live.test_messages import wrong
from tests.running import Caller, Office, Served, fresh_key, headers, serving

Json = dict[str, Any]


@asynccontextmanager
async def phone(url: str, ticket: str, origin: str | None = None) -> AsyncIterator[ClientConnection]:
    async with connect(
        f"{url.replace('http', 'ws', 1)}/api/v1/phone/live",
        subprotocols=[Subprotocol("callboard.v1"), Subprotocol(f"token.ticket.{ticket}")],
        origin=Origin(origin) if origin else None,
        proxy=None,
        compression=None,
    ) as socket:
        yield socket


async def hear(socket: ClientConnection, kind: str = "phone") -> Json:
    """The next message of this kind."""
    async with asyncio.timeout(10):
        while (message := json.loads(await socket.recv()))["type"] != kind:
            pass
    return dict(message)


async def until(socket: ClientConnection, **wanted: object) -> Json:
    """The first view in which this is so."""
    async with asyncio.timeout(10):
        while True:
            view = dict((await hear(socket))["view"])
            if all(view.get(name, view["ticket"].get(name)) == value for name, value in wanted.items()):
                return view


@pytest.fixture
def counter(ask: Caller) -> Iterator[str]:
    ask.done("teller", "counters/main.2/open")
    yield "counters/main.2/call-next"
    current = [t for t in ask.snapshot()["tickets"] if t["counter_id"] == "main.2"]
    for ticket in current:
        ask.done("manager", f"tickets/{ticket['id']}/finish")


def leave_all(ask: Caller) -> None:
    for ticket in ask.snapshot()["tickets"]:
        if ticket["state"] == "waiting":
            ask.done("manager", f"tickets/{ticket['id']}/cancel")


async def test_it_hears_its_place_its_call_and_its_end(served: Served, ask: Caller, counter: str) -> None:
    leave_all(ask)
    first, mine = ask.ticket()["id"], ask.ticket()["id"]
    async with phone(served.url, mine) as socket:
        assert socket.subprotocol == "callboard.v1"
        assert (await hear(socket))["view"]["ahead"] == 1
        await asyncio.to_thread(ask.done, "teller", counter)
        assert (await until(socket, ahead=0))["more_time"]["left"] == 1
        await asyncio.to_thread(ask.done, "teller", f"tickets/{first}/finish")
        await asyncio.to_thread(ask.done, "teller", counter)
        assert (await until(socket, state="called"))["ticket"]["counter"]["number"] == 2
        await asyncio.to_thread(ask.done, "teller", f"tickets/{mine}/finish")
        assert (await until(socket, state="completed"))["can_leave"] is False


async def test_what_it_is_told_is_as_documented_on_the_socket_and_by_asking(served: Served, ask: Caller) -> None:
    document = ask.http.get("asyncapi.json").json()
    sent = {**document, "operations": {"send": document["operations"]["send_phone"]}}
    mine = ask.ticket()["id"]
    async with phone(served.url, mine) as socket:
        view, beat = await hear(socket), await hear(socket, "heartbeat")
        assert wrong(sent, view) == []
        assert wrong(sent, beat) == []
        assert wrong(sent, {**view, "view": {**view["view"], "others": 3}}) != []
    asked = ask.http.get("phone", headers=headers(f"ticket.{mine}")).json()
    assert {**asked, "now": None} == {**view["view"], "now": None}


async def test_only_a_view_that_has_changed_is_sent(served: Served, ask: Caller, counter: str) -> None:
    """Of what befalls others a phone hears no more than its own place."""
    leave_all(ask)
    mine = ask.ticket()["id"]
    async with phone(served.url, mine) as socket:
        await hear(socket)
        for _ in range(3):
            await asyncio.to_thread(ask.ticket, services=["card"])
        heard = [json.loads(await socket.recv())["type"] for _ in range(2)]
        assert heard == ["heartbeat", "heartbeat"]


async def test_the_displays_hear_first(served: Served, ask: Caller, counter: str) -> None:
    leave_all(ask)
    mine = ask.ticket()["id"]
    order: list[str] = []

    async def display() -> None:
        async with listening(served.url, ask.tokens["display"]) as line:
            await line.until_type("events")
            order.append("display")

    async with phone(served.url, mine) as socket:
        await hear(socket)
        task = asyncio.create_task(display())
        await asyncio.sleep(0.3)
        await asyncio.to_thread(ask.done, "teller", counter)
        await until(socket, state="called")
        order.append("phone")
        await task
    assert order == ["display", "phone"]


async def test_two_customers_hear_each_of_their_own_ticket(served: Served, ask: Caller, counter: str) -> None:
    leave_all(ask)
    first, second = ask.ticket(), ask.ticket()
    async with phone(served.url, first["id"]) as one, phone(served.url, second["id"]) as other:
        await hear(one)
        await hear(other)
        answer = await asyncio.to_thread(
            ask.http.post, "phone/leave", json={}, headers=headers(f"ticket.{first['id']}", fresh_key())
        )
        assert answer.status_code == 200
        assert (await until(one, state="cancelled"))["ticket"]["number"] == first["number"]
        assert (await until(other, ahead=0))["ticket"]["number"] == second["number"]


@pytest.mark.parametrize("ticket", ["main.AAAAAAAAAAAAAAAA", "nowhere.AAAAAAAAAAAAAAAA", "x"])
async def test_a_ticket_that_is_none_hears_nothing(served: Served, ticket: str) -> None:
    async with phone(served.url, ticket) as socket:
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert (socket.close_code, socket.close_reason) == (4401, "unauthorized")


async def test_the_page_of_another_site_hears_nothing(served: Served, ask: Caller) -> None:
    async with phone(served.url, ask.ticket()["id"], origin="https://elsewhere.example") as socket:
        with pytest.raises(ConnectionClosed):
            await socket.recv()
        assert (socket.close_code, socket.close_reason) == (4401, "other_branch")


async def test_a_ticket_has_so_many_pages_and_no_more(served: Served, ask: Caller) -> None:
    mine = ask.ticket()["id"]
    hub = served.services.hub
    before = hub.phones.count
    async with phone(served.url, mine) as one, phone(served.url, mine) as two, phone(served.url, mine) as three:
        for socket in (one, two, three):
            await hear(socket)
        async with phone(served.url, mine) as fourth:
            assert (await hear(fourth, "goodbye"))["reason"] == "full"
        assert hub.phones.count == before + 3
    async with asyncio.timeout(5):
        while hub.phones.count > before:  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.02)
    async with phone(served.url, mine) as again:
        await hear(again)


async def test_a_crowd_of_phones_leaves_room_for_the_screens(office: Office) -> None:
    with serving(office, max_sockets=4) as served, Caller(served.url, office.tokens) as ask:
        tickets = [ask.ticket()["id"] for _ in range(4)]
        async with (
            phone(served.url, tickets[0]),
            phone(served.url, tickets[1]),
            phone(served.url, tickets[2]) as last,
        ):
            await hear(last)
            async with phone(served.url, tickets[3]) as late:
                assert (await hear(late, "goodbye"))["reason"] == "full"
            async with listening(served.url, office.tokens["display"]) as display:
                await display.until_type("snapshot")


async def test_phones_are_sent_on_when_the_server_ends(office: Office) -> None:
    with serving(office) as served, Caller(served.url, office.tokens) as ask:
        async with phone(served.url, ask.ticket()["id"]) as socket:
            await hear(socket)
            served.services.hub.say_goodbye()
            goodbye = await hear(socket, "goodbye")
            assert goodbye["reason"] == "restart"
            assert goodbye["retry_after_ms"] > 0


async def test_who_says_nothing_for_long_is_let_go(
    served: Served, ask: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phones.Phone, "silence_s", 0.2)
    async with phone(served.url, ask.ticket()["id"]) as socket:
        with suppress(ConnectionClosed):
            async for _ in socket:
                pass
        assert socket.close_code == 4000


def test_the_phones_socket_is_no_page(served: Served) -> None:
    assert httpx.get(f"{served.url}/api/v1/phone/live", trust_env=False).status_code in (404, 426)
