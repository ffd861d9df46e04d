"""The migrations make the schema that the code expects, can be undone, and may be run by two servers at once."""

import subprocess
import sys
from collections.abc import Iterator

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, inspect

from server.storage.database import open_database
from server.storage.migrate import migrate
from server.storage.tables import metadata
from tests.house.source import ROOT

START = """
import sys
from server.storage.database import open_database
from server.storage.migrate import migrate
engine = open_database(sys.argv[1], writing=True)
engine.connect().close()
print("ready", flush=True)
input()
migrate(engine)
"""


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    engine = open_database(database_url, writing=True)
    yield engine
    engine.dispose()


def differences(engine: Engine) -> list[object]:
    """What a new migration would have to change."""
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "render_as_batch": True})
        return list(compare_metadata(context, metadata))


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names())


def test_the_migrations_make_what_the_code_expects(engine: Engine) -> None:
    assert differences(engine) != []
    migrate(engine)
    assert differences(engine) == []
    assert tables(engine) == {*metadata.tables, "alembic_version"}


def test_the_partial_indexes_are_partial_on_the_database_too(engine: Engine) -> None:
    migrate(engine)
    found = {str(index["name"]): index for index in inspect(engine).get_indexes("tickets")}
    where = f"{engine.dialect.name}_where"
    for name in ("uq_tickets_one_at_a_counter", "ix_tickets_held"):
        assert "state" in str(found[name]["dialect_options"][where])
    assert found["uq_tickets_one_at_a_counter"]["unique"]


def test_they_can_be_undone_and_done_again(engine: Engine) -> None:
    migrate(engine)
    migrate(engine, "base")
    assert tables(engine) == {"alembic_version"}
    migrate(engine)
    assert differences(engine) == []


def test_migrating_again_changes_nothing(engine: Engine) -> None:
    migrate(engine)
    migrate(engine)
    assert differences(engine) == []


def test_servers_that_start_at_once_do_not_get_in_each_others_way(database_url: str) -> None:
    command = [sys.executable, "-c", START, database_url]
    pipe = subprocess.PIPE
    started = [subprocess.Popen(command, cwd=ROOT, text=True, stdin=pipe, stdout=pipe, stderr=pipe) for _ in range(3)]
    for server in started:
        assert server.stdout is not None
        assert server.stdout.readline() == "ready\n"
    for server in started:
        assert server.stdin is not None
        server.stdin.write("go\n")
        server.stdin.flush()
    said = [server.communicate(timeout=60)[1] for server in started]
    assert [server.returncode for server in started] == [0, 0, 0], "\n".join(said)
