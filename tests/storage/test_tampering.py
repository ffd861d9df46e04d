"""Whatever is changed in the database behind the server's back is found, and named; and nothing else is."""

import base64
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from sqlalchemy import Column, Engine, Table, delete, select, update

from server.advisor.class_day import ClassDay
from server.domain.branch import CounterClass
from server.domain.personal import Personal
from server.domain.trail import Who
from server.storage.archive import archive_old_days
from server.storage.badges import set_badge
from server.storage.chain import Head
from server.storage.database import open_database
from server.storage.halls import load_hall
from server.storage.history import save_day
from server.storage.outside_ids import link_outside
from server.storage.pairings import approve, ask, collect
from server.storage.passkeys import Passkey, add_passkey
from server.storage.personal import PersonalRecords
from server.storage.plans import PlanWriter
from server.storage.processes import Pulse
from server.storage.seal import Seal
from server.storage.sessions import open_session
from server.storage.sightings import Sighting, note
from server.storage.skills import set_skills
from server.storage.staff import add_person, invite
from server.storage.tables import answers, branches, events, metadata, pairings
from server.storage.told_tables import CHOICES, Against
from server.storage.verifying.findings import Finding
from server.storage.verifying.whole import verify
from tests.live.whole_day import live_through
from tests.running import TEN, Caller, install, serving
from tests.storage.office import Office, next_at, open_counter, take
from tests.storage.tampered import CHECKED, Json, altered, otherwise, undone, with_one_more, without

