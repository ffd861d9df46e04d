"""`make bench-growth`: a million tickets on SQLite, ten million on PostgreSQL, before and after they are put away."""

import argparse
import shutil
import statistics
import sys
import time

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import Engine, text

from server.storage.archive import KEEP_DAYS, archive_old_days
from server.storage.database import open_database
from tests.bench.history_size import Hall, compare, grown, rows
from tests.bench.office import Backends, backends
from tests.bench.report import Row, show
from tests.running import TEN

SIZES = {"sqlite": 1_000_000, "postgresql": 10_000_000}
BRANCHES = {"sqlite": 1, "postgresql": 10}
FEW = 1_000
BYTES_A_TICKET = 4500  # on disk, with its three events, their indexes, and room to make these in
ARCHIVE_S = 600.0


def main(asked: list[str]) -> int:
    options = _options(asked)
    wanted = {"sqlite": options.sqlite, "postgresql": options.postgresql}
    with backends() as stores:
        need, free = max(wanted.values()) * BYTES_A_TICKET, shutil.disk_usage(stores.folder).free
        if need > free:
            print(f"This needs {need / 1e9:.0f} GB on the disk, and {free / 1e9:.0f} are free.", file=sys.stderr)
            return 2
    for database, number in wanted.items():
        if number:
            with backends() as stores:  # one after the other: the disk need hold one only
                _grow(stores, database, number, options.rounds, options.archive)
    return 0


def _options(asked: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench-growth", description=__doc__)
    for database, number in SIZES.items():
        parser.add_argument(f"--{database}", type=int, default=number, help="tickets; 0: not this database")
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--archive", type=float, default=ARCHIVE_S, help="seconds that putting days away may take")
    return parser.parse_args(asked)


def _grow(stores: Backends, database: str, number: int, times: int, archive_s: float) -> None:
    branches = BRANCHES[database]
    few, many = f"{FEW:,} tickets", f"{number:,} tickets"
    began = time.monotonic()
    halls = {
        few: grown(stores, database, FEW, branches, FEW // branches),
        many: grown(stores, database, number, branches),
    }
    loaded = time.monotonic() - began
    engine = open_database(halls[many].url, writing=True)
    sizes = [Row("on disk, all in the log", [_size(engine)], "{:,.0f} MB".format)]
    sizes.append(Row("written in", [loaded], "{:,.0f} s".format))
    compare(halls, times)
    show(f"{database}: {many} in the log", [*rows(halls, few), *sizes])
    for hall in halls.values():
        hall.found = {what: [] for what in hall.found}
    sizes = _put_away(engine, halls[many], archive_s)
    compare(halls, times)
    show(f"{database}: {many}, old days put away", [*rows(halls, few), *sizes])
    for hall in halls.values():
        hall.close()
    engine.dispose()


def _put_away(engine: Engine, hall: Hall, seconds: float) -> list[Row]:
    """As the caretaker does it, a day at a time, but without its pauses; as far as it comes in the time."""
    began, done, took = time.monotonic(), 0, []
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("putting days away", total=seconds)
        left = list(hall.names)
        while left and time.monotonic() - began < seconds:
            for name in list(left):
                day_began = time.perf_counter()
                if not archive_old_days(engine, name, TEN, KEEP_DAYS):
                    left.remove(name)
                    continue
                took.append((time.perf_counter() - day_began) * 1e3)
                done += 1
            progress.update(task, completed=time.monotonic() - began)
    tail = f"{done:,} days put away" + ("" if not left else f" in {seconds:.0f} s, not all")
    _tidy(engine)
    with engine.begin() as connection:
        packed = connection.execute(text("SELECT sum(length(body)), count(*) FROM archived_days")).one()
    return [
        Row("on disk, tidied", [_size(engine)], "{:,.0f} MB".format),
        Row("of it archived days", [(packed[0] or 0) / 1e6], "{:,.0f} MB".format),
        Row(f"{tail}; one day", took or [0.0], "{:,.0f} ms".format),
        Row(
            "longest of a hundred days",
            [statistics.quantiles(took, n=100)[-1] if len(took) > 1 else 0.0],
            "{:,.0f} ms".format,
        ),
    ]


def _tidy(engine: Engine) -> None:
    """PostgreSQL's own housekeeping, now and not in a while; SQLite uses freed pages again by itself."""
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE events, tickets"))


def _size(engine: Engine) -> float:
    """Megabytes in use: pages that were freed and wait for new rows are not counted on SQLite."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            return float(connection.execute(text("SELECT pg_database_size(current_database())")).scalar_one()) / 1e6
        pages, free, size = (
            int(connection.exec_driver_sql(f"PRAGMA {what}").scalar_one())
            for what in ("page_count", "freelist_count", "page_size")
        )
        return (pages - free) * size / 1e6


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
