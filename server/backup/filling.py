"""Puts a backup into the database: verified first, then in one transaction, so that it is whole or not there."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from server.backup.backup_file import BackupFile, Damaged
from server.backup.complaints import Refused
from server.backup.progress import bar
from server.storage.copying import Filling, Source, Unfit, snapshot
from server.storage.database import open_database
from server.storage.sqlite_copy import damage

SQLITE_MAGIC = b"SQLite format 3\0"


@contextmanager
def source_in(file: Path) -> Iterator[Source]:
    """The backup, of either form, after all of it was looked at. Damaged where it is not whole."""
    with file.open("rb") as opened:
        plain = opened.read(len(SQLITE_MAGIC)) == SQLITE_MAGIC
    if not plain:
        archive = BackupFile(file)
        with bar("verify", sum(archive.count(name) for name in archive.columns)) as told:
            archive.verify(told)
        yield archive
        return
    found = damage(file)
    if found is not None:
        raise Damaged(f"{file} is damaged: {found}")
    engine = open_database(f"sqlite:///{file}", writing=False)
    try:
        with snapshot(engine) as source:
            yield source
    finally:
        engine.dispose()


def fill(here: Filling, source: Source, branches: Collection[str] | None = None) -> int:
    """Gives how many rows were read. Unfit where this schema has no place for them, or they contradict themselves."""
    _refuse_what_has_no_place(here, source)
    rows = sum(source.count(name) for name in source.columns)
    with bar("restore", rows) as told:
        here.load(source, branches, told)
    wrong = here.contradictions()
    if wrong:
        raise Unfit(f"the backup contradicts itself: {'; '.join(wrong)}")
    return rows


def _refuse_what_has_no_place(here: Filling, source: Source) -> None:
    """An older backup fits by the rule of expansion: its rows are what an older server would write here. A newer one,
    or one older than a contraction, does not."""
    known = here.columns
    homeless = [
        f"{table}.{column}"
        for table, columns in source.columns.items()
        for column in columns
        if column not in known.get(table, ())
    ]
    if homeless:
        raise Refused(
            f"the backup is of schema {source.revision} and has what this one has no place for: "
            f"{', '.join(homeless)}. Restore it with the version that made it into an empty database; "
            "if that version is older, start this one on it afterwards, which brings it up to date"
        )
