"""Half an hour of a day through a real server that is restarted, before a display that is cut off."""

import argparse
from pathlib import Path

import pytest

from server.replay import command, play
from server.replay.play import spread
from server.replay.report import quantile


@pytest.fixture
def day(tmp_path: Path) -> Path:
    path = tmp_path / "day.csv"
    rows = "".join(f"{60 + second}\n" for second in range(0, 1500, 100))
    path.write_text(f"arrival_s_after_0900\n{rows}", encoding="utf-8")
    return path


def replay(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command.add_arguments(parser)
    return command.run(parser.parse_args(arguments))


@pytest.mark.parametrize("ending", ["--kill"], ids=["killed"])
def test_nothing_is_lost_or_doubled_whatever_is_cut_off(
    day: Path,
    database_url: str,
    ending: str,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(play, "CUT_S", 1.0)
    code = replay(
        *(str(day), "--thin=1", "--speed=200", "--counters=3", "--service-mean=4"),
        *("--cut-display=2", "--restart-server=1", f"--database={database_url}", ending),
    )
    said = capsys.readouterr().out
    assert code == 0, said
    shown = {line.split("│")[1].strip(): line.split("│")[2].strip() for line in said.splitlines() if "│" in line}
    assert (shown["tickets issued"], shown["tickets served"], shown["left over"]) == ("15", "15", "0")
    assert shown["call-outs seen by the display"] == shown["call-outs in the log"] == "15"
    assert shown["server restarts"].startswith("1 ")
    assert shown["display cut off / reconnected"].startswith("2 / ")


def test_the_advice_opens_the_counters_that_nobody_opened(day: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = replay(*(str(day), "--thin=1", "--speed=300", "--counters=3", "--service-mean=4", "--open=0", "--follow"))
    said = capsys.readouterr().out
    assert code == 0, said
    shown = {line.split("│")[1].strip(): line.split("│")[2].strip() for line in said.splitlines() if "│" in line}
    assert (shown["tickets issued"], shown["tickets served"], shown["left over"]) == ("15", "15", "0")
    assert "accepted" in shown["advice"]
    assert "Advice, an hour later" in said


def test_a_day_that_cannot_be_read_is_said_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(str(tmp_path / "missing.csv")) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_a_running_server_is_not_restarted(day: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert replay(str(day), "--url=http://127.0.0.1:9", "--token=x", "--restart-server=1") == 2
    assert "leave out --url" in capsys.readouterr().err


def test_trouble_is_spread_over_the_day() -> None:
    assert spread(2, 1) == ["cut", "restart", "cut"]
    assert sorted(spread(3, 2)) == ["cut"] * 3 + ["restart"] * 2
    assert spread(0, 0) == []


def test_quantiles_are_values_that_occurred() -> None:
    assert [quantile([1, 2, 3, 4], share) for share in (0.5, 0.9, 1.0)] == [2, 4, 4]
    assert quantile([], 0.5) == 0