NEXT_WEEK = TEN + timedelta(days=7)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """All that can happen in a day has happened; the day is put away, and another has begun."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('lived') / 'callboard.db'}"
    else:
        new_database: Callable[[], str] = request.getfixturevalue("new_postgres_database")
        url = new_database()
    there = install(url)
    with serving(there, clock_control=True) as served, Caller(served.url, there.tokens) as caller:
        live_through(served, caller)
        assert not caller.get("teller", "branches/main/audit").is_success
        assert caller.post("manager", "counters/main.1/open").is_success
        for _ in range(3):
            caller.ticket()
    engine = open_database(url, writing=True)
    with engine.begin() as connection:
        learned = ClassDay(first_slot=34, arrivals=(1, 2, 3), open_min=(15.0, 15.0, 7.5), services=5)
        save_day(connection, "main", (TEN - timedelta(days=3)).date(), {CounterClass.CASH: learned})
    newcomer = add_person(engine, "li.wei", "Li Wei", {"main": "teller", "north": "manager"}, TEN)
    open_session(engine, newcomer, "192.0.2.7", "a browser", TEN)
    invite(engine, newcomer, TEN)
    known_by_all_means(engine, newcomer)
    PlanWriter(engine).save("main", NEXT_WEEK.date(), "cash", [2] * 17, "Zhao Lei", TEN)
    assert archive_old_days(engine, "main", NEXT_WEEK, keep_days=1) == 1
    yield engine
    engine.dispose()


def known_by_all_means(engine: Engine, newcomer: str) -> None:
    """A badge, skills, a passkey, a name outside; a device that came by a code; customers who said who they are."""
    who, now = Who("operator", "operator-1"), datetime.now(UTC)
    set_badge(engine, newcomer, "0004412", "$argon2id$", now, who)
    with engine.begin() as connection:
        set_skills(connection, newcomer, "main", ["deposit"], who)
    add_passkey(engine, Passkey("a2V5", newcomer, "cHVibGlj", 1, "A telephone", TEN), who)
    assert link_outside(engine, "https://bank.example", "0815", "li.wei", "192.0.2.7")
    ask(engine, "kiosk", "192.0.2.8", "a browser", now)
    asked = ask(engine, "display", "192.0.2.8", "a browser", now)
    approve(engine, asked.code, "main", "Lobby", now, who)
    collect(engine, asked.secret, "192.0.2.8", now)
    with engine.begin() as connection:
        hall = load_hall(connection, "main")
    note(engine, [Sighting("display-1", now, "192.0.2.9", "1.0")])
    Pulse(engine, "process-1", "one").beat()
    records = PersonalRecords(engine, engine, Seal(base64.b64encode(bytes(32)).decode()))
    for ticket in list(hall.tickets.values())[:2]:
        person = Personal("Wang Xiaoming", "13812345678", "6789")
        assert records.note(hall.branch, ticket, person, ticket.issued_at)
        records.see(ticket, who)
    records.erase("main", [next(iter(hall.tickets))], who)


def test_every_table_has_its_choice() -> None:
    """Whoever makes a table says by what it is checked, in server/notes/audit.md too."""
    assert set(CHOICES) == set(metadata.tables)


def test_what_nobody_has_touched_is_as_it_was_written(lived: Engine) -> None:
    with lived.begin() as connection:
        verdict = verify(connection)
    assert verdict.findings == []
    assert verdict.branches == 2
    assert verdict.events > 50
    assert verdict.lines > 20


# Tables that the trail or a seal alone tells of have nothing to do with each other: one look finds what was done
# to all of them.
TOGETHER = [t for t in CHECKED if CHOICES[t.name] in {Against.TRAIL, Against.SEAL} and t.name != "archived_days"]
ALONE = [column for table in CHECKED if table not in TOGETHER for column in table.c]


def is_found(column: Column[Any], row: Json, found: list[Finding]) -> bool:
    """Named by table and row; where the row has no name any more, by what is amiss with it."""
    table = metadata.tables[column.table.name]
    if column.primary_key or column.name == "branch_id":
        return bool({one.table for one in found} & {table.name, "branches", "installation"})
    return any(one.table == table.name and is_named(table, row, one.row) for one in found)


@pytest.mark.parametrize("column", ALONE, ids=str)
def test_a_value_that_was_altered_is_found(lived: Engine, column: Column[Any]) -> None:
    [row], found = altered(lived, [column])
    assert is_found(column, row, found), found


@pytest.mark.parametrize("at", range(max(len(table.c) for table in TOGETHER)))
def test_values_that_were_altered_in_many_tables_are_all_found(lived: Engine, at: int) -> None:
    columns = [list(table.c)[at] for table in TOGETHER if len(table.c) > at]
    rows, found = altered(lived, columns)
    missed = [str(column) for column, row in zip(columns, rows, strict=True) if not is_found(column, row, found)]
    assert missed == [], found


def is_named(table: Table, row: Json, name: str) -> bool:
    return name == "/".join(str(row[column.name]) for column in table.primary_key.columns)


@pytest.mark.parametrize(
    "table", [t for t in CHECKED if CHOICES[t.name] is not Against.SEAL], ids=lambda table: str(table.name)
)
def test_a_row_that_was_taken_away_is_found(lived: Engine, table: Table) -> None:
    row, found = without(lived, table)
    # The last one of a chain is missed where the chain's end is kept.
    ends = {"branches", "installation"} if table.name in {"events", "audit"} else set[str]()
    assert {one.table for one in found} & {table.name, *ends}
    if table.name not in {"events", "audit", "archived_days"}:
        assert any(is_named(table, row, one.row) for one in found), found


@pytest.mark.parametrize("table", CHECKED, ids=lambda table: str(table.name))
def test_a_row_that_was_slipped_in_is_found_and_named(lived: Engine, table: Table) -> None:
    row, found = with_one_more(lived, table)
    assert any(one.table == table.name and is_named(table, row, one.row) for one in found), found


def test_an_event_whose_own_hash_was_made_to_fit_is_found_by_the_next(lived: Engine) -> None:
    with undone(lived) as connection:
        mine = events.c.branch_id == "main"
        first = connection.execute(select(events).where(mine).order_by(events.c.seq).limit(1)).one()
        forged = first.body | {"actor": "teller:teller-9"}
        put = {"body": forged, "actor": "teller:teller-9", "hash": "0" * 64}
        connection.execute(update(events).where(mine, events.c.seq == first.seq).values(put))
        found = {one.row for one in verify(connection).findings}
    assert {f"main/{first.seq}", f"main/{first.seq + 1}"} <= found


@pytest.mark.parametrize("column", pairings.c, ids=str)
def test_a_device_that_nobody_has_approved_yet_is_sealed(lived: Engine, column: Column[Any]) -> None:
    with undone(lived) as connection:
        asking = select(pairings).where(pairings.c.branch_id.is_(None))
        row = connection.execute(asking).mappings().one()
        put = {column.name: otherwise(column, row[column.name])}
        connection.execute(update(pairings).where(pairings.c.id == row["id"]).values(put))
        found = {one.table for one in verify(connection).findings}
    assert found
    assert found <= {"branches", "pairings"}


def test_an_answer_that_is_thrown_away_is_not_missed(lived: Engine) -> None:
    """The server does so itself, after three days: all else would be a lie."""
    with undone(lived) as connection:
        connection.execute(delete(answers))
        assert verify(connection).findings == []


def test_who_rewrites_all_of_it_is_found_by_a_head_that_was_kept_elsewhere(here: Office) -> None:
    writer = here.writer()
    for number in range(4):
        take(writer, number).result(20)
    with here.reader.begin() as connection:
        kept = Head.read(connection.execute(select(branches.c.head)).scalar_one())
    with here.engine.begin() as connection:
        head, forged = Head(), {"actor": "kiosk:kiosk-9"}
        for row in connection.execute(select(events).order_by(events.c.seq)).all():
            body = row.body | forged
            head = head.to(orjson.dumps(body))
            there = update(events).where(events.c.seq == row.seq)
            connection.execute(there.values(**forged, body=body, hash=head.hash))
        connection.execute(update(branches).values(head=str(head)))
    with here.reader.begin() as connection:
        verdict = verify(connection, wanted=[kept, head])
    assert verdict.findings == []
    assert verdict.wanted == {kept}


def test_the_chain_goes_on_where_a_server_that_knows_none_has_written(here: Office) -> None:
    """In the midst of an upgrade both serve one database."""
    writer = here.writer()
    for number in range(6):
        take(writer, number).result(20)
    with here.engine.begin() as connection:
        third = connection.execute(select(events.c.hash).where(events.c.seq == 3)).scalar_one()
        connection.execute(update(events).where(events.c.seq > 3).values(hash=None))
        connection.execute(update(branches).values(head=str(Head(3, third))))
    take(writer, 7).result(20)
    with here.reader.begin() as connection:
        assert verify(connection).findings == []


def test_two_writers_tie_their_events_to_one_chain(here: Office) -> None:
    one, other = here.writer(), here.writer()
    for number in range(1, 4):
        open_counter((one, other)[number % 2], number)
    taken = [take((one, other)[number % 2], number) for number in range(60)]
    called = [next_at((one, other)[number % 2], 1 + number % 3) for number in range(12)]
    for told in taken + called:
        told.exception(20)
    with here.reader.begin() as connection:
        verdict = verify(connection)
    assert verdict.findings == []
    assert verdict.events > 60
