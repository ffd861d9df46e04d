"""What was taken back is worth nothing within two seconds, on whichever server: tokens, sessions and roles."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

from server.storage.branches import revoke_token
from server.storage.database import Database, open_database
from server.storage.sessions import end_sessions, open_session
from server.storage.staff import add_person, give_roles
from server.web.signed_in import COOKIE, page_word
from tests.live.line import listening
from tests.running import Office, ServerProcess, fresh_key, headers, install, server_process

PROMISED_S = 2.0
SNAPSHOT = "branches/main/snapshot"
# Two processes on one file are nobody's way to run a hall: that they manage, too, is for `make test-long`.
WAYS = (pytest.param("SQLite", marks=pytest.mark.long), "PostgreSQL and a bus", "PostgreSQL alone")


@dataclass
class Pair:
    """Two servers on one database. `way`: what they have in common."""

    way: str
    office: Office
    servers: list[ServerProcess]
    engine: Database
    people: "list[Person]"  # each for one test; they are there for longer than the servers


@pytest.fixture(scope="module", params=WAYS)
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    if request.param == "SQLite":
        url, bus = f"sqlite:///{folder / 'callboard.db'}", ""
    else:
        url = request.getfixturevalue("new_postgres_database")()
        bus = request.getfixturevalue("valkey_url") if "bus" in request.param else ""
    office = install(url)
    engine = open_database(url, writing=True)
    people = [somebody(engine, number) for number in range(3)]
    with ExitStack() as stack:
        servers = [stack.enter_context(server_process(office, folder, bus, wait=False)) for _ in range(2)]
        for server in servers:
            server.until_ready()
        yield Pair(request.param, office, servers, engine, people)
    engine.dispose()


@dataclass
class Person:
    """Somebody who is signed in at a browser of the branch."""

    id: str
    secret: str

    @property
    def word(self) -> str:
        return page_word(self.secret, "main")

    @property
    def cookie(self) -> dict[str, str]:
        return {"Cookie": f"{COOKIE}={self.secret}"}


def somebody(engine: Database, number: int) -> Person:
    now = datetime.now(UTC)
    staff_id = add_person(engine, f"li.wei.{number}", "Li Wei", {"main": "manager"}, now)
    return Person(staff_id, open_session(engine, staff_id, "127.0.0.1", "a browser", now))


def on(server: ServerProcess, token: str, cookie: dict[str, str] | None = None) -> httpx.Client:
    known = headers(token, fresh_key()) | (cookie or {})
    return httpx.Client(base_url=f"{server.url}/api/v1/", trust_env=False, timeout=10, headers=known)


class End(NamedTuple):
    """The close code, and when it came."""

    code: int
    at: float


async def closed(server: ServerProcess, token: str, cookie: dict[str, str], ready: asyncio.Barrier) -> End:
    """Of a socket that was open."""
    address = f"{server.url.replace('http', 'ws', 1)}/api/v1/branches/main/live"
    known = [Subprotocol("callboard.v1"), Subprotocol(f"token.{token}")]
    async with connect(address, subprotocols=known, additional_headers=cookie, proxy=None, max_size=2**26) as socket:
        await socket.recv()
        await ready.wait()
        try:
            while True:
                await asyncio.wait_for(socket.recv(), 20)
        except ConnectionClosed as ended:
            return End(ended.rcvd.code if ended.rcvd else 0, time.monotonic())


def refused_from(http: httpx.Client, path: str, status: int) -> float:
    """When the server first refused it."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if http.get(path).status_code == status:
            return time.monotonic()
        time.sleep(0.02)
    raise AssertionError("it is still let in")


@dataclass
class Token:
    """Of a device, or of somebody's page with the cookie beside it; `told`: what becomes of it, for who reads it."""

    told: str
    token: str
    cookie: dict[str, str] = field(default_factory=dict)


