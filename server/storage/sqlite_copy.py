"""A copy of a SQLite database as a plain file, taken while servers write to the original."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

PAGES = 2000  # 8 MB a step


def copy_sqlite(reader: Engine, to: Path, told: Callable[[int, int], None] = lambda done, pages: None) -> None:
    """As of the moment when it begins. `told` hears (pages done, pages in all). ValueError on another database."""
    if reader.dialect.name != "sqlite":
        raise ValueError("a plain copy is for SQLite; PostgreSQL has pg_dump")
    with reader.begin() as connection:
        # Inside a transaction that reads: a copy would otherwise begin anew with every commit of another process,
        # and under load never end.
        connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
        source = connection.connection.driver_connection
        assert isinstance(source, sqlite3.Connection)
        target = sqlite3.connect(to)
        try:
            source.backup(target, pages=PAGES, progress=lambda _, left, pages: told(pages - left, pages))
        finally:
            target.close()


def damage(file: Path) -> str | None:
    """What SQLite finds wrong with a file, in one line; None if nothing is."""
    connection = sqlite3.connect(f"file:{file}?mode=ro&immutable=1", uri=True)
    try:
        found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        return None if found == "ok" else " ".join(str(found).split())
    except sqlite3.DatabaseError as error:
        return str(error)
    finally:
        connection.close()
