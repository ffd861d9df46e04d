"""An office on each database in turn."""

from collections.abc import Iterator

import pytest

from tests.storage.office import Office, office


@pytest.fixture
def here(database_url: str) -> Iterator[Office]:
    """The example branch on an empty database: SQLite, then PostgreSQL."""
    with office(database_url) as found:
        yield found
