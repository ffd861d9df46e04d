"""Between what the log gives and what comes live nothing is lost and nothing doubled, whatever happens meanwhile."""

import asyncio
import time
from random import Random
from typing import Any

import pytest

from server.domain.events import Event
from server.live import joining, kept
from server.live.hub import Hub
from server.live.relay import Relay
from server.storage.database import DatabaseError
from server.web import sockets
from tests.live.line import Line, listening
from tests.running import Caller, Office, Served, serving


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that keeps next to nothing in memory, tells little at once, and reads slowly."""
    monkeypatch.setattr(kept, "MOST", 4)
    monkeypatch.setattr(joining, "AT_ONCE", 7)
    really, random = Hub.read_log, Random(5)

    def slowly(hub: Hub, *asked: Any) -> list[Event]:
        found = really(hub, *asked)
        time.sleep(random.uniform(0, 0.01))
        return found

    monkeypatch.setattr(Hub, "read_log", slowly)


async def listened(served: Served, ask: Caller, seq: int, epoch: str, end: int) -> Line:
    async with listening(served.url, ask.tokens["manager"], seq, epoch) as line:
        await line.until(end)
        return line


@pytest.mark.usefixtures("forgetful")
async def test_whoever_joins_while_events_are_made_hears_the_log(served: Served, ask: Caller) -> None:
    """Forty listeners, each from another place, while a kiosk gives out numbers: frames follow without a gap."""
    for _ in range(40):
        ask.ticket()
    epoch, random = ask.snapshot()["epoch"], Random(3)
    issuing = asyncio.gather(asyncio.to_thread(lambda: [ask.ticket() for _ in range(80)]))
    starts = [random.randint(1, 40) for _ in range(40)]
    listeners = []
    for start in starts:
        end = ask.seq + random.randint(0, 20)
        listeners.append(asyncio.create_task(listened(served, ask, start, epoch, end)))
        await asyncio.sleep(0.01)
    lines = await asyncio.gather(*listeners)
    await issuing
    log = ask.log()
    assert sum(len(line.events) for line in lines) > 1000
    for start, line in zip(starts, lines, strict=True):
        assert {frame["type"] for frame in line.frames} <= {"events", "heartbeat"}
        assert line.events == [event for event in log if start < event["seq"] <= (line.seq or 0)]


@pytest.mark.usefixtures("forgetful")
async def test_what_memory_no_longer_has_is_read_from_the_log(served: Served, ask: Caller) -> None:
    for _ in range(30):
        ask.ticket()
    epoch = ask.snapshot()["epoch"]
    async with listening(served.url, ask.tokens["teller"], 2, epoch) as line:
        await line.until(ask.seq)
        assert [event["seq"] for event in line.events] == list(range(3, ask.seq + 1))
        ask.ticket()
        await line.until(ask.seq)


@pytest.mark.usefixtures("forgetful")
async def test_a_log_that_is_ahead_of_the_hall_is_told_no_further_than_the_hall_has_come(
    served: Served, ask: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another process has written is in the log before it is known here; it comes live, and only once."""
    for _ in range(20):
        ask.ticket()
    epoch = ask.snapshot()["epoch"]
    monkeypatch.setattr(Relay, "written", lambda *_: None)
    for _ in range(5):
        ask.ticket()
    async with listening(served.url, ask.tokens["teller"], ask.seq - 10, epoch) as line:
        await line.until(ask.seq)
        assert {frame["type"] for frame in line.frames} <= {"events", "heartbeat"}
        assert [event["seq"] for event in line.events] == list(range(ask.seq - 9, ask.seq + 1))


async def test_who_knows_more_than_this_process_is_not_sent_back_in_time(
    served: Served, ask: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that stood still wakes up, and is asked by a screen that was at another one meanwhile."""
    ask.ticket()
    epoch = ask.snapshot()["epoch"]
    monkeypatch.setattr(Relay, "written", lambda *_: None)
    for _ in range(5):
        ask.ticket()
    async with listening(served.url, ask.tokens["display"], ask.seq, epoch) as line:
        assert (await line.hear())["type"] == "heartbeat", "nothing was missed"


@pytest.mark.usefixtures("forgetful")
@pytest.mark.parametrize("trouble", [DatabaseError("away"), None], ids=["cannot be read", "does not go back so far"])
async def test_where_the_log_does_not_help_the_hall_is_shown(
    served: Served, ask: Caller, monkeypatch: pytest.MonkeyPatch, trouble: Exception | None
) -> None:
    for _ in range(20):
        ask.ticket()
    epoch = ask.snapshot()["epoch"]

    def read(hub: Hub, branch_id: str, after: int, limit: int) -> list[Event]:
        if trouble:
            raise trouble
        return []

    monkeypatch.setattr(Hub, "read_log", read)
    async with listening(served.url, ask.tokens["teller"], 2, epoch) as line:
        frame = await line.hear()
        assert (frame["type"], frame["seq"]) == ("snapshot", ask.seq)


async def test_under_a_server_that_hands_over_no_connection_the_stream_is_the_same(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "EXTENSION", "somebody.else")
    with serving(office) as served, Caller(served.url, office.tokens) as ask:
        ask.ticket()
        async with listening(served.url, office.tokens["manager"]) as line:
            await line.until_type("snapshot")
            for _ in range(40):
                ask.ticket()
            await line.until(ask.seq)
            assert [event["seq"] for event in line.events] == list(range(ask.seq - 39, ask.seq + 1))
            served.services.hub.say_goodbye()
            assert (await line.end())[:2] == (1012, "restart")
