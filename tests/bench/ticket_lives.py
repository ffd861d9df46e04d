"""Whole ticket lives over HTTP, every event pushed: beside FastAPI doing nothing, the raw database, and an ORM."""

import time
from collections import defaultdict
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial

from tests.bench.clients import Client, Clients, many_clients
from tests.bench.lives import Site, paired, site
from tests.bench.nothing import doing_nothing
from tests.bench.office import Backends, backends, install_bank
from tests.bench.orm_baseline import orm_baseline
from tests.bench.raw_database import Replay
from tests.bench.report import Row, at_least, ms, share, show, times, under

SQLITE, ONE = "SQLite", "PostgreSQL"
TWO, TWO_TWO = "PostgreSQL, 2 processes", "PostgreSQL, 2 processes, a branch each"
DATABASES = {SQLITE: "sqlite", ONE: "postgresql"}
ROUNDS = {1: (2, 0.4), 16: (2, 0.5), 64: (4, 0.8), 256: (2, 0.5)}  # clients -> how often, and for how long
HALLS = {64: (1, 16, 64), 256: (256,)}  # counters -> clients
FIRST_LOOK_S = 4.0  # the advisors' first, with all there is to load, is the start's affair
PROMISED = 64
SHARES = {SQLITE: 0.45, ONE: 0.5}
RAW_S = 0.2
CAPTURED = {1: 400, 16: 2000, 64: 8000, 256: 5000}  # commands: enough for every round

Measure = Callable[[], float]
Found = dict[str, list[float]]


def main() -> None:
    with backends() as stores, doing_nothing() as noop:
        for counters, counts in HALLS.items():
            _one_hall(stores, noop, counters, counts)


def _one_hall(stores: Backends, noop: int, counters: int, counts: tuple[int, ...]) -> None:
    """So many counters, and at most as many clients. Two processes come last, and only where something is promised
    of them: servers that are up take their share of the machine."""
    with many_clients() as clients, ExitStack() as stack:
        sites = [stack.enter_context(site(stores, clients, name, of, counters)) for name, of in DATABASES.items()]
        time.sleep(FIRST_LOOK_S)
        for count in counts:
            if count == PROMISED:
                sites += [
                    stack.enter_context(site(stores, clients, TWO, "postgresql", counters, 2)),
                    stack.enter_context(site(stores, clients, TWO_TWO, "postgresql", counters, 2, 2)),
                ]
                time.sleep(FIRST_LOOK_S)
            _show(count, _measured(stores, clients, noop, sites, count))
        lost = [one for one in clients.watched() if one["lost"]]
        print(f"Displays that were let go because they did not keep up: {len(lost)} of {len(clients.watched())}\n")


def _measured(stores: Backends, clients: Clients, noop: int, sites: list[Site], count: int) -> Found:
    """What each was in each round, by name: `X` writes a second, `X share` of the no-op, `X P99`, ..."""
    rounds, seconds = ROUNDS[count]
    found: Found = defaultdict(list)
    with ExitStack() as stack:
        beside = _beside(stack, stores, clients, count)
        for nothing, lives in paired(clients, noop, sites, count, rounds, seconds):
            found["no-op"] += nothing
            for name, one in lives.items():
                for key in ("share", "p50_ms", "p99_ms"):
                    found[f"{name} {key}"].append(one[key])
                found[name].append(one["rate"])
                if name not in DATABASES:
                    found[f"{name} to one"].append(one["rate"] / lives[ONE]["rate"])
            for name, measure in beside.items():
                rate = measure()
                found[name].append(rate)
                database = name.split(", ")[1]
                found[f"{database} to {name}"].append(lives[database]["rate"] / rate)
    return found


def _beside(stack: ExitStack, stores: Backends, clients: Clients, count: int) -> dict[str, Measure]:
    """What is measured once a round beside the servers: writes a second."""
    rounds, seconds = ROUNDS[count]
    made: dict[str, Measure] = {}
    for name, database in DATABASES.items():
        replay = stack.enter_context(closing(Replay(stores, database, count, CAPTURED[count], rounds)))
        made[f"raw, {name}"] = partial(replay.rate, RAW_S)
        if count == PROMISED:
            bank = install_bank(stores.new(database), ["main"], count)
            port = stack.enter_context(orm_baseline(bank.office.database_url))
            made[f"ORM, {name}"] = partial(_orm_rate, clients, bank.clients("main", [port], count), seconds)
    for name in [name for name in made if name.startswith("ORM")]:
        made[name]()  # it has its statements to make, and its connections
    return made


def _orm_rate(clients: Clients, tellers: list[Client], seconds: float) -> float:
    return float(clients.lives(tellers, seconds, warm=0.5)["rate"])


def _show(count: int, found: Found) -> None:
    promised = count == PROMISED
    rows = [Row("FastAPI doing nothing, requests/s", found["no-op"])]
    for name in [one for one in (SQLITE, ONE, TWO, TWO_TWO) if one in found]:
        rows.append(Row(f"{name}: writes/s", found[name]))
        rows.append(Row("  lives/s", [rate / 4 for rate in found[name]]))
        of_nothing = "  writes as a share of doing nothing", found[f"{name} share"], share
        rows.append(at_least(*of_nothing, SHARES[name]) if promised and name in SHARES else Row(*of_nothing))
        rows.append(Row("  P50", found[f"{name} p50_ms"], ms))
        p99 = "  P99", found[f"{name} p99_ms"], ms
        rows.append(under(*p99, 50.0) if promised else Row(*p99))
        if name in DATABASES:
            rows += _to_others(name, found, promised)
        else:
            gain = "  against one process", found[f"{name} to one"], times
            rows.append(at_least(*gain, 1.0) if promised else Row(*gain))
    show(f"Ticket lives, {count} clients", rows, *(NOTES if promised else ()))


def _to_others(name: str, found: Found, promised: bool) -> list[Row]:
    rows = [
        Row("  the database alone, same statements, writes/s", found[f"raw, {name}"]),
        Row("  writes as a share of the database alone", found[f"{name} to raw, {name}"], share),
    ]
    if promised:
        rows.append(Row("  an ORM transaction per request, writes/s", found[f"ORM, {name}"]))
        rows.append(at_least("  against the ORM", found[f"{name} to ORM, {name}"], times, 10.0))
    return rows


NOTES = (
    "A life is four commands: issue, call, start, finish; each has a key of its own and waits for its commit. Every",
    "server pushes every event to a display. The database alone writes batches of as many commands as there are",
    "clients, which is the most a writer can gather. The ORM has no asynchronous driver for SQLite here and answers",
    "from Starlette's threads; it quotes no wait, pushes nothing and asks for no token.",
)

if __name__ == "__main__":
    main()
