"""Whole ticket lives over HTTP beside FastAPI doing nothing: `python -m tests.bench.lives --clients 64`."""

import argparse
import statistics
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from tests.bench.clients import Client, Clients, Json, many_clients
from tests.bench.nothing import doing_nothing
from tests.bench.office import Backends, Bank, backends, install_bank
from tests.running import ServerProcess, server_process

BRANCHES = ["main", "north"]


@dataclass(frozen=True, slots=True)
class Site:
    """Servers over one database, and the tellers who work there."""

    name: str
    bank: Bank
    servers: list[ServerProcess]
    branches: list[str]
    pinned: bool = False  # each branch to a server of its own, as the proxy does; else by turns

    @property
    def ports(self) -> list[int]:
        return [server.port for server in self.servers]

    def clients(self, count: int) -> list[Client]:
        """Each branch has its share of them."""
        shares = [count // len(self.branches) + (at < count % len(self.branches)) for at in range(len(self.branches))]
        return [
            client
            for at, (branch, share) in enumerate(zip(self.branches, shares, strict=True))
            for client in self.bank.clients(branch, self._servers_of(at), share)
        ]

    def _servers_of(self, at: int) -> list[int]:
        first = at % len(self.ports)
        return [self.ports[first]] if self.pinned else self.ports[first:] + self.ports[:first]


@contextmanager
def site(
    stores: Backends, clients: Clients, name: str, database: str, counters: int, processes: int = 1, branches: int = 1
) -> Iterator[Site]:
    """Every counter is open, one for each client; every server has a display to push to for each branch. Where there
    are as many branches as servers, each branch is sent to one."""
    names = BRANCHES[:branches]
    bank = install_bank(stores.new(database), names, counters // branches)
    bus_url = stores.bus_url if processes > 1 else ""
    with ExitStack() as stack:
        servers = [stack.enter_context(server_process(bank.office, stores.folder, bus_url)) for _ in range(processes)]
        found = Site(name, bank, servers, names, pinned=branches == processes)
        clients.open(found.clients(counters))
        clients.watch([bank.display(branch, port) for port in found.ports for branch in names])
        yield found


def paired(
    clients: Clients, noop: int, sites: list[Site], count: int, rounds: int, seconds: float
) -> Iterator[tuple[list[float], dict[str, Json]]]:
    """Round by round: what the no-op did a second, and each site's figures.

    No-op, then a site, then no-op again, and so on: whatever else the machine does falls on all alike. `share` is a
    site's writes as a share of what the no-op did before and after it.
    """
    nothing = [clients.noop(noop, count, seconds / 2)["rate"]]
    for _ in range(rounds):
        found: dict[str, Json] = {}
        for one in sites:
            lives = clients.lives(one.clients(count), seconds)
            nothing.append(clients.noop(noop, count, seconds / 2)["rate"])
            found[one.name] = lives | {"share": 2 * lives["rate"] / (nothing[-2] + nothing[-1])}
        yield nothing, found
        nothing = nothing[-1:]


def line(name: str, found: list[Json], nothing: list[float]) -> str:
    rates, share = [one["rate"] for one in found], [one["share"] for one in found]
    none = statistics.median(nothing)
    p50, p99, most = (statistics.median(one[key] for one in found) for key in ("p50_ms", "p99_ms", "max_ms"))
    return (
        f"{name:24} {statistics.median(rates) / 4:6.0f} lives/s {statistics.median(rates):7.0f} writes/s"
        f" {none:7.0f} no-op/s  share {statistics.median(share):.0%} ({min(share):.0%}-{max(share):.0%})"
        f"  P50 {p50:.1f} P99 {p99:.1f} max {most:.1f} ms"
    )


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.lives")
    parser.add_argument("--database", default="sqlite", choices=("sqlite", "postgresql", "both"))
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=5.0, help="of lives in all, in rounds of a second")
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--branches", type=int, default=1, choices=(1, 2))
    return parser.parse_args()


def main(asked: argparse.Namespace) -> None:
    chosen = ("sqlite", "postgresql") if asked.database == "both" else (asked.database,)
    with backends() as stores, many_clients() as clients, doing_nothing() as noop, ExitStack() as stack:
        sites = [
            stack.enter_context(site(stores, clients, name, name, asked.clients, asked.processes, asked.branches))
            for name in chosen
        ]
        rounds = max(1, round(asked.seconds))
        measured = list(paired(clients, noop, sites, asked.clients, rounds, asked.seconds / rounds))
        nothing = [rate for rates, _ in measured for rate in rates]
        for one in sites:
            print(line(one.name, [found[one.name] for _, found in measured], nothing))
        print("displays:", clients.watched())


if __name__ == "__main__":
    main(arguments())
