"""The process of clients as the benchmarks see it: an order goes in, its figures come out."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any

import orjson

from server.app import API
from tests.running import ROOT

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Client:
    """A teller at a counter, and the kiosk in front of it; both talk to the server at the port."""

    port: int
    branch: str
    counter: str
    teller: str
    kiosk: str


class Failed(Exception):
    """Some request was not answered as it must be: a figure that leaves it out would be a lie."""


class Clients:
    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    @property
    def pid(self) -> int:
        return self._process.pid

    def noop(self, port: int, clients: int, seconds: float, warm: float = 0.2) -> Json:
        return self._ask({"kind": "noop", "port": port, "clients": clients, "seconds": seconds, "warm": warm})

    def lives(self, clients: list[Client], seconds: float, warm: float = 0.2, api: str = API) -> Json:
        order = {"kind": "lives", "api": api, "seconds": seconds, "warm": warm}
        return self._ask({**order, "clients": [asdict(one) for one in clients]})

    def open(self, clients: list[Client], api: str = API) -> Json:
        return self._ask({"kind": "open", "api": api, "clients": [asdict(one) for one in clients]})

    def take(self, clients: list[Client], count: int, api: str = API) -> Json:
        return self._ask({"kind": "take", "api": api, "count": count, "clients": [asdict(one) for one in clients]})

    def call(self, clients: list[Client], api: str = API) -> Json:
        """Everyone calls until nobody waits; `calls` has each answer's place in the log and its number."""
        return self._ask({"kind": "call", "api": api, "clients": [asdict(one) for one in clients]})

    def bank(self, arrivals: list[float], branches: list[Json], api: str = API) -> Json:
        """A customer at each of these seconds, each served to the end: see bank_floor. Errors are counted."""
        order = {"kind": "bank", "api": api, "arrivals": arrivals, "branches": branches}
        return self._ask(order, strict=False)

    def watch(self, displays: list[Json]) -> None:
        """Displays that stay: each `{"port", "branch", "token"}`."""
        self._ask({"kind": "watch", "api": API, "displays": displays})

    def watched(self) -> list[Json]:
        return list(self._ask({"kind": "watched"})["displays"])

    def _ask(self, order: Json, *, strict: bool = True) -> Json:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(orjson.dumps(order) + b"\n")
        self._process.stdin.flush()
        found: Json = orjson.loads(self._process.stdout.readline() or b'{"errors": {"the clients are gone": 1}}')
        if strict and found.get("errors"):
            raise Failed(found["errors"])
        return found


@contextmanager
def many_clients() -> Iterator[Clients]:
    command = [sys.executable, "-m", "tests.bench.load"]
    process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        yield Clients(process)
    finally:
        process.terminate()
        process.wait(10)
