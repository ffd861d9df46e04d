"""Installs the example branch in a database and runs the real server on it: as processes, or inside a test."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import httpx
from argon2 import PasswordHasher
from fastapi import FastAPI

from server.app import create_app
from server.demo.branch import source_branch, source_counters
from server.domain.branch import Branch
from server.domain.trail import SERVER
from server.settings import Settings
from server.storage.branches import create_token, install_branch
from server.storage.database import open_database
from server.storage.migrate import migrate
from server.storage.server_clock import start_clock
from server.storage.staff import EVERY_BRANCH, add_person, put_password
from server.web.services import Services
from server.web.serving import make_server

ROOT = Path(__file__).parents[1]
NOBODY_KNOWS_IT = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(secrets.token_hex(16))
TEN = datetime(2026, 3, 2, 2, tzinfo=UTC)  # a Monday, ten o'clock in the branch
NIGHT = datetime(2026, 3, 2, 14, tzinfo=UTC)  # the same day, ten in the evening
OTHER_BRANCH = "north"
KINDS = (
    *("kiosk", "display", "machine", "teller", "senior_teller", "adviser", "supervisor", "lobby_manager", "manager"),
    *("region", "operator"),
)
PATIENCE_S = 30.0
# A crowd of thousands comes here from one address, and with one kiosk's token: whoever tests the limits sets them.
UNLIMITED = {"token_rate": 0, "address_rate": 0}
UNLIMITED_ENV = {f"CALLBOARD_{name.upper()}": str(rate) for name, rate in UNLIMITED.items()}

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Office:
    """A database with two branches in it, and a token for everyone in the first: a kind, or a teller's name."""

    database_url: str
    tokens: dict[str, str]


def install(database_url: str, *, now: datetime = TEN, speed: float = 1.0, branch: Branch | None = None) -> Office:
    """Migrates an empty database and installs the example branch and its neighbour."""
    engine = open_database(database_url, writing=True)
    migrate(engine)
    start_clock(engine, now, speed)
    here = branch or source_branch()
    install_branch(engine, here, source_counters())
    there = [replace(c, id=f"{OTHER_BRANCH}.{c.number}", branch_id=OTHER_BRANCH) for c in source_counters()]
    install_branch(engine, replace(here, id=OTHER_BRANCH), there)
    names = {kind: kind.title() for kind in KINDS} | {"teller": "Li Wei"}
    tokens = {kind: create_token(engine, kind, here.id, name, f"{kind}-1") for kind, name in names.items()}
    tokens["second teller"] = create_token(engine, "teller", here.id, "Wang Fang", "teller-2")
    admin = add_person(engine, "admin", "Administrator", {EVERY_BRANCH: "operator"}, datetime.now(UTC))
    with engine.begin() as connection:
        put_password(connection, admin, NOBODY_KNOWS_IT, SERVER)
    tokens["stranger"] = create_token(engine, "manager", OTHER_BRANCH, "Zhao Lei", "manager-north")
    engine.dispose()
    return Office(database_url, tokens)


def headers(token: str | None, key: str | None = None) -> dict[str, str]:
    found = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return found | ({"Idempotency-Key": key} if key is not None else {})


def fresh_key() -> str:
    return secrets.token_hex(8)


