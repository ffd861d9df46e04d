"""A display that hardly reads, and thousands that all come at once, while tellers go on calling."""

import asyncio
import os
import resource
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.faults.checker import read_log
from tests.faults.conftest import Tell
from tests.faults.flock import Flock
from tests.faults.hall import fault_seed, judged, staffed
from tests.faults.load import crowd
from tests.running import ServerProcess, server_process

pytestmark = pytest.mark.long

SOCKETS = int(os.environ.get("CALLBOARD_FAULT_SOCKETS", "1000"))
SPARE = 500  # descriptors for everything else
A_FEW = 30
SLOW_READERS = 5
SLOW_S = 4.0
SLOW_COSTS = 32 * 2**20  # bytes at most, for all of them


@pytest.fixture
def many_descriptors() -> Iterator[int]:
    """How many sockets can be had; the server inherits the limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    yield min(SOCKETS, hard - SPARE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def test_thousands_come_at_once_and_the_tellers_go_on(
    many_descriptors: int, sqlite_url: str, tmp_path: Path, tell: Tell
) -> None:
    seed, office = fault_seed(), staffed(sqlite_url)
    with server_process(office, tmp_path) as server:
        # A branch calls a few numbers a minute; here it is a few a second.
        hurry = 0.05 if many_descriptors <= 1000 else 0.01
        async with crowd(office, server.url, seed=seed, kiosks=1, tellers=2, displays=2, hurry=hurry) as people:
            await people.until_answered(5)
            flock = Flock(server.port, office.tokens["display"])
            before = people.answered
            came_s = await flock.come(many_descriptors)
            meanwhile = people.answered - before
            await people.until_answered(10)
            found = await judged(people, sqlite_url)
            settled = max(one.body.get("seq", 0) for one in people.record.answered)
            await flock.until(settled)
            lost = sum(not bird.alive for bird in flock.birds)
            faults = [fault for bird in flock.birds for fault in bird.faults]
            calls = sum(bird.calls for bird in flock.birds)
            await flock.close()
    assert lost == 0
    assert faults == []
    assert {bird.snapshots for bird in flock.birds} == {1}, "somebody began anew"
    assert calls > 0
    more = {"sockets": many_descriptors, "came_s": round(came_s, 1), "answered_meanwhile": meanwhile, "calls": calls}
    more["turned_away"] = flock.turned_away
    tell("many sockets at once", found, seed=seed, **more)


@asynccontextmanager
async def slow_readers(server: ServerProcess, token: str) -> AsyncIterator[None]:
    """They take in one byte a second, with as little room as the system allows, and say that they live."""
    jobs = [asyncio.create_task(_read_slowly(server.port, token)) for _ in range(SLOW_READERS)]
    try:
        yield
        for job in jobs:
            assert not job.done() or job.exception() is None
    finally:
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)


async def _read_slowly(port: int, token: str) -> None:
    loop = asyncio.get_running_loop()
    with socket.socket() as line:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        line.setblocking(False)
        await loop.sock_connect(line, ("127.0.0.1", port))
        key = "dGhlIHNhbXBsZSBub25jZQ=="
        await loop.sock_sendall(
            line,
            f"GET /api/v1/branches/main/live HTTP/1.1\r\nHost: hall\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: callboard.v1, token.{token}\r\n\r\n".encode(),
        )
        while await loop.sock_recv(line, 1):  # noqa: ASYNC110 (it is slow on purpose)
            await asyncio.sleep(1)


def resident(pid: int) -> int:
    """The process's resident memory, in bytes."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize()


async def test_displays_that_read_a_byte_a_second_hold_nobody_up(sqlite_url: str, tmp_path: Path, tell: Tell) -> None:
    seed, office = fault_seed(), staffed(sqlite_url)
    with server_process(office, tmp_path) as server:
        assert server.process is not None
        async with crowd(office, server.url, seed=seed) as people:
            await people.until_answered(A_FEW)
            before = resident(server.process.pid)
            async with slow_readers(server, office.tokens["manager"]):
                await asyncio.sleep(SLOW_S)
                await people.until_answered(A_FEW)
                found = await judged(people, sqlite_url)
                cost = resident(server.process.pid) - before
    assert cost < SLOW_COSTS
    assert len(read_log(sqlite_url)) > 100
    tell("displays reading a byte a second", found, seed=seed, memory_mb=round(cost / 2**20, 1))
