"""Who may listen, what keeps a line alive, and how it is ended."""

import asyncio
import json
import time
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from sqlalchemy import update
from websockets.exceptions import InvalidStatus

from server.live import listener
from server.storage.database import open_database
from server.storage.tables import tokens
from tests.live.line import listening
from tests.running import Caller, Office, Served

ALIVE = json.dumps({"type": "alive", "seq": 0})


@pytest.mark.parametrize(
    ("who", "branch", "reason"),
    [
        ("nobody", "main", "unauthorized"),
        ("stranger", "main", "other_branch"),
        ("display", "north", "other_branch"),
        ("manager", "nowhere", "other_branch"),
    ],
)
async def test_who_may_not_listen_is_told_why_and_hears_nothing(
    served: Served, who: str, branch: str, reason: str
) -> None:
    async with listening(served.url, served.office.tokens.get(who, "nobody"), branch=branch) as line:
        assert await line.end() == (4401, None, reason)
        assert line.frames == []


async def test_a_page_of_another_site_hears_nothing(served: Served) -> None:
    token = served.office.tokens["display"]
    async with listening(served.url, token, origin="http://other.example") as line:
        assert (await line.end())[0] == 4401
        assert line.frames == []
    for origin in (served.url, None):
        async with listening(served.url, token, origin=origin) as line:
            assert (await line.hear())["type"] == "snapshot"


async def test_a_socket_elsewhere_is_refused(served: Served) -> None:
    with pytest.raises(InvalidStatus):
        async with listening(served.url + "/nowhere", served.office.tokens["display"]):
            pass


async def test_a_heartbeat_comes_every_second_with_the_time_and_the_place(served: Served, ask: Caller) -> None:
    ask.ticket()
    async with listening(served.url, served.office.tokens["display"]) as line:
        await line.hear()
        for _ in range(4):
            assert (await line.hear())["type"] == "heartbeat"
        gaps = [later - earlier for earlier, later in pairwise(line.heard_at[1:])]
        assert all(0.7 < gap < 1.5 for gap in gaps), gaps
        times = [datetime.fromisoformat(frame["now"]) for frame in line.frames[1:]]
        assert all(0.7 < (later - earlier).total_seconds() < 1.5 for earlier, later in pairwise(times))


async def test_a_client_that_falls_silent_is_dropped_and_one_that_speaks_is_kept(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listener, "SILENCE_S", 1.0)
    token = served.office.tokens["display"]
    async with listening(served.url, token) as silent, listening(served.url, token) as speaking:

        async def speak() -> None:
            while True:
                await speaking.socket.send(ALIVE)
                await asyncio.sleep(0.3)

        speech = asyncio.create_task(speak())
        began = time.monotonic()
        code, goodbye, _ = await silent.end()
        assert (code, goodbye) == (4000, None)
        assert 0.9 < time.monotonic() - began < 3.5  # whoever is silent is looked for once a second
        await asyncio.sleep(1)
        for _ in range(3):
            await speaking.hear()
        assert speaking.socket.close_code is None
        speech.cancel()
    assert await listeners(served, 0)


async def test_silence_is_a_quarter_of_a_minute() -> None:
    assert listener.SILENCE_S == 15


@pytest.mark.parametrize(
    ("said", "code"),
    [("x" * 1025, 1008), ("x" * 5000, 1009), (b"\x00\x01", 1000)],
    ids=["too long", "far too long", "bytes"],
)
async def test_a_client_that_says_what_none_should_is_let_go(served: Served, said: str | bytes, code: int) -> None:
    async with listening(served.url, served.office.tokens["display"]) as line:
        await line.hear()
        await line.socket.send(said)
        assert (await line.end())[0] == code
    assert await listeners(served, 0)


async def test_commands_do_not_travel_on_the_socket(served: Served, ask: Caller) -> None:
    ask.ticket()
    log = ask.log()
    async with listening(served.url, served.office.tokens["manager"]) as line:
        await line.hear()
        await line.socket.send(json.dumps({"type": "open", "counter_id": "main.1"}))
        await line.until_type("heartbeat")
    assert ask.log() == log


async def test_who_goes_away_without_a_word_is_forgotten(served: Served, ask: Caller) -> None:
    for _ in range(3):
        async with listening(served.url, served.office.tokens["display"]) as line:
            await line.hear()
            line.socket.transport.abort()
    assert await listeners(served, 0)
    ask.ticket()


async def test_a_token_that_was_taken_back_opens_nothing_any_more(
    served: Served, ask: Caller, office: Office
) -> None:
    """Within a second or two: neither a request, nor a new line, nor the line that is open already."""
    async with listening(served.url, office.tokens["teller"]) as line:
        await line.hear()
        revoke(office, "teller-1")
        began = time.monotonic()
        code, goodbye, _ = await line.end()
        assert (code, goodbye) == (4401, "revoked")
        assert time.monotonic() - began < 4
    while ask.get("teller", "clock").status_code != 401:
        assert time.monotonic() - began < 4
        await asyncio.sleep(0.05)
    async with listening(served.url, office.tokens["teller"]) as line:
        assert await line.end() == (4401, None, "unauthorized")
    async with listening(served.url, office.tokens["second teller"]) as line:
        assert (await line.hear())["type"] == "snapshot"


def revoke(office: Office, holder_id: str) -> None:
    engine = open_database(office.database_url, writing=True)
    with engine.begin() as connection:
        connection.execute(update(tokens).where(tokens.c.id == holder_id).values(revoked_at=datetime.now(UTC)))
    engine.dispose()


async def listeners(served: Served, count: int) -> bool:
    """Whether the server comes to have so many listeners, as it does soon after a line has gone."""
    for _ in range(200):
        if sum(len(place.listeners) for place in served.services.hub.places.values()) == count:
            return True
        await asyncio.sleep(0.02)
    return False
