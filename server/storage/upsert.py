"""Insert, or change what is there: alike for both databases, and of each dialect only what is in use is loaded."""

from typing import Any

from sqlalchemy import Connection, Engine, Table


def insert_into(database: Connection | Engine, table: Table) -> Any:
    """SQLAlchemy's `Insert` of this database's dialect, which has `on_conflict_do_update` and `..._nothing`."""
    if database.dialect.name == "sqlite":
        from sqlalchemy.dialects import sqlite

        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql

    return postgresql.insert(table)
