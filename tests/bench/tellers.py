"""64 tellers on one queue: how many calls a second, and whether anyone is called twice or before their turn."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

import psycopg

from tests.bench.clients import Clients, Failed, many_clients
from tests.bench.lives import site
from tests.bench.office import Backends, backends
from tests.bench.report import Row, none_of, show

TELLERS, CUSTOMERS, ROUNDS = 64, 800, 3
SKIP_LOCKED = """
    UPDATE queue SET teller = %s WHERE serial = (
        SELECT serial FROM queue WHERE teller IS NULL ORDER BY serial LIMIT 1 FOR UPDATE SKIP LOCKED
    ) RETURNING serial
"""


def out_of_order(serials: Sequence[int]) -> float:
    """The share of those who were called after somebody who came later than they."""
    late, newest = 0, 0
    for serial in serials:
        late += serial < newest
        newest = max(newest, serial)
    return late / len(serials)


def doubled(serials: Sequence[int]) -> int:
    return sum(count - 1 for count in Counter(serials).values())


def main() -> None:
    with backends() as stores, many_clients() as clients, ExitStack() as stack:
        sites = {
            "SQLite": stack.enter_context(site(stores, clients, "sqlite", "sqlite", TELLERS)),
            "PostgreSQL": stack.enter_context(site(stores, clients, "postgresql", "postgresql", TELLERS)),
            "PostgreSQL, 2 processes": stack.enter_context(site(stores, clients, "two", "postgresql", TELLERS, 2)),
        }
        found: dict[str, list[tuple[float, list[int]]]] = {name: [] for name in [*sites, "SKIP LOCKED, bare"]}
        for _ in range(ROUNDS):
            for name, one in sites.items():
                found[name].append(_over_http(clients, one.clients(TELLERS)))
            found["SKIP LOCKED, bare"].append(asyncio.run(_skip_locked(stores)))
    rows = []
    for name, rounds in found.items():
        ours = "SKIP" not in name
        late = [out_of_order(serials) for _, serials in rounds]
        twice = [float(doubled(serials)) for _, serials in rounds]
        rows.append(Row(f"{name}: calls/s", [rate for rate, _ in rounds]))
        row = none_of if ours else Row
        rows.append(row("  out of order", late, "{:.1%}".format))
        rows.append(row("  doubled", twice, "{:.0f}".format))
    show(f"{TELLERS} tellers on one queue, {CUSTOMERS:,} customers", rows, *NOTES)


NOTES = (
    "Callboard over HTTP, in the order of its log. SKIP LOCKED is one statement on a bare connection for each",
    "teller, without HTTP, log, keys or rules, in the order in which the answers reached the tellers.",
)


def _over_http(clients: Clients, tellers: list[Any]) -> tuple[float, list[int]]:
    clients.take(tellers[:16], CUSTOMERS)
    found = clients.call(tellers)
    calls = sorted(found["calls"], key=lambda call: int(call["seq"]))
    if len(calls) < CUSTOMERS:
        raise Failed({"customers nobody called": CUSTOMERS - len(calls)})
    return found["rate"], [int(call["serial"]) for call in calls]


async def _skip_locked(stores: Backends) -> tuple[float, list[int]]:
    url = str(stores.postgres.get_uri())
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await connection.execute("DROP TABLE IF EXISTS queue")
        await connection.execute("CREATE TABLE queue (serial integer PRIMARY KEY, teller integer)")
        await connection.execute("INSERT INTO queue SELECT generate_series(1, %s)", (CUSTOMERS,))
    lines = [await psycopg.AsyncConnection.connect(url, autocommit=True) for _ in range(TELLERS)]
    serials: list[int] = []

    async def call(number: int, line: psycopg.AsyncConnection[Any]) -> None:
        while (row := await (await line.execute(SKIP_LOCKED, (number,))).fetchone()) is not None:
            serials.append(int(row[0]))

    began = time.perf_counter()
    await asyncio.gather(*(call(number, line) for number, line in enumerate(lines)))
    took = time.perf_counter() - began
    for line in lines:
        await line.close()
    return len(serials) / took, serials


if __name__ == "__main__":
    main()
