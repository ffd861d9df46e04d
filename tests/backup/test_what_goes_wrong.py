"""A backup that cannot be made or restored says why in a line, and changes nothing."""

import hashlib
import resource
from collections.abc import Callable
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import orjson
import pytest

from server.storage.database import open_database
from server.storage.migrate import migrate
from tests.backup.branch_with_a_past import (
    CommandLine,
    all_rows,
    epochs,
    installed,
    live_a_little,
    path_of,
    real_process,
)
from tests.storage.office import office


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-300])


def cut_to_nothing(file: Path) -> None:
    file.write_bytes(b"")


def scratched(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)


def rewritten(file: Path, change: Callable[[str, bytes], bytes]) -> None:
    """The archive with other content: sound as an archive, and yet not what was written."""
    with ZipFile(file) as old:
        content = {name: old.read(name) for name in old.namelist()}
    with ZipFile(file, "w", ZIP_DEFLATED) as new:
        for name, was in content.items():
            new.writestr(name, change(name, was))


def a_line_gone(file: Path) -> None:
    rewritten(file, lambda name, was: was.split(b"\n", 1)[1] if name == "events.jsonl" else was)


def a_number_changed(file: Path) -> None:
    rewritten(file, lambda name, was: was.replace(b'"A001"', b'"A007"') if name == "tickets.jsonl" else was)


@pytest.mark.parametrize("damaged", [cut_short, cut_to_nothing, scratched, a_line_gone, a_number_changed])
def test_a_damaged_backup_is_found_before_anything_is_changed(
    sqlite_url: str, tmp_path: Path, cli: CommandLine, damaged: Callable[[Path], None]
) -> None:
    installed(sqlite_url)
    file = tmp_path / "b"
    cli.done(sqlite_url, "backup", file)
    damaged(file)
    before = all_rows(sqlite_url), epochs(sqlite_url)
    complaint = cli.refused(sqlite_url, "restore", "--replace", file)
    assert "damaged" in complaint or "not the whole" in complaint
    assert (all_rows(sqlite_url), epochs(sqlite_url)) == before


def test_a_damaged_plain_copy_is_found_too(sqlite_url: str, tmp_path: Path, cli: CommandLine) -> None:
    installed(sqlite_url)
    file = tmp_path / "plain.db"
    cli.done(sqlite_url, "backup", "--native", file)
    content = file.read_bytes()
    file.write_bytes(content[:4096] + b"\xff" * 4096 + content[8192:])
    assert "damaged" in cli.refused(sqlite_url, "restore", "--replace", file)


def vouched_for(file: Path, change: Callable[[bytes], bytes]) -> None:
    """The log changed, and the manifest with it, as by a program with a fault."""

    def both(name: str, was: bytes) -> bytes:
        if name == "events.jsonl":
            return change(was)
        if name != "manifest.json":
            return was
        manifest = orjson.loads(was)
        with ZipFile(file) as old:
            log = change(old.read("events.jsonl"))
        for table in manifest["tables"]:
            if table["name"] == "events":
                table |= {"rows": log.count(b"\n"), "sha256": hashlib.sha256(log).hexdigest()}
        return bytes(orjson.dumps(manifest))

    with ZipFile(file) as old:
        content = {name: both(name, old.read(name)) for name in old.namelist()}
    with ZipFile(file, "w", ZIP_DEFLATED) as new:
        for name, data in content.items():
            new.writestr(name, data)


@pytest.mark.parametrize("missing", ["the end", "the middle"])
def test_a_backup_whose_log_does_not_fit_is_taken_back_after_all_was_written(
    database_url: str, tmp_path: Path, cli: CommandLine, missing: str
) -> None:
    installed(database_url)
    file = tmp_path / "b"
    cli.done(database_url, "backup", file)

    def without(log: bytes) -> bytes:
        lines = log.splitlines(keepends=True)
        del lines[-1 if missing == "the end" else 5]
        return b"".join(lines)

    vouched_for(file, without)
    before = all_rows(database_url), epochs(database_url)
    assert "contradicts itself" in cli.refused(database_url, "restore", "--replace", file)
    assert (all_rows(database_url), epochs(database_url)) == before


