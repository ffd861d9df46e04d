"""A backup holds everything as of one moment, and restored on either database the hall goes on where it was."""

import threading
from dataclasses import replace
from pathlib import Path

import pytest

from server.backup.filling import source_in
from server.storage.branches import install_branch
from server.storage.database import open_database
from server.storage.migrate import migrate
from tests.backup.branch_with_a_past import CommandLine, all_rows, epochs, installed, live_a_little, path_of
from tests.domain.floor import counter, example_branch
from tests.storage.office import Office, office, take

NORTH = [replace(counter(1, "cash"), id="north.1", branch_id="north")]


def test_a_backup_restores_onto_either_database(
    database_url: str, other_url: str, tmp_path: Path, cli: CommandLine
) -> None:
    installed(database_url)
    file = tmp_path / "branch.backup"
    cli.done(database_url, "backup", file)
    cli.done(other_url, "restore", file)
    there = all_rows(other_url)
    assert there == all_rows(database_url)
    assert len(there["events"]) > 20
    assert len(there["answers"]) > 5
    assert epochs(other_url)["main"] != epochs(database_url)["main"]


def test_after_a_restore_the_sequence_goes_on_without_a_gap(
    database_url: str, tmp_path: Path, cli: CommandLine
) -> None:
    installed(database_url)
    file = tmp_path / "branch.backup"
    cli.done(database_url, "backup", file)
    cli.done(database_url, "restore", "--replace", file)
    here = Office(database_url)
    last = here.last_seq()
    numbers = {ticket.number for ticket in here.hall().tickets.values()}
    writer = here.writer()
    new = [take(writer, 500 + n).result(20)["ticket"]["number"] for n in range(3)]
    assert [event.seq for event in here.log()] == list(range(1, last + 4))
    assert not numbers & set(new)
    assert len(set(new)) == 3
    here.close()


def test_a_plain_copy_of_sqlite_opens_as_it_is_and_restores_too(
    sqlite_url: str, other_url: str, tmp_path: Path, cli: CommandLine
) -> None:
    installed(sqlite_url)
    file = tmp_path / "plain.db"
    cli.done(sqlite_url, "backup", "--native", file)
    assert all_rows(f"sqlite:///{file}") == all_rows(sqlite_url)
    cli.done(other_url, "restore", file)
    assert all_rows(other_url) == all_rows(sqlite_url)


def test_a_backup_is_of_one_moment_while_others_write(database_url: str, tmp_path: Path, cli: CommandLine) -> None:
    """Each log ends exactly where its branch says: `restore` would refuse a mixture of two moments."""
    with office(database_url) as here:
        live_a_little(here)
        writer, over = here.writer(), threading.Event()
        taken: list[int] = []

        def rush() -> None:
            while not over.is_set():
                taken.append(take(writer, 10_000 + len(taken)).result(20)["seq"])

        thread = threading.Thread(target=rush)
        thread.start()
        files = [tmp_path / f"{n}.backup" for n in range(4)]
        for n, file in enumerate(files):
            native = ["--native"] if n % 2 and database_url.startswith("sqlite") else []
            cli.done(database_url, "backup", file, *native)
        over.set()
        thread.join()
    ends = []
    for file in files:
        with source_in(file) as source:
            (branch,) = source.rows("branches")
            seqs = [row["seq"] for row in source.rows("events")]
        assert seqs == list(range(1, branch["last_seq"] + 1))
        ends.append(len(seqs))
    assert ends == sorted(ends)
    assert ends[-1] > ends[0], "nothing was written meanwhile: nothing was proved"


@pytest.mark.parametrize("what", ["backup", "native"])
def test_a_backup_is_for_its_owner_only_and_leaves_nothing_beside_it(
    sqlite_url: str, tmp_path: Path, cli: CommandLine, what: str
) -> None:
    installed(sqlite_url)
    folder = tmp_path / "backups"
    folder.mkdir()
    cli.done(sqlite_url, "backup", folder / "b", *(["--native"] if what == "native" else []))
    assert [path.name for path in folder.iterdir()] == ["b"]
    assert (folder / "b").stat().st_mode & 0o077 == 0


def test_a_branch_moves_to_a_database_that_has_others(
    sqlite_url: str, other_url: str, tmp_path: Path, cli: CommandLine
) -> None:
    """One that began on a small machine joins the bank's others, and they do not notice."""
    installed(sqlite_url)
    file = tmp_path / "small.backup"
    cli.done(sqlite_url, "backup", file)
    engine = open_database(other_url, writing=True)
    migrate(engine)
    install_branch(engine, replace(example_branch(), id="north"), NORTH)
    engine.dispose()
    before = epochs(other_url)
    assert "no branch east" in cli.refused(other_url, "import", file, "--branch", "east")
    cli.done(other_url, "import", file, "--branch", "main")
    assert all_rows(other_url)["events"] == all_rows(sqlite_url)["events"]
    assert epochs(other_url)["north"] == before["north"]
    assert "main is there already" in cli.refused(other_url, "import", file)
    cli.done(other_url, "import", file, "--replace")
    assert all_rows(other_url)["tickets"] == all_rows(sqlite_url)["tickets"]
    assert path_of(sqlite_url).exists()
