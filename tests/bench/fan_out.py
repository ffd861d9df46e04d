"""A call-out from the teller's request to the last of a thousand displays, against a bare broadcast and a commit."""

import http.client
import json
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from websockets.sync.client import connect
from websockets.typing import Subprotocol

from tests.running import ROOT, Caller, ServerProcess, free_port, fresh_key, headers, install, server_process

ROUNDS = {10: 1, 100: 1, 1000: 3}
CALLS, WARMING = 50, 8
TARGET = 1.5
PATIENCE_S = 60.0
PATH = "/api/v1/branches/main/live"

Json = dict[str, Any]
CallOut = Callable[[], None]


class Process:
    """A program of this folder that is told what to do line by line."""

    def __init__(self, name: str, *arguments: object) -> None:
        command = [sys.executable, "-m", f"tests.bench.{name}", *map(str, arguments)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        self.pid = self._process.pid

    def tell(self, line: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(line + "\n")

    def hear(self) -> str:
        assert self._process.stdout
        watchdog = threading.Timer(PATIENCE_S, self._process.kill)  # better no figures than a bench that never ends
        watchdog.start()
        line = self._process.stdout.readline()
        watchdog.cancel()
        assert line, "a program of the benchmark has ended, or says nothing"
        return line

    def ask(self, order: Json) -> Json:
        self.tell(json.dumps(order))
        while "last_ns" in (found := self.answer()):
            pass  # of an event that was told before
        return found

    def answer(self) -> Json:
        return dict(json.loads(self.hear()))

    def end(self) -> None:
        self._process.terminate()
        self._process.wait(10)


@contextmanager
def running(name: str, *arguments: object) -> Iterator[Process]:
    process = Process(name, *arguments)
    try:
        yield process
    finally:
        process.end()


class Teller:
    """One counter, one keep-alive line: the next number please."""

    def __init__(self, server: ServerProcess) -> None:
        self._line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self._token = server.office.tokens["teller"]

    def call_next(self) -> None:
        known = headers(self._token, fresh_key()) | {"Content-Type": "application/json"}
        self._line.request("POST", "/api/v1/counters/main.1/call-next", b"{}", known)
        answer = self._line.getresponse()
        found = json.loads(answer.read())
        assert answer.status == 200, found
        assert found["ticket"], "nobody waits"


def message_of(server: ServerProcess, call_out: CallOut) -> str:
    """The very frame that tells a display of a call."""
    protocols = [Subprotocol("callboard.v1"), Subprotocol(f"token.{server.office.tokens['display']}")]
    with connect(f"ws://127.0.0.1:{server.port}{PATH}", subprotocols=protocols, compression=None) as line:
        line.recv()
        call_out()
        while '"ticket.called"' not in (text := str(line.recv())):
            pass
    return text


def times(crowd: Process, call_out: CallOut, count: int, pause_s: float = 0.01) -> list[float]:
    """From the request to the last display's receipt, in ms, of so many call-outs one after another."""
    found = []
    for _ in range(count):
        began = time.monotonic_ns()
        call_out()
        found.append((crowd.answer()["last_ns"] - began) / 1e6)
        time.sleep(pause_s)
    return found


def main() -> list[dict[str, str]] | None:
    with tempfile.TemporaryDirectory() as name:
        office = install(f"sqlite:///{Path(name) / 'callboard.db'}")
        port = free_port()
        with (
            server_process(office, Path(name)) as server,
            running("bare_broadcast", port, Path(name) / "bare.db") as bare,
            running("crowd") as crowd,
            Caller(server.url, office.tokens) as ask,
        ):
            return _show(*_measured(server, bare, port, crowd, ask))


def _measured(
    server: ServerProcess, bare: Process, port: int, crowd: Process, ask: Caller
) -> tuple[dict[int, tuple[list[float], list[float]]], float]:
    """In turn, round by round, so that a slow minute of the machine is slow for both."""
    ask.done("teller", "counters/main.1/open")
    ask.ticket()
    teller = Teller(server)
    bare.tell(json.dumps(message_of(server, teller.call_next)))
    assert bare.hear() == "ready\n"
    found: dict[int, tuple[list[float], list[float]]] = {}
    memory = 0.0
    callers: list[tuple[int, CallOut]] = [(server.port, teller.call_next), (port, lambda: bare.tell("next"))]
    for size, rounds in ROUNDS.items():
        found[size] = ([], [])
        for turn in range(rounds):
            for _ in range(CALLS + WARMING):
                ask.ticket()
            for (at, call_out), kept in zip(callers, found[size], strict=True):
                before = resident(server)
                order = {"do": "open", "port": at, "path": PATH, "token": ask.tokens["display"], "count": size}
                assert crowd.ask(order)["opened"] == size
                if size == max(ROUNDS) and turn == 0 and at == server.port:
                    memory = (resident(server) - before) / size
                times(crowd, call_out, WARMING)
                kept += times(crowd, call_out, CALLS)
                crowd.ask({"do": "close"})
                time.sleep(0.2)
    return found, memory


def resident(server: ServerProcess) -> float:
    """Bytes of memory that the server's process holds."""
    assert server.process
    status = Path(f"/proc/{server.process.pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return float(line.split()[1]) * 1024


def _show(found: dict[int, tuple[list[float], list[float]]], memory: float) -> list[dict[str, str]]:
    table = Table(title="From the teller's request to the last display (ms)", title_justify="left")
    for name in ("displays", "", "median", "min", "max", "P99", "calls"):
        table.add_column(name, justify="left" if not name else "right")
    rows = []
    for size, (ours, bare) in found.items():
        for what, kept in (("Callboard", ours), ("broadcast and commit", bare)):
            figures = (statistics.median(kept), min(kept), max(kept), p99(kept))
            table.add_row(f"{size:,}", what, *(f"{value:.2f}" for value in figures), str(len(kept)))
        medians, p99s = statistics.median(ours) / statistics.median(bare), p99(ours) / p99(bare)
        asked = f"P99 <= {TARGET}" if size == max(found) else ""
        table.add_row("", "ratio", f"{medians:.2f}", "", "", f"{p99s:.2f}", asked, end_section=True)
        rows.append(
            {
                "name": f"call-out to the last of {size:,} displays, against a bare broadcast and a commit",
                "ratio": f"P99 {p99s:.2f}, median {medians:.2f}" + (f" (asked: {asked})" if asked else ""),
                "median": f"{statistics.median(ours):.2f} ms",
                "min": f"{min(ours):.2f} ms",
                "max": f"{max(ours):.2f} ms",
            }
        )
    Console().print(table)
    Console().print(f"Memory per idle display: {memory:,.0f} bytes")
    rows.append(
        {"name": "memory per idle display", "ratio": "", "median": f"{memory:,.0f} bytes", "min": "", "max": ""}
    )
    return rows


def p99(kept: list[float]) -> float:
    return statistics.quantiles(kept, n=100)[98]


if __name__ == "__main__":
    main()
