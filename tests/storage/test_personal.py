"""What is personal is sealed, found again by who has the key, told in the trail, and gone when its time is over."""

import base64
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from server.actions.clock import CLOCK, sweep
from server.actions.customer import take_ticket
from server.actions.decision import Command
from server.actions.teller import finish
from server.domain.branch import Branch
from server.domain.personal import Personal
from server.domain.ticket import State, Ticket
from server.domain.trail import Who
from server.storage.archive import archive_old_days
from server.storage.database import open_database
from server.storage.personal import PersonalRecords, forget_due, leave_no_trace
from server.storage.seal import Seal, SealBroken, WrongKey
from server.storage.tables import audit, metadata, personal, tickets
from server.storage.trail import Wanted, lines
from server.storage.verifying.whole import verify
from tests.domain.floor import KIOSK, NINE, example_branch, teller_of
from tests.storage.office import PATIENCE_S, Office, done, next_at, office, open_counter, send, take

OLD, NEW = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))
LI = Who("teller", "teller-1", "Li Wei", "192.0.2.7")
ZHAO = Who("manager", "manager-1", "Zhao Lei")
WANG = Personal("王小明", "+86 138-1234-5678", "6789")
BRANCH = example_branch()
DAY = timedelta(days=1)


def records(here: Office, key: str = NEW) -> PersonalRecords:
    return PersonalRecords(here.engine, here.reader, Seal(key))


def taken(here: Office, number: int = 1, **asked: Any) -> Ticket:
    if not here.writers:
        here.writer()
    take(here.writers[0], number, **asked).result(PATIENCE_S)
    return here.hall().tickets[f"main.t{number}"]


def rows(connection: Connection) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.execute(select(personal).order_by(personal.c.ticket_id))]


def told(here: Office) -> list[tuple[str, str, Any]]:
    """(what, who, after) of all that the trail says of customers."""
    with here.reader.begin() as connection:
        found = connection.execute(select(audit).where(audit.c.what.startswith("customer.")).order_by(audit.c.seq))
        return [(row.what, row.who_id, row.after) for row in found]


def everything(here: Office) -> str:
    """Every value of every row, as text."""
    with here.reader.begin() as connection:
        return "".join(repr(connection.execute(select(table)).all()) for table in metadata.sorted_tables)


def test_who_it_is_is_sealed_in_its_own_row_and_stands_nowhere_else(here: Office) -> None:
    known, ticket = records(here), taken(here)
    assert known.note(BRANCH, ticket, WANG, NINE, LI) == date(2026, 3, 3)
    assert known.see(ticket, LI) == WANG
    said = everything(here)
    for secret in ("小明", "\\u738b", "138-1234", "13812345678", '"6789"'):
        assert secret not in said, secret


def test_a_mark_cannot_be_made_by_who_has_the_database_alone(here: Office) -> None:
    known, ticket = records(here), taken(here)
    known.note(BRANCH, ticket, WANG, NINE)
    with here.reader.begin() as connection:
        row = rows(connection)[0]
    assert {row[f"{kind}_mark"] for kind in ("name", "phone", "card")}.isdisjoint(
        {
            Seal(OLD).mark(kind, text)
            for kind, text in [("name", "王小明"), ("phone", "13812345678"), ("card", "6789")]
        }
    )
    assert row["phone_mark"] == Seal(NEW).mark("phone", "13812345678")


def test_a_row_that_was_moved_to_another_ticket_does_not_open(here: Office) -> None:
    known, one, other = records(here), taken(here, 1), taken(here, 2)
    known.note(BRANCH, one, WANG, NINE)
    with here.engine.begin() as connection:
        connection.execute(update(personal).values(ticket_id=other.id))
    with pytest.raises(SealBroken):
        known.see(other, LI)
    with here.reader.begin() as connection:
        assert {one.table for one in verify(connection).findings} == {"personal"}


