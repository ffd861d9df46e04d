"""The pages in the hall work in the engine of a television of 2018, and look there as they should."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.screens import LOCALES, SIZES
from tests.engines import layout
from tests.engines.chrome69 import Chrome69, here
from tests.running import Caller, Served, install, serving

pytestmark = pytest.mark.skipif(not here(), reason="no Chrome 69 was built for this machine")

LAYOUTS = ("calls", "waiting", "notices", "counter", "overview")
LANGUAGES = ("zh", "en")
PHONE = (360, 640)
STILL_S = 3.0


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    office = install(f"sqlite:///{tmp_path_factory.mktemp('branch') / 'callboard.db'}")
    with serving(office) as served, Caller(served.url, office.tokens) as ask:
        for number in (1, 3):
            ask.done("manager", f"counters/main.{number}/open")
        yield served


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chrome69]:
    with Chrome69(tmp_path_factory.mktemp("chrome69")) as engine:
        yield engine


@pytest.fixture
def ask(served: Served) -> Iterator[Caller]:
    with Caller(served.url, served.office.tokens) as ask:
        yield ask


def show(old: Chrome69, served: Served, screen: str, language: str = "zh", more: str = "") -> None:
    """The screen on its device, as `open_screen` does it in a browser of today."""
    address = f"{served.url}/{screen}?token={served.office.tokens[screen]}&lang={language}"
    old.open(address, SIZES[screen], LOCALES[language])
    if more:
        old.go(f"{served.url}/{screen}?lang={language}{more}")


def stands_well(old: Chrome69, *, scrolls: bool = False) -> None:
    """Once what moves has come to rest, nothing is off the screen or covers anything else."""
    deadline = time.monotonic() + STILL_S
    while found := old.run(layout.script(scrolls=scrolls)):
        assert time.monotonic() < deadline, found
    assert found == [], "the page could not be looked at"
    assert old.complaints() == []


def test_the_engine_is_chrome_69(old: Chrome69, served: Served) -> None:
    show(old, served, "display")
    assert "Chrome/69." in old.run("navigator.userAgent")
    assert old.run("[1, 2].at === undefined && self.structuredClone === undefined")
    assert old.run("[innerWidth, innerHeight, devicePixelRatio]") == [*SIZES["display"], 1]


def test_an_error_in_a_page_is_noticed(old: Chrome69, tmp_path: Path) -> None:
    page = tmp_path / "broken.html"
    page.write_text("<p>...</p><script>Promise.resolve().then(() => missing?.(1))</script>")
    old.open(page.as_uri(), (300, 300), "en-GB")
    assert ["Unexpected token" in error for error in old.complaints()] == [True]


@pytest.mark.parametrize("broken", ["left: -40px", "top: 20px", "width: 30px; overflow: hidden; white-space: nowrap"])
def test_what_stands_badly_is_noticed(old: Chrome69, tmp_path: Path, broken: str) -> None:
    page = tmp_path / "badly.html"
    page.write_text(
        "<body style='font: 20px/1 sans-serif'><p style='position: absolute; top: 20px; left: 20px'>One line</p>"
        f"<p style='position: absolute; top: 120px; left: 20px; {broken}'>Another line</p>"
    )
    old.open(page.as_uri(), (300, 300), "en-GB")
    assert old.run(layout.script(scrolls=False))


@pytest.mark.parametrize("screen", ["kiosk", "display"])
def test_a_screen_is_connected_by_its_code_and_opens_by_itself(
    old: Chrome69, served: Served, ask: Caller, screen: str
) -> None:
    old.open(f"{served.url}/{screen}", SIZES[screen], LOCALES["zh"])
    old.until("document.querySelector('.pair__code').textContent.indexOf('·') < 0")
    stands_well(old)
    code = old.run("document.querySelector('.pair__code').textContent")
    device = ask.post("manager", "branches/main/pairings/approve", {"code": code, "name": "Door"}).json()["device"]
    old.until("document.querySelector('.pair') === null && document.querySelector('.masthead') !== null")
    time.sleep(1.0)  # until it listens
    ask.post("manager", f"branches/main/devices/{device}/revoke")
    old.until("document.querySelector('.pair__code') !== null")
    old.complaints()  # that the server said 401 is what is wanted here


@pytest.mark.parametrize("look", LAYOUTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_display_shows_a_call_as_it_is_made(
    old: Chrome69, served: Served, ask: Caller, look: str, language: str
) -> None:
    show(old, served, "display", language, f"&layout={look}&counter=main.1")
    stands_well(old)
    ticket = ask.ticket()
    called = ask.done("manager", "counters/main.1/call-next")["ticket"]
    assert called["id"] == ticket["id"]
    old.until(f"document.body.innerText.includes('{called['number']}')")
    stands_well(old)
    ask.done("manager", f"tickets/{called['id']}/start")
    ask.done("manager", f"tickets/{called['id']}/finish")
    stands_well(old)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_number_is_taken_at_the_kiosk_with_a_finger(
    old: Chrome69, served: Served, ask: Caller, language: str
) -> None:
    show(old, served, "kiosk", language)
    before = len(ask.snapshot()["tickets"])
    old.until("document.querySelectorAll('button.service').length > 3")
    stands_well(old)
    old.touch("button.segment", 1)
    stands_well(old)
    old.touch("button.service")
    stands_well(old)
    old.touch("button.take, button.place")
    number = old.text(".paper__number")
    tickets = ask.snapshot()["tickets"]
    assert len(tickets) == before + 1
    assert (tickets[-1]["number"], tickets[-1]["segment"]) == (number, "priority")
    stands_well(old)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_phone_follows_its_number_from_the_queue_to_the_counter(
    old: Chrome69, served: Served, ask: Caller, language: str
) -> None:
    """Other people's numbers are done first, so that it moves up before it is called."""
    first, mine = (ask.ticket(services=["advice"]) for _ in range(2))
    old.open(f"{served.url}/phone/?lang={language}#{mine['id']}", PHONE, LOCALES[language])
    old.until(f"document.body.innerText.includes('{mine['number']}')")
    stands_well(old, scrolls=True)
    for ticket in (first, mine):
        called = ask.done("manager", "counters/main.3/call-next")["ticket"]
        assert called["id"] == ticket["id"]
        if ticket is first:
            ask.done("manager", f"tickets/{first['id']}/start")
            ask.done("manager", f"tickets/{first['id']}/finish")
    old.until("document.querySelector('[data-state=called]') !== null")
    stands_well(old, scrolls=True)
    ask.done("manager", f"tickets/{mine['id']}/start")
    ask.done("manager", f"tickets/{mine['id']}/finish")
    old.until("document.querySelector('[data-state=completed]') !== null")
    stands_well(old, scrolls=True)
