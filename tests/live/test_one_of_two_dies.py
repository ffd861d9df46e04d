"""Two processes, one killed: within five seconds the other goes on with its branches, and nothing happens twice."""

import asyncio
import signal
import time
from collections import Counter
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from server.live.duties import LOOK_S, owner
from server.storage.database import open_database
from server.storage.tables import processes
from tests.live.line import Line, listening
from tests.running import TEN, Caller, Office, ServerProcess, headers, install, server_process

GOES_ON_S = 5.0


@pytest.fixture(params=["bus", "no bus"])
def bus_url(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("valkey_url")) if request.param == "bus" else ""


async def who_has(
    branch_id: str, office: Office, servers: list[ServerProcess]
) -> tuple[ServerProcess, ServerProcess]:
    """(the process whose duty the branch is, the other one), once they know of each other."""
    engine = open_database(office.database_url, writing=False)
    try:
        async with asyncio.timeout(10):
            while True:
                with engine.begin() as connection:
                    rows = connection.execute(select(processes.c.id, processes.c.name)).all()
                if len(rows) == 2:
                    break
                await asyncio.sleep(0.1)
    finally:
        engine.dispose()
    await asyncio.sleep(2 * LOOK_S)
    ports = {row.id: int(row.name.rpartition(":")[2]) for row in rows}
    port = ports[owner(branch_id, ports)]
    first, second = servers
    return (first, second) if first.port == port else (second, first)


async def cut_off(line: Line) -> None:
    """Hears what was still on its way, to the end."""
    code, goodbye, _ = await line.end()
    assert (code, goodbye) == (1006, None), "it was not killed"


def three_minutes_later(ask: Caller) -> None:
    """Whoever was called to the machine has not come, and the advisor's next look is due."""
    later = {"skip_to": (TEN + timedelta(minutes=3)).isoformat()}
    assert ask.http.put("clock", json=later, headers=headers(ask.tokens["operator"])).status_code == 200


async def until_all_is_done(line: Line) -> None:
    async with asyncio.timeout(GOES_ON_S + 1):
        while {"ticket.returned", "advice.issued"} - {event["kind"] for event in line.events}:
            await line.hear()


async def test_the_other_goes_on_within_five_seconds_and_nothing_is_missed_or_done_twice(
    postgres_url: str, tmp_path: Path, bus_url: str
) -> None:
    office = install(postgres_url)
    async with AsyncExitStack() as stack:
        servers = [
            stack.enter_context(server_process(office, tmp_path, bus_url, wait=False, clock_control="1"))
            for _ in range(2)
        ]
        for server in servers:
            server.until_ready()
        doomed, survivor = await who_has("main", office, servers)
        before, ask = (stack.enter_context(Caller(one.url, office.tokens)) for one in (doomed, survivor))
        old = await stack.enter_async_context(listening(doomed.url, office.tokens["manager"]))
        await old.until_type("snapshot")
        began_at = old.seq or 0
        missing = (await asyncio.to_thread(before.ticket, at_machine=True))["id"]
        for service in ("deposit", "card"):
            await asyncio.to_thread(before.ticket, services=[service])
        await old.until(before.seq)

        doomed.stop(signal.SIGKILL)
        killed = time.monotonic()
        await asyncio.to_thread(three_minutes_later, ask)
        served = await asyncio.to_thread(serve_one, ask)
        assert time.monotonic() - killed < GOES_ON_S
        await cut_off(old)
        new = await stack.enter_async_context(listening(survivor.url, office.tokens["manager"], old.seq, old.epoch))
        await until_all_is_done(new)
        assert time.monotonic() - killed < GOES_ON_S
        await asyncio.sleep(1)  # whatever is done twice would be by now

        log = await asyncio.to_thread(ask.log)
        await new.until(log[-1]["seq"])
        nothing_missed(began_at, old, new, log)
        assert times(log, "ticket.returned") == {missing: 1}
        assert times(log, "ticket.called")[served] == 1
        stood(log)


def nothing_missed(began_at: int, old: Line, new: Line, log: list[dict[str, Any]]) -> None:
    """The two lines together heard the log from where the first one began, with no snapshot between them."""
    assert not new.snapshot, "the place in the log was lost: calls may have been missed"
    heard = [event["seq"] for event in old.events + new.events]
    assert heard == [event["seq"] for event in log if event["seq"] > began_at]
    assert [event["seq"] for event in log] == list(range(1, len(log) + 1))


def serve_one(ask: Caller) -> str:
    """A teller's presses, each answered at once."""
    ask.done("teller", "counters/main.3/open")
    ticket = ask.done("teller", "counters/main.3/call-next")["ticket"]["id"]
    ask.done("teller", f"tickets/{ticket}/start")
    return str(ticket)


def times(log: list[dict[str, Any]], kind: str) -> Counter[str]:
    return Counter(event["ticket"]["id"] for event in log if event["kind"] == kind)


def stood(log: list[dict[str, Any]]) -> None:
    """No class ever had two pieces of advice at once."""
    standing: dict[str, str] = {}
    for event in log:
        if event["kind"] == "advice.issued":
            key = event["advice"]["counter_class"]
            assert key not in standing, f"two for {key} at {event['seq']}"
            standing[key] = event["advice"]["id"]
        elif event["kind"] in {"advice.withdrawn", "advice.dismissed"}:
            standing.pop(event["advice"]["counter_class"], None)
    assert standing
