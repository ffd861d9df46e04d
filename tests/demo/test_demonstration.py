"""The demonstration as a visitor meets it: it starts by itself, lives, shares its counters, and ends at once."""

import asyncio
import secrets
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from server.replay.host import free_port

Json = dict[str, Any]


class Demonstration:
    """The program running, and a browser in front of it. `tokens` are those of the printed addresses."""

    def __init__(self, process: asyncio.subprocess.Process, url: str) -> None:
        self.process = process
        self.browser = httpx.AsyncClient(base_url=url, trust_env=False, timeout=10)
        self.tokens: dict[str, str] = {}

    async def read_addresses(self) -> None:
        assert self.process.stdout is not None
        while not {"kiosk", "display", "teller", "manager"} <= self.tokens.keys():
            line = (await self.process.stdout.readline()).decode()
            assert line, "it ended before it had said where it is"
            if "?token=" in line:
                address, _, token = line.strip().partition("?token=")
                self.tokens[address.rsplit("/", 1)[1]] = token

    async def get(self, path: str) -> Json:
        return dict((await self.browser.get(f"/api/v1/{path}", headers=self._headers())).json())

    async def post(self, path: str, **body: Any) -> httpx.Response:
        headers = self._headers() | {"Idempotency-Key": secrets.token_hex(8)}
        return await self.browser.post(f"/api/v1/{path}", headers=headers, json=body)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.tokens['teller']}"}

    async def counter(self, number: int) -> Json:
        hall = (await self.get("branches/main/snapshot"))["snapshot"]
        return next(c for c in hall["counters"] if c["number"] == number)

    async def kinds(self) -> set[str]:
        events = (await self.get("branches/main/events?limit=1000"))["events"]
        return {event["kind"] for event in events}


@pytest.fixture
async def demonstration(tmp_path: Path) -> AsyncIterator[Demonstration]:
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "server", "demo", "--port", str(port), "--folder", str(tmp_path)),
        stdout=asyncio.subprocess.PIPE,
    )
    shown = Demonstration(process, f"http://127.0.0.1:{port}")
    try:
        async with asyncio.timeout(30):
            await shown.read_addresses()
        yield shown
    finally:
        await shown.browser.aclose()
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def within(real_s: float, true: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(real_s):
        while not await true():  # noqa: ASYNC110 - it is another process
            await asyncio.sleep(0.2)


async def test_the_branch_lives_shares_its_counters_and_ends_at_once(demonstration: Demonstration) -> None:
    shown = demonstration
    assert (await shown.browser.get("/demo")).is_success

    async def is_served() -> bool:
        return {"ticket.issued", "ticket.called", "ticket.started", "ticket.completed"} <= await shown.kinds()

    await within(30, is_served)

    taken = await shown.post("counters/main.1/open", take_over=True)
    assert taken.json()["counter"]["staff_name"] == "访客 Visitor"
    await asyncio.sleep(2)  # eight minutes in the branch
    assert (await shown.counter(1))["staff_name"] == "访客 Visitor"
    current = await shown.post("counters/main.1/call-next")
    if ticket := current.json()["ticket"]:
        await shown.post(f"tickets/{ticket['id']}/finish")
    assert (await shown.post("counters/main.1/close")).is_success

    async def is_taken_back() -> bool:
        return bool((await shown.counter(1))["staff_name"] == "王芳 Wang Fang")

    await within(15, is_taken_back)

    async def is_advised() -> bool:
        return "advice.issued" in await shown.kinds()

    await within(60, is_advised)

    assert (await shown.browser.post("/demo/speed", json={"speed": 60})).json()["speed"] == 60
    assert (await shown.browser.post("/demo/crowd", json={"running": False})).json()["running"] is False

    shown.process.send_signal(signal.SIGINT)
    assert await asyncio.wait_for(shown.process.wait(), 5) == 0
