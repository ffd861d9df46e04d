"""`python -m server person`: one customer is found, handed out and erased on the server's own machine."""

import base64
import io
import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from server.domain.personal import Personal
from server.storage.personal import PersonalRecords
from server.storage.seal import Seal
from server.storage.tables import audit, personal
from tests.backup.branch_with_a_past import CommandLine
from tests.domain.floor import NINE, example_branch
from tests.storage.office import PATIENCE_S, Office, office, take

KEY = base64.b64encode(bytes(range(32))).decode()
WANG, LI = Personal("王小明", "13812345678", "6789"), Personal("Li Na", "13912345678")


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    monkeypatch.setenv("CALLBOARD_DATA_KEY", KEY)
    return CommandLine(monkeypatch, capsys)


@pytest.fixture
def known(database_url: str) -> Iterator[Office]:
    """Wang has had two tickets, Li Na one."""
    with office(database_url) as found:
        records = PersonalRecords(found.engine, found.reader, Seal(KEY))
        writer = found.writer()
        for number, person in ((1, WANG), (2, WANG), (3, LI)):
            take(writer, number).result(PATIENCE_S)
            records.note(example_branch(), found.hall().tickets[f"main.t{number}"], person, NINE)
        yield found


def left(here: Office) -> set[str]:
    with here.reader.begin() as connection:
        return set(connection.execute(select(personal.c.ticket_id)).scalars())


def answer(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_a_customer_is_found_however_it_is_typed_and_the_trail_says_who_looked(
    known: Office, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = cli.done(known.url, "person", "find", "--phone", "+86 138-1234-5678")
    assert said.count("王小明") == 2
    assert "main.t1" in said
    assert "Li Na" not in said
    answer(monkeypatch, "li na")
    assert "main.t3" in cli.done(known.url, "person", "find", "--name", "-", "--branch", "main")
    with known.reader.begin() as connection:
        told = connection.execute(select(audit).where(audit.c.what == "customer.found")).all()
    assert {line.who_kind for line in told} == {"console"}
    assert [(line.subject, line.after["found"]) for line in told] == [("phone", 2), ("name", 1)]


def test_whom_nobody_knows_is_said_and_is_no_success(known: Office, cli: CommandLine) -> None:
    code, said, complaint = cli.run(known.url, "person", "find", "--phone", "13999999999")
    assert (code, said) == (1, "")
    assert "Nobody is known by that" in complaint


def test_what_is_kept_of_one_is_written_to_a_file_for_its_owner_alone(
    known: Office, cli: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / "wang.json"
    cli.done(known.url, "person", "export", "--name", "王 小明", file)
    found = json.loads(file.read_text("utf-8"))["found"]
    assert {one["person"]["phone"] for one in found} == {"13812345678"}
    assert {one["ticket"]["issued_at"] for one in found} == {"2026-03-02T01:00:00+00:00"}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    code, _, complaint = cli.run(known.url, "person", "export", "--name", "王小明", file)
    assert (code, "there already" in complaint) == (2, True)


def test_who_is_erased_is_asked_about_first(known: Office, cli: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    for no in ("n", "", "maybe"):
        answer(monkeypatch, no)
        code, said, complaint = cli.run(known.url, "person", "erase", "--phone", "13812345678")
        assert (code, "nothing was erased" in complaint) == (2, True)
        assert "main.t1" in said, "what it is about is shown before"
    assert len(left(known)) == 3
    answer(monkeypatch, "y")
    assert "2 visits" in cli.done(known.url, "person", "erase", "--phone", "13812345678")
    assert left(known) == {"main.t3"}
    assert cli.run(known.url, "person", "erase", "--phone", "13812345678", "--yes")[0] == 1
    assert cli.done(known.url, "audit", "verify").startswith("All is as it was written")


def test_who_has_lost_the_key_can_still_erase_by_ticket(
    known: Office, cli: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CALLBOARD_DATA_KEY", base64.b64encode(bytes(32)).decode())
    assert cli.run(known.url, "person", "find", "--name", "Li Na")[0] == 1
    cli.done(known.url, "person", "erase", "--ticket", "main.t3", "--yes")
    assert left(known) == {"main.t1", "main.t2"}


def test_what_cannot_be_done_is_said_in_a_line(
    known: Office, cli: CommandLine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    wrong = {
        "there is no branch nowhere": ("find", "--name", "x", "--branch", "nowhere"),
        "there is nothing in that name": ("find", "--name", " - "),
    }
    for why, arguments in wrong.items():
        code, _, complaint = cli.run(known.url, "person", *arguments)
        assert (code, why in complaint) == (2, True), complaint
    monkeypatch.setenv("CALLBOARD_DATA_KEY", "no key")
    code, _, complaint = cli.run(known.url, "person", "find", "--name", "x")
    assert code == 2
    assert "CALLBOARD_DATA_KEY" in complaint
    assert "Traceback" not in complaint
    assert cli.run(f"sqlite:///{tmp_path / 'missing.db'}", "person", "find", "--name", "x")[0] == 2
