"""Gives up a line to PostgreSQL on which no answer comes: without this the writer waits there for ever."""

from typing import Any

import psycopg
from psycopg.abc import PQGen
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event


class _Watched(psycopg.Connection[Any]):
    """Every wait for the database ends: with its answer, or in an OperationalError."""

    patience_s: float | None = None

    def wait(self, gen: PQGen[Any], interval: float = 0.1, timeout: float | None = None) -> Any:
        try:
            return super().wait(gen, interval, self.patience_s if timeout is None else timeout)
        except psycopg.OperationalError:
            if self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.close()  # the answer may still come, and must not be taken for that of another question
            raise


def give_up_dead_lines(engine: Engine, patience_s: float) -> None:
    """From now on, for connections of this engine that are yet to be opened. TCP itself notices only a peer that
    does not acknowledge; one that hangs, or a proxy between that has forgotten the line, acknowledges for ever."""

    @event.listens_for(engine, "do_connect")
    def _connect(_dialect: object, _record: object, arguments: Any, named: Any) -> _Watched:
        connection = _Watched.connect(*arguments, **named)
        connection.patience_s = patience_s
        return connection
