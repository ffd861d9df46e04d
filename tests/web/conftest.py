"""A server for a whole file of tests, on SQLite and on PostgreSQL, and the hall that the tests ask about."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from server.live import caretaker
from server.storage.database import open_database
from server.storage.tables import metadata
from tests.running import Caller, Office, Served, install, serving


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Office:
    if request.param == "sqlite":
        return install(f"sqlite:///{tmp_path_factory.mktemp('office') / 'callboard.db'}")
    new_database: Callable[[], str] = request.getfixturevalue("new_postgres_database")
    return install(new_database())


@pytest.fixture(scope="module")
def served(office: Office) -> Iterator[Served]:
    """Nothing happens by itself here: the caretaker, who watches deadlines and gives advice, does not come."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(caretaker, "EVERY_S", 3600)
        with serving(office) as served:
            yield served


@pytest.fixture(scope="module")
def ask(served: Served) -> Iterator[Caller]:
    with Caller(served.url, served.office.tokens) as ask:
        yield ask


@dataclass(frozen=True, slots=True)
class Hall:
    """Li Wei serves at counter 1 and has paused counter 4; Wang Fang has called somebody to counter 2."""

    waiting: str
    called: str
    serving: str
    parked: str
    done: str

    def fill(self, text: str) -> str:
        """`{waiting}` and so on in a path, by the ticket's id."""
        return text.format(**{name: getattr(self, name) for name in self.__slots__})


@pytest.fixture(scope="module")
def hall(ask: Caller) -> Hall:
    done, parked, serving, called, waiting = (ask.ticket()["id"] for _ in range(5))
    ask.done("teller", "counters/main.4/open")
    ask.done("teller", "counters/main.4/pause", {"reason": "lunch"})
    ask.done("teller", "counters/main.1/open")
    ask.done("teller", "counters/main.1/call-next")
    ask.done("teller", f"tickets/{done}/finish")
    ask.done("teller", "counters/main.1/call-next")
    ask.done("teller", f"tickets/{parked}/park")
    ask.done("teller", "counters/main.1/call-next")
    ask.done("teller", f"tickets/{serving}/start")
    ask.done("second teller", "counters/main.2/open")
    ask.done("second teller", "counters/main.2/call-next")
    return Hall(waiting, called, serving, parked, done)


PULSE = {"processes", "sightings", "audit", "installation"}


@pytest.fixture(scope="module")
def everything(office: Office) -> Iterator[Callable[[], dict[str, list[str]]]]:
    """Every row of every table, as often as it is asked for; but not the servers' own pulse, when they saw a
    device, nor what the audit trail says of who was refused."""
    engine = open_database(office.database_url, writing=False)

    def read() -> dict[str, list[str]]:
        with engine.begin() as connection:
            tables = [table for table in metadata.sorted_tables if table.name not in PULSE]
            columns = {t.name: [column for column in t.c if column.name != "trail"] for t in tables}
            return {name: sorted(map(repr, connection.execute(select(*some)))) for name, some in columns.items()}

    yield read
    engine.dispose()


@pytest.fixture
def nothing_changes(hall: Hall, everything: Callable[[], dict[str, list[str]]]) -> Iterator[None]:
    """Fails the test if anything at all has been written while it ran."""
    before = everything()
    assert before["events"], "an empty log would prove nothing"
    yield
    after = everything()
    assert [name for name in after if after[name] != before[name]] == []
