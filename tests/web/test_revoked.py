"""A token that was stolen is taken back: within two seconds it is worth nothing, on whichever server it is shown."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from server.storage.branches import revoke_token
from server.storage.database import open_database
from tests.live.line import Line, listening
from tests.running import Office, ServerProcess, fresh_key, headers, install, server_process

PROMISED_S = 2.0
MARGIN_S = 1.5  # for a machine that does other things as well


@pytest.fixture
def office(postgres_url: str) -> Office:
    return install(postgres_url)


@pytest.fixture
def pair(office: Office, tmp_path: Path) -> Iterator[list[ServerProcess]]:
    """Two servers that know of each other by nothing but the database."""
    with ExitStack() as stack:
        servers = [stack.enter_context(server_process(office, tmp_path, wait=False)) for _ in range(2)]
        for server in servers:
            server.until_ready()
        yield servers


async def test_a_stolen_display_token_that_is_revoked_hears_and_opens_nothing_on_either_server(
    office: Office, pair: list[ServerProcess]
) -> None:
    token = office.tokens["display"]
    async with listening(pair[0].url, token) as one, listening(pair[1].url, token) as other:
        for line in (one, other):
            await line.hear()
        for server in pair:
            assert page(server, token) == 200  # the cookie that is replayed below
        began = await asyncio.to_thread(revoke, office, "display-1")
        ends = await asyncio.gather(ended(one, began), ended(other, began))
    assert [code for code, _ in ends] == [4401, 4401]
    assert max(seconds for _, seconds in ends) < PROMISED_S + MARGIN_S
    await asyncio.to_thread(_worth_nothing, pair, token, began)
    for server in pair:
        async with listening(server.url, token) as again:
            assert await again.end() == (4401, None, "unauthorized")
        async with listening(server.url, office.tokens["kiosk"]) as bystander:
            assert (await bystander.hear())["type"] == "snapshot"


def _worth_nothing(pair: list[ServerProcess], token: str, began: float) -> None:
    """Neither as a cookie that is replayed, nor in an address, nor to ask or to say anything."""
    for server in pair:
        while page(server, token) != 401:
            assert time.monotonic() - began < PROMISED_S + 2 * MARGIN_S, "the cookie still opens the page"
            time.sleep(0.02)
        with httpx.Client(base_url=server.url, trust_env=False, headers=headers(token, fresh_key())) as thief:
            assert thief.get("/display", params={"token": token}).status_code == 401
            assert thief.get("/api/v1/branches/main/snapshot").status_code == 401
            said = thief.post("/api/v1/branches/main/announcements", json={"call_seq": 1, "outcome": "made"})
            assert said.status_code == 401


def page(server: ServerProcess, token: str) -> int:
    cookies = {"callboard_display": token}
    return httpx.get(f"{server.url}/display", cookies=cookies, trust_env=False, timeout=10).status_code


def revoke(office: Office, holder_id: str) -> float:
    engine = open_database(office.database_url, writing=True)
    assert revoke_token(engine, holder_id)
    began = time.monotonic()
    engine.dispose()
    return began


async def ended(line: Line, began: float) -> tuple[int | None, float]:
    code, _, _ = await line.end()
    return code, time.monotonic() - began
