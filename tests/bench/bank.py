"""A bank of a thousand branches on two processes: what it takes of the machine, and what one would need for yours."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import redis
from sqlalchemy import select

from server.demo.day import PEAK_PER_MIN, rate_per_min
from server.replay.arrivals import read_arrivals
from server.storage.database import open_database
from server.storage.tables import branches
from tests.bench.clients import Clients, many_clients
from tests.bench.machine import cpu_s, memory_mb
from tests.bench.office import Backends, Bank, backends, install_bank
from tests.bench.report import Row, listed, megabytes, ms, none_of, share, show
from tests.running import ROOT, ServerProcess, server_process

BRANCHES, COUNTERS, DISPLAYS = 1000, 3, 100
PEAK_PER_HOUR = 42.0  # the study's 0.70 customers a minute
LOAD, LOAD_S, PEAK_S = 0.1, 45.0, 10.0
SETTLE_S, REST_S = 5.0, 4.0
COMMANDS = 4  # a customer
CALLS = ROOT.parent / "shared" / "data" / "bank_calls_2003_5min.csv"
DAY = date(2003, 3, 10)
OURS = ("servers", "PostgreSQL", "Valkey")


@dataclass(frozen=True, slots=True)
class Kinds:
    """The processes by what they are for."""

    servers: list[int]
    postgres: int
    valkey: int
    clients: int

    def used(self) -> dict[str, float]:
        """Seconds of CPU so far."""
        return {
            "servers": sum(map(cpu_s, self.servers)),
            "PostgreSQL": cpu_s(self.postgres, children=True),
            "Valkey": cpu_s(self.valkey),
            "clients and displays": cpu_s(self.clients),
        }


@dataclass(frozen=True, slots=True)
class Phase:
    name: str
    cores: dict[str, float]  # that each kind of process kept busy
    figures: dict[str, Any]

    @property
    def ours(self) -> float:
        return sum(self.cores[kind] for kind in OURS)


def arrivals(customers: float, seconds: float, seed: int) -> list[float]:
    """A real day at a bank, from the first call to the last, in so many seconds and thinned to so many customers."""
    known = CALLS.exists()
    whole = read_arrivals(CALLS, thin=1.0, seed=seed, day=DAY) if known else _study_day(Random(seed), 50_000)
    thin, rng = customers / len(whole), Random(seed)
    first, last = whole[0], whole[-1]
    return [(at - first) / (last - first) * seconds for at in whole if rng.random() < thin]


def _study_day(rng: Random, count: int) -> list[float]:
    """The study's own day, where the bank's counts are not at hand."""
    found: list[float] = []
    while len(found) < count:
        hour = rng.uniform(8.5, 17.0)
        if rng.random() * PEAK_PER_MIN < rate_per_min(hour):
            found.append(hour * 3600)
    return sorted(found)


def main() -> None:
    names = [f"b{number:04}" for number in range(1, BRANCHES + 1)]
    with backends() as stores, many_clients() as clients, ExitStack() as stack:
        began = time.perf_counter()
        bank = install_bank(stores.new("postgresql"), names, COUNTERS)
        installed = time.perf_counter() - began
        servers = [stack.enter_context(server_process(bank.office, stores.folder, stores.bus_url)) for _ in range(2)]
        kinds = _kinds(stores, servers, clients)
        before = _held(kinds)
        ports = [server.port for server in servers]
        sample = names[:: BRANCHES // DISPLAYS]
        clients.watch([bank.display(name, ports[at % 2]) for at, name in enumerate(sample)])
        known = [_known(bank, name, ports) for name in names]
        _open(clients, bank, ports)
        time.sleep(SETTLE_S)
        phases = list(_phases(kinds, clients, known))
        after = _held(kinds)
        behind = _behind(bank, clients)
    _show(installed, phases, behind, len(sample), before, after)


def _open(clients: Clients, bank: Bank, ports: list[int]) -> None:
    everyone = [client for name in bank.kiosks for client in bank.clients(name, ports, COUNTERS)]
    for at in range(0, len(everyone), 300):
        clients.open(everyone[at : at + 300])


def _phases(kinds: Kinds, clients: Clients, known: list[dict[str, Any]]) -> Iterator[Phase]:
    with _measured(kinds) as rest:
        time.sleep(REST_S)
    yield Phase("open, nobody comes", rest, {})
    customers = BRANCHES * PEAK_PER_HOUR / 3600
    for name, load, seconds in ((f"{LOAD:.0%} of the peak", LOAD, LOAD_S), ("the peak", 1.0, PEAK_S)):
        with _measured(kinds) as busy:
            figures = clients.bank(arrivals(customers * load * seconds, seconds, 7), known)
        yield Phase(name, busy, figures)


@contextmanager
def _measured(kinds: Kinds) -> Iterator[dict[str, float]]:
    """Filled at the end: how many cores each kind of process kept busy."""
    found: dict[str, float] = {}
    before, began = kinds.used(), time.perf_counter()
    yield found
    took = time.perf_counter() - began
    found.update({kind: (used - before[kind]) / took for kind, used in kinds.used().items()})


def _kinds(stores: Backends, servers: list[ServerProcess], clients: Clients) -> Kinds:
    pids = [server.process.pid for server in servers if server.process is not None]
    with redis.Redis.from_url(stores.bus_url) as line:
        valkey = int(line.info()["process_id"])
    postmaster = int((Path(stores.postgres.pgdata) / "postmaster.pid").read_text().split()[0])
    return Kinds(pids, postmaster, valkey, clients.pid)


def _held(kinds: Kinds) -> float:
    """Megabytes of both servers."""
    return sum(memory_mb(pid)["rss"] for pid in kinds.servers)


def _known(bank: Bank, name: str, ports: list[int]) -> dict[str, Any]:
    tellers = [(f"{name}.{at}", token) for at, token in enumerate(bank.tellers[name], start=1)]
    return {"branch": name, "kiosk": bank.kiosks[name], "ports": ports, "tellers": tellers}


def _behind(bank: Bank, clients: Clients) -> int:
    """How many displays do not show the newest event of their branch within two seconds."""
    engine = open_database(bank.office.database_url, writing=False)
    time.sleep(2)
    with engine.connect() as connection:
        newest = {row.id: row.last_seq for row in connection.execute(select(branches.c.id, branches.c.last_seq))}
    engine.dispose()
    return sum(1 for one in clients.watched() if one["lost"] or one["seq"] < newest[one["branch"]])


def _show(installed: float, phases: list[Phase], behind: int, displays: int, before: float, after: float) -> None:
    rest, load, peak = phases
    rows = [Row(f"installing {BRANCHES:,} branches, seconds", [installed], "{:.1f}".format)]
    for phase in (load, peak):
        rows.append(Row(f"{phase.name}: commands", [sum(phase.figures["done"].values())]))
        rows.append(Row("  commands/s", [phase.figures["rate"]], "{:.1f}".format))
        rows.append(none_of("  errors", [sum(phase.figures["errors"].values())]))
        rows.append(Row("  P50", [phase.figures["p50_ms"]], ms))
        rows.append(Row("  P99", [phase.figures["p99_ms"]], ms))
    rows.append(none_of(f"displays behind the log at the end, of {displays}", [behind]))
    cores = os.cpu_count() or 1
    for phase in phases:
        rows.append(Row(f"{phase.name}: share of the machine", [sum(phase.cores.values()) / cores], share))
        rows += [Row(f"  {kind}", [busy / cores], "{:.1%}".format) for kind, busy in phase.cores.items()]
    show(f"A bank of {BRANCHES:,} branches on two processes", rows, *NOTES)
    for phase in (load, peak):
        for error, count in phase.figures["errors"].items():
            print(f"{phase.name}: {count} times {error}")
    _size(rest, peak, before / 2, (after - before) / BRANCHES)


def _size(rest: Phase, peak: Phase, empty_mb: float, each_mb: float) -> None:
    """The cores are those that servers, PostgreSQL and Valkey keep busy together."""
    resting = rest.ours / BRANCHES
    command = max(peak.ours - rest.ours, 0.0) / peak.figures["rate"]
    at_peak = resting + command * PEAK_PER_HOUR * COMMANDS / 3600
    rows = [
        Row("CPU of a branch that is open and empty, ms each second", [resting * 1e3], "{:.2f}".format),
        Row("CPU of a command, ms", [command * 1e3], "{:.2f}".format),
        Row("branches that keep one core busy, all at their peak", [1 / at_peak]),
        Row("memory of a process before its first branch", [empty_mb], megabytes),
        Row("memory of a branch, in both processes together", [each_mb], "{:.2f} MB".format),
    ]
    show("What a branch takes, from these figures", rows)
    sizes = [
        (f"{count:,}", f"{count * at_peak:.2f}", f"{2 * empty_mb + count * each_mb:,.0f} MB")
        for count in (1, 10, 100, 1000, 5000)
    ]
    listed("Sizing", ("branches", "cores kept busy at the peak", "memory of two processes"), sizes)


NOTES = (
    f"Every branch has {COUNTERS} tellers. The {LOAD_S:.0f} seconds go through a real bank's day from its first",
    "customer to its last, so that the rate swings about its mean, which is the named share of",
    f"{PEAK_PER_HOUR:.0f} customers an hour and branch. A service takes five seconds, not ten minutes, so that whole",
    "lives fit. Requests go to either process by chance.",
)

if __name__ == "__main__":
    main()
