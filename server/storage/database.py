"""Opens the database: SQLite with nothing installed, PostgreSQL when the branch has grown."""

from typing import Any

import orjson
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import SQLAlchemyError

Database = Engine
DatabaseError = SQLAlchemyError


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def open_database(url: str, *, writing: bool) -> Engine:
    """An engine for the one writer thread, or one for reads, which never wait for the writer."""
    options: dict[str, Any] = {"json_serializer": _dumps, "json_deserializer": orjson.loads}
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": 10, "check_same_thread": False}, **options)
        _prepare_sqlite(engine, "BEGIN IMMEDIATE" if writing else "BEGIN")
        return engine
    if not writing:
        # A hall is read in several statements: they must all see the same moment, whatever is written meanwhile.
        options["isolation_level"] = "REPEATABLE READ"
    size = 2 if writing else 8
    return create_engine(url, pool_size=size, max_overflow=8, pool_pre_ping=True, **options)


def _prepare_sqlite(engine: Engine, begin: str) -> None:
    @event.listens_for(engine, "connect")
    def _configure(connection: DBAPIConnection, _record: object) -> None:
        # The driver would begin transactions when it thinks fit; here they begin where we say.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # a commit that was answered survives a power cut
            "foreign_keys=ON",
            "busy_timeout=10000",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)
