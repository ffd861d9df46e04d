"""A page in Chrome 69, the engine of televisions and kiosks of 2018; as a program it fetches what that needs."""

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any, Self

from tests.browser.chromium import apt_install
from tests.running import ROOT

HOME = ROOT / ".venv" / ".chrome69"
PYTHON = HOME / "bin" / "python"
DRIVER = Path(__file__).with_name("chrome69_driver.py")
# What Qt 5.12 needs beside what it brings (Debian's names); most of it a Chromium has brought already.
PACKAGES = """libasound2 libdbus-1-3 libexpat1 libfontconfig1 libfreetype6 libgl1 libglib2.0-0 libnspr4 libnss3
libx11-6 libx11-xcb1 libxcomposite1 libxcursor1 libxdamage1 libxext6 libxfixes3 libxi6 libxrender1 libxtst6""".split()
LOAD = "import PyQt5.QtWebEngineWidgets, PyQt5.QtTest"
PATIENCE_S = 10.0

VISIBLE_CENTRE = """(() => {
  const found = [...document.querySelectorAll(%s)].filter((one) => one.getClientRects().length > 0)[%d];
  if (!found) return null;
  const box = found.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2];
})()"""
TEXT = """(() => {
  const found = document.querySelector(%s);
  return found && found.getClientRects().length > 0 ? found.innerText.trim() : null;
})()"""


def here() -> bool:
    """Whether this machine can have it: its makers built it for 64-bit Linux, and for what is not tested here."""
    return bool(list(HOME.glob("lib/*/site-packages/PyQt5/Qt/libexec/QtWebEngineProcess")))


class Chrome69:
    """The engine in a process of its own, with one page; `with Chrome69(folder) as old`."""

    def __init__(self, folder: Path) -> None:
        self.said = folder / "chrome69.log"
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        with self.said.open("ab") as said:
            command = [str(PYTHON), "-W", "ignore", str(DRIVER)]
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=said, text=True
            )
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process is not None
        self._pipe(self.process.stdin).close()
        self._pipe(self.process.stdout).close()
        try:
            self.process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def open(self, url: str, size: tuple[int, int], language: str) -> None:
        """In a browser nobody has used before; of that language ("zh-CN"), `size` in CSS pixels."""
        assert self._ask("open", url=url, width=size[0], height=size[1], language=language), f"{url} was not loaded"

    def go(self, url: str) -> None:
        """To another address, in the same browser."""
        assert self._ask("go", url=url), f"{url} was not loaded"

    def run(self, script: str) -> Any:
        """The value of an expression; null as well where it throws."""
        return self._ask("run", script=script)

    def until(self, script: str) -> Any:
        """The first value of the expression that counts as true."""
        deadline = time.monotonic() + PATIENCE_S
        while not (found := self.run(script)):
            assert time.monotonic() < deadline, f"never true: {script}; the page says {self.complaints()}"
            time.sleep(0.03)
        return found

    def text(self, selector: str) -> str:
        """What can be read in the first of these, once there is something."""
        return str(self.until(TEXT % json.dumps(selector)))

    def reads(self, selector: str, text: str) -> None:
        """Waits until just this is to be read there."""
        self.until(f"({TEXT % json.dumps(selector)}) === {json.dumps(text)}")

    def touch(self, selector: str, nth: int = 0) -> None:
        """In the middle of the nth that can be seen, as a finger does; waits for it to come."""
        x, y = self.until(VISIBLE_CENTRE % (json.dumps(selector), nth))
        self._ask("touch", x=x, y=y)

    def picture(self, path: Path) -> None:
        assert self._ask("picture", path=str(path))

    def complaints(self) -> list[str]:
        """The errors on its console, with those that nobody caught."""
        return [f"{row['text']} ({row['at']})" for row in self._ask("said") if row["level"] == "error"]

    def _ask(self, what: str, **more: Any) -> Any:
        assert self.process is not None
        asking, answers = self._pipe(self.process.stdin), self._pipe(self.process.stdout)
        asking.write(json.dumps({"do": what, **more}) + "\n")
        asking.flush()
        answer = answers.readline()
        assert answer, f"the engine has ended: {self.said.read_text()}"
        return json.loads(answer)

    @staticmethod
    def _pipe(pipe: IO[str] | None) -> IO[str]:
        assert pipe is not None
        return pipe


def _loads() -> bool:
    return subprocess.run([PYTHON, "-W", "ignore", "-c", LOAD], check=False).returncode == 0


def main() -> int:
    """`python -m tests.engines.chrome69 --install`: Debian's libraries, where one is missing."""
    if not here() or _loads():
        return 0
    apt_install(*PACKAGES)
    if _loads():
        return 0
    print(
        f"Chrome 69 needs libraries of this machine's; on Debian they are in {' '.join(PACKAGES)}.", file=sys.stderr
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
