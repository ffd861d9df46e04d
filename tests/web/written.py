"""All that is written in a database, to see whether anything changes: it is read anew only where somebody wrote."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import select

from server.storage.database import open_database
from server.storage.tables import metadata

Rows = dict[str, list[str]]
PULSE = {"processes", "sightings", "audit", "installation"}
# Another one whenever somebody else has committed anything, on SQLite for the one connection that asks.
MARKS = {"sqlite": "PRAGMA data_version", "postgresql": "SELECT CAST(pg_current_snapshot() AS text)"}


@contextmanager
def reading(url: str) -> Iterator[Callable[[], Rows]]:
    """Gives what reads every row of every table, by the table's name; but not the servers' own pulse, when they saw a
    device, nor what the audit trail says of who was refused."""
    tables = [table for table in metadata.sorted_tables if table.name not in PULSE]
    # As text: what the rows would be made into is of no interest, and takes longer than to read them.
    queries = {table.name: str(select(*[c for c in table.c if c.name != "trail"])) for table in tables}
    known: dict[str, Rows] = {}
    engine = open_database(url, writing=False)
    with engine.connect() as connection:

        def read() -> Rows:
            with connection.begin():
                mark = str(connection.exec_driver_sql(MARKS[engine.dialect.name]).scalar_one())
                if mark not in known:
                    known.clear()
                    rows = {name: connection.exec_driver_sql(query) for name, query in queries.items()}
                    known[mark] = {name: sorted(map(repr, found)) for name, found in rows.items()}
                return known[mark]

        yield read
    engine.dispose()