async def taken_back(
    pair: Pair, token: Token, how: Callable[[], Any], *, path: str = SNAPSHOT, status: int = 401, code: int = 4401
) -> None:
    """Requests are refused and sockets close within the promised time of the commit, on both servers."""
    with ExitStack() as stack:
        asking = [stack.enter_context(on(server, token.token, token.cookie)) for server in pair.servers]
        assert [http.get(path).status_code for http in asking] == [200, 200]
        ready = asyncio.Barrier(3)
        lines = [asyncio.create_task(closed(one, token.token, token.cookie, ready)) for one in pair.servers]
        await asyncio.wait_for(ready.wait(), 20)
        await asyncio.to_thread(how)
        began = time.monotonic()
        refusing = [asyncio.to_thread(refused_from, http, path, status) for http in asking]
        refusals = [at - began for at in await asyncio.gather(*refusing)]
        ends = await asyncio.gather(*lines)
    sockets = [end.at - began for end in ends]
    print(f"{pair.way}: {token.told}: refused after {_ms(refusals)}, sockets closed after {_ms(sockets)} ms")
    assert [end.code for end in ends] == [code, code]
    assert max(*refusals, *sockets) <= PROMISED_S


def _ms(seconds: list[float]) -> str:
    return " and ".join(f"{max(0.0, one) * 1000:.0f}" for one in seconds)


async def test_a_device_that_is_taken_away_is_shut_out_everywhere(pair: Pair) -> None:
    def revoke() -> None:
        with on(pair.servers[0], pair.office.tokens["manager"]) as manager:
            assert manager.post("branches/main/devices/kiosk-1/revoke").status_code == 200

    await taken_back(pair, Token("a device's token, by the manager", pair.office.tokens["kiosk"]), revoke)


async def test_a_token_that_is_taken_back_at_the_command_line_is_shut_out_everywhere(pair: Pair) -> None:
    """Nobody tells the servers: they look by themselves."""
    token = Token("a token, at the command line", pair.office.tokens["machine"])
    await taken_back(pair, token, lambda: revoke_token(pair.engine, "machine-1"))


async def test_who_signs_out_is_out_on_every_server(pair: Pair) -> None:
    person = pair.people.pop()

    def sign_out() -> None:
        with on(pair.servers[1], person.word, person.cookie) as browser:
            assert browser.post("sign-out").json() == {"was_in": True}

    await taken_back(pair, Token("a session, by signing out", person.word, person.cookie), sign_out)


async def test_a_session_that_is_ended_by_others_is_ended_everywhere(pair: Pair) -> None:
    person = pair.people.pop()

    def end() -> None:
        assert end_sessions(pair.engine, datetime.now(UTC), staff_id=person.id) == 1

    await taken_back(pair, Token("a person's session, at the command line", person.word, person.cookie), end)


async def test_a_role_that_is_another_counts_everywhere_and_the_socket_comes_in_anew(pair: Pair) -> None:
    """A manager who is a teller from now on: their socket is let go, to come back as what they are."""
    person = pair.people.pop()
    token = Token("a person's role", person.word, person.cookie)
    await taken_back(
        pair, token, lambda: give_roles(pair.engine, person.id, {"main": "teller"}),
        path="branches/main/audit", status=403, code=1012,
    )  # fmt: skip
    async with listening(pair.servers[0].url, person.word, additional_headers=person.cookie) as again:
        assert (await again.hear())["type"] == "snapshot"


async def test_a_stolen_display_token_that_is_revoked_hears_and_opens_nothing_on_either_server(pair: Pair) -> None:
    """Neither as a cookie that is replayed, nor in an address, nor to ask or to say anything."""
    token = pair.office.tokens["display"]
    for server in pair.servers:
        assert page(server, token) == 200
    await taken_back(pair, Token("a stolen display's token", token), lambda: revoke_token(pair.engine, "display-1"))
    for server in pair.servers:
        assert page(server, token) == 401
        await asyncio.to_thread(_worth_nothing, server, token)
        async with listening(server.url, token) as again:
            assert await again.end() == (4401, None, "unauthorized")
        async with listening(server.url, pair.office.tokens["teller"]) as bystander:
            assert (await bystander.hear())["type"] == "snapshot"


def _worth_nothing(server: ServerProcess, token: str) -> None:
    with on(server, token) as thief:
        assert thief.get(f"{server.url}/display", params={"token": token}).status_code == 401
        assert thief.get("branches/main/snapshot").status_code == 401
        said = thief.post("branches/main/announcements", json={"call_seq": 1, "outcome": "made"})
        assert said.status_code == 401


def page(server: ServerProcess, token: str) -> int:
    cookies = {"callboard_display": token}
    return httpx.get(f"{server.url}/display", cookies=cookies, trust_env=False, timeout=10).status_code
