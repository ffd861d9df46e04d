"""`python -m server branch`: a branch out of one database and into another, and what stands in the way, in words."""

from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from server.advisor.rates import Measurements
from server.domain.events import Event
from server.domain.evolve import evolve
from server.domain.refusals import Refusal
from server.storage.answers import Told
from server.storage.event_log import events_after
from server.storage.server_clock import start_clock
from tests.backup.branch_with_a_past import CommandLine
from tests.domain.floor import NINE
from tests.domain.press import Press
from tests.domain.presses import command_of, many
from tests.domain.screen import on_the_wire
from tests.set_up_anew import numbered, set_up_meanwhile
from tests.storage.office import PATIENCE_S, Office, next_at, open_counter, take

Json = dict[str, Any]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> CommandLine:
    return CommandLine(monkeypatch, capsys)


@pytest.fixture
def made(sqlite_url: str, cli: CommandLine) -> str:
    """A database with a branch in it that began as the bank's template."""
    said = cli.done(sqlite_url, "branch", "new", "main", "--name", "Riverside", "--name-zh", "滨江支行")
    assert said.endswith("/office?branch=main\n")
    return sqlite_url


@pytest.fixture
def file(made: str, cli: CommandLine, tmp_path: Path) -> Path:
    found = tmp_path / "main.yaml"
    cli.done(made, "branch", "export", found)
    return found


def outcome(answer: Future[Told]) -> Any:
    try:
        return on_the_wire(answer.result(PATIENCE_S))
    except Refusal as refusal:
        return refusal.code, on_the_wire(refusal.params)


@pytest.fixture
def two(made: str, file: Path, cli: CommandLine, new_postgres_database: Any) -> Iterator[list[Office]]:
    """The branch on SQLite where it was made, and on PostgreSQL where the file has brought it."""
    other = new_postgres_database()
    cli.done(other, "branch", "import", file)
    assert cli.done(other, "branch", "export") == file.read_text(encoding="utf-8")
    offices = [Office(made), Office(other)]
    yield offices
    for office in offices:
        office.close()


def told(event: Event) -> Json:
    """All but the name of the event, which has the branch's epoch in it."""
    return {name: value for name, value in on_the_wire(event).items() if name != "id"}


def press_both(two: list[Office], presses: list[Press]) -> None:
    writers, called, hall = [office.writer() for office in two], 0, two[0].hall()
    for turn, press in enumerate(presses):
        for office in two:
            office.now = press.time(office.now)
        command = command_of(press, hall, turn)
        here, there = (outcome(writer.submit(command)) for writer in writers)
        assert here == there
        with two[0].reader.begin() as connection:
            for event in events_after(connection, "main", hall.seq, 1000):
                evolve(hall, event)
        called += isinstance(here, dict) and bool((here.get("ticket") or {}).get("called_at"))
    assert called > 20


def test_a_branch_brought_to_another_database_lives_the_same_day_there(two: list[Office], cli: CommandLine) -> None:
    """Whatever is pressed, the set-up changed on the way too: the same answers, numbers, order, reasons, figures."""
    press_both(two, many(300, seed=23))
    logs = [office.log() for office in two]
    assert [told(event) for event in logs[0]] == [told(event) for event in logs[1]]
    assert {"ticket.called", "branch.set_up", "ticket.transferred"} <= {event.kind for event in logs[0]}
    figures = []
    for office, log in zip(two, logs, strict=True):
        measured = Measurements(office.hall().branch)
        for event in log:
            measured.apply(event)
        now = office.now
        found = {key: one.as_dict() for key, one in measured.figures(now).items()}
        figures.append(on_the_wire([found, measured.queue_rates(now), measured.mean_service_s(now)]))
    assert figures[0] == figures[1]
    for office in two:
        assert cli.done(office.url, "audit", "verify").startswith("All is as it was written")


def test_a_file_changes_a_branch_where_people_wait_or_says_why_not(made: str, file: Path, cli: CommandLine) -> None:
    assert cli.done(made, "branch", "import", file) == "Nothing changes.\n"
    here = Office(made)
    start_clock(here.engine, NINE, 1.0)
    open_counter(writer := here.writer(), 1).result(PATIENCE_S)
    take(writer, 1).result(PATIENCE_S)
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("wait_cap_min: 30", "wait_cap_min: 20"), encoding="utf-8")
    assert cli.done(made, "branch", "import", "--try", file) == "Wait cap (min): 30 → 20\n"
    assert here.hall().branch.rules.wait_cap_s == 1800
    assert "servers that run follow" in cli.done(made, "branch", "import", file)
    assert here.hall().branch.rules.wait_cap_s == 1200
    assert next_at(writer, 1).result(PATIENCE_S)["ticket"]["number"] == "A001"
    here.close()


def test_what_is_wrong_with_a_file_is_said_line_by_line(made: str, file: Path, cli: CommandLine) -> None:
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("prefix: B", "prefix: A").replace("queue: cash", "queue: gold"), encoding="utf-8")
    code, _, err = cli.run(made, "branch", "import", file)
    assert code == 1
    assert "  queues.1.prefix: The queue Cash has the letter A already: both would print the same numbers." in err
    assert "  services.0.queue: There is no queue “gold”." in err
    file.write_text("a: [", encoding="utf-8")
    assert "line 1" in cli.refused(made, "branch", "import", file)
    assert "No such file" in cli.refused(made, "branch", "import", file.parent / "missing.yaml")


def test_a_branch_whose_ids_are_numbers_goes_on_and_no_other_begins_so(
    made: str, file: Path, cli: CommandLine
) -> None:
    set_up_meanwhile(made, numbered)
    cli.done(made, "branch", "export", file)
    assert "id: '7'" in file.read_text(encoding="utf-8")
    assert cli.done(made, "branch", "import", file) == "Nothing changes.\n"
    code, _, err = cli.run(made, "branch", "import", "--as", "north", file)
    assert (code, "services.0.id: “7” cannot be an id" in err) == (1, True), err


def test_a_copy_has_a_name_of_its_own_and_a_name_is_given_once(made: str, file: Path, cli: CommandLine) -> None:
    assert cli.done(made, "branch", "import", "--try", "--as", "north", file) == "The branch 'north' would be made.\n"
    cli.done(made, "branch", "import", "--as", "north", file)
    assert "id: north" in cli.done(made, "branch", "export", "--branch", "north")
    assert "north" in cli.refused(made, "branch", "new", "north", "--name", "North")
    assert "nowhere" in cli.refused(made, "branch", "export", "--branch", "nowhere")
