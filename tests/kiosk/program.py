"""`python -m kiosk` as a real process on a folder of its own, and a caller in the place of its page."""

import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import httpx

from tests.running import PATIENCE_S, ROOT, free_port, fresh_key

Json = dict[str, Any]


@dataclass(slots=True)
class KioskProcess:
    """Keeps its folder and its port over restarts. What it says goes to `said`."""

    server: str
    token: str
    folder: Path
    printer: str = "none"
    options: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    process: "subprocess.Popen[bytes] | None" = None
    http: httpx.Client = field(default_factory=lambda: httpx.Client(trust_env=False, timeout=PATIENCE_S))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> Path:
        return self.folder / "said.log"

    def launch(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "kiosk", "--server", self.server, "--data", str(self.folder / "data")]
        command += ["--port", str(self.port), "--printer", self.printer, *self.options]
        environment = os.environ | {"CALLBOARD_KIOSK_TOKEN": self.token}
        with self.said.open("ab") as said:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=said, stderr=said)
        return self

    def start(self) -> Self:
        self.launch()
        self.until(lambda: self._status() is not None)
        return self

    def stop(self, how: signal.Signals = signal.SIGTERM) -> float:
        if self.process is None:
            return 0.0
        began = time.monotonic()
        self.process.send_signal(how)
        self.process.wait(PATIENCE_S)
        self.process = None
        return time.monotonic() - began

    def kill(self) -> None:
        """As when somebody pulls the plug."""
        self.stop(signal.SIGKILL)

    def until(self, there: Callable[[], bool], within_s: float = PATIENCE_S) -> None:
        deadline = time.monotonic() + within_s
        while not there():
            assert self.process is None or self.process.poll() is None, self.said.read_text()
            assert time.monotonic() < deadline, self.said.read_text()[-4000:]
            time.sleep(0.03)

    def _status(self) -> Json | None:
        try:
            return dict(self.http.get(f"{self.url}/local/status").json())
        except httpx.TransportError:
            return None

    def status(self) -> Json:
        found = self._status()
        assert found is not None, self.said.read_text()[-4000:]
        return found

    def until_ready(self) -> None:
        """It has the server, the page, and numbers of its own."""
        self.until(lambda: self.status()["server"] == "here" and min(self.status()["left"].values(), default=0) > 0)

    def press(self, key: str | None = None, **asked: Any) -> httpx.Response:
        """As the page does when a number is asked for: the answer, whatever it is."""
        return self.http.post(
            f"{self.url}/api/v1/branches/main/tickets",
            json={"services": ["deposit"], **asked},
            headers={"Idempotency-Key": key or fresh_key(), "Authorization": "Bearer loopback"},
        )

    def taken(self, key: str | None = None, **asked: Any) -> Json:
        answer = self.press(key, **asked)
        assert answer.status_code == 201, answer.text
        return dict(answer.json())


@contextmanager
def kiosk_process(
    server: str, token: str, folder: Path, printer: str = "none", *options: str, wait: bool = True
) -> Iterator[KioskProcess]:
    """A kiosk of its own for a test; what it failed at unseen fails the test."""
    kiosk = KioskProcess(server, token, folder / f"kiosk-{secrets.token_hex(3)}", printer, options)
    try:
        kiosk.start()
        if wait:
            kiosk.until_ready()
        yield kiosk
    finally:
        kiosk.stop()
        kiosk.http.close()
    assert "Traceback" not in kiosk.said.read_text(), kiosk.said.read_text()


def papers_in(kiosk: KioskProcess) -> int:
    """How many came out of its emulated printer whole."""
    return len(list((kiosk.folder / "data" / "printer").glob("paper-*.escpos")))
