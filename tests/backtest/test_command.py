"""`python -m server backtest` from end to end, on few days."""

from pathlib import Path

import pytest

from server.__main__ import main
from server.backtest import run
from server.backtest.calibration import bins, judged_day
from server.backtest.contest import Game
from server.backtest.run import BATCH, tasks, work, workers
from server.backtest.scenario import SCENARIOS

SMALL = ["backtest", "--days", "1", "--scenarios", "1", "--jobs", "1", "--most", "7"]


def test_the_tables_the_claims_and_the_picture_come_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "HIGHS", (1.4, 2.0))
    monkeypatch.setattr(run, "LOWS", (0.8,))
    drawn = tmp_path / "days.svg"
    assert main([*SMALL, "--k", "4", "--markdown", "--calibration", "1", "--picture", str(drawn)]) == 0
    said = capsys.readouterr().out
    for policy in ("lookahead_known", "so_tang", "mms", "day_plan", "all_open", "best in hindsight", "rails"):
        assert policy in said
    assert "| claim | found | asked |" in said
    assert "hindsight agrees" in said
    assert drawn.read_text("utf-8").startswith("<svg")


def test_a_real_day_is_played_from_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "day.csv"
    rows = "".join(f"{second},\n" for second in range(0, 7200, 45))
    path.write_text(f"arrival_s_after_0730,clock\n{rows}", encoding="utf-8")
    assert main(["backtest", "--log", str(path), "--days", "1", "--k", "4", "--service-mean", "3"]) == 0
    assert "day.csv" in capsys.readouterr().out


def test_what_cannot_be_read_is_said_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["backtest", "--log", str(tmp_path / "nowhere.csv")]) == 2
    assert "nowhere.csv" in capsys.readouterr().err


def test_two_processes_find_what_one_finds() -> None:
    asked = tasks(SCENARIOS[-1], Game(most=6), 1, BATCH + 1, ["so_tang", "4"])
    assert [len(task.days) for task in asked] == [BATCH, 1]
    with workers(1) as one, workers(2) as two:
        assert list(two(work, asked)) == list(one(work, asked))


def test_the_advice_of_a_day_is_judged_by_the_hour_after_it() -> None:
    found = judged_day(SCENARIOS[0], Game(opening=4.0, most=8), 1, 1)
    assert len(found) > 15
    sure = [one for one in found if one.stated > 0.9]
    assert sum(one.right for one in sure) >= 0.8 * len(sure)


def test_bins_hold_their_own_confidence_and_the_surest_too() -> None:
    made = bins([(0.85, True), (0.8, False), (1.0, True), (0.3, False)])
    assert [(each.low, each.high, each.n) for each in made] == [(0.0, 0.5, 1), (0.8, 0.9, 2), (0.9, 1.0, 1)]
    assert made[1].right == 0.5
