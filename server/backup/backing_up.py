"""`python -m server backup`: all there is in one file, as of one moment, while the servers go on."""

import argparse
from pathlib import Path

from server.backup.backup_file import write_backup
from server.backup.complaints import Refused, plainly
from server.backup.opening import reading
from server.backup.progress import bar
from server.backup.whole_file import whole_file
from server.storage.copying import snapshot
from server.storage.sqlite_copy import copy_sqlite


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="where to; replaces a file that is there")
    parser.add_argument("--native", action="store_true", help="SQLite only: a plain database file")


def run(asked: argparse.Namespace) -> int:
    return plainly("backup", lambda: (_native if asked.native else _portable)(asked.file))


def _portable(to: Path) -> None:
    with reading() as engine, snapshot(engine) as source, whole_file(to) as part:
        if "branches" not in source.columns:
            raise Refused("there is nothing in this database yet")
        with bar("backup", sum(source.count(name) for name in source.columns)) as told, part.open("wb") as file:
            written = write_backup(source, file, told)
    rows = sum(table.rows for table in written)
    print(f"{to}: {rows} rows of {len(written)} tables, {to.stat().st_size} bytes, schema {source.revision}")


def _native(to: Path) -> None:
    with reading() as engine:
        if engine.dialect.name != "sqlite":
            raise Refused("--native is for SQLite; for PostgreSQL take pg_dump, or leave --native out")
        with whole_file(to) as part, bar("backup", 100) as told:
            done = 0.0

            def pages(so_far: int, of: int) -> None:
                nonlocal done
                told(int(100 * so_far / max(of, 1) - done))
                done = int(100 * so_far / max(of, 1))

            copy_sqlite(engine, part, pages)
    print(f"{to}: a SQLite database of {to.stat().st_size} bytes")
