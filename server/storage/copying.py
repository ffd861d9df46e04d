"""Reads every table as of one moment, and fills a database with them in one piece, whatever kind either is."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from typing import Any, Protocol

from sqlalchemy import (
    Connection,
    DateTime,
    Engine,
    LargeBinary,
    MetaData,
    Table,
    delete,
    event,
    func,
    insert,
    select,
    text,
)

from server.domain.trail import INSTALLATION, Entry, Who
from server.storage.loading import new_epoch, reader_of
from server.storage.migrate import revision_of
from server.storage.tables import UtcDateTime
from server.storage.trail import append, heads

Row = dict[str, Any]

# Not of the branches, but of this database and who works on it just now.
NOT_COPIED = {"alembic_version", "processes"}
OF_PEOPLE = {"staff_skills"}  # though it names a branch
ROWS = 1000
BIG_ROWS = 8  # of a table with whole days in it: some megabytes each


class Source(Protocol):
    """What a database can be filled from: a file, or another database."""

    @property
    def revision(self) -> str: ...
    @property
    def columns(self) -> Mapping[str, list[str]]:
        """table -> its columns; a table comes after those that it points to."""

    def count(self, table: str) -> int: ...
    def rows(self, table: str) -> Iterator[Row]: ...


class Unfit(Exception):
    """What was read cannot be put here; the message says why."""


def _tables(connection: Connection) -> dict[str, Table]:
    """The tables as they are, which need not be as this version knows them; those pointed to come first."""
    found = MetaData()

    @event.listens_for(found, "column_reflect")
    def _with_zones(_inspector: object, _table: object, column: Any) -> None:
        if isinstance(column["type"], DateTime):
            column["type"] = UtcDateTime()

    found.reflect(connection, only=lambda name, _: name not in NOT_COPIED)
    return {table.name: table for table in found.sorted_tables}


class Snapshot:
    """A database as of one moment, whatever is written meanwhile. A Source for the length of `snapshot`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = _tables(connection)
        self.revision = revision_of(connection)
        # Plain strings, which a reflected name is not: the JSON writer takes no other for a key.
        self.columns = {name: [str(key) for key in table.c.keys()] for name, table in self._tables.items()}  # noqa: SIM118

    def count(self, table: str) -> int:
        return self._connection.execute(select(func.count()).select_from(self._tables[table])).scalar_one()

    def rows(self, table: str) -> Iterator[Row]:
        """A thousand in memory at a time."""
        known = self._tables[table]
        big = any(isinstance(column.type, LargeBinary) for column in known.c)
        statement = select(known).order_by(*known.primary_key.columns)
        options = {"yield_per": BIG_ROWS if big else ROWS}
        names = self.columns[table]
        for row in self._connection.execute(statement, execution_options=options):
            yield dict(zip(names, row, strict=True))


@contextmanager
def snapshot(reader: Engine) -> Iterator[Snapshot]:
    """`reader` is an engine for reads: on PostgreSQL it reads at REPEATABLE READ, on SQLite in one transaction."""
    with reader.begin() as connection:
        yield Snapshot(connection)


