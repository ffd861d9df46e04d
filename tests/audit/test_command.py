"""`python -m server audit` says in words, and by its exit code, whether anything was changed behind our back."""

from pathlib import Path

import pytest
from sqlalchemy import text

from server.storage.database import open_database
from tests.backup.branch_with_a_past import CommandLine, installed
from tests.storage.office import Office, take


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(monkeypatch, capsys)


def change(url: str, statement: str) -> None:
    engine = open_database(url, writing=True)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def test_a_branch_that_nobody_touched_is_as_it_was_written_and_says_so(database_url: str, cli: CommandLine) -> None:
    installed(database_url)
    said = cli.done(database_url, "audit", "verify")
    assert said.startswith("All is as it was written: 1 branches, ")
    assert cli.done(database_url, "audit", "verify", "--branch", "main").startswith("All is as it was written")


def test_what_was_changed_is_named(database_url: str, cli: CommandLine) -> None:
    installed(database_url)
    change(database_url, "UPDATE counters SET staff_name = 'Nobody' WHERE id LIKE '%.1'")
    code, said, _ = cli.run(database_url, "audit", "verify")
    assert code == 1
    assert "counters, main.1: staff_name is 'Nobody', and by the log" in said
    assert "NOT AS WRITTEN: 1 findings" in said


def test_where_it_cannot_look_it_says_why(database_url: str, tmp_path: Path, cli: CommandLine) -> None:
    installed(database_url)
    missing = f"sqlite:///{tmp_path / 'missing.db'}"
    for url, more, why in (
        (missing, (), "there is no database"),
        (database_url, ("--branch", "nowhere"), "there is no branch nowhere"),
        (database_url, ("--head", "rubbish"), "a head is SEQ:HASH"),
    ):
        code, _, complaint = cli.run(url, "audit", "verify", *more)
        assert code == 2
        assert why in complaint
        assert complaint.count("\n") == 1
    assert cli.run(missing, "audit", "verify", "--database", database_url)[0] == 0


def test_a_head_that_was_printed_is_met_again_later_and_one_of_another_past_is_not(
    database_url: str, cli: CommandLine
) -> None:
    installed(database_url)
    heads = [line.split()[-1] for line in cli.done(database_url, "audit", "head").splitlines()]
    assert len(heads) == 3
    here = Office(database_url)
    take(here.writer(), 900).result(20)
    here.close()
    wanted = [word for head in heads for word in ("--head", head)]
    assert cli.done(database_url, "audit", "verify", *wanted)
    other = f"{heads[0].partition(':')[0]}:{'0' * 64}"
    code, said, _ = cli.run(database_url, "audit", "verify", "--head", other)
    assert code == 1
    assert f"the head {other} is in no chain" in said


def test_what_came_before_the_trail_is_accepted_by_name(database_url: str, cli: CommandLine) -> None:
    """As an older version leaves it, or a restore by the database's own means."""
    installed(database_url)
    change(database_url, "DELETE FROM audit")
    change(database_url, "UPDATE branches SET trail = '', epoch = 'another'")
    change(database_url, "DELETE FROM installation")
    assert cli.run(database_url, "audit", "verify")[0] == 1
    assert "taken as it is: branches:main" in cli.done(database_url, "audit", "accept")
    assert cli.done(database_url, "audit", "verify")
    assert cli.done(database_url, "audit", "accept").startswith("0 rows")
    assert cli.done(database_url, "audit", "verify")
    change(database_url, "UPDATE branches SET epoch = 'a third'")
    assert "epoch is 'a third'" in cli.run(database_url, "audit", "verify")[1]


def test_what_follows_from_the_log_cannot_be_accepted(database_url: str, cli: CommandLine) -> None:
    installed(database_url)
    change(database_url, "UPDATE counters SET staff_name = 'Nobody' WHERE id LIKE '%.1'")
    assert cli.done(database_url, "audit", "accept").startswith("0 rows")
    assert cli.run(database_url, "audit", "verify")[0] == 1


def test_a_restored_database_is_whole_and_tells_of_the_restore(
    database_url: str, tmp_path: Path, cli: CommandLine
) -> None:
    installed(database_url)
    file, other = tmp_path / "branch.backup", f"sqlite:///{tmp_path / 'other.db'}"
    cli.done(database_url, "backup", file)
    before = cli.done(database_url, "audit", "head")
    for url, command in (
        (other, ("restore",)),
        (other, ("restore", "--replace")),
        (other, ("import", "--replace", "--branch", "main")),
        (database_url, ("restore", "--replace")),
    ):
        cli.done(url, *command, file)
        assert cli.done(url, "audit", "verify").startswith("All is as it was written")
    assert "main log" in before
    assert [line for line in cli.done(other, "audit", "head").splitlines() if line in before.splitlines()]
    engine = open_database(database_url, writing=False)
    with engine.begin() as connection:
        told = connection.execute(text("SELECT before FROM audit WHERE what = 'backup.restored'")).scalar_one()
    engine.dispose()
    assert before.split()[2] in str(told)


def test_a_token_is_taken_back_by_its_id(database_url: str, cli: CommandLine) -> None:
    installed(database_url)
    cli.done(database_url, "token", "--kind", "teller", "--name", "Li Wei")
    engine = open_database(database_url, writing=False)
    with engine.begin() as connection:
        token_id = connection.execute(text("SELECT id FROM tokens WHERE name = 'Li Wei'")).scalar_one()
    engine.dispose()
    assert "is taken back" in cli.done(database_url, "token", "--revoke", token_id)
    assert cli.run(database_url, "token", "--revoke", token_id)[0] == 1
    assert cli.run(database_url, "token")[0] == 2
    assert cli.done(database_url, "audit", "verify")
