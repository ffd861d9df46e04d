"""What an analyst gets: every event once, every ticket with its times, from days put away as from today's."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from server.backup.ticket_lines import COLUMNS, ticket_lines
from server.domain.events import event_from
from server.storage.archive import archive_old_days
from tests.backup.branch_with_a_past import CommandLine, all_rows, live_a_little
from tests.domain.floor import example_branch
from tests.storage.office import Office, office

Json = dict[str, Any]


@pytest.fixture
def url(database_url: str) -> str:
    """Three days in March, of which the first has been put away."""
    with office(database_url) as here:
        live_a_little(here, days=3)
        assert put_away(here, 2) == 1
    return database_url


def put_away(here: Office, keep: int) -> int:
    return archive_old_days(here.engine, "main", here.now + timedelta(days=1), keep_days=keep, limit=5)


def events(text: str) -> list[Json]:
    return [json.loads(line) for line in text.splitlines()]


def tickets(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_log_is_exported_whole_and_day_by_day(url: str, cli: CommandLine) -> None:
    whole = events(cli.done(url, "export"))
    assert [event["seq"] for event in whole] == list(range(1, len(whole) + 1))
    days = [event["day"] for event in whole if event["kind"] == "branch.day_started"]
    assert len(days) == 3
    parts = [events(cli.done(url, "export", "--from", day, "--to", day)) for day in days]
    assert [event for part in parts for event in part] == whole
    assert events(cli.done(url, "export", "--from", days[1])) == parts[1] + parts[2]
    assert events(cli.done(url, "export", "--to", "2020-01-01")) == []


def test_every_ticket_has_one_line_with_its_times(url: str, tmp_path: Path, cli: CommandLine) -> None:
    file = tmp_path / "tickets.csv"
    cli.done(url, "export", "--format", "csv", "--bom", "--out", file)
    assert file.read_bytes().startswith(b"\xef\xbb\xbf" + b"branch,")
    found = tickets(file.read_text("utf-8-sig"))
    log = [event_from(event) for event in events(cli.done(url, "export"))]
    issued = [event.ticket.id for event in log if event.kind == "ticket.issued" and event.ticket]
    assert sorted(line["ticket"] for line in found) == sorted(issued)
    assert {line["business_day"] for line in found} == {"2026-03-02", "2026-03-03", "2026-03-04"}
    served = [line for line in found if line["started"] and line["outcome"] == "completed"]
    assert len(served) > 8
    for line in served:
        assert line["issued"] <= line["called"] <= line["started"] <= line["ended"]
        assert float(line["service_min"]) == 0.5  # as the tellers of this branch take
        assert float(line["wait_min"]) > 0
    assert served[0]["issued"] == "2026-03-02 09:00:00"  # as the clock on the wall had it


def test_an_export_goes_to_whoever_asks_and_to_nobody_else(url: str, cli: CommandLine) -> None:
    assert "no branch 'east'; there are main" in cli.refused(url, "export", "--branch", "east")
    assert cli.done(url, "export", "--branch", "main") == cli.done(url, "export")


def test_a_name_that_a_spreadsheet_would_run_is_only_a_name() -> None:
    told = {"branch": "=main", "ticket": "@t1"}
    body = dict.fromkeys(("day", "advice", "counter", "branch", "reason"))
    ticket: Json = {
        **dict.fromkeys(("called_at", "started_at", "ended_at", "counter_id"), None),
        **dict.fromkeys(("issued_at", "arrived_at", "order_at"), "2026-03-02T01:00:00+00:00"),
        "id": told["ticket"],
        "visit_id": "-v",
        "branch_id": "main",
        "business_day": "2026-03-02",
        "prefix": "A",
        "serial": 1,
        "step": 1,
        "number": "+A1",
        "service_id": "deposit",
        "later_services": [],
        "queue_id": "cash",
        "segment": "ordinary",
        "state": "waiting",
    }
    event = event_from(
        {**body, "id": "1", "branch_id": "main", "seq": 1, "kind": "ticket.issued", "actor": "kiosk", "version": 1}
        | {"at": "2026-03-02T01:00:00+00:00", "ticket": ticket}
    )
    (line,) = ticket_lines(example_branch(), [(None, event)])
    found = dict(zip(COLUMNS, line, strict=True))
    assert [found[name] for name in ("ticket", "visit", "number", "branch")] == ["'@t1", "'-v", "'+A1", "main"]


def test_an_older_schema_gets_its_days_back_into_the_log(database_url: str, cli: CommandLine) -> None:
    with office(database_url) as here:
        live_a_little(here, days=3)
        before = all_rows(database_url)
        assert put_away(here, 1) == 2
        assert len(all_rows(database_url)["events"]) < len(before["events"])
    cli.done(database_url, "migrate", "--to", "0002")
    after = all_rows(database_url)
    assert "archived_days" not in after
    assert after["events"] == before["events"]
    assert {row["id"]: row for row in after["tickets"]} == {row["id"]: row for row in before["tickets"]}
