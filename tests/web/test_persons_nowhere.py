"""A day in which marked names pass through every part, and are looked for wherever something is kept or said."""

import base64
import hashlib
import json
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import httpx
import psycopg
import pytest
from psycopg import sql
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from tests.backup.branch_with_a_past import CommandLine
from tests.running import (
    Caller,
    Office,
    ServerProcess,
    fresh_key,
    headers,
    install,
    server_process,
    serving,
)
from tests.web.problem import refused

KEY = base64.b64encode(b"a key that is as long as it must").decode()
METRICS = "metrics-token-of-this-test"
PEOPLE = [
    {"name": "Xyqvorn Ästhetikow", "phone": "+86 139-9988-7766", "card": "tok_QQzzy91"},
    {"name": "秘藏某", "phone": "(0)755 8642 9753", "card": "5309"},
]
ALIKE = ["xyqvornästhetikow", "13999887766", "tokqqzzy91", "075586429753"]


def secrets() -> list[bytes]:
    """All that must be nowhere: what was typed, what it is compared by, what JSON makes of it, and plain hashes."""
    texts = [text for person in PEOPLE for text in person.values() if len(text.encode()) > 4] + ALIKE
    escaped = [json.dumps(text)[1:-1] for text in texts]
    hashed = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    whole = [json.dumps(person, sort_keys=True, ensure_ascii=False) for person in PEOPLE]
    coded = [base64.b64encode(text.encode()).decode().rstrip("=")[:-1] for text in texts]
    return [text.encode() for text in {*texts, *escaped, *hashed, *coded, *whole, KEY}]


def traces_of(data: bytes, where: str) -> list[str]:
    return [f"{where}: {secret.decode()}" for secret in secrets() if secret in data]


class Collector(BaseHTTPRequestHandler):
    """Takes traces as a collector does, and keeps what it got."""

    kept: list[bytes]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.kept.append(zlib.decompress(body, 31) if self.headers.get("Content-Encoding") == "gzip" else body)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def collecting() -> Iterator[tuple[str, list[bytes]]]:
    kept: list[bytes] = []
    handler = type("Kept", (Collector,), {"kept": kept})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", kept
    finally:
        server.shutdown()
        server.server_close()


