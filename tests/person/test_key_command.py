"""`python -m server key`: another key seals everything anew, whole or broken off, and then the old one may go."""

import base64
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from server.domain.personal import Personal
from server.domain.trail import SERVER, Who
from server.storage.badges import begin_pin_try, set_badge
from server.storage.codes import kept_recovery, put_code, recovery_left, sealed_about, take_recovery
from server.storage.database import Database
from server.storage.personal import PersonalRecords
from server.storage.resealing import Resealed, keys_in_use, reseal
from server.storage.seal import Seal
from server.storage.staff import add_person, person_by
from server.storage.tables import audit, personal
from server.storage.verifying.whole import verify
from tests.backup.branch_with_a_past import CommandLine
from tests.domain.floor import NINE, example_branch
from tests.house.source import ROOT
from tests.storage.office import PATIENCE_S, Office, office, take

OLD, NEW, OTHER = (base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2, 3))
CUSTOMERS = 24
SECRET, RECOVERY = "JBSWY3DPEHPK3PXP", ("K7QM2XRT9BHC", "M2XRT9BHCK7Q")
BADGE = "0004711305"


# The command, in a process that is killed (as by `kill -9`) when its fourth piece is written and not committed.
KILLED = """
import os, signal
from server.__main__ import main
from server.storage import resealing

pieces, append = 0, resealing.append

def appending(connection, entries):
    global pieces
    pieces += 1
    append(connection, entries)
    if pieces == 4:
        os.kill(os.getpid(), signal.SIGKILL)

resealing.append = appending
main(["key", "reseal", "--at-once", "5"])
"""


def phone(number: int) -> str:
    return f"138{number:08}"


@contextmanager
def filled(url: str) -> Iterator[Office]:
    """Customers and a colleague's codes, sealed with the old key."""
    with office(url) as found:
        seal, writer = Seal(OLD), found.writer()
        tickets = [take(writer, number) for number in range(CUSTOMERS)]
        for answer in tickets:
            answer.result(PATIENCE_S)
        records, hall = PersonalRecords(found.engine, found.reader, seal), found.hall()
        for number in range(CUSTOMERS):
            person = Personal(f"Customer {number}", phone(number))
            records.note(example_branch(), hall.tickets[f"main.t{number}"], person, NINE)
        li = add_person(found.engine, "li.wei", "Li Wei", {"main": "teller"}, datetime.now(UTC))
        kept = kept_recovery(seal, li, RECOVERY)
        assert put_code(found.engine, li, seal.seal(SECRET, sealed_about(li)), 1, kept, SERVER)
        set_badge(found.engine, li, BADGE, "$argon2id$", datetime.now(UTC), SERVER, seal=seal)
        yield found


@pytest.fixture
def known(database_url: str) -> Iterator[Office]:
    with filled(database_url) as found:
        yield found


@pytest.fixture
def known_on_sqlite(sqlite_url: str) -> Iterator[Office]:
    """For what has nothing to do with the database."""
    with filled(sqlite_url) as found:
        yield found


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    monkeypatch.setenv("CALLBOARD_DATA_KEY", f"{NEW} {OLD}")
    return CommandLine(monkeypatch, capsys)


def in_use(here: Office) -> dict[str, dict[str, int]]:
    with here.reader.begin() as connection:
        return {what: dict(found) for what, found in keys_in_use(connection).items()}


def found_by(here: Office, keys: str) -> list[str]:
    """Of all customers, those who are found by their telephone and can be read."""
    records = PersonalRecords(here.engine, here.reader, Seal(keys))
    every = (records.find("main", "phone", phone(number), SERVER) for number in range(CUSTOMERS))
    return [one.person.name for found in every for one in found]


def is_whole(here: Office) -> bool:
    with here.reader.begin() as connection:
        return not verify(connection).findings


ALL = [f"Customer {number}" for number in range(CUSTOMERS)]


def test_everything_is_sealed_anew_and_the_old_key_may_go(known: Office, cli: CommandLine) -> None:
    new, old = Seal(NEW), Seal(OLD)
    assert in_use(known) == {"customers": {old.names[0]: CUSTOMERS}, "people": {old.names[0]: 1}}
    code, said, _ = cli.run(known.url, "key", "status")
    assert (code, f"{old.names[0]}  an older one: {CUSTOMERS} customers, 1 people" in said) == (1, True), said
    said = cli.done(known.url, "key", "reseal", "--at-once", 7)
    assert f"{CUSTOMERS + 1} rows were sealed anew" in said
    assert "may be thrown away now" in said
    assert "may be thrown away now" in cli.done(known.url, "key", "status")
    assert in_use(known) == {"customers": {new.names[0]: CUSTOMERS}, "people": {new.names[0]: 1}}
    assert found_by(known, NEW) == ALL
    assert found_by(known, OLD) == [], "the marks are of the new key, too"
    with known.reader.begin() as connection:
        person = person_by(connection, login="li.wei")
        told = connection.execute(select(audit.c.what, audit.c.who_kind).where(audit.c.what.like("%resealed"))).all()
    assert person is not None
    assert new.open(person.code_secret or "", sealed_about(person.id)) == SECRET
    known_by = [begin_pin_try(known.engine, BADGE, datetime.now(UTC), "", seal)[0] for seal in (new, old)]
    assert [one and one.login for one in known_by] == ["li.wei", None]
    assert [take_recovery(known.engine, new, person.id, RECOVERY[0], SERVER) for _ in range(2)] == [True, False]
    with known.reader.begin() as connection:
        assert recovery_left(connection, person.id) == 1
    assert {line.who_kind for line in told} == {"console"}
    assert sorted(line.what for line in told) == ["customer.resealed"] * CUSTOMERS + [
        "key.resealed",
        "person.resealed",
    ]
    assert is_whole(known)
    assert "0 rows were sealed anew" in cli.done(known.url, "key", "reseal"), "a second time costs nothing"


