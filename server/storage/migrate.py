"""Brings a database to the schema that this version expects, or to another one, while other servers use it."""

import logging
import random
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError

from server.storage.tables import metadata

log = logging.getLogger(__name__)

LOCK = 0x63616C6C  # any number that is nobody else's
BASE = "base"  # before the first migration
HAS_ARCHIVE = "0003"  # from here on days that are over may lie elsewhere than in the log
# So long, at most, everyone who wants to write waits behind a change that itself waits for somebody's long read.
LOCK_TIMEOUT_MS = 300
PATIENCE_S = 120.0
TRY_AGAIN_S = (0.3, 1.0)
_REVISION = re.compile(r"(\d{4})_\w+\.py")


class SchemaError(Exception):
    """This version cannot serve or change the database as it is; the message says why, and the way out."""


def revisions() -> list[str]:
    """The revisions that this version knows, oldest first."""
    names = (_REVISION.fullmatch(file.name) for file in (files("migrations") / "versions").iterdir())
    return sorted(name[1] for name in names if name)


def revision_of(connection: Connection) -> str:
    """Where the database is: `base` if nothing is in it."""
    if not inspect(connection).has_table("alembic_version"):
        return BASE
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none() or BASE


def migrate(engine: Engine, to: str | None = None) -> str:
    """Up or down to the revision `to`; without it, up to this version's own. Gives where the database then is: a
    later revision where a newer version has been at work, if this one can live with it. SchemaError if not."""
    known = [BASE, *revisions()]
    with engine.begin() as connection:
        there = revision_of(connection)
        if there not in known:
            _live_with(connection, there, to)
            return there
    target = known[-1] if to in (None, "head") else to
    if target not in known:
        raise SchemaError(f"There is no revision {target}; this version knows {', '.join(known)}.")
    if there != target:
        if known.index(target) < known.index(HAS_ARCHIVE) <= known.index(there):
            from server.storage.bring_back import bring_back

            bring_back(engine)
        _insist(engine, target)
    return target


def check(engine: Engine) -> None:
    """SchemaError unless a server of this version may serve the database as it is."""
    with engine.begin() as connection:
        there, own = revision_of(connection), revisions()[-1]
        if there in (BASE, *revisions()[:-1]):
            raise SchemaError(
                f"The database is at {there}, and this version needs {own}: run `python -m server migrate` first."
            )
        if there != own:
            _live_with(connection, there, None)


def _live_with(connection: Connection, there: str, to: str | None) -> None:
    """A newer version has changed the schema. By the rule of expansion this one can serve it all the same."""
    own = revisions()[-1]
    if to not in (None, "head", there):
        raise SchemaError(
            f"The database is at {there}, which this version (up to {own}) does not know: "
            "only the version that knows it can take it elsewhere."
        )
    wrong = [] if there > own else ["its revision is none that could follow"]
    wrong += misfits(connection)
    if wrong:
        raise SchemaError(
            f"The database is at {there}, and this version (up to {own}) cannot serve it: {'; '.join(wrong)}. "
            "Start the version that made it, or let that one take it back: "
            f"`python -m server migrate --to {own}`."
        )
    log.warning("the database is at %s, newer than this version's %s; serving it all the same", there, own)


def misfits(connection: Connection) -> list[str]:
    """What keeps this version's statements from running: what it misses, and what it would leave empty."""
    found, wrong = inspect(connection), []
    names = set(found.get_table_names())
    for table in metadata.sorted_tables:
        if table.name not in names:
            wrong.append(f"it has no table {table.name}")
            continue
        columns = {column["name"]: column for column in found.get_columns(table.name)}
        wrong += [f"{table.name} has no {name}" for name in table.c.keys() if name not in columns]  # noqa: SIM118
        wrong += [
            f"{table.name} demands {name}"
            for name, column in columns.items()
            if name not in table.c and not column["nullable"] and column["default"] is None
        ]
    return wrong


def _insist(engine: Engine, target: str) -> None:
    """Tries until nobody is in the way. Each try ends soon, so that those behind it can go on writing."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            with _alone(engine, deadline) as connection:
                _run(connection, target)
            return
        except OperationalError as error:
            if not _in_the_way(error):
                raise
            if time.monotonic() > deadline:
                raise SchemaError(
                    "The schema could not be changed: somebody reads or writes without end (a backup, a long query). "
                    f"Nothing is half-done; run it again later. ({error.orig})"
                ) from error
            log.warning("somebody is in the way of the new schema; trying again: %s", error.orig)
            time.sleep(random.uniform(*TRY_AGAIN_S))


def _in_the_way(error: OperationalError) -> bool:
    """A lock that was not to be had, or two who waited for each other."""
    busy = getattr(error.orig, "sqlite_errorname", "") or ""
    return getattr(error.orig, "sqlstate", None) in ("55P03", "40P01") or busy.startswith("SQLITE_BUSY")


@contextmanager
def _alone(engine: Engine, deadline: float) -> Iterator[Connection]:
    """A connection for the one who changes the schema. SQLite needs no more than its own lock."""
    with engine.connect() as connection:
        if engine.dialect.name != "postgresql":
            yield connection
            return
        try:
            _take_turn(connection, deadline)
            connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT_MS}ms'"))
            connection.commit()
            yield connection
        finally:
            if not connection.invalidated:
                connection.rollback()
                connection.execute(text("SELECT pg_advisory_unlock_all()"))
                connection.execute(text("RESET lock_timeout"))
                connection.commit()


def _take_turn(connection: Connection, deadline: float) -> None:
    """Servers that start at once go one after the other. It asks again and again: one that waited inside a statement
    would hold up an index that is made concurrently, and that waits for everyone."""
    while True:
        has = connection.execute(text("SELECT pg_try_advisory_lock(:lock)"), {"lock": LOCK}).scalar_one()
        connection.commit()
        if has:
            return
        if time.monotonic() > deadline:
            raise SchemaError("Another server has been changing the schema for minutes; look what it waits for.")
        time.sleep(0.05)


def _run(connection: Connection, target: str) -> None:
    """Up or down, from where the database is once it is our turn."""
    from alembic import command  # slow to load, and a server whose schema is there needs none of it
    from alembic.config import Config

    there = revision_of(connection)
    connection.rollback()
    config = Config()
    config.set_main_option("script_location", str(files("migrations")))
    config.attributes["connection"] = connection
    if target == BASE or (there != BASE and target < there):
        command.downgrade(config, target)
    elif there != target:
        command.upgrade(config, target)
    connection.commit()
