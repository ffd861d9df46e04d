"""A business day of long ago is read as yesterday is; one that never was, or is damaged, is said to be so."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from server.domain.branch import branch_from
from server.storage.archive import archive_old_days
from server.storage.database import open_database
from server.storage.tables import archived_days
from tests.running import TEN, Caller, Json, Office, Served, serving
from tests.web.problem import refused

DAYS = 3


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    """What is stored is the same on both databases: tests/storage/test_archive.py."""
    return sqlite_office


@pytest.fixture(scope="module")
def served(office: Office) -> Iterator[Served]:
    with serving(office, clock_control=True) as served:
        yield served


@pytest.fixture(scope="module")
def ask(served: Served) -> Iterator[Caller]:
    """The third day has come; the first has been put away."""
    with Caller(served.url, served.office.tokens) as ask:
        for day in range(DAYS):
            if day:
                later = (TEN + timedelta(days=day)).isoformat()
                answer = ask.http.put("clock", json={"skip_to": later}, headers=bearer(ask))
                assert answer.is_success, answer.text
            ask.done("teller", "counters/main.1/open")
            for _ in range(4):
                ask.ticket()
                ask.done("teller", "counters/main.1/call-next")
        engine = open_database(served.office.database_url, writing=True)
        assert archive_old_days(engine, "main", TEN + timedelta(days=DAYS - 1), keep_days=1) == 1
        engine.dispose()
        yield ask


def bearer(ask: Caller) -> dict[str, str]:
    return {"Authorization": f"Bearer {ask.tokens['operator']}"}


def day(ask: Caller, number: int, **query: int) -> Json:
    found = ask.get("manager", f"branches/main/days/2026-03-{2 + number:02}", **query)
    assert found.status_code == 200, found.text
    return dict(found.json())


@pytest.mark.parametrize("number", range(DAYS))
def test_every_day_is_told_whole_wherever_it_lies(ask: Caller, number: int) -> None:
    found = day(ask, number)
    assert found["archived"] is (number == 0)
    log = [event for event in ask.log() if found["first_seq"] <= event["seq"] <= found["last_seq"]]
    assert found["events"] == log
    assert found["seq"] == found["last_seq"]
    assert "branch.day_started" in [event["kind"] for event in log]
    snapshot = found["snapshot"]
    assert (snapshot["seq"], snapshot["tickets"]) == (found["first_seq"] - 1, [])
    assert {c["status"] for c in snapshot["counters"] if c["counter_class"] != "self_service"} == {"closed"}
    assert branch_from(snapshot["branch"]).id == "main"


def test_the_days_follow_each_other_without_a_gap(ask: Caller) -> None:
    found = [day(ask, number) for number in range(DAYS)]
    assert found[0]["first_seq"] == 1
    assert [one["last_seq"] + 1 for one in found[:-1]] == [one["first_seq"] for one in found[1:]]


@pytest.mark.parametrize("number", range(DAYS))
def test_a_day_is_told_in_pages(ask: Caller, number: int) -> None:
    whole, told = day(ask, number), list[Json]()
    page = day(ask, number, limit=5)
    while page["events"]:
        assert len(page["events"]) <= 5
        told += page["events"]
        page = day(ask, number, limit=5, after=page["seq"])
    assert told == whole["events"]


@pytest.mark.parametrize(
    ("asked", "status", "code"),
    [
        ("2026-03-01", 404, "day_not_found"),
        ("1999-12-31", 404, "day_not_found"),
        ("2026-03-05", 404, "day_to_come"),
        ("9999-12-31", 404, "day_to_come"),
        ("2026-02-30", 422, "invalid"),
        ("yesterday", 422, "invalid"),
    ],
)
def test_a_day_that_is_not_there_is_said_to_be_so(ask: Caller, asked: str, status: int, code: str) -> None:
    refused(ask.get("manager", f"branches/main/days/{asked}"), status, code)


def test_a_damaged_day_is_told_and_the_others_are_read(ask: Caller, office: Office) -> None:
    engine = open_database(office.database_url, writing=True)
    with engine.begin() as connection:
        connection.execute(update(archived_days).values(checksum="0" * 64))
    engine.dispose()
    told = refused(ask.get("manager", "branches/main/days/2026-03-02"), 500, "day_damaged")
    assert told["params"] == {"day": "2026-03-02"}
    refused(ask.get("display", "branches/main/events"), 500, "day_damaged")
    assert day(ask, 1)["events"]