def free_port() -> int:
    """Below those that the system gives to lines that go out: a server that is killed and comes back would now and
    then find its own taken by one of them."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@dataclass(slots=True)
class ServerProcess:
    """`python -m server serve` on a port of its own that it keeps over restarts. What it says goes to `said`."""

    office: Office
    said: Path
    bus_url: str = ""
    settings: dict[str, str] = field(default_factory=dict)  # CALLBOARD_* without the prefix
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Self:
        self.launch()
        self.until_ready()
        return self

    def launch(self) -> None:
        known = {**UNLIMITED, "database_url": self.office.database_url, "bus_url": self.bus_url, **self.settings}
        chosen = {f"CALLBOARD_{name.upper()}": str(value) for name, value in known.items()}
        command = [sys.executable, "-m", "server", "serve", "--port", str(self.port)]
        with self.said.open("ab") as said:
            self.process = subprocess.Popen(command, cwd=ROOT, env=os.environ | chosen, stdout=said, stderr=said)

    def until_ready(self) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not self._ready():
            if self.process is None or self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the server did not start:\n{self.said.read_text()}")
            time.sleep(0.05)

    def _ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/readyz", trust_env=False, timeout=2).status_code == 200
        except httpx.TransportError:
            return False

    def stop(self, how: signal.Signals = signal.SIGTERM) -> float:
        """Ends it; gives how long that took, in seconds."""
        if self.process is None:
            return 0.0
        began = time.monotonic()
        self.process.send_signal(how)
        self.process.wait(PATIENCE_S)
        self.process = None
        return time.monotonic() - began

    def kill(self) -> None:
        """As when the power goes: no warning, nothing tidied up."""
        self.stop(signal.SIGKILL)

    def restart(self) -> None:
        self.stop()
        self.start()


@contextmanager
def server_process(
    office: Office, folder: Path, bus_url: str = "", *, wait: bool = True, **settings: str
) -> Iterator[ServerProcess]:
    """A server of its own for a test, ready unless it need not be yet; what it failed at unseen fails the test."""
    server = ServerProcess(office, folder / f"server-{secrets.token_hex(3)}.log", bus_url, settings)
    try:
        server.launch()
        if wait:
            server.until_ready()
        yield server
    finally:
        server.stop()
    assert "Traceback" not in server.said.read_text(), server.said.read_text()


@dataclass(frozen=True, slots=True)
class Served:
    """The app as it ships, under its own server in a thread of the test's process: its parts can be looked at."""

    url: str
    app: FastAPI
    office: Office

    @property
    def services(self) -> Services:
        found: Services = self.app.state.services
        return found


@contextmanager
def serving(office: Office, **settings: Any) -> Iterator[Served]:
    """Real HTTP and real sockets on a port of its own, until the block ends."""
    port = free_port()
    chosen = Settings(**{**UNLIMITED, "database_url": office.database_url, "port": port, **settings})
    app = create_app(chosen)
    server = make_server(app, chosen)
    thread = threading.Thread(target=server.run, name="server")
    thread.start()
    deadline = time.monotonic() + PATIENCE_S
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            assert time.monotonic() < deadline, "the server takes too long to start"
            time.sleep(0.005)
        yield Served(f"http://127.0.0.1:{port}", app, office)
    finally:
        server.should_exit = True
        thread.join(PATIENCE_S)


class Caller:
    """Asks the API over plain HTTP, as anyone in the office: `ask.post("teller", "counters/main.1/open")`."""

    def __init__(self, url: str, tokens: dict[str, str]) -> None:
        self.tokens = tokens
        self.seq = 0  # how far the branch had come at the newest answer
        self.http = httpx.Client(base_url=f"{url}/api/v1/", trust_env=False, timeout=PATIENCE_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def get(self, who: str, path: str, **query: Any) -> httpx.Response:
        return self.http.get(path, params=query or None, headers=headers(self.tokens[who]))

    def post(self, who: str, path: str, body: Any = None, key: str | None = None) -> httpx.Response:
        """With a key of its own, unless one is given."""
        return self.http.post(
            path, json={} if body is None else body, headers=headers(self.tokens[who], key or fresh_key())
        )

    def done(self, who: str, path: str, body: Any = None) -> Json:
        """The answer to a command that must succeed."""
        answer = self.post(who, path, body)
        assert answer.is_success, f"{who} {path}: {answer.text}"
        self.seq = max(self.seq, answer.json()["seq"])
        return dict(answer.json())

    def ticket(self, **asked: Any) -> Json:
        """A ticket from the kiosk, for a deposit unless told otherwise."""
        answer = self.done("kiosk", "branches/main/tickets", {"services": ["deposit"], **asked})
        return dict(answer["ticket"])

    def snapshot(self, who: str = "manager") -> Json:
        """The hall, once the screens' side of the server has come as far as our own newest command."""
        deadline = time.monotonic() + PATIENCE_S
        while True:
            found = self.get(who, "branches/main/snapshot").json()["snapshot"]
            if found["seq"] >= self.seq:
                return dict(found)
            assert time.monotonic() < deadline, f"the hall stays at {found['seq']}, and never comes to {self.seq}"
            time.sleep(0.01)

    def log(self, who: str = "manager") -> list[Json]:
        """All that has happened in the branch, as `who` may read it."""
        events: list[Json] = []
        seq = 0
        while True:
            found = self.get(who, "branches/main/events", after=seq, limit=1000)
            assert found.status_code == 200, found.text
            events += found.json()["events"]
            if found.json()["seq"] == seq:
                return events
            seq = found.json()["seq"]
