"""The Caddyfile: read by Caddy itself, true to README, and in front of servers that die."""

import json
import os
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import BaseServer
from typing import Any, ClassVar

import httpx

from tests.deploy.caddy import find
from tests.deploy.compose import example, loaded
from tests.running import PATIENCE_S, ROOT, free_port, fresh_key

CADDYFILE = ROOT / "deploy" / "Caddyfile"
Json = dict[str, Any]


def caddy(*words: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    known = {name: value for name, value in os.environ.items() if not name.startswith("CALLBOARD_")}
    command = [find(), *words, "--config", str(CADDYFILE), "--adapter", "caddyfile"]
    return subprocess.run(command, env=known | settings, capture_output=True, text=True, check=False)


def adapted(**settings: str) -> Json:
    """The Caddyfile as Caddy understands it."""
    ran = caddy("adapt", **settings)
    assert ran.returncode == 0, ran.stderr
    return dict(json.loads(ran.stdout))


def found_in(node: Any, key: str) -> list[Any]:
    """Every value under this key, however deep."""
    inside = node.values() if isinstance(node, dict) else node if isinstance(node, list) else []
    own = [node[key]] if isinstance(node, dict) and key in node else []
    return own + [value for child in inside for value in found_in(child, key)]


def test_caddy_takes_it() -> None:
    ran = caddy("validate")
    assert ran.returncode == 0, ran.stderr
    assert subprocess.check_output([find(), "fmt", str(CADDYFILE)]) == CADDYFILE.read_bytes(), "caddy fmt disagrees"


def test_who_came_over_tls_stays_with_it_and_a_slow_or_large_head_is_not_waited_for() -> None:
    found = adapted()
    told = [headers for headers in found_in(found, "set") if "Strict-Transport-Security" in headers]
    assert told == [{"Strict-Transport-Security": ["max-age=31536000"]}]
    (server,) = found_in(found, "servers")[0].values()
    assert server["read_header_timeout"] == 10 * 10**9
    assert server["max_header_bytes"] <= 16 * 1024


def test_what_caddy_does_not_know_is_found() -> None:
    assert caddy("validate", CALLBOARD_CADDY="another").returncode != 0


def test_its_defaults_are_what_readme_starts() -> None:
    found = adapted()
    typed = (ROOT / "README.md").read_text("utf-8")
    ports = [upstream["dial"].rpartition(":")[2] for upstream in found_in(found, "upstreams")[0]]
    assert ports == ["8001", "8002"]
    assert all(f"serve --port {port} &" in typed for port in ports)
    assert [":8443"] in found_in(found, "listen")
    assert "CALLBOARD_SITE=https://localhost:8443" in typed


def test_it_goes_where_composes_servers_are() -> None:
    given = loaded(
        example() | {"POSTGRES_PASSWORD": "a", "GRAFANA_PASSWORD": "b", "METRICS_TOKEN": "c", "DATA_KEY": "d"}
    )
    settings = dict(given["services"]["caddy"]["environment"])
    assert settings.pop("CALLBOARD_CADDY") == "current"  # Debian's could not read what that says
    found = {upstream["dial"] for upstreams in found_in(adapted(**settings), "upstreams") for upstream in upstreams}
    assert found == {"server-1:8000", "server-2:8000"}
    assert {address.partition(":")[0] for address in found} <= set(given["services"])


class Dying(BaseHTTPRequestHandler):
    """A server that is ready, takes a command, and dies before it answers."""

    dead: ClassVar[set[BaseServer]] = set()

    def do_GET(self) -> None:
        self.send_response(503 if self.server in self.dead else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.dead.add(self.server)
        self.connection.shutdown(socket.SHUT_RDWR)

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


class Living(Dying):
    """One that answers what it was asked."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def answering(kind: type[Dying]) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def proxy(folder: Path, *servers: str) -> Iterator[str]:
    site = f"http://127.0.0.1:{free_port()}"
    plain = folder / "Caddyfile"  # the one that ships, without TLS
    plain.write_text(CADDYFILE.read_text("utf-8").replace("\ttls {$CALLBOARD_TLS:internal}\n", ""))
    known = {"CALLBOARD_SITE": site, "CALLBOARD_SERVERS": " ".join(servers), "HOME": str(folder)}
    with (folder / "said").open("wb") as said:
        process = subprocess.Popen([find(), "run", "--config", str(plain)], env=os.environ | known, stderr=said)
    try:
        with httpx.Client(trust_env=False, transport=httpx.HTTPTransport(retries=8)) as http:
            http.get(f"{site}/readyz", timeout=PATIENCE_S)
        yield site
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def answers_of(site: str, **headers: str) -> list[int]:
    with httpx.Client(trust_env=False, timeout=PATIENCE_S) as http:
        return [http.post(f"{site}/x", content=b'{"a":1}', headers=headers).status_code for _ in range(4)]


def test_a_command_that_meets_a_dying_server_is_done_at_its_second_try(tmp_path: Path) -> None:
    """Debian's Caddy says 502 to the one that was under way, a newer one tries itself; the next is not sent there."""
    with answering(Living) as living, answering(Dying) as dying, proxy(tmp_path, dying, living) as site:
        answers = answers_of(site, **{"Idempotency-Key": fresh_key()})
        assert answers.count(200) >= 3
        assert set(answers) <= {200, 502}


def test_a_server_that_is_gone_is_passed_over(tmp_path: Path) -> None:
    with answering(Living) as living, proxy(tmp_path, f"127.0.0.1:{free_port()}", living) as site:
        assert answers_of(site) == [200] * 4


class Naming(Living):
    """One that says who it is."""

    def end_headers(self) -> None:
        self.send_header("Server-Port", str(self.connection.getsockname()[1]))
        super().end_headers()


def test_a_branch_stays_with_its_server_while_that_is_there(tmp_path: Path) -> None:
    with (
        answering(Naming) as one,
        answering(Naming) as other,
        proxy(tmp_path, one, other) as site,
        httpx.Client(trust_env=False, timeout=PATIENCE_S) as http,
    ):
        went = {
            branch: {
                http.post(f"{site}/x", content=b"1", headers={"Callboard-Branch": branch}).headers["Server-Port"]
                for _ in range(6)
            }
            for branch in ("main", *(f"b{at}" for at in range(12)))
        }
        nameless = {http.post(f"{site}/x", content=b"1").headers["Server-Port"] for _ in range(40)}
    assert all(len(ports) == 1 for ports in went.values())
    assert len(set.union(*went.values())) == 2
    assert len(nameless) == 2


def test_figures_are_not_for_the_street(tmp_path: Path) -> None:
    with answering(Living) as living, proxy(tmp_path, living) as site:
        assert httpx.get(f"{site}/metrics", trust_env=False).status_code == 404
