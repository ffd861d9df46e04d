"""A server with an empty log, and someone to ask it."""

import asyncio
from collections.abc import Iterator

import pytest

from server.live import caretaker
from tests.live.whole_day import Day, listen_to_a_day
from tests.running import Caller, Office, Served, install, serving


@pytest.fixture(autouse=True)
def nothing_happens_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """The caretaker, who watches deadlines and gives advice, does not come."""
    monkeypatch.setattr(caretaker, "EVERY_S", 3600)


@pytest.fixture(scope="session")
def day(tmp_path_factory: pytest.TempPathFactory) -> Day:
    """A whole day, listened to once."""
    office = install(f"sqlite:///{tmp_path_factory.mktemp('day') / 'callboard.db'}")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(caretaker, "EVERY_S", 3600)
        return asyncio.run(listen_to_a_day(office))


@pytest.fixture
def office(sqlite_url: str) -> Office:
    return install(sqlite_url)


@pytest.fixture
def served(office: Office) -> Iterator[Served]:
    with serving(office) as served:
        yield served


@pytest.fixture
def ask(served: Served) -> Iterator[Caller]:
    with Caller(served.url, served.office.tokens) as ask:
        yield ask
