"""A database with some days in its log, and the command line that backs it up and fills another."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from server.__main__ import main
from server.actions import teller
from server.storage.copying import snapshot
from server.storage.database import open_database
from tests.domain.floor import teller_of
from tests.house.source import ROOT
from tests.storage.office import Office, next_at, office, open_counter, send, take

Json = dict[str, Any]

HASHES = {"head", "trail", "hash", "seal"}


@dataclass(slots=True)
class CommandLine:
    """`python -m server ...`, in this process, with the database that it is for."""

    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    def run(self, url: str, *arguments: object) -> tuple[int, str, str]:
        """(exit code, what it said, what it complained of)."""
        self.monkeypatch.setenv("CALLBOARD_DATABASE_URL", url)
        self.capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        said = self.capsys.readouterr()
        return code, said.out, said.err

    def done(self, url: str, *arguments: object) -> str:
        code, out, err = self.run(url, *arguments)
        assert code == 0, err
        return out

    def refused(self, url: str, *arguments: object) -> str:
        """The complaint: one line, in words."""
        code, _, err = self.run(url, *arguments)
        assert code == 1
        assert "Traceback" not in err
        assert err.count("\n") == 1, err
        return err


def real_process(url: str, *arguments: object, **more: Any) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "server", *map(str, arguments)]
    known = os.environ | {"CALLBOARD_DATABASE_URL": url}
    return subprocess.run(command, cwd=ROOT, env=known, capture_output=True, text=True, check=False, **more)


def live_a_little(here: Office, days: int = 1, customers: int = 12) -> None:
    """Each day some come, most of them are called, and a few of those are served; the last day is not over."""
    writer = here.writer()
    for day in range(days):
        for number in (1, 2):
            open_counter(writer, number).result(20)
        came = [take(writer, 1000 * day + n, "deposit" if n % 3 else "card") for n in range(customers)]
        for answer in came:
            answer.result(20)
        for n in range(customers * 2 // 3):
            here.now += timedelta(minutes=2)
            serve(here, writer, 1 + n % 2)
        if day + 1 < days:
            here.now += timedelta(days=1) - timedelta(minutes=2 * (customers * 2 // 3))
    writer.stop()


def serve(here: Office, writer: Any, number: int) -> None:
    called = next_at(writer, number, f"key-{here.now.isoformat()}-{number}").result(20)["ticket"]
    if called is not None and called["serial"] % 5:
        for action in (teller.start, teller.finish):
            here.now += timedelta(seconds=30)
            send(writer, teller_of(number), action, ticket_id=called["id"]).result(20)


def all_rows(url: str) -> dict[str, list[Json]]:
    """Everything in the database, in one form whatever its kind; but not the epochs, which are to differ, nor what
    the audit trail says of the restore itself."""
    engine = open_database(url, writing=False)
    with snapshot(engine) as there:
        found = {name: [plain(row) for row in there.rows(name)] for name in there.columns}
    engine.dispose()
    found["audit"] = [row for row in found.get("audit", []) if not row["what"].endswith(".restored")]
    found.pop("installation", None)
    for row in found["branches"]:
        row["epoch"] = "-"
    for name in ("branches", "events", "answers"):  # tests/audit looks at the hashes; an older schema has none
        found[name] = [{key: row[key] for key in row if key not in HASHES} for row in found[name]]
    return found


def plain(row: Json) -> Json:
    return {key: json.loads(json.dumps(value, default=str)) for key, value in row.items()}


def epochs(url: str) -> dict[str, str]:
    engine = open_database(url, writing=False)
    with snapshot(engine) as there:
        found = {row["id"]: row["epoch"] for row in there.rows("branches")}
    engine.dispose()
    return found


def installed(url: str) -> str:
    """A branch with a morning behind it; lived through once, and copied where a file is enough."""
    if url.startswith("sqlite"):
        path_of(url).write_bytes(_morning())
        return url
    with office(url) as here:
        live_a_little(here)
    return url


@cache
def _morning() -> bytes:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "morning.db"
        with office(f"sqlite:///{file}") as here:
            live_a_little(here)
        return file.read_bytes()


def path_of(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))
