"""A real day is read as it was, and thinned to the size of a branch."""

from datetime import date
from pathlib import Path
from statistics import mean

import pytest

from server.replay.arrivals import Unreadable, read_arrivals, read_service_times

SHARED = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture
def moments(tmp_path: Path) -> Path:
    path = tmp_path / "moments.csv"
    rows = "".join(f"{second},\n" for second in range(0, 36000, 10))
    path.write_text(f"arrival_s_after_0730,clock\n{rows}", encoding="utf-8")
    return path


@pytest.fixture
def counts(tmp_path: Path) -> Path:
    path = tmp_path / "counts.csv"
    path.write_text(
        "start_utc,calls\n2003-03-03 07:00:00,100\n2003-03-03 07:05:00,50\n2003-03-04 07:00:00,10\n",
        encoding="utf-8",
    )
    return path


def test_arrivals_are_counted_from_the_time_that_the_column_names(moments: Path) -> None:
    found = read_arrivals(moments, thin=1, seed=1)
    assert (len(found), found[0], found[1]) == (3600, 7.5 * 3600, 7.5 * 3600 + 10)


def test_thinning_keeps_its_share_and_the_same_seed_keeps_the_same(moments: Path) -> None:
    found = read_arrivals(moments, thin=0.3, seed=1)
    assert len(found) == pytest.approx(1080, abs=90)
    assert found == read_arrivals(moments, thin=0.3, seed=1)
    assert found != read_arrivals(moments, thin=0.3, seed=2)


def test_counts_become_arrivals_within_their_interval_on_the_day_asked_for(counts: Path) -> None:
    found = read_arrivals(counts, thin=1, seed=1)
    assert len(found) == 150
    assert found == sorted(found)
    assert sum(second < 7 * 3600 + 300 for second in found) == 100
    assert 7 * 3600 <= found[0] < found[-1] < 7 * 3600 + 600
    assert len(read_arrivals(counts, thin=1, seed=1, day=date(2003, 3, 4))) == 10


def test_a_file_of_another_kind_or_a_day_that_is_not_there_is_said_so(tmp_path: Path, counts: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(Unreadable, match="a, b"):
        read_arrivals(other, thin=1, seed=1)
    with pytest.raises(Unreadable, match="2003-05-01"):
        read_arrivals(counts, thin=1, seed=1, day=date(2003, 5, 1))


def test_service_times_are_scaled_to_the_mean_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "service.csv"
    path.write_text("service_s\n30\n60\n90\n", encoding="utf-8")
    assert read_service_times(path, 8) == [240, 480, 720]
    assert mean(read_service_times(None, 8)) == pytest.approx(480)


@pytest.mark.skipif(not SHARED.exists(), reason="the real days are not beside this checkout")
def test_the_real_days_can_be_read() -> None:
    grill = read_arrivals(SHARED / "tylers_grill_2005_arrivals.csv", thin=1, seed=1)
    assert len(grill) == 1434
    bank = read_arrivals(SHARED / "bank_calls_2003_5min.csv", thin=0.01, seed=1)
    assert 50 < len(bank) < 1000
