"""The units for systemd: what systemd itself says of them, and that their commands are commands of the server."""

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from display.command import parser as display_parser
from kiosk.__main__ import TOKEN
from kiosk.__main__ import main as kiosk_main
from kiosk.clock import BOOT_ID
from server.__main__ import main
from tests.running import ROOT

SYSTEMD = ROOT / "deploy" / "systemd"
DEVICES = ROOT / "deploy" / "devices"
UNITS = sorted([*SYSTEMD.glob("callboard*.service"), *SYSTEMD.glob("*.timer"), *DEVICES.glob("*.service")])
PROGRAMS = re.compile(r"/usr/bin/(?:cage|chromium)|/opt/callboard/bin/python")
SERVERS = ("callboard.service", "callboard@.service", "callboard-backup.service")
PROGRAMS_OF_DEVICES = ("callboard-kiosk.service", "callboard-display.service")
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
@pytest.mark.parametrize("name", [*SERVERS, *PROGRAMS_OF_DEVICES])
def test_a_program_can_do_little_beside_its_work(name: str, tmp_path: Path) -> None:
    """systemd's own measure: 10 is a service without any of its fences, 2 and less is a well-kept one."""
    copy = tmp_path / name.replace("@", "@8001")
    copy.write_text(((SYSTEMD if name in SERVERS else DEVICES) / name).read_text("utf-8"))
    command = [str(ANALYZE), "security", "--offline=true", "--threshold=20", "--no-pager", str(copy)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def commands(unit: Path) -> list[list[str]]:
    """The words after `python -m` of each start command; systemd's own signs are taken away."""
    text = unit.read_text("utf-8").replace("\\\n", " ").replace("$$", "$").replace("%%", "%").replace("%i", "8001")
    found = re.findall(r"^ExecStart(?:Post)?=.* -m (server\S*)\s?(.*)$", text, re.MULTILINE)
    return [[module, *shlex.split(words.rstrip("'"))] for module, words in found]


@pytest.mark.parametrize("name", SERVERS)
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


def filled(name: str) -> tuple[list[str], dict[str, str]]:
    """The words of the program's command as systemd makes them of the unit and its file, and what the file says."""
    unit = (DEVICES / f"callboard-{name}.service").read_text("utf-8")
    assert f"EnvironmentFile=/etc/callboard-{name}.env" in unit
    lines = (DEVICES / f"callboard-{name}.env").read_text("utf-8").splitlines()
    known = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    found = re.search(rf"^ExecStart=/opt/callboard/bin/python -m {name} (.*)$", unit, re.MULTILINE)
    assert found is not None
    words = []
    for word in found[1].split():
        if one := re.fullmatch(r"\$\{(\w+)\}", word):  # exactly one word, whatever is in it
            words.append(known[one[1]])
        else:
            words += known[word[1:]].split() if word.startswith("$") else [word]
    return words, known


def examples(name: str) -> list[str]:
    """The options that the file's comment shows."""
    lines = (DEVICES / f"callboard-{name}.env").read_text("utf-8").splitlines()
    shown = next(line for line in lines if line.startswith("# As: "))
    return shown.removeprefix("# As: ").split()


def commented(name: str) -> set[str]:
    """The variables that may be set there instead."""
    return set(re.findall(r"^#(\w+)=", (DEVICES / f"callboard-{name}.env").read_text("utf-8"), re.MULTILINE))


def test_the_display_is_started_with_words_that_it_knows_and_is_connected_by_a_code() -> None:
    words, _ = filled("display")
    asked = display_parser().parse_args([*words, *examples("display")])
    assert (asked.server, asked.branch, asked.token) == ("https://hall.example", "main", None)
    assert asked.pair
    assert str(asked.data) == "/var/lib/callboard-display"
    assert asked.board
    assert "CALLBOARD_TOKEN" in commented("display")


def test_the_kiosk_is_started_with_words_that_it_knows_and_is_connected_by_a_code(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from kiosk import serving
    from kiosk.device import Device
    from kiosk.pairing import Connected

    words, known = filled("kiosk")
    started: list[Device] = []

    def serve_by_code(address: str, data: Path, make: Callable[[Connected], Device], port: int) -> int:
        assert (address, data) == ("https://hall.example", tmp_path)
        started.append(make(Connected("given", "north")))
        return port

    monkeypatch.setattr(serving, "serve_by_code", serve_by_code)
    for name, value in known.items():
        monkeypatch.setenv(name, value)
    words[words.index("/var/lib/callboard-kiosk")] = str(tmp_path)
    assert kiosk_main([*words, *examples("kiosk"), "--printer", "emulated", "--reader", "keyboard"]) == 8080
    (device,) = started
    assert (device.settings.server, device.settings.branch) == ("https://hall.example", "north")
    assert device.settings.token == "given"
    assert TOKEN in commented("kiosk")
    device.journal.close()


@pytest.mark.parametrize("name", PROGRAMS_OF_DEVICES)
def test_the_token_is_not_among_the_words_of_a_command(name: str) -> None:
    unit = (DEVICES / name).read_text("utf-8")
    assert "--token" not in unit
    assert "WatchdogSec" not in unit, "the program does not feed one, and would be killed by it"
    assert re.search(r"^Restart=always$", unit, re.MULTILINE)
    assert re.search(r"^StartLimitBurst=\d+$", unit, re.MULTILINE)


def test_the_kiosk_can_read_what_its_clock_hangs_on() -> None:
    """Or every start of the program would look like one of the machine, and the time be believed less."""
    assert str(BOOT_ID).startswith("/proc/sys/")
    unit = (DEVICES / "callboard-kiosk.service").read_text("utf-8")
    assert not re.search(r"^ProcSubset=", unit, re.MULTILINE)


def test_the_screen_waits_for_the_program_beside_it_and_may_sound() -> None:
    unit = (DEVICES / "callboard-screen@.service").read_text("utf-8")
    assert re.search(r"^After=.* callboard-%i\.service$", unit, re.MULTILINE)
    for option in ("--kiosk", "--autoplay-policy=no-user-gesture-required"):
        assert option in unit
    for name in ("kiosk", "display"):
        assert (DEVICES / f"callboard-{name}.service").exists()


def test_every_file_beside_the_units_is_in_the_steps() -> None:
    steps = (DEVICES / "README.md").read_text("utf-8")
    # The steps for a lobby are those for a kiosk with the other name.
    named = steps + steps.replace("callboard-kiosk", "callboard-display")
    assert [
        file.name for file in sorted(DEVICES.iterdir()) if file.name != "README.md" and file.name not in named
    ] == []


def test_every_account_that_a_unit_names_is_made() -> None:
    made = "".join(file.read_text("utf-8") for file in DEVICES.glob("*.sysusers"))
    for unit in DEVICES.glob("*.service"):
        found = re.search(r"^User=(\S+)$", unit.read_text("utf-8"), re.MULTILINE)
        assert found is not None
        assert f"u {found[1]} " in made