def test_with_another_key_it_is_said_that_it_is_another(here: Office) -> None:
    ticket = taken(here)
    records(here, OLD).note(BRANCH, ticket, WANG, NINE)
    with pytest.raises(WrongKey):
        records(here, NEW).see(ticket, LI)
    assert records(here, NEW).find("main", "name", "王小明", ZHAO) == []
    both = records(here, f"{NEW} {OLD}")
    assert both.see(ticket, LI) == WANG
    assert len(both.find("main", "name", "王小明", ZHAO)) == 1
    assert records(here, NEW).erase("main", [ticket.id], ZHAO) == [ticket.id], "who lost the key may still erase"


def test_that_somebody_looked_is_told_once_a_person_and_visit(here: Office) -> None:
    known, ticket, nobody = records(here), taken(here, 1), taken(here, 2)
    known.note(BRANCH, ticket, WANG, NINE, LI)
    for who in (LI, LI, ZHAO, LI):
        known.see(ticket, who)
    assert known.see(nobody, LI) is None
    assert [line[:2] for line in told(here)] == [
        ("customer.noted", "teller-1"),
        ("customer.seen", "teller-1"),
        ("customer.seen", "manager-1"),
    ]


def test_who_is_noted_anew_is_as_was_said_last_and_who_says_nothing_is_nobody(here: Office) -> None:
    known, ticket = records(here), taken(here)
    known.note(BRANCH, ticket, WANG, NINE)
    known.note(BRANCH, ticket, Personal(phone="010 6666 7777"), NINE)
    assert known.see(ticket, LI) == Personal(phone="010 6666 7777")
    assert known.find("main", "name", "王小明", ZHAO) == []
    assert known.note(BRANCH, ticket, Personal(), NINE) is None
    assert known.see(ticket, LI) is None


def test_a_customer_is_found_however_it_is_typed_with_all_steps_of_the_visit(here: Office) -> None:
    writer, known = here.writer(), records(here)
    for number, services in ((7, ["deposit"]), (8, ["deposit", "card"])):
        send(writer, KIOSK, take_ticket, ticket_id=f"main.t{number}", services=services).result(PATIENCE_S)
    first, two_steps = (here.hall().tickets[f"main.t{number}"] for number in (7, 8))
    known.note(BRANCH, two_steps, WANG, NINE)
    known.note(BRANCH, first, Personal("Li Na", "13912345678"), NINE)
    open_counter(writer, 1).result(PATIENCE_S)
    for _ in range(2):
        next_at(writer, 1).result(PATIENCE_S)
    done(writer, teller_of(1), finish, ticket_id=two_steps.id)
    for kind, text in (("name", " 王 小明"), ("phone", "0086 13812345678"), ("card", "67-89")):
        found = known.find("main", kind, text, ZHAO)
        assert [one.ticket.id for one in found] == ["main.t8", "main.t8-2"], kind
        assert {one.person for one in found} == {WANG}
        assert {one.erase_on for one in found} == {date(2026, 3, 3)}
        what, who, after = told(here)[-1]
        assert (what, who) == ("customer.found", "manager-1")
        assert after == {"by": kind, "found": 2}
    assert known.see(here.hall().tickets["main.t8-2"], LI) == WANG
    assert known.find("main", "name", " - ", ZHAO) == []


def test_a_customer_of_a_day_that_was_put_away_is_found_and_forgotten_all_the_same(here: Office) -> None:
    branch, known = replace(BRANCH, keep_personal_days=30), records(here)
    known.note(branch, taken(here, 1), WANG, NINE)
    here.now = NINE + timedelta(hours=10)
    here.writers[0].submit(Command("main", CLOCK, sweep, {})).result(PATIENCE_S)
    here.now = NINE + 5 * DAY
    taken(here, 2)
    assert archive_old_days(here.engine, "main", here.now, keep_days=2) == 1
    with here.reader.begin() as connection:
        assert connection.execute(select(tickets.c.id)).scalars().all() == ["main.t2"]
    [found] = known.find("main", "name", "王小明", ZHAO)
    assert (found.ticket.id, found.ticket.state, found.person) == ("main.t1", State.EXPIRED, WANG)
    assert forget_due(here.engine, branch, here.now) == 0
    assert forget_due(here.engine, replace(BRANCH, keep_personal_days=3), here.now) == 1


