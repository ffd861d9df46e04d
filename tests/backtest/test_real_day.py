"""A day that really was: read from a file with its days before, or from what a branch has logged."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from server.actions import teller
from server.backtest.contest import KNOWN, Game, play
from server.backtest.logged_day import day_from_log, visits_by_day
from server.backtest.real_day import day_from_file, make_day
from tests.advisor.day import DAY, Log, branch
from tests.domain.floor import teller_of
from tests.storage.office import PATIENCE_S, done, next_at, office, open_counter, take

SHARED = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture
def counts(tmp_path: Path) -> Path:
    """Three days of calls, the last one busy between 9:00 and 10:00."""
    path = tmp_path / "calls.csv"
    rows = [
        f"2003-03-{day:02d} {9 + minute // 60:02d}:{minute % 60:02d}:00,{calls}"
        for day, calls in ((3, 2), (4, 2), (5, 4))
        for minute in range(0, 120, 5)
    ]
    path.write_text("start_utc,calls\n" + "\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_a_file_of_counts_gives_its_day_with_the_days_before_as_history(counts: Path) -> None:
    day = day_from_file(counts, day=date(2003, 3, 5), service_mean=6.0)
    assert (day.on, day.opens_min, day.closes) == (date(2003, 3, 5), 540.0, 120.0)
    assert len(day.customers.arrivals) == 96
    assert day.rates == pytest.approx([0.8] * 4)
    assert [(when.day, len(found)) for when, found in day.history] == [(3, 48), (4, 48)]
    assert all(0 <= arrival < 120 for _, found in day.history for arrival in found)
    assert day_from_file(counts).history == ()
    assert day.service_min == pytest.approx(6.0, rel=0.35)


def test_a_file_of_arrivals_is_a_day_without_history(tmp_path: Path) -> None:
    path = tmp_path / "day.csv"
    path.write_text(
        "arrival_s_after_0730,clock\n" + "".join(f"{second},\n" for second in range(0, 7200, 60)), encoding="utf-8"
    )
    service = tmp_path / "service.csv"
    service.write_text("service_s\n30\n60\n90\n", encoding="utf-8")
    day = day_from_file(path, service=service, service_mean=4.0)
    assert (day.opens_min, day.history) == (450.0, ())
    assert set(day.customers.services) == {2.0, 4.0, 6.0}
    found = play(day, Game(most=8), ["lookahead", KNOWN, "6", "day_plan"])
    assert all(len(score.waits) == 120 for score in found.values())


def test_nobody_at_all_is_no_day() -> None:
    with pytest.raises(ValueError, match="nobody came"):
        make_day(DAY, [], [], {})


def logged() -> Log:
    log = Log()
    log.issue(1, "A1")
    log.serve(5, 4, "A1")
    log.issue(10, "A2")
    log.call(12, "A2")
    log.move(13, "A2", "no_show")
    log.issue(20, "A3")
    log.issue(21, "V1", "vip")
    return log


def test_a_log_tells_who_came_to_a_class_and_how_long_they_took() -> None:
    found = visits_by_day(branch(), "cash", logged().in_order())[DAY]
    assert [round(visit.arrival - 510) for visit in found.visits] == [1, 10, 20]
    assert [visit.occupied for visit in found.visits] == [4.0, None, None]
    assert [visit.appears for visit in found.visits] == [True, False, True]
    assert len(visits_by_day(branch(), "vip", logged().in_order())[DAY].visits) == 1


def test_who_was_told_of_late_came_when_the_paper_says() -> None:
    issued = [event for event in logged().in_order() if event.kind == "ticket.issued"]
    late = replace(issued[0], at=issued[-1].at)
    found = visits_by_day(branch(), "cash", [*issued[1:], late])[DAY]
    assert [round(visit.arrival - 510) for visit in found.visits] == [10, 20, 1]


@pytest.mark.skipif(not SHARED.exists(), reason="the real days are not beside this checkout")
def test_a_real_banks_second_monday_is_played_with_the_days_before_it() -> None:
    monday = date(2003, 3, 10)
    day = day_from_file(SHARED / "bank_calls_2003_5min.csv", day=monday, thin=0.01, service_mean=8.0)
    assert [when for when, _ in day.history] == [monday - timedelta(days=days) for days in (7, 6, 5, 4, 3)]
    found = play(day, Game(opening=10.0, most=6), ["lookahead", KNOWN, "all_open"])
    assert found["lookahead"].cost < 1.1 * found[KNOWN].cost < found["all_open"].cost


def test_a_day_is_read_from_a_branchs_own_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'branch.sqlite3'}"
    with office(url) as here:
        writer = here.writer()
        open_counter(writer, 2).result(PATIENCE_S)
        for number in range(3):
            take(writer, number).result(PATIENCE_S)
            called = next_at(writer, 2).result(PATIENCE_S)["ticket"]["id"]
            here.now += timedelta(minutes=4)
            done(writer, teller_of(2), teller.finish, ticket_id=called)
            here.now += timedelta(minutes=6)
        take(writer, 9).result(PATIENCE_S)
        today = here.hall().business_day
    assert today is not None
    day = day_from_log(url, "main", "cash")
    assert day.on == today
    assert [later - earlier for earlier, later in pairwise(day.customers.arrivals)] == pytest.approx([10.0] * 3)
    assert day.customers.services == pytest.approx([4.0] * 4)
    with pytest.raises(ValueError, match="no customers of 2020-01-01"):
        day_from_log(url, "main", "cash", day=date(2020, 1, 1))
    with pytest.raises(ValueError, match="no customers of this class"):
        day_from_log(url, "main", "vip")
