"""Finds a Chromium for the tests and the pictures; as a program it can install one, and prints its path."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

# The first is the same engine without windows and what stands around them: the same pages for two thirds of the work.
SHELL = "chromium-headless-shell"
NAMES = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
APT = ("apt-get", "-o", "DPkg::Lock::Timeout=120", "-q")
MISSING = """\
No Chromium was found and none could be installed. Install one (Debian, Ubuntu: apt-get install
chromium-headless-shell fonts-noto-cjk) so that it is on the PATH, or name it in CALLBOARD_CHROMIUM."""


class NoChromiumError(RuntimeError):
    """There is no Chromium on this machine; the message says what to do."""

    def __init__(self) -> None:
        super().__init__(MISSING)


def find() -> str:
    """The path of a Chromium: the one named in CALLBOARD_CHROMIUM, one on the PATH, or Playwright's own."""
    named = os.environ.get("CALLBOARD_CHROMIUM")
    if named:
        return named
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    with sync_playwright() as playwright:
        own = playwright.chromium.executable_path
    if not Path(own).exists():
        raise NoChromiumError
    return own


def find_or_install() -> str:
    """As `find`, but goes to Debian's packages and then to Playwright before it gives up."""
    if not os.environ.get("CALLBOARD_CHROMIUM") and not shutil.which(SHELL):
        apt_install(SHELL)
    try:
        return find()
    except NoChromiumError:
        pass
    apt_install("chromium")
    if not any(map(shutil.which, NAMES)):
        _run(sys.executable, "-m", "playwright", "install", "chromium")
    return find()


def _install_chinese_font() -> None:
    """Without one, every Chinese word in a picture is a row of boxes."""
    listed = shutil.which("fc-list") and subprocess.check_output(["fc-list", ":lang=zh-cn"])
    if not listed and not apt_install("fonts-noto-cjk"):
        print("No Chinese font was found: pictures will show boxes.", file=sys.stderr)


def apt_install(*packages: str) -> bool:
    """Debian's packages, where this is Debian and we may; else false."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    return _run(*APT, "update") and _run(*APT, "install", "-y", "--no-install-recommends", *packages)


def _run(*command: str) -> bool:
    """Everything the command says goes to stderr: stdout is for the path alone."""
    quiet = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=quiet, stdout=sys.stderr, check=False).returncode == 0


def main() -> int:
    """`python -m tests.browser.chromium [--install]`."""
    try:
        if "--install" in sys.argv[1:]:
            path = find_or_install()
            _install_chinese_font()
        else:
            path = find()
    except NoChromiumError as error:
        print(error, file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