def test_who_is_erased_is_found_no_more_and_the_tickets_stay(here: Office) -> None:
    known, one, other = records(here), taken(here, 1), taken(here, 2)
    for ticket in (one, other):
        known.note(BRANCH, ticket, WANG, NINE)
    assert known.erase("main", [one.id, "main.none"], ZHAO) == [one.id]
    assert known.erase("main", [one.id], ZHAO) == []
    assert known.erase("north", [other.id], ZHAO) == []
    assert [found.ticket.id for found in known.find("main", "name", "王小明", ZHAO)] == [other.id]
    with here.reader.begin() as connection:
        assert len(connection.execute(select(tickets.c.id)).all()) == 2
        assert verify(connection).findings == []


def test_who_was_erased_is_not_found_again_by_what_the_trail_says(here: Office) -> None:
    """Nor by noting the same customer once more and looking for the same digest."""
    known, one, other = records(here), taken(here, 1), taken(here, 2)
    for ticket in (one, other):
        known.note(BRANCH, ticket, WANG, NINE)
        known.find("main", "phone", WANG.phone, ZHAO)
        known.erase("main", [ticket.id], ZHAO)
    with here.reader.begin() as connection:
        first, second = (
            {
                str(value)
                for line in lines(connection, "main", Wanted(text=ticket.id))
                for value in (line["after"] or {}).values()
            }
            for ticket in (one, other)
        )
        sought = lines(connection, "main", Wanted(what="customer.found"))
    digests = {value for value in first & second if len(value) == 64}
    assert len({value for value in first if len(value) == 64}) == 4
    assert digests == set()
    assert [(line["subject"], line["after"]) for line in sought] == [("phone", {"by": "phone", "found": 1})] * 2
    with here.reader.begin() as connection:
        assert verify(connection).findings == []


def test_it_is_erased_by_the_branchs_rule_at_the_end_of_a_day(here: Office) -> None:
    three_days = replace(BRANCH, keep_personal_days=3)
    records(here).note(BRANCH, taken(here, 1), WANG, NINE)
    records(here).note(three_days, taken(here, 2), WANG, NINE)
    an_hour_after_closing = NINE + timedelta(hours=9)
    for now, erased in (
        (an_hour_after_closing - timedelta(minutes=1), []),
        (an_hour_after_closing, ["main.t1"]),
        (an_hour_after_closing + 2 * DAY, ["main.t1"]),
        (NINE + 3 * DAY, ["main.t1"]),
        (an_hour_after_closing + 3 * DAY, ["main.t1", "main.t2"]),
    ):
        forget_due(here.engine, three_days, now)
        with here.reader.begin() as connection:
            left = {row["ticket_id"] for row in rows(connection)}
            assert left == {"main.t1", "main.t2"} - set(erased), now
            assert verify(connection).findings == []
    assert [line for line in told(here) if line[0] == "customer.forgotten"] == [
        ("customer.forgotten", "server", None)
    ] * 2


def test_what_is_over_is_erased_at_the_start_after_a_weeks_holiday(here: Office) -> None:
    records(here).note(BRANCH, taken(here), WANG, NINE)
    assert forget_due(here.engine, BRANCH, NINE + 9 * DAY) == 1


def test_a_branch_that_decides_to_keep_less_keeps_less_of_what_is_there(here: Office) -> None:
    records(here).note(replace(BRANCH, keep_personal_days=30), taken(here), WANG, NINE)
    assert forget_due(here.engine, replace(BRANCH, keep_personal_days=2), NINE + 2 * DAY) == 0
    assert forget_due(here.engine, replace(BRANCH, keep_personal_days=1), NINE + 2 * DAY) == 1


def test_one_that_decides_to_keep_more_keeps_what_it_said_for_what_is_there(here: Office) -> None:
    records(here).note(BRANCH, taken(here), WANG, NINE)
    assert forget_due(here.engine, replace(BRANCH, keep_personal_days=30), NINE + DAY) == 1


