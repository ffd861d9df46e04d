"""A server whose machine has a wrong clock, which can be stepped while it runs."""

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tests.running import ROOT, UNLIMITED_ENV, ServerProcess

# Only the machine's time is false; what the server makes of it is all its own.
SERVE = """
import datetime, os, pathlib, sys
from server.storage import server_clock
FILE = pathlib.Path(os.environ["STEPPED_CLOCK"])
class Stepped(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return datetime.datetime.now(tz) + datetime.timedelta(seconds=float(FILE.read_text() or 0))
server_clock.datetime = Stepped
from server.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


@dataclass(slots=True)
class SteppedServer(ServerProcess):
    ahead: timedelta = timedelta()

    @property
    def file(self) -> Path:
        return self.said.with_suffix(".clock")

    def step(self, by: timedelta) -> None:
        """Forward or back, at once; a half-written file is never read."""
        self.ahead += by
        fresh = self.file.with_suffix(".new")
        fresh.write_text(str(self.ahead.total_seconds()))
        fresh.replace(self.file)

    def launch(self) -> None:
        self.step(timedelta())
        known = {"CALLBOARD_DATABASE_URL": self.office.database_url, "CALLBOARD_BUS_URL": self.bus_url}
        command = [sys.executable, "-c", SERVE, "serve", "--port", str(self.port)]
        env = os.environ | UNLIMITED_ENV | known | {"STEPPED_CLOCK": str(self.file)}
        with self.said.open("ab") as said:
            self.process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=said, stderr=said)
