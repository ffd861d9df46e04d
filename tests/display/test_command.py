"""The command line says what is wrong in words that help, and gives way to nothing else."""

import os
import pty
import select
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from datetime import time as clock
from pathlib import Path

import pytest

from display.alone import CannotStart, alone_in
from display.command import options_from, parser
from display.players import EmulatedPlayer, NoPlayer, ProgramPlayer
from display.quiet_hours import Hours, Loudness
from tests.display.display_process import command, display, refused
from tests.running import ROOT, Served, install, serving

HERE = ["--token", "x", "--data"]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("office")
    with serving(install(f"sqlite:///{folder / 'callboard.db'}"), voice_folder=str(folder / "voice")) as found:
        yield found


def test_a_wrong_token_and_a_wrong_branch_are_told_and_end_the_program(served: Served, tmp_path: Path) -> None:
    said = refused(served.url, "nonsense", tmp_path, "--voice", "none")
    assert "does not know this token" in said
    assert "python -m server token --kind display" in said
    said = refused(served.url, served.office.tokens["display"], tmp_path, "--voice", "none", "--branch", "east")
    assert "another branch than “east”" in said


def test_a_machine_without_a_player_is_told_what_was_looked_for(tmp_path: Path) -> None:
    said = refused("http://127.0.0.1:9", "x", tmp_path, path="/nowhere")
    assert "aplay, paplay, pw-play, ffplay, afplay" in said
    assert "--voice none" in said


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--voice", "no-such-player -q"], "The player “no-such-player” is not on this machine"),
        (["--server", "10.0.0.7:8000"], "begins with http://"),
        (["--data", "/dev/null/x"], "cannot be used"),
    ],
)
def test_what_cannot_be_done_is_refused_at_once(tmp_path: Path, more: list[str], said: str) -> None:
    asked = parser().parse_args([*HERE, str(tmp_path), "--voice", "none", *more])
    with pytest.raises((CannotStart, NoPlayer), match=said):
        options_from(asked)


def test_without_a_token_nothing_begins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CALLBOARD_TOKEN", raising=False)
    with pytest.raises(CannotStart, match="a token is needed"):
        options_from(parser().parse_args(["--data", str(tmp_path)]))


@pytest.mark.parametrize("wrong", [["--board", "usb:1"], ["--quiet", "late"], ["--volume", "11"]])
def test_an_argument_that_makes_no_sense_is_explained(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parser().parse_args(wrong)
    assert ended.value.code == 2
    assert wrong[0] in capsys.readouterr().err


def test_what_is_asked_for_is_what_is_done(tmp_path: Path) -> None:
    words = (
        "--voice emulated:x@5 --quiet 22:00-07:30 --volume 0.8 --times 3 --limit 20 --most-in-one 50 --langs en,yue"
    )
    options = options_from(parser().parse_args([*HERE, str(tmp_path), *words.split(), "--board", "tcp:b:1"]))
    assert isinstance(options.player, EmulatedPlayer)
    assert options.loudness == Loudness(0.8, 0.0, (Hours(clock(22), clock(7, 30)),))
    assert (options.manner.times, options.manner.limit_s, options.manner.most_in_one) == (3, 20.0, 8)
    assert options.langs == ("en", "yue")
    assert [board.name for board in options.boards] == ["tcp:b:1"]
    player = options_from(parser().parse_args([*HERE, str(tmp_path), "--voice", "sh -c 'cat {file}'"])).player
    assert isinstance(player, ProgramPlayer)
    assert player.command == ("sh", "-c", "cat {file}")


def test_a_display_whose_server_is_not_there_yet_waits_for_it_and_stops_when_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}"
        nobody.close()
        with display(url, "x", tmp_path / "data", "--voice", "none") as running:
            said = (tmp_path / "data").with_suffix(".said")
            deadline = time.monotonic() + 20
            while "tried again" not in said.read_text():
                assert time.monotonic() < deadline
                time.sleep(0.05)
            assert running.end(signal.SIGTERM) == 0


@pytest.mark.parametrize(
    ("now", "volume"),
    [("21:59", 0.8), ("22:00", 0.2), ("03:00", 0.2), ("07:29", 0.2), ("07:30", 0.8), ("12:10", 0.2), ("13:00", 0.8)],
)
def test_quiet_hours_are_those_of_the_branch(now: str, volume: float) -> None:
    loud = Loudness(0.8, 0.2, (Hours(clock(22), clock(7, 30)), Hours(clock(12), clock(13))))
    in_shanghai = datetime.fromisoformat(f"2026-03-02T{now}:00+08:00")
    assert loud.at(in_shanghai.astimezone(UTC), "Asia/Shanghai") == volume
    assert loud.at(None, "Asia/Shanghai") == 0.8


def test_a_folder_belongs_to_one_display_at_a_time(tmp_path: Path) -> None:
    with alone_in(tmp_path), pytest.raises(CannotStart, match="another display uses"), alone_in(tmp_path):
        pass
    with alone_in(tmp_path):
        pass


def test_in_a_terminal_the_board_is_drawn_and_cleared_away_at_the_end(served: Served, tmp_path: Path) -> None:
    master, slave = pty.openpty()
    command_line = command(served.url, tmp_path, "--voice", "none", "--terminal", "--langs", "en")
    environment = os.environ | {"CALLBOARD_TOKEN": served.office.tokens["display"], "TERM": "xterm", "COLUMNS": "90"}
    process = subprocess.Popen(command_line, cwd=ROOT, env=environment, stdout=slave, stderr=slave)
    os.close(slave)
    shown = b""
    try:
        while b"Nobody has been called yet" not in shown:
            assert select.select([master], [], [], 20)[0], shown
            shown += os.read(master, 65536)
        process.terminate()
        with suppress(OSError):
            while found := os.read(master, 65536):
                shown += found
        assert process.wait(20) == 0
        assert b"Traceback" not in shown
    finally:
        process.kill()
        process.wait()
        os.close(master)