@dataclass(slots=True)
class Heard:
    """Every frame of the sockets and every answer over HTTP, but what comes through the one door."""

    said: list[tuple[str, bytes]] = field(default_factory=list)

    def listen(self, who: str, line: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            for frame in line:
                self.said.append((f"socket of {who}", frame.encode() if isinstance(frame, str) else frame))

    def answer(self, answer: httpx.Response) -> None:
        whole = answer.content + str(answer.headers).encode()
        self.said.append((f"{answer.request.method} {answer.request.url.path} {answer.status_code}", whole))


@pytest.mark.parametrize("form", ["sqlite, for people", "postgresql, for machines"])
def test_what_is_personal_is_nowhere_but_behind_the_one_door(
    form: str,
    tmp_path: Path,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url: str = request.getfixturevalue("sqlite_url" if form.startswith("sqlite") else "postgres_url")
    office, heard = install(url), Heard()
    with collecting() as (address, spans), ExitStack() as stack:
        settings: dict[str, Any] = {
            "data_key": KEY,
            "log_level": "debug",
            "metrics_token": METRICS,
            "traces": address,
        }
        settings["log_format"] = "human" if form.endswith("people") else "json"
        server = stack.enter_context(server_process(office, tmp_path, **settings))
        with Caller(server.url, office.tokens) as ask:
            ask.http.event_hooks = {"response": [lambda answer: keep(heard, answer)]}
            live_through(ask, server, heard)
        kept = raw_bytes(url)  # with what SQLite has not put in its place yet
        server.stop()
        log = server.said.read_bytes()
    backup = tmp_path / "backup.zip"
    CommandLine(monkeypatch, capsys).done(url, "backup", backup)
    assert len(spans) > 0
    assert len(log) > 5000, "a quiet log would prove nothing"
    assert kept.count(b"customer.seen") > 0, "nothing was kept in which it could be found"
    places = {"the database": kept, "the database later": raw_bytes(url), "the log": log}
    places |= {"the traces": b"".join(spans), "the backup": unpacked(backup)}
    found = [trace for where, data in places.items() for trace in traces_of(data, where)]
    found += [trace for where, data in heard.said for trace in traces_of(data, where)]
    assert found == []


def keep(heard: Heard, answer: httpx.Response) -> None:
    """All but what is meant to tell it, and did."""
    path, door = answer.request.url.path, ("/person", "/customers/find", "/customers/export")
    answer.read()
    if not (path.endswith(door) and answer.request.method != "PUT" and answer.is_success):
        heard.answer(answer)


def live_through(ask: Caller, server: ServerProcess, heard: Heard) -> None:
    first = ask.ticket(person=PEOPLE[0])["id"]
    with listening(server.url, ask.tokens, first, heard):
        issue_and_serve(ask, first)
        try_what_is_refused(ask, first)
        read_everything(ask, server, first)
        found = ask.post("manager", "branches/main/customers/find", {"phone": PEOPLE[0]["phone"]}).json()["found"]
        assert {one["person"]["name"] for one in found} == {PEOPLE[0]["name"]}
        ask.post("manager", "branches/main/customers/export", {"name": PEOPLE[1]["name"]})
        ask.post("manager", "branches/main/customers/erase", {"tickets": [found[0]["ticket"]["id"]]})
        ask.get("manager", "branches/main/audit", limit=1000)
        time.sleep(0.3)  # what is said of it last


def issue_and_serve(ask: Caller, first: str) -> None:
    key, body = fresh_key(), {"services": ["deposit"], "person": PEOPLE[1]}
    for _ in range(2):
        assert ask.post("kiosk", "branches/main/tickets", body, key).is_success
    ask.post("manager", "branches/main/tickets", body | {"appointment_at": "2026-03-02T03:00:00Z"})
    plain = ask.ticket()["id"]
    known = headers(ask.tokens["kiosk"])
    assert ask.http.put(f"tickets/{plain}/person", json=PEOPLE[0], headers=known).status_code == 200
    ask.done("teller", "counters/main.1/open")
    ask.done("teller", "counters/main.1/call-next")
    assert ask.get("teller", f"tickets/{first}/person").json()["person"] == PEOPLE[0]
    for act in ("recall", "start", "park", "resume", "finish"):
        ask.done("teller", f"tickets/{first}/{act}")


def try_what_is_refused(ask: Caller, first: str) -> None:
    """Whoever is refused is not told again what they said, and nor is anybody else."""
    key, take = fresh_key(), "branches/main/tickets"
    assert ask.post("kiosk", take, {"services": ["deposit"], "person": PEOPLE[0]}, key).is_success
    refused(ask.post("kiosk", take, {"services": ["deposit"], "person": PEOPLE[1]}, key), 422, "key_reused")
    for wrong in ({"services": ["none"]}, {"services": "deposit"}, {"services": ["deposit"], "segment": "x"}):
        assert ask.post("kiosk", take, wrong | {"person": PEOPLE[0]}).status_code == 422
    refused(ask.post("display", take, {"services": ["deposit"], "person": PEOPLE[0]}), 403, "forbidden")
    for who, path in (("kiosk", f"tickets/{first}/person"), ("kiosk", "tickets/main.none/person")):
        refused(ask.http.put(path, json=PEOPLE[0], headers=headers(ask.tokens[who])), 404, "ticket_not_found")
    long = {"name": PEOPLE[0]["name"] * 9, "phone": PEOPLE[0]["phone"], "card": "4111111111111111"}
    for person in (long, {"person": PEOPLE[0]}, PEOPLE[0]["phone"], [PEOPLE[0]]):
        answer = ask.http.put(f"tickets/{first}/person", json=person, headers=headers(ask.tokens["kiosk"]))
        refused(answer, 422, "invalid")
    half = json.dumps(PEOPLE[0])[:-1].encode()
    known = headers(ask.tokens["manager"], fresh_key()) | {"Content-Type": "application/json"}
    for path in ("branches/main/customers/find", take):
        assert ask.http.post(path, content=half, headers=known).status_code in {400, 422}
    refused(ask.post("teller", "branches/main/customers/find", {"name": PEOPLE[0]["name"]}), 403, "forbidden")
    refused(ask.http.post("branches/main/customers/find", json={"name": PEOPLE[0]["name"]}), 401, "unauthorized")


def read_everything(ask: Caller, server: ServerProcess, ticket: str) -> None:
    for kind in ("kiosk", "display", "teller", "manager"):
        for path in ("snapshot", "events", "waits"):
            ask.get(kind, f"branches/main/{path}")
    for path in ("figures", "advice", "audit?limit=1000", "plan"):
        ask.get("manager", f"branches/main/{path}")
    ask.http.get("phone", headers=headers(f"ticket.{ticket}"))
    for screen in ("kiosk", "display", "teller", "manager"):
        ask.http.get(f"{server.url}/{screen}", headers={"Cookie": f"callboard_{screen}={ask.tokens[screen]}"})
    page = ask.http.get(f"{server.url}/metrics", headers=headers(METRICS))
    assert page.status_code == 200


@contextmanager
def listening(url: str, tokens: dict[str, str], ticket: str, heard: Heard) -> Iterator[None]:
    """Everybody listens, the customer's phone too."""
    kinds = ("kiosk", "display", "machine", "teller", "manager")
    lines = {kind: ("branches/main/live", tokens[kind]) for kind in kinds}
    lines["phone"] = ("phone/live", f"ticket.{ticket}")
    with ExitStack() as stack:
        threads = []
        for who, (path, token) in lines.items():
            known = [Subprotocol("callboard.v1"), Subprotocol(f"token.{token}")]
            address = f"{url.replace('http', 'ws', 1)}/api/v1/{path}"
            line = stack.enter_context(connect(address, subprotocols=known, proxy=None))
            threads.append(threading.Thread(target=heard.listen, args=(who, line)))
            threads[-1].start()
        yield
    for thread in threads:
        thread.join(10)
    assert {who for who, _ in heard.said} >= {f"socket of {who}" for who in lines}


def raw_bytes(url: str) -> bytes:
    """Every byte of SQLite's files, or all that PostgreSQL would hand out."""
    if url.startswith("sqlite"):
        file = Path(url.removeprefix("sqlite:///"))
        return b"".join(one.read_bytes() for one in sorted(file.parent.glob(f"{file.name}*")))
    with psycopg.connect(url.replace("+psycopg", "")) as connection, connection.cursor() as cursor:
        tables = cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return b"".join(_copied(cursor, table) for (table,) in tables)


def _copied(cursor: "psycopg.Cursor[Any]", table: str) -> bytes:
    statement = sql.SQL("COPY {} TO STDOUT (HEADER)").format(sql.Identifier(table))
    with cursor.copy(statement) as copy:
        return b"".join(bytes(piece) for piece in copy)


def unpacked(file: Path) -> bytes:
    with ZipFile(file) as archive:
        return b"".join(archive.read(name) for name in archive.namelist())


def test_the_search_itself_finds_what_is_there() -> None:
    """A test that cannot fail proves nothing."""
    for person in PEOPLE:
        assert traces_of(json.dumps(person).encode(), "here")
        assert traces_of(person["name"].encode() + b"x", "here")
    assert traces_of(hashlib.sha256(b"13999887766").hexdigest().encode(), "here")


def test_without_a_key_a_hall_works_and_says_so_where_somebody_gives_a_name(
    new_postgres_database: Callable[[], str],
) -> None:
    """Nothing is taken in that could not be kept safe; and a ticket that was refused was not issued."""
    office: Office = install(new_postgres_database())
    with serving(office) as served, Caller(served.url, office.tokens) as ask:
        ticket = ask.ticket()["id"]
        asked: dict[str, Any] = {"services": ["deposit"], "person": PEOPLE[0]}
        refused(ask.post("kiosk", "branches/main/tickets", asked), 409, "no_data_key")
        known = headers(ask.tokens["kiosk"])
        answer = ask.http.put(f"tickets/{ticket}/person", json=PEOPLE[0], headers=known)
        refused(answer, 409, "no_data_key")
        refused(ask.post("manager", "branches/main/customers/find", {"name": "x"}), 409, "no_data_key")
        assert ask.get("manager", f"tickets/{ticket}/person").json() == {"person": None}
        assert [one["id"] for one in ask.snapshot()["tickets"]] == [ticket]
        assert ask.post("manager", "branches/main/customers/erase", {"tickets": [ticket]}).json() == {"erased": []}
