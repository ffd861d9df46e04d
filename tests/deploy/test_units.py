"""The units for systemd: what systemd itself says of them, and that their commands are commands of the server."""

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from server.__main__ import main
from tests.running import ROOT

SYSTEMD = ROOT / "deploy" / "systemd"
DEVICES = ROOT / "deploy" / "devices"
UNITS = sorted([*SYSTEMD.glob("callboard*.service"), *SYSTEMD.glob("*.timer"), *DEVICES.glob("*.service")])
PROGRAMS = re.compile(r"/usr/bin/(?:cage|chromium)|/opt/callboard/bin/python")
ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not on this machine")


def verified(unit: Path, folder: Path, *, broken: str = "") -> "subprocess.CompletedProcess[str]":
    """What systemd makes of the unit, with programs in it that this machine has."""
    copy = folder / unit.name
    copy.write_text(PROGRAMS.sub(sys.executable, unit.read_text("utf-8")) + broken)
    for other in unit.parent.glob("callboard*.service"):
        if other.name != unit.name:
            (folder / other.name).write_text(PROGRAMS.sub(sys.executable, other.read_text("utf-8")))
    command = [str(ANALYZE), "verify", "--man=no", str(copy)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@needs_systemd
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_has_nothing_to_say(unit: Path, tmp_path: Path) -> None:
    ran = verified(unit, tmp_path)
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, "")


@needs_systemd
def test_systemd_can_say_something(tmp_path: Path) -> None:
    ran = verified(SYSTEMD / "callboard.service", tmp_path, broken="\n[Service]\nRestartSecs=1\n")
    assert "RestartSecs" in ran.stderr


@needs_systemd
@pytest.mark.parametrize("name", ["callboard.service", "callboard@.service", "callboard-backup.service"])
def test_a_server_can_do_little_beside_serving(name: str, tmp_path: Path) -> None:
    """systemd's own measure: 10 is a service without any of its fences, 2 and less is a well-kept one."""
    copy = tmp_path / name.replace("@", "@8001")
    copy.write_text((SYSTEMD / name).read_text("utf-8"))
    command = [str(ANALYZE), "security", "--offline=true", "--threshold=20", "--no-pager", str(copy)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def commands(unit: Path) -> list[list[str]]:
    """The words after `python -m` of each start command; systemd's own signs are taken away."""
    text = unit.read_text("utf-8").replace("\\\n", " ").replace("$$", "$").replace("%%", "%").replace("%i", "8001")
    found = re.findall(r"^ExecStart(?:Post)?=.* -m (server\S*)\s?(.*)$", text, re.MULTILINE)
    return [[module, *shlex.split(words.rstrip("'"))] for module, words in found]


@pytest.mark.parametrize("name", ["callboard.service", "callboard@.service", "callboard-backup.service"])
def test_its_commands_are_commands_of_the_server(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    asked = commands(SYSTEMD / name)
    assert asked
    for module, *words in asked:
        if module == "server":
            with pytest.raises(SystemExit) as ended:  # a command that there is not ends with 2, before its help
                main([*words, "--help"])
            assert ended.value.code == 0, capsys.readouterr().err
        else:
            assert (ROOT / f"{module.replace('.', '/')}.py").exists()


def test_whoever_hangs_is_given_longer_than_a_drain_takes() -> None:
    for name in ("callboard.service", "callboard@.service"):
        found = re.search(r"^TimeoutStopSec=(\d+)$", (SYSTEMD / name).read_text("utf-8"), re.MULTILINE)
        assert found is not None
        assert int(found[1]) >= 10
