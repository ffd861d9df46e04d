"""`python -m display --pair`: says a code, goes on with the token of whoever types it, and later says the next."""

import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from kiosk.big_letters import big
from kiosk.pairing import Kept
from tests.display.display_process import command
from tests.running import PATIENCE_S, ROOT, Caller, install, serving


def test_a_display_is_connected_by_its_code_and_once_more_when_its_token_is_taken_back(
    sqlite_url: str, tmp_path: Path
) -> None:
    data, said = tmp_path / "data", tmp_path / "said"
    with (
        serving(install(sqlite_url)) as served,
        Caller(served.url, served.office.tokens) as ask,
        said.open("w") as to,
    ):
        line = [*command(served.url, data, "--voice", "none", "--pair"), "--branch", "north"]
        process = subprocess.Popen(line, cwd=ROOT, stdout=to, stderr=to, text=True)
        try:
            first = approve(ask, said)
            until(lambda: is_online(ask, first))
            assert (data / "token.json").stat().st_mode & 0o777 == 0o600
            found = Kept(data / "token.json").read()
            assert found is not None
            assert found.branch == "main", "the branch is the manager's who said yes"
            ask.post("manager", f"branches/main/devices/{first}/revoke")
            second = approve(ask, said, first)
            until(lambda: is_online(ask, second))
            process.send_signal(signal.SIGTERM)
            assert process.wait(PATIENCE_S) == 0
        finally:
            process.kill()
            process.wait()
    assert "Traceback" not in said.read_text(), said.read_text()


def approve(ask: Caller, said: Path, known: str = "") -> str:
    """Reads the newest code off the terminal; the device that it makes."""
    until(lambda: waiting(ask) not in ("", known))
    device = waiting(ask)
    until(lambda: len(codes(said)) == (2 if known else 1))
    answer = ask.post("manager", "branches/main/pairings/approve", {"code": codes(said)[-1], "name": "Lobby"})
    assert answer.json() == {"device": device}
    return device


def waiting(ask: Caller) -> str:
    found = ask.get("manager", "branches/main/devices").json()["waiting"]
    return str(found[0]["id"]) if found else ""


def codes(said: Path) -> list[str]:
    """What stands there in large letters."""
    blocks = re.split(r"\n{2,}", said.read_text())
    return [read(block.strip("\n")) for block in blocks if "█" in block]


def read(block: str) -> str:
    """Sign by sign, as somebody reads it who knows the letters."""
    lines = [line.ljust(8 * 7) for line in block.splitlines()]
    signs = ["\n".join(line[place : place + 5].rstrip() for line in lines) for place in range(0, 8 * 7, 7)]
    known = {big(sign): sign for sign in "23456789ACDEFGHJKLMNPQRTVWXY-"}
    return "".join(known[sign] for sign in signs)


def is_online(ask: Caller, device: str) -> bool:
    listed = ask.get("manager", "branches/main/devices").json()["devices"]
    return any(one["id"] == device and one["sockets"] == 1 for one in listed)


def until(there: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not there():
        assert time.monotonic() < deadline, "it does not come to that"
        time.sleep(0.05)
