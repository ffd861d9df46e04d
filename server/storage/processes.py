"""Which server processes there are: each counts up a number in a row of its own, and reads everyone's."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Engine, delete, event, insert, select, text, update
from sqlalchemy.engine.interfaces import DBAPIConnection

from server.storage.database import open_database
from server.storage.row_seals import sealed
from server.storage.tables import processes

PATIENCE_S = 3.0  # with a database that does not answer: then we are taken for dead anyway
LOCK_WAIT_MS = 1000  # for SQLite's one lock: whoever waits longer says so at the next beat


def open_pulse_database(url: str) -> Engine:
    """For heartbeats only: a beat that a power cut takes is no loss, so no commit of it waits for the disk."""
    engine = open_database(url, writing=True, patience_s=PATIENCE_S)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _need_not_last)
    return engine


def _need_not_last(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA busy_timeout={LOCK_WAIT_MS}")
    cursor.close()


class Pulse:
    """The row of one process. Nothing here asks for the time: the machines' clocks need not agree."""

    def __init__(self, engine: Engine, process_id: str, name: str) -> None:
        self.process_id = process_id
        self._engine = engine
        self._name = name
        self._beat = 0

    def beat(self) -> None:
        """Counts on. A row that somebody has removed, because it stood still for long, comes back."""
        self._beat += 1
        mine = processes.c.id == self.process_id
        with self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL synchronous_commit TO off"))
            row = sealed(processes, {"id": self.process_id, "name": self._name, "beat": self._beat})
            counted: Any = connection.execute(update(processes).where(mine).values(row))
            if not counted.rowcount:
                connection.execute(insert(processes), row)

    def leave(self) -> None:
        """The process ends, and says so: nobody need wait until it is missed. Its connections are closed."""
        try:
            with self._engine.begin() as connection:
                connection.execute(delete(processes).where(processes.c.id == self.process_id))
        finally:
            self._engine.dispose()

    def remove(self, dead: Mapping[str, int]) -> None:
        """Takes away rows (id -> the beat at which it stood still), but not one that has counted on since."""
        with self._engine.begin() as connection:
            for process_id, beat in sorted(dead.items()):
                gone = (processes.c.id == process_id) & (processes.c.beat == beat)
                connection.execute(delete(processes).where(gone))


def beats(reader: Engine) -> dict[str, int]:
    """id -> beat, of every process that has a row."""
    with reader.begin() as connection:
        return {row.id: row.beat for row in connection.execute(select(processes.c.id, processes.c.beat))}
