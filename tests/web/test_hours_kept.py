"""A short Saturday and a holiday are what they are everywhere: at the kiosk, in the plan, in what is foreseen."""

from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from server.demo.branch import source_branch
from server.domain.branch import DayHours
from tests.running import Caller, Office, install, serving
from tests.web.problem import refused

SATURDAY = datetime(2026, 3, 7, 1, tzinfo=UTC)  # nine o'clock in the branch
HOLIDAY = datetime(2026, 3, 5, 2, tzinfo=UTC)  # the Thursday before, at ten


@pytest.fixture
def closed_on_thursday(tmp_path: Path) -> Office:
    return office_at(tmp_path, HOLIDAY)


def office_at(folder: Path, now: datetime) -> Office:
    """Open half the day on Saturdays; on Thursday there is a holiday, and on Friday one as well."""
    holidays: dict[str, DayHours | None] = {"2026-03-05": None, "2026-03-06": None}
    branch = replace(source_branch(), day_hours={"5": DayHours(time(9), time(13))}, special_days=holidays)
    return install(f"sqlite:///{folder / 'callboard.db'}", branch=branch, now=now)


def test_on_a_holiday_the_kiosk_says_when_the_doors_open_next(closed_on_thursday: Office) -> None:
    with serving(closed_on_thursday) as served, Caller(served.url, closed_on_thursday.tokens) as ask:
        found = refused(ask.post("kiosk", "branches/main/tickets", {"services": ["deposit"]}), 409, "branch_closed")
        assert (
            found["words"]["en"] == "The branch is closed. It is open again on Saturday, 7 March from 09:00 to 13:00."
        )
        assert "3月7日（星期六） 09:00 至 13:00" in found["words"]["zh"]
        assert found["params"]["date"] == "2026-03-07"


def test_there_is_nothing_to_plan_on_a_holiday_and_half_a_day_on_a_short_one(closed_on_thursday: Office) -> None:
    with serving(closed_on_thursday) as served, Caller(served.url, closed_on_thursday.tokens) as ask:
        holiday, short, usual = (
            ask.get("manager", "branches/main/plan", day=day).json()
            for day in ("2026-03-05", "2026-03-07", "2026-03-09")
        )
    assert (holiday["closed"], short["closed"], usual["closed"]) == (True, False, False)
    assert (short["opens"], short["closes"]) == ("09:00", "13:00")
    assert [len(one["classes"]["cash"]["recommended"]) for one in (holiday, short, usual)] == [0, 8, 17]


def test_on_a_short_day_the_advisor_looks_no_further_than_its_end(tmp_path: Path) -> None:
    office = office_at(tmp_path, SATURDAY.replace(hour=4))  # noon in the branch
    with serving(office) as served, Caller(served.url, office.tokens) as ask:
        ask.ticket()
        outlook = ask.get("manager", "branches/main/figures").json()["outlook"]["cash"]
        expected = [step["arrivals_per_hour"] for step in outlook["bands"]["stay"]]
        at = [datetime.fromisoformat(step["at"]) for step in outlook["bands"]["stay"]]
    closed = datetime(2026, 3, 7, 5, 5, tzinfo=UTC)  # of the five minutes that end then all are after closing
    assert any(rate > 0 for moment, rate in zip(at, expected, strict=True) if moment < closed)
    assert not any(rate > 0 for moment, rate in zip(at, expected, strict=True) if moment > closed)