def test_killed_in_the_middle_it_leaves_everything_readable_and_true_and_goes_on_when_it_is_run_again(
    known: Office, cli: CommandLine
) -> None:
    settings = {"CALLBOARD_DATABASE_URL": known.url, "CALLBOARD_DATA_KEY": f"{NEW} {OLD}"}
    ran = subprocess.run([sys.executable, "-c", KILLED], cwd=ROOT, env=os.environ | settings, check=False, timeout=60)
    assert ran.returncode == -signal.SIGKILL
    done = in_use(known)["customers"][Seal(NEW).names[0]]
    assert done == 15, "three pieces; of the fourth there is nothing"
    assert found_by(known, f"{NEW} {OLD}") == ALL
    assert is_whole(known)
    said = cli.done(known.url, "key", "reseal")
    assert f"{CUSTOMERS - done + 1} rows" in said
    assert found_by(known, NEW) == ALL
    assert is_whole(known)


def test_what_is_noted_and_erased_meanwhile_is_neither_lost_nor_brought_back(known: Office) -> None:
    """By servers that have both keys already."""
    both = Seal(f"{NEW} {OLD}")
    records = PersonalRecords(known.engine, known.reader, both)
    pieces = reseal(known.engine, both, SERVER, at_once=10)
    assert next(pieces).rows == 10
    tickets = known.hall().tickets
    last = max(tickets)
    records.note(example_branch(), tickets[last], Personal("Somebody else", phone(999)), NINE)
    assert records.erase("main", ["main.t0", "main.t8"], SERVER) == ["main.t0", "main.t8"]
    left = [piece for piece in pieces if piece.rows or piece.stuck]
    assert not any(piece.stuck for piece in left)
    assert in_use(known)["customers"] == {both.names[0]: CUSTOMERS - 2}
    names = found_by(known, NEW)
    assert len(names) == CUSTOMERS - 3
    assert not {"Customer 0", "Customer 8"} & {*names}
    assert len(records.find("main", "phone", phone(999), SERVER)) == 1
    assert is_whole(known)


def test_where_a_server_goes_on_with_the_old_key_it_says_so(
    known_on_sqlite: Office, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_server = PersonalRecords(known_on_sqlite.engine, known_on_sqlite.reader, Seal(OLD))

    def meanwhile(engine: Database, seal: Seal, who: Who, at_once: int) -> Iterator[Resealed]:
        yield from reseal(engine, seal, who, at_once)
        old_server.note(example_branch(), known_on_sqlite.hall().tickets["main.t0"], Personal("Li Na"), NINE)

    monkeypatch.setattr("server.person.key.reseal", meanwhile)
    code, said, _ = cli.run(known_on_sqlite.url, "key", "reseal")
    assert (code, "Some server still seals with an older key" in said, "thrown away" in said) == (1, True, False), (
        said
    )


def test_what_no_key_opens_is_named_and_the_old_key_must_stay(
    known_on_sqlite: Office, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with known_on_sqlite.engine.begin() as connection:
        first = connection.execute(select(personal.c.sealed).where(personal.c.ticket_id == "main.t1")).scalar_one()
        spoilt = update(personal).where(personal.c.ticket_id == "main.t1").values(sealed=f"{first[:-4]}AAA=")
        connection.execute(spoilt)
    code, said, _ = cli.run(known_on_sqlite.url, "key", "reseal")
    assert (code, "personal:main.t1 was changed" in said, "may be thrown away" in said) == (1, True, False), said
    assert "1 cannot be opened" in said
    assert len(in_use(known_on_sqlite)["customers"]) == 2
    monkeypatch.setenv("CALLBOARD_DATA_KEY", f"{OTHER} {NEW}")
    code, said, _ = cli.run(known_on_sqlite.url, "key", "status")
    assert (code, f"{Seal(OLD).names[0]}  NOT HERE: 1 customers" in said) == (1, True), said
    monkeypatch.setenv("CALLBOARD_DATA_KEY", "no key")
    code, _, complaint = cli.run(known_on_sqlite.url, "key", "reseal")
    assert (code, "32 random bytes" in complaint) == (2, True)
