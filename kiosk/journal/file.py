"""The journal's file: one connection, one transaction at a time, on the disk when it says so, or an honest no."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk.journal.tables import TABLES, VERSION

PAGES_OF_CACHE = 200


class CannotRecord(Exception):
    """It is not on the disk, and nothing may be done that would have to be: the disk is full, or broken."""


class JournalRefused(Exception):
    """The journal cannot be used at all: another program has it, a newer one wrote it, or it is damaged."""


class JournalFile:
    """Opened by one program at a time. Every write is a transaction that survives a power cut once it is over."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self.full = False  # whether the newest write did not get to the disk
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            self._prepare()
        except sqlite3.Error as error:
            self._db.close()
            raise JournalRefused(f"{path}: {error}") from error
        except JournalRefused:
            self._db.close()
            raise

    def _prepare(self) -> None:
        db = self._db
        # Two programs on one journal would give out one number twice: whoever comes second is refused.
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("PRAGMA synchronous = FULL")
        db.execute("PRAGMA foreign_keys = ON")
        db.execute(f"PRAGMA cache_size = {PAGES_OF_CACHE}")
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            raise JournalRefused(f"the journal is of version {version}, this program knows {VERSION}")
        db.execute("BEGIN EXCLUSIVE")
        for statement in TABLES.split(";\n"):
            db.execute(statement)
        db.execute(f"PRAGMA user_version = {VERSION}")
        db.execute("COMMIT")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: on the disk when the block has ended, or not at all. Raises CannotRecord."""
        with self._lock:
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield self._db
                self._commit()
            except sqlite3.IntegrityError:
                self._undo()
                raise  # a fault of the program, which the constraints have kept from doing harm
            except sqlite3.DatabaseError as error:
                self._undo()
                self.full = True
                raise CannotRecord(str(error)) from error
            except BaseException:
                self._undo()
                raise
            self.full = False

    def _commit(self) -> None:
        self._db.execute("COMMIT")

    def _undo(self) -> None:
        with suppress(sqlite3.Error):
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._db
            except sqlite3.DatabaseError as error:
                self.full = True
                raise CannotRecord(str(error)) from error

    def close(self) -> None:
        with self._lock:
            self._db.close()
