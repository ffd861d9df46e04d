"""`python -m tests.pictures`: takes the pictures in deploy/pictures anew, from a real server in a real Chromium."""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from unittest import mock

from playwright.sync_api import Browser, sync_playwright

from server.live import caretaker
from server.storage.branches import create_token
from server.storage.database import open_database
from tests.browser import chromium
from tests.browser.pages import ARGUMENTS
from tests.pictures.morning import OPENING, Morning, a_moment, branch_of_the_morning
from tests.running import ROOT, Caller, Office, install, serving

FOLDER = ROOT / "deploy" / "pictures"
HARDLY = 0.1  # the clock's speed: the moment stays what it is while the pictures are taken
SIZES = {"kiosk": (1080, 1920), "display": (1920, 1080), "teller": (1366, 768), "manager": (1366, 768)}
LANGUAGES = {"zh": "zh-CN", "en": "en-GB"}
# Which of them stand together in the one for README.
TOGETHER = {"kiosk": "zh", "display": "zh", "teller": "en", "manager": "en"}
SETTLED_MS = 2500  # figures have been asked for, and what was lit has come to rest


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.pictures", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where they go (default: deploy/pictures)")
    folder: Path = parser.parse_args(arguments).folder
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        take(office_in(Path(place)), folder)
    for picture in sorted(folder.glob("*.png")):
        print(f"{picture.name:20} {picture.stat().st_size / 1000:6.0f} kB")
    return 0


def office_in(place: Path) -> Office:
    """The branch of the morning, with two more tellers."""
    start = OPENING - timedelta(minutes=6)
    url = f"sqlite:///{place / 'callboard.db'}"
    office = install(url, now=start, speed=HARDLY, branch=branch_of_the_morning())
    engine = open_database(url, writing=True)
    for number, (who, name) in enumerate({"third teller": "Chen Jie", "fourth teller": "Sun Yue"}.items(), start=3):
        office.tokens[who] = create_token(engine, "teller", "main", name, f"teller-{number}")
    engine.dispose()
    return office


def take(office: Office, folder: Path) -> None:
    path = chromium.find()
    # The caretaker looks once a second: a morning that passes in twenty would have twenty looks.
    hurry = mock.patch.object(caretaker, "EVERY_S", 0.02)
    with hurry, serving(office, clock_control=True) as served, Caller(served.url, office.tokens) as ask:
        Morning(ask, a_moment).live()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
            for screen in SIZES:
                for language in LANGUAGES:
                    take_screen(browser, served.url, office.tokens[screen], screen, language, folder)
            take_together(browser, folder)
            browser.close()


def take_screen(browser: Browser, url: str, token: str, screen: str, language: str, folder: Path) -> None:
    width, height = SIZES[screen]
    with browser.new_context(viewport={"width": width, "height": height}, locale=LANGUAGES[language]) as context:
        page = context.new_page()
        page.goto(f"{url}/{screen}?token={token}&lang={language}")
        page.wait_for_timeout(SETTLED_MS)
        page.screenshot(path=folder / f"{screen}-{language}.png", animations="disabled")


def take_together(browser: Browser, folder: Path) -> None:
    """The four side by side, each to its scale, on one page."""
    style = """
      body { margin: 0; padding: 20px; width: 1600px; background: #e9ecf1; display: grid; gap: 20px;
             grid-template-columns: 501px 1fr 1fr; }
      img { width: 100%; display: block; border-radius: 6px; box-shadow: 0 2px 12px #0003; }
      .kiosk { grid-row: 1 / 3; } .display { grid-column: 2 / 4; }
    """
    images = "".join(
        f'<img class="{screen}" src="{(folder / f"{screen}-{language}.png").as_uri()}">'
        for screen, language in TOGETHER.items()
    )
    sheet = folder / "four-screens.html"
    sheet.write_text(f"<!doctype html><style>{style}</style>{images}", encoding="utf-8")
    with browser.new_context(viewport={"width": 1640, "height": 900}) as context:
        page = context.new_page()
        page.goto(sheet.as_uri())
        page.screenshot(path=folder / "four-screens.png", full_page=True)
    sheet.unlink()


if __name__ == "__main__":
    sys.exit(main())
