"""A server for a whole file of tests, on SQLite and on PostgreSQL, and the hall that the tests ask about."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from sqlalchemy import Engine

from server.live import caretaker
from server.storage.database import open_database
from server.web import passwords
from tests.running import Caller, Office, Served, install, serving
from tests.web.person import QUICK, QUICK_HASH, Hire, working
from tests.web.written import Rows, reading


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def office(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Office:
    if request.param == "sqlite":
        found: Office = request.getfixturevalue("sqlite_office")
        return found
    new_database: Callable[[], str] = request.getfixturevalue("new_postgres_database")
    return install(new_database())


@pytest.fixture(scope="module")
def sqlite_office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """For a file of tests to which the database makes no difference: its `office` is this one."""
    return install(f"sqlite:///{tmp_path_factory.mktemp('office') / 'callboard.db'}")


@pytest.fixture(scope="module", autouse=True)
def quick_hashes() -> Iterator[None]:
    """Passwords and PINs are hashed as ever, but soon: at its full cost it would be minutes. test_passwords.py has
    the cost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", lambda: QUICK)
        patch.setattr(passwords, "_nobody", lambda: QUICK_HASH)
        yield


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


@pytest.fixture(scope="module")
def engine(office: Office) -> Iterator[Engine]:
    """Beside the server's own: for what a test puts there, and what it looks up."""
    found = open_database(office.database_url, writing=True)
    yield found
    found.dispose()


@pytest.fixture(scope="module")
def hire(engine: Engine, served: Served) -> Iterator[Hire]:
    """People for the whole file, each signed in."""
    with ExitStack() as stack:
        yield lambda login, **roles: stack.enter_context(working(engine, served, login, **roles))


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


@pytest.fixture(scope="module")
def everything(office: Office) -> Iterator[Callable[[], Rows]]:
    """Every row of every table, as often as it is asked for."""
    with reading(office.database_url) as read:
        yield read


@pytest.fixture
def nothing_changes(hall: Hall, everything: Callable[[], Rows]) -> Iterator[None]:
    """Fails the test if anything at all has been written while it ran."""
    before = everything()
    assert before["events"], "an empty log would prove nothing"
    yield
    after = everything()
    assert [name for name in after if after[name] != before[name]] == []
