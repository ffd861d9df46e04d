"""Sixteen tellers press next at once, each key twice: over HTTP, on one server and on two."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from server.domain.audience import whole
from tests.concurrency.rush import TELLERS, TICKETS, Hall, Rush, counters, install_rush
from tests.domain.log_reader import LogReader
from tests.domain.screen import by_id, on_the_wire
from tests.running import Office, server_process

Json = dict[str, object]


@pytest.fixture(params=["one server on SQLite", "two servers on PostgreSQL"])
def servers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, Office, list[str]]]:
    """Its name, its tokens, and where to find it."""
    two = request.param.startswith("two")
    office = install_rush(request.getfixturevalue("postgres_url" if two else "sqlite_url"))
    bus_url = request.getfixturevalue("valkey_url") if two else ""
    with ExitStack() as stack:
        started = [stack.enter_context(server_process(office, tmp_path, bus_url)) for _ in range(2 if two else 1)]
        yield request.param, office, [server.url for server in started]


async def test_every_ticket_is_called_once_in_order_and_every_key_answered_alike(
    servers: tuple[str, Office, list[str]],
) -> None:
    name, office, urls = servers
    async with Hall(office, urls) as hall:
        await hall.open()
        found = await hall.rush()
        log = await hall.log()
        print(f"\n{found.summary(name)}, events {len(log)}, lines cut {hall.cut}")
        all_is_well(found)
        the_log_is_right(log, found)
        await the_servers_agree(hall, len(log))


def all_is_well(found: Rush) -> None:
    assert found.errors == []
    assert [pair for pair in found.pairs if pair[0] != pair[1]] == []
    numbers = [answer["ticket"]["number"] for answer in found.called]
    assert sorted(numbers) == [f"A{serial:03d}" for serial in range(1, TICKETS + 1)]
    # One answer that nobody waits for each teller, and none before the last ticket was called.
    idle = [first for first, _ in found.pairs if first["ticket"] is None]
    assert [answer["reason"]["code"] for answer in idle] == ["nobody_waiting"] * TELLERS
    assert min(answer["seq"] for answer in idle) >= max(answer["seq"] for answer in found.called)


def the_log_is_right(log: list[Json], found: Rush) -> None:
    reader = LogReader(on_the_wire([whole(c) for c in counters()]))
    for event in log:
        reader.read(event)
    called = [event for event in log if event["kind"] == "ticket.called"]
    in_log = [event["ticket"]["number"] for event in called]  # type: ignore[index]
    assert in_log == [f"A{serial:03d}" for serial in range(1, TICKETS + 1)]
    told = {answer["ticket"]["number"]: answer["ticket"]["counter_id"] for answer in found.called}
    assert told == {event["ticket"]["number"]: event["ticket"]["counter_id"] for event in called}  # type: ignore[index]
    tickets = [t for t in reader.tickets.values() if t["state"] != "completed"]
    assert tickets == []


async def the_servers_agree(hall: Hall, seq: int) -> None:
    """Each has heard what the other wrote."""
    async with asyncio.timeout(5):
        while min(snapshot["seq"] for snapshot in await hall.snapshots()) < seq:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    snapshots = [by_id(snapshot) for snapshot in await hall.snapshots()]
    assert all(snapshot == snapshots[0] for snapshot in snapshots)