def test_an_appointment_is_kept_until_its_own_day_is_over(here: Office) -> None:
    ticket = taken(here, appointment_at=NINE + 2 * DAY)
    assert records(here).note(BRANCH, ticket, WANG, NINE) == date(2026, 3, 5)
    assert forget_due(here.engine, BRANCH, NINE + DAY + timedelta(hours=12)) == 0
    assert forget_due(here.engine, BRANCH, NINE + 2 * DAY + timedelta(hours=9)) == 1


def test_no_more_are_erased_in_one_go_than_asked(here: Office) -> None:
    known = records(here)
    for number in range(1, 6):
        known.note(BRANCH, taken(here, number), WANG, NINE)
    assert [forget_due(here.engine, BRANCH, NINE + DAY, limit=2) for _ in range(4)] == [2, 2, 1, 0]


def test_what_comes_after_its_day_is_over_is_not_kept_at_all(here: Office) -> None:
    """A tablet that slept sends once more what it sent yesterday."""
    known, ticket = records(here), taken(here)
    assert known.note(BRANCH, ticket, WANG, NINE + DAY) is None
    with here.reader.begin() as connection:
        assert rows(connection) == []


@pytest.fixture
def on_sqlite(sqlite_url: str) -> Iterator[Office]:
    with office(sqlite_url) as found:
        yield found


def bytes_of(here: Office) -> bytes:
    file = Path(here.url.removeprefix("sqlite:///"))
    return b"".join(one.read_bytes() for one in sorted(file.parent.glob(f"{file.name}*")))


def test_what_is_erased_is_gone_from_every_byte_of_the_sqlite_file(on_sqlite: Office) -> None:
    here, known = on_sqlite, records(on_sqlite)
    branch: Branch = BRANCH
    for number in range(1, 30):  # enough to need several pages
        known.note(branch, taken(here, number), Personal(f"name {number}", f"1381234{number:04}"), NINE)
    with here.reader.begin() as connection:
        kept = [row["sealed"].encode() for row in rows(connection)]
        marks = [row["phone_mark"].encode() for row in rows(connection)]
    assert all(one in bytes_of(here) for one in kept + marks)
    assert known.erase("main", ["main.t1"], ZHAO) == ["main.t1"]
    assert forget_due(here.engine, branch, NINE + DAY) == 28
    assert leave_no_trace(here.engine)
    left = bytes_of(here)
    assert [one for one in kept + marks if one in left] == []


def test_who_still_reads_what_was_there_keeps_it_in_the_file_until_they_are_done(on_sqlite: Office) -> None:
    here, known = on_sqlite, records(on_sqlite)
    known.note(BRANCH, taken(here), WANG, NINE)
    slow = open_database(here.url, writing=False)
    with slow.begin() as connection:
        sealed = rows(connection)[0]["sealed"].encode()
        assert forget_due(here.engine, BRANCH, NINE + DAY) == 1
        assert not leave_no_trace(here.engine, patience_ms=20)
    slow.dispose()
    assert leave_no_trace(here.engine)
    assert sealed not in bytes_of(here)


def test_what_cannot_be_wiped_yet_or_was_noted_anew_is_asked_to_be_wiped(on_sqlite: Office) -> None:
    here, known = on_sqlite, records(on_sqlite)
    one, other = taken(here, 1), taken(here, 2)
    known.note(BRANCH, one, WANG, NINE)
    assert not known.traces.is_set(), "nothing was there before"
    known.note(BRANCH, one, Personal("Li Na"), NINE)
    assert known.traces.is_set()
    known.traces.clear()
    known.note(BRANCH, other, WANG, NINE)
    slow = open_database(here.url, writing=False)
    with slow.begin() as connection:
        assert len(rows(connection)) == 2
        known.erase("main", [other.id], ZHAO)
    slow.dispose()
    assert known.traces.is_set()


def test_a_connection_is_as_patient_afterwards_as_it_was(on_sqlite: Office) -> None:
    leave_no_trace(on_sqlite.engine)
    with on_sqlite.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one() == 10_000
        assert connection.exec_driver_sql("PRAGMA secure_delete").scalar_one() == 1
