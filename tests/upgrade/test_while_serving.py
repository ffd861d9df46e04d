"""Two versions on one database: the schema goes up, down and up again, and nobody in the hall notices."""

import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from server.__main__ import main
from server.storage.database import open_database
from server.storage.migrate import SchemaError, check, migrate, revision_of
from server.storage.tables import branches, events
from tests.live.line import Json
from tests.running import Office
from tests.upgrade.load import Load
from tests.upgrade.two_versions import Version, VersionProcess, present, version_after, version_before

SOME = 25  # commands answered in each state of things


@contextmanager
def serving(version: Version, office: Office, folder: Path, name: str) -> Iterator[VersionProcess]:
    server = VersionProcess(office, folder / f"{name}.log", version=version)
    try:
        yield server.start()
    finally:
        server.stop()
    assert "Traceback" not in server.said.read_text(), server.said.read_text()


def revision(url: str) -> str:
    engine = open_database(url, writing=False)
    with engine.begin() as connection:
        found = revision_of(connection)
    engine.dispose()
    return found


def log_of(url: str) -> list[Json]:
    """The log as it is written down, asked of nobody else."""
    engine = open_database(url, writing=False)
    with engine.begin() as connection:
        columns = events.c.seq, events.c.kind, events.c.ticket_id
        mine = select(*columns).where(events.c.branch_id == "main").order_by(events.c.seq)
        found = [dict(row._mapping) for row in connection.execute(mine)]
    engine.dispose()
    return found


def up_and_down(old: Version, new: Version, before: VersionProcess, load: Load, folder: Path) -> None:
    """The upgrade, both side by side, and back, because the new version has disappointed: its server is drained
    first, and then the schema goes back under the old one."""
    url = load.office.database_url
    load.more(SOME)
    new.migrate(url)
    assert revision(url) == new.revision
    load.more(SOME, before.url)
    with serving(new, load.office, folder, "new") as after:
        load.doors = [before.url, after.url]
        load.more(SOME, before.url)
        load.more(SOME, after.url)
        load.doors = [before.url]
    new.migrate(url, old.revision)
    assert revision(url) == old.revision
    load.more(SOME, before.url)


@pytest.mark.long
def test_a_later_schema_comes_and_goes_while_this_server_serves(postgres_url: str, tmp_path: Path) -> None:
    old, new = present(), version_after(tmp_path)
    office = old.install(postgres_url)
    with serving(old, office, tmp_path, "old") as before, Load(office, [before.url]) as load:
        up_and_down(old, new, before, load, tmp_path)
        load.finish()
    verify(load, log_of(postgres_url))


@pytest.mark.long
def test_this_schema_replaces_the_one_before_while_that_server_serves(database_url: str, tmp_path: Path) -> None:
    old, new = version_before(tmp_path), present()
    office = old.install(database_url)
    with serving(old, office, tmp_path, "old") as before, Load(office, [before.url]) as load:
        up_and_down(old, new, before, load, tmp_path)
        new.migrate(database_url)
        with serving(new, office, tmp_path, "newer") as after:
            load.doors = [before.url, after.url]
            load.more(SOME, after.url)
            load.doors = [after.url]
            before.stop()
            load.more(SOME, after.url)
            load.finish()
    verify(load, log_of(database_url))


def verify(load: Load, log: list[Json]) -> None:
    """By the log alone, and by what those outside have kept."""
    assert load.unlike == []
    assert [event["seq"] for event in log] == list(range(1, len(log) + 1))
    ours = {kind for kind, _ in load.done}
    written = Counter((event["kind"], event["ticket_id"]) for event in log if event["kind"] in ours)
    assert written == load.done, "an acknowledged command is missing from the log, or is there twice"
    assert len(ours) == 4
    called = [event["seq"] for event in log if event["kind"] == "ticket.called"]
    for line in load.lines:
        whole = {seq for after, to in line.told_whole for seq in range(after + 1, to + 1)}
        assert [seq for seq in called if seq not in whole and seq not in line.calls] == []
        assert not set(line.calls) - set(called)
        assert line.calls, "the display was shown no call-out: nothing was proved"
        assert line.joined >= 2, "the display never had to go elsewhere: nothing was proved"
    if os.environ.get("CALLBOARD_FIGURES"):
        print(f"\n{sum(load.done.values())} acknowledged, {load.retried} retried, {len(called)} calls seen twice")


def test_a_server_starts_on_a_schema_that_only_adds_to_its_own(database_url: str, tmp_path: Path) -> None:
    new = version_after(tmp_path)
    new.migrate(database_url)
    engine = open_database(database_url, writing=True)
    assert migrate(engine) == new.revision
    check(engine)
    with pytest.raises(SchemaError, match="only the version that knows it"):
        migrate(engine, present().revision)
    with engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE tickets DROP COLUMN ahead")
    for start in (migrate, check):
        with pytest.raises(SchemaError, match=f"tickets has no ahead.*--to {present().revision}"):
            start(engine)
    engine.dispose()


def test_a_server_that_may_not_change_the_schema_says_what_to_do(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = open_database(database_url, writing=True)
    migrate(engine, "0002")
    engine.dispose()
    monkeypatch.setenv("CALLBOARD_DATABASE_URL", database_url)
    with pytest.raises(SystemExit, match=f"is at 0002, and this version needs {present().revision}: run `python -m"):
        main(["serve", "--no-migrate"])
    with pytest.raises(SystemExit, match="no revision 0042"):
        main(["migrate", "--to", "0042"])


def test_whoever_reads_for_long_holds_up_the_schema_and_nobody_else(
    postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the change waits for a reader, writing goes on between its tries; and it gives up with a reason."""
    engine, other = (open_database(postgres_url, writing=True) for _ in range(2))
    migrate(engine)
    migrate(engine, "0004")  # the step after it takes tables away that point to the branches, and waits as well
    monkeypatch.setattr("server.storage.migrate.PATIENCE_S", 1.0)
    with other.begin() as reading:
        reading.execute(select(branches.c.id)).all()
        with ThreadPoolExecutor(1) as thread:
            changing = thread.submit(migrate, engine, "0002")
            written = 0
            while not changing.done():
                with engine.begin() as connection:
                    connection.execute(select(branches.c.id).with_for_update())
                written += 1
            with pytest.raises(SchemaError, match="somebody reads or writes without end"):
                changing.result()
    assert written > 3
    assert revision(postgres_url) == "0003", "each step by itself: the one before was nobody's business"
    migrate(engine, "0002")
    assert revision(postgres_url) == "0002"
    engine.dispose()
    other.dispose()
