"""Opens the database that CALLBOARD_DATABASE_URL names, to read from it or to fill it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from server.backup.complaints import Refused
from server.settings import Settings
from server.storage.database import Database, open_database
from server.storage.migrate import migrate

SQLITE = "sqlite:///"


@contextmanager
def reading(url: str | None = None) -> Iterator[Database]:
    """As it is, at whatever revision. Refused where a SQLite file is missing: it would be made, and be empty."""
    url = url or Settings().database_url
    if url.startswith(SQLITE) and not Path(url.removeprefix(SQLITE)).exists():
        raise Refused(f"there is no database {url.removeprefix(SQLITE)} (CALLBOARD_DATABASE_URL)")
    with _opened(url, writing=False) as engine:
        yield engine


@contextmanager
def writing(url: str | None = None) -> Iterator[Database]:
    """Made where it is missing, and brought to this version's schema."""
    url = url or Settings().database_url
    if url.startswith(SQLITE):
        Path(url.removeprefix(SQLITE)).parent.mkdir(parents=True, exist_ok=True)
    with _opened(url, writing=True) as engine:
        migrate(engine)
        yield engine


@contextmanager
def _opened(url: str, *, writing: bool) -> Iterator[Database]:
    engine = open_database(url, writing=writing)
    try:
        yield engine
    finally:
        engine.dispose()
