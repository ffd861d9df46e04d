"""`python -m display` as a process of its own, as it runs on the lobby's hardware."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.running import PATIENCE_S, ROOT


@dataclass(slots=True)
class Display:
    process: "subprocess.Popen[str]"

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        if self.process.poll() is None:
            self.process.send_signal(how)
        return self.process.wait(PATIENCE_S)


def command(url: str, data: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "display", "--server", url, "--data", str(data), *more]


@contextmanager
def display(url: str, token: str, data: Path, *more: str) -> Iterator[Display]:
    """Runs until the block ends, or `end`; what it complains of at its own fault fails the test."""
    said = data.with_suffix(".said")
    with said.open("a") as file:
        process = subprocess.Popen(
            command(url, data, *more), cwd=ROOT, env=os.environ | {"CALLBOARD_TOKEN": token}, stderr=file, text=True
        )
    try:
        yield Display(process)
    finally:
        Display(process).end(signal.SIGKILL)
    assert "Traceback" not in said.read_text(), said.read_text()


def refused(url: str, token: str, data: Path, *more: str, path: str | None = None) -> str:
    """What it says where it cannot begin."""
    environment = os.environ | {"CALLBOARD_TOKEN": token} | ({} if path is None else {"PATH": path})
    ran = subprocess.run(
        command(url, data, *more), cwd=ROOT, env=environment, capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert ran.returncode == 2, (ran.returncode, ran.stdout, ran.stderr)
    assert "Traceback" not in ran.stderr
    return ran.stderr
