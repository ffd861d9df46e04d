"""The command line, and databases in pairs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.backup.branch_with_a_past import CommandLine


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(monkeypatch, capsys)


@pytest.fixture(params=["sqlite", "postgresql"])
def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Another empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'other.db'}"
    make: Callable[[], str] = request.getfixturevalue("new_postgres_database")
    return make()
