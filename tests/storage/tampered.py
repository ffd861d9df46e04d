"""Changes a row behind the server's back, in a transaction that is undone, and asks what is found."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import JSON, Column, Connection, Engine, Table, delete, func, insert, select, text, update

from server.storage.tables import UtcDateTime, metadata
from server.storage.told_tables import CHOICES
from server.storage.verifying.findings import Finding
from server.storage.verifying.whole import verify
from tests.running import TEN

Json = dict[str, Any]

CHECKED = [metadata.tables[name] for name in CHOICES]
FAR = 1_000_000


@contextmanager
def undone(engine: Engine) -> Iterator[Connection]:
    """A transaction in which rows may point to what is not there, and of which nothing stays."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
        try:
            yield connection
        finally:
            connection.rollback()
            if engine.dialect.name == "postgresql":
                connection.execute(text("RESET session_replication_role"))
                connection.commit()


def any_row(connection: Connection, table: Table, seed: str) -> Json:
    number = connection.execute(select(func.count()).select_from(table)).scalar_one()
    assert number, f"nothing is in {table.name}: nothing would be proved"
    place = random.Random(seed).randrange(number)
    found = select(table).order_by(*table.primary_key.columns).offset(place).limit(1)
    return dict(connection.execute(found).one()._mapping)


def otherwise(column: Column[Any], value: Any) -> Any:
    """A value of the same kind that is another."""
    if isinstance(column.type, JSON):
        return {**value, "x": 1} if isinstance(value, dict) else {"x": 1}
    kind = datetime if isinstance(column.type, UtcDateTime) else column.type.python_type
    others: dict[type, Callable[[], Any]] = {
        int: lambda: (value or 0) + FAR,
        float: lambda: (value or 0.0) + 0.5,
        datetime: lambda: (value or TEN) + timedelta(seconds=1),
        date: lambda: value + timedelta(days=400),
        bytes: lambda: value[:-1] + bytes([value[-1] ^ 1]),
        str: lambda: ("y" if (value or "").startswith("x") else "x") + (value or "")[1:],
    }
    return others[kind]()


def mine(table: Table, row: Json) -> list[Any]:
    return [column == row[column.name] for column in table.primary_key.columns]


def altered(engine: Engine, columns: Sequence[Column[Any]]) -> tuple[list[Json], list[Finding]]:
    """(the rows that they were, what is found); the columns are of one table each."""
    rows = []
    with undone(engine) as connection:
        for column in columns:
            table = metadata.tables[column.table.name]
            row = any_row(connection, table, str(column))
            value = otherwise(column, row[column.name])
            changed = connection.execute(update(table).where(*mine(table, row)).values({column.name: value}))
            assert changed.rowcount == 1
            rows.append(row)
        return rows, verify(connection).findings


def without(engine: Engine, table: Table) -> tuple[Json, list[Finding]]:
    with undone(engine) as connection:
        row = any_row(connection, table, table.name)
        assert connection.execute(delete(table).where(*mine(table, row))).rowcount == 1
        return row, verify(connection).findings


def with_one_more(engine: Engine, table: Table) -> tuple[Json, list[Finding]]:
    """A copy of a row, with whatever must not be there twice made another."""
    once = {column.name for column in table.primary_key.columns if column.name != "branch_id"}
    once |= {
        "tickets": {"serial"},
        "counters": {"number"},
        "tokens": {"hash"},
        "staff": {"login", "badge"},
        "sessions": {"hash"},
        "pairings": {"secret"},
    }.get(table.name, set())
    with undone(engine) as connection:
        row = any_row(connection, table, table.name)
        row |= {name: otherwise(table.c[name], row[name]) for name in once}
        connection.execute(insert(table).values(row))
        return row, verify(connection).findings