def test_a_database_that_is_not_empty_is_not_touched(database_url: str, tmp_path: Path, cli: CommandLine) -> None:
    installed(database_url)
    file = tmp_path / "b"
    cli.done(database_url, "backup", file)
    with office(f"sqlite:///{tmp_path / 'busy.db'}") as here:
        live_a_little(here, customers=3)
        before = all_rows(here.url)
        assert "--replace" in cli.refused(here.url, "restore", file)
        assert all_rows(here.url) == before


def test_a_backup_of_the_schema_before_restores(database_url: str, tmp_path: Path, cli: CommandLine) -> None:
    installed(database_url)
    file = tmp_path / "old"
    cli.done(database_url, "migrate", "--to", "0002")
    assert "schema 0002" in cli.done(database_url, "backup", file)
    before = all_rows(database_url)
    other = f"sqlite:///{tmp_path / 'new.db'}"
    cli.done(other, "restore", file)
    restored = all_rows(other)
    for name, rows in before.items():  # a column that came later is empty
        known = set().union(*rows)
        assert [{key: row[key] for key in row if key in known} for row in restored[name]] == rows, name
        assert all(row[key] is None for row in restored[name] for key in row if known and key not in known), name


def test_a_backup_of_a_later_schema_says_who_can_restore_it(
    sqlite_url: str, tmp_path: Path, cli: CommandLine
) -> None:
    installed(sqlite_url)
    engine = open_database(sqlite_url, writing=True)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE tickets ADD COLUMN mood VARCHAR(10)")
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0999'")
    engine.dispose()
    file = tmp_path / "later"
    cli.done(sqlite_url, "backup", file)
    complaint = cli.refused(f"sqlite:///{tmp_path / 'own.db'}", "restore", file)
    assert "schema 0999" in complaint
    assert "tickets.mood" in complaint
    assert "the version that made it" in complaint


def test_there_is_nothing_to_back_up_where_there_is_no_database(
    sqlite_url: str, postgres_url: str, tmp_path: Path, cli: CommandLine
) -> None:
    assert "there is no database" in cli.refused(sqlite_url, "backup", tmp_path / "b")
    assert not path_of(sqlite_url).exists()
    assert "nothing in this database" in cli.refused(postgres_url, "backup", tmp_path / "b")
    assert "SQLite" in cli.refused(postgres_url, "backup", "--native", tmp_path / "b")
    assert list(tmp_path.iterdir()) == []


def test_a_database_that_lets_nobody_in_is_told_without_the_password(
    postgres_url: str, tmp_path: Path, cli: CommandLine
) -> None:
    wrong = postgres_url.replace("postgres:", "nobody:geheim", 1).replace("postgres@", "nobody@", 1)
    assert wrong != postgres_url
    complaint = cli.run(wrong, "backup", tmp_path / "b")
    assert complaint[0] == 1
    assert "nobody" in complaint[2]
    assert "geheim" not in complaint[2]


def test_a_full_disk_leaves_neither_half_a_backup_nor_half_a_database(
    sqlite_url: str, tmp_path: Path, cli: CommandLine
) -> None:
    """The system stops a file at a size, as a disk does that is full."""
    with office(sqlite_url) as here:
        live_a_little(here, customers=60)
    file = tmp_path / "b"
    cli.done(sqlite_url, "backup", file)

    def full_at(size: int) -> Callable[[], None]:
        return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    folder = tmp_path / "full"
    folder.mkdir()
    ran = real_process(sqlite_url, "backup", folder / "b", preexec_fn=full_at(2000))
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    assert list(folder.iterdir()) == []
    other = f"sqlite:///{tmp_path / 'small.db'}"
    engine = open_database(other, writing=True)
    migrate(engine)
    engine.dispose()
    size = path_of(other).stat().st_size + 20_000
    ran = real_process(other, "restore", file, preexec_fn=full_at(size))
    assert ran.returncode == 1, ran.stderr
    assert "Traceback" not in ran.stderr
    assert all_rows(other)["branches"] == []
