"""A server of the replay's own: on a database of its own, in a process that can be ended and started again."""

import asyncio
import os
import socket
import sys
import tempfile
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Self

import httpx

from server.advisor.class_day import ClassDay
from server.demo.branch import replay_branch, replay_counters
from server.storage.branches import create_token, install_branch
from server.storage.database import open_database
from server.storage.history import save_day
from server.storage.migrate import migrate

STARTS_WITHIN_S = 30.0
# A whole branch comes here from one address, and all its customers with one token, many times as fast as they would.
UNLIMITED = {"CALLBOARD_TOKEN_RATE": "0", "CALLBOARD_ADDRESS_RATE": "0"}
STOPS_WITHIN_S = 10.0


class ServerFailed(Exception):
    """The server did not come up, or ended by itself."""


class Host:
    """Give it a `database` URL, or it makes a SQLite file and removes it at the end. Use with `async with`."""

    def __init__(
        self,
        start: datetime,
        speed: float,
        counters: int,
        database: str | None = None,
        past: Mapping[date, ClassDay] | None = None,
    ) -> None:
        self._start, self._speed, self._counters, self._past = start, speed, counters, past or {}
        self._folder = tempfile.TemporaryDirectory(prefix="callboard-replay-")
        self._database = database or f"sqlite:///{self._folder.name}/replay.sqlite3"
        self._log = Path(self._folder.name) / "server.log"
        self._process: asyncio.subprocess.Process | None = None
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.branch_id = ""
        self.manager = self.kiosk = self.display = ""
        self.tellers: dict[str, str] = {}  # counter id -> token

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self._prepare)
        try:
            await self._run("--speed", str(self._speed), "--start", self._start.isoformat())
        except BaseException:
            self._folder.cleanup()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._end(kill=False)
        self._folder.cleanup()

    async def restart(self, *, kill: bool) -> float:
        """Ends the process and starts another, which goes on from what is written. Seconds without a server."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        await self._end(kill=kill)
        await self._run()
        return loop.time() - began

    def _prepare(self) -> None:
        engine = open_database(self._database, writing=True)
        migrate(engine)
        branch = replay_branch()
        install_branch(engine, branch, replay_counters(branch, self._counters))
        self.branch_id = branch.id
        with engine.begin() as connection:
            for day, record in self._past.items():
                save_day(connection, branch.id, day, {"cash": record})
        self.manager = create_token(engine, "manager", branch.id, "Replay")
        self.kiosk = create_token(engine, "kiosk", branch.id, "Replay")
        self.display = create_token(engine, "display", branch.id, "Replay")
        for number in range(1, self._counters + 1):
            token = create_token(engine, "teller", branch.id, f"Teller {number}")
            self.tellers[f"{branch.id}.{number}"] = token
        engine.dispose()

    async def _run(self, *arguments: str) -> None:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "server", "serve", "--host", "127.0.0.1", "--port", str(self.port)),
                *arguments,
                env=os.environ | {"CALLBOARD_DATABASE_URL": self._database} | UNLIMITED,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for the replay, which then ends its server in order
            )
        try:
            async with asyncio.timeout(STARTS_WITHIN_S), httpx.AsyncClient(trust_env=False) as client:
                while not await self._is_ready(client):  # noqa: ASYNC110 - it is another process
                    await asyncio.sleep(0.05)
        except TimeoutError as error:
            raise ServerFailed(f"no answer within {STARTS_WITHIN_S:g} s\n{self.said()}") from error

    async def _is_ready(self, client: httpx.AsyncClient) -> bool:
        if self._process is not None and self._process.returncode is not None:
            raise ServerFailed(f"it ended with {self._process.returncode}\n{self.said()}")
        try:
            return (await client.get(f"{self.url}/readyz")).is_success
        except httpx.TransportError:
            return False

    async def _end(self, *, kill: bool) -> None:
        process = self._process
        if process is None or process.returncode is not None:
            return
        if not kill:
            process.terminate()
            try:
                async with asyncio.timeout(STOPS_WITHIN_S):
                    await process.wait()
            except TimeoutError:
                kill = True
        if kill and process.returncode is None:
            process.kill()
        await process.wait()

    def said(self) -> str:
        """The last of what the server wrote."""
        return self._log.read_text(errors="replace")[-4000:] if self._log.exists() else ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
