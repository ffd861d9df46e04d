"""The disk is full: commands are put off in plain words, reads go on, and with room again it goes on by itself."""

import asyncio
import resource
from pathlib import Path

from tests.faults.caller import Device
from tests.faults.conftest import Tell
from tests.faults.hall import fault_seed, judged, staffed
from tests.faults.load import crowd
from tests.running import Office, ServerProcess, headers, server_process

NO_ROOM = 40_000  # bytes: no file of the server may be written beyond
UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
A_FEW = 30


def leave_room(server: ServerProcess, limits: tuple[int, int]) -> None:
    assert server.process is not None
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, limits)


async def while_it_is_full(server: ServerProcess, office: Office) -> None:
    """What a teller's screen is told, and that the hall can still be seen."""
    device = Device([server.url], 0, 5.0)
    try:
        token = office.tokens["manager"]
        for number in range(40):
            key = headers(token, f"no-room-{number}")
            refused = await device.ask("POST", "/api/v1/branches/main/tickets", key, {"services": ["deposit"]})
            if refused.status != 201:
                break
        assert refused.status == 503, refused
        assert refused.body["code"] == "unavailable"
        assert refused.retry_after is not None
        for path in ("branches/main/snapshot", "branches/main/events", "branches/main/waits"):
            assert (await device.ask("GET", f"/api/v1/{path}", headers(token))).status == 200
        assert (await device.ask("GET", "/readyz", {})).status == 200
    finally:
        device.hang_up()


async def test_without_room_nothing_is_acknowledged_and_nothing_lost(
    sqlite_url: str, tmp_path: Path, tell: Tell
) -> None:
    seed, office = fault_seed(), staffed(sqlite_url)
    with server_process(office, tmp_path) as server:
        async with crowd(office, server.url, seed=seed) as people:
            await people.until_answered(A_FEW)
            for _ in range(2):
                leave_room(server, (NO_ROOM, resource.RLIM_INFINITY))
                await asyncio.sleep(0.5)
                await while_it_is_full(server, office)
                leave_room(server, UNLIMITED)
                await people.until_answered(A_FEW)
            found = await judged(people, sqlite_url)
    assert people.record.put_off > 0
    tell("disk full, sqlite", found, seed=seed, put_off=people.record.put_off)
