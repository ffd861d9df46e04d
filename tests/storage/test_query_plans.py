"""However long the history, nothing that the server asks reads all of it; and nobody who reads holds up a writer."""

import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, insert, select, update

from server.storage.answers import forget_old_answers
from server.storage.archive import archive_old_days
from server.storage.branches import holder_of
from server.storage.database import open_database
from server.storage.event_log import events_after
from server.storage.halls import load_hall
from server.storage.tables import answers, branches
from tests.domain.floor import NINE
from tests.running import TEN, Caller, install, serving
from tests.storage.long_history import load
from tests.storage.office import PATIENCE_S, Office, next_at, open_counter, take
from tests.storage.plans_of_statements import Heard, analyse, faults, heard

TICKETS, PER_DAY = 20_000, 250
YESTERDAY = date(2026, 3, 1)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def asked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Engine, Heard]]:
    """All that a branch with eighty days behind it is asked, by a server and by what keeps the database small."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('old') / 'callboard.db'}"
    else:
        new_database: Callable[[], str] = request.getfixturevalue("new_postgres_database")
        url = new_database()
    office = install(url)
    engine = open_database(url, writing=True)
    load(engine, ["main"], TICKETS, per_day=PER_DAY, until=YESTERDAY)
    give_answers(engine, TICKETS)
    if request.param == "postgresql":
        analyse(engine)
    with heard() as found:
        with serving(office) as served, Caller(served.url, office.tokens) as ask:
            work(ask)
            ask.snapshot()
        keep_small(engine, office.tokens["manager"])
    yield engine, found
    engine.dispose()


def give_answers(engine: Engine, number: int) -> None:
    old = {"branch_id": "main", "actor": "teller:teller-1", "fingerprint": "", "body": {}}
    rows = [{**old, "key": f"key-{at:012}", "at": TEN - timedelta(seconds=at)} for at in range(number)]
    with engine.begin() as connection:
        connection.execute(insert(answers), rows)


def work(ask: Caller) -> None:
    """One of everything that staff and customers ask."""
    tickets = [ask.ticket()["id"] for _ in range(6)]
    for number in ("1", "2"):
        ask.done("manager", f"counters/main.{number}/open")
    for _ in range(2):  # the same key once more
        ask.post("teller", "counters/main.1/open", key="pressed-twice")
    for what in ("recall", "start", "park", "resume", "finish"):
        ask.done("manager", "counters/main.2/call-next")
        called = next(
            t["id"] for t in ask.snapshot()["tickets"] if t["counter_id"] == "main.2" and t["state"] == "called"
        )
        ask.post("manager", f"tickets/{called}/{what}")
    ask.done("kiosk", f"tickets/{tickets[-1]}/cancel")
    for path in ("events", "waits", "figures", "advice", "plan", "days/2026-02-20", "days/2026-03-02"):
        assert ask.get("manager", f"branches/main/{path}").is_success, path
    assert ask.get("manager", "branches/main/advice/record", days=7).is_success
    assert ask.get("manager", "branches/main/events", after=30_000).is_success


def keep_small(engine: Engine, token: str) -> None:
    assert archive_old_days(engine, "main", TEN, 60, limit=2) == 2
    assert forget_old_answers(engine, TEN - timedelta(hours=4), limit=100) == 100
    reader = open_database(engine.url.render_as_string(hide_password=False), writing=False)
    with reader.begin() as connection:
        holder_of(connection, token)
        assert events_after(connection, "main", 5, 10)[0].seq == 6
    reader.dispose()


def test_no_statement_reads_or_sorts_the_history(asked: tuple[Engine, Heard]) -> None:
    """As SQLite runs all its life, knowing nothing of its tables; and as an operator may have it, analysed."""
    engine, found = asked
    for _ in range(2):
        with engine.connect() as connection:
            said = [fault for one, given in found.statements.items() for fault in faults(connection, one, given)]
            connection.rollback()
        assert said == []
        analyse(engine)


def test_the_statements_are_those_of_all_who_ask(asked: tuple[Engine, Heard]) -> None:
    """A hook that hears nothing would find nothing wrong."""
    statements = [" ".join(one.split()) for one in asked[1].statements]
    for words in (
        "INSERT INTO events",
        "INSERT INTO tickets",
        "INSERT INTO answers",
        "DELETE FROM events",
        "DELETE FROM tickets",
        "DELETE FROM answers",
    ):
        assert any(words in one for one in statements), words
    for part in ("answers.at <", "tickets.business_day", "events.seq >", "'advice.scored'", "'branch.day_started'"):
        assert any(part in one for one in statements), part
    assert len(statements) > 15


@pytest.mark.parametrize(
    "slow",
    [
        "SELECT count(*) FROM events WHERE kind = 'ticket.called'",
        "SELECT id FROM tickets WHERE branch_id = 'main' AND state = 'completed'",
        "SELECT * FROM tickets WHERE branch_id = 'main' ORDER BY number",
        "DELETE FROM answers WHERE fingerprint = 'x'",
    ],
)
def test_a_statement_that_reads_the_history_would_be_found(asked: tuple[Engine, Heard], slow: str) -> None:
    with asked[0].connect() as connection:
        assert faults(connection, slow, ())
        connection.rollback()


def test_one_who_reads_for_long_does_not_hold_up_the_writer(here: Office) -> None:
    writer = here.writer()
    with here.reader.begin() as reading:
        before = load_hall(reading, "main")
        open_counter(writer, 1).result(PATIENCE_S)
        take(writer, 1).result(PATIENCE_S)
        next_at(writer, 1).result(PATIENCE_S)
        assert events_after(reading, "main", before.seq) == []
    assert here.last_seq() == before.seq + 4


def test_days_are_put_away_while_somebody_reads(here: Office) -> None:
    writer = here.writer()
    take(writer, 1).result(PATIENCE_S)
    here.now = NINE + timedelta(days=3)
    take(writer, 2).result(PATIENCE_S)
    before = here.log()
    with here.reader.begin() as reading:
        first = events_after(reading, "main", 0, 1)
        assert archive_old_days(here.engine, "main", here.now, 1) == 1
        assert first + events_after(reading, "main", 1) == before
    assert here.log() == before


def test_a_write_that_takes_long_does_not_hold_up_those_who_read(here: Office) -> None:
    take(here.writer(), 1).result(PATIENCE_S)
    with here.engine.begin() as writing:
        writing.execute(select(branches).with_for_update())
        writing.execute(update(branches).values(last_seq=99))
        read = threading.Thread(target=here.log, daemon=True)
        read.start()
        read.join(PATIENCE_S / 2)
        assert not read.is_alive()
        assert here.last_seq() == 2
