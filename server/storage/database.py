"""Opens the database: SQLite with nothing installed, PostgreSQL when the branch has grown."""

from typing import Any

import orjson
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError, TimeoutError

Database = Engine
DatabaseError = SQLAlchemyError
DATABASE_AWAY = (OperationalError, InterfaceError, TimeoutError)  # no fault of what was asked: try again

# A server that cannot be reached, and a machine that has gone without a word, are noticed in seconds: the system's
# own patience is hours.
TO_POSTGRESQL = {
    "connect_timeout": 3,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 8000,
}
# A process that stops in the middle of a transaction (a machine that is suspended, a cable pulled out) holds its
# branches only so long, or no other process could go on with them.
LET_GO = "SET SESSION idle_in_transaction_session_timeout = '5s'"


def _dumps(value: Any) -> str:
    return orjson.dumps(value).decode()


def open_database(url: str, *, writing: bool, patience_s: float | None = None) -> Engine:
    """An engine for the one writer thread, or one for reads, which never wait for the writer. On PostgreSQL a
    statement without an answer within `patience_s` fails as a lost connection does; None: it may take its time."""
    options: dict[str, Any] = {"json_serializer": _dumps, "json_deserializer": orjson.loads}
    options["hide_parameters"] = True  # what fails is written to the log, and a password may have been typed as login
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": 10, "check_same_thread": False}, **options)
        _prepare_sqlite(engine, "BEGIN IMMEDIATE" if writing else "BEGIN")
        return engine
    if not writing:
        # A hall is read in several statements: they must all see the same moment, whatever is written meanwhile.
        options["isolation_level"] = "REPEATABLE READ"
    size = 2 if writing else 8
    engine = create_engine(
        url, pool_size=size, max_overflow=8, pool_pre_ping=True, connect_args=TO_POSTGRESQL, **options
    )
    if patience_s is not None:
        from server.storage.dead_lines import give_up_dead_lines  # brings its driver, which takes long to load

        give_up_dead_lines(engine, patience_s)
        _prepare_postgresql(engine)
    return engine


def _prepare_postgresql(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def _configure(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute(LET_GO)
        cursor.close()
        connection.commit()


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
            "secure_delete=ON",  # what is taken away is written over: a name must not stay behind in the file
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:
        connection.exec_driver_sql(begin)