class Filling:
    """A database that is being filled, in one transaction. Until it ends nobody sees anything of it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._tables = _tables(connection)

    @property
    def columns(self) -> dict[str, set[str]]:
        return {name: set(table.c.keys()) for name, table in self._tables.items()}

    def branches(self) -> set[str]:
        return set(self._connection.execute(select(self._tables["branches"].c.id)).scalars())

    def heads(self) -> dict[str, Any]:
        """Where every chain stands, for the trail of what takes their place."""
        return heads(self._connection)

    def tell(self, file: str, branches: Collection[str], before: dict[str, Any], who: Who) -> None:
        """Says in the audit trail whence these branches come, what epoch they now have, and what was there before."""
        table = self._tables["branches"]
        entries = [Entry(INSTALLATION, who, "backup.restored", file, before, heads(self._connection))]
        for row in self._connection.execute(select(table.c.id, table.c.epoch).where(table.c.id.in_(branches))):
            known, subject = {"epoch": row.epoch, "file": file}, f"branches:{row.id}"
            entries += [
                Entry(chain, who, "branch.restored", subject, before.get(row.id), known)
                for chain in (row.id, INSTALLATION)
            ]
        append(self._connection, entries)

    def clear(self, branches: Collection[str] | None = None) -> None:
        """Of these branches, or of all and everything."""
        for table in reversed(self._tables.values()):
            if branches is None:
                # Not TRUNCATE: whoever has begun to read would find the tables empty.
                self._connection.execute(delete(table))
            elif (column := owner_of(table)) is not None:
                self._connection.execute(delete(table).where(column.in_(branches)))

    def load(
        self, source: Source, branches: Collection[str] | None = None, told: Callable[[int], None] = lambda _: None
    ) -> None:
        """Every row of every table, or of these branches only; each branch with a new epoch, so that screens which
        have seen another past begin anew. `told` hears how many rows were read."""
        for name in source.columns:
            table = self._tables[name]
            owner = owner_of(table)
            if branches is not None and owner is None:
                continue
            rows = _heard(source.rows(name), told)
            if branches is not None and owner is not None:
                rows = (row for row in rows if row[owner.name] in branches)
            self._insert(table, (new_epoch(row) for row in rows) if name == "branches" else rows)

    def _insert(self, table: Table, rows: Iterator[Row]) -> None:
        readers = {column.name: reader for column in table.c if (reader := reader_of(column.type)) is not None}
        while batch := list(islice(rows, ROWS)):
            for row in batch:
                for name, reader in readers.items():
                    if isinstance(row.get(name), str):
                        row[name] = reader(row[name])
            self._connection.execute(insert(table), batch)

    def contradictions(self) -> list[str]:
        """Branches whose log does not end where their row says, or has gaps: the next event would follow nothing."""
        branches, events = self._tables["branches"], self._tables["events"]
        ends = {
            row[0]: (row[1], row[2], row[3])
            for row in self._connection.execute(
                select(events.c.branch_id, func.min(events.c.seq), func.max(events.c.seq), func.count()).group_by(
                    events.c.branch_id
                )
            )
        }
        wrong = []
        for branch_id, last in self._connection.execute(select(branches.c.id, branches.c.last_seq)):
            first, newest, number = ends.get(branch_id, (1, 0, 0))
            if number != newest - first + 1:
                wrong.append(f"the log of {branch_id} has gaps")
            elif newest != last and (number or not self._archived(branch_id, last)):
                wrong.append(f"the log of {branch_id} ends at {newest}, and not at {last}")
        return wrong

    def _archived(self, branch_id: str, last: int) -> bool:
        """Whether the branch has been quiet for so long that its whole log is put away."""
        days = self._tables.get("archived_days")
        if days is None:
            return last == 0
        newest = select(func.max(days.c.last_seq)).where(days.c.branch_id == branch_id)
        return bool((self._connection.execute(newest).scalar_one() or 0) == last)


def owner_of(table: Table) -> Any:
    """The column that says which branch a row is of; None for what is of none, and of people, who are in several."""
    if table.name in OF_PEOPLE:
        return None
    return table.c.id if table.name == "branches" else table.c.get("branch_id")


def _heard(rows: Iterable[Row], told: Callable[[int], None]) -> Iterator[Row]:
    for number, row in enumerate(rows, 1):
        if number % ROWS == 0:
            told(ROWS)
        yield row


@contextmanager
def filling(engine: Engine) -> Iterator[Filling]:
    """All or nothing. Servers that want to write wait meanwhile; those who read see what was before."""
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # By this table every command begins: one that has not begun finds the new branches and not none.
            connection.execute(text("LOCK TABLE branches IN EXCLUSIVE MODE"))
        yield Filling(connection)
