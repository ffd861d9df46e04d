"""When the server goes away every screen says so, and when it is back they go on by themselves, up to date."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.screens import SIZES, open_screen
from tests.running import Caller, ServerProcess, install, server_process

SIGN_WITHIN_S = 4.0
BACK_WITHIN_MS = 15_000
SIGNS = {"kiosk": ".away", "display": "stale-banner", "teller": "stale-banner", "manager": "stale-banner"}


@pytest.fixture
def server(sqlite_url: str, tmp_path: Path) -> Iterator[ServerProcess]:
    with server_process(install(sqlite_url), tmp_path) as server:
        yield server


def sign(page: Page, screen: str) -> Locator:
    """What says that the screen may show the past."""
    return page.locator(SIGNS[screen])


def open_all(server: ServerProcess, new_page: Callable[..., Page]) -> dict[str, Page]:
    pages = {name: open_screen(new_page, server.url, server.office, name) for name in SIZES}
    for name, page in pages.items():
        expect(sign(page, name)).to_be_hidden()
        page.evaluate("window.openedOnce = true")
    return pages


@pytest.mark.parametrize("how", [signal.SIGKILL], ids=["killed"])
def test_every_screen_lives_through_a_restart_of_the_server(
    server: ServerProcess, new_page: Callable[..., Page], tmp_path: Path, how: signal.Signals
) -> None:
    with Caller(server.url, server.office.tokens) as ask:
        first = ask.ticket()
        ask.done("teller", "counters/main.1/open")
        ask.done("teller", "counters/main.1/call-next")
        pages = open_all(server, new_page)
        expect(pages["display"].locator(".hero .call__number")).to_have_text(first["number"])
        expect(pages["teller"].locator(".ticket__number")).to_have_text(first["number"])

        server.stop(how)
        gone = time.monotonic()
        for name, page in pages.items():
            left = SIGN_WITHIN_S - (time.monotonic() - gone)
            expect(sign(page, name)).to_be_visible(timeout=max(left, 0.1) * 1000)
        expect(pages["teller"].locator("button.next")).to_be_disabled()

        second = meanwhile(server, tmp_path)
        server.start()
        for name, page in pages.items():
            expect(sign(page, name)).to_be_hidden(timeout=BACK_WITHIN_MS)
            assert page.evaluate("window.openedOnce") is True, f"the {name} was loaded anew"
        expect(pages["display"].locator(".recent__number").first).to_have_text(second)
        expect(pages["teller"].locator(".ticket__number")).to_have_text(second)
        expect(pages["manager"].locator("#manager")).to_contain_text(second)
        expect(pages["teller"].locator("button.next")).to_be_enabled()


def meanwhile(server: ServerProcess, folder: Path) -> str:
    """Another server on the same database calls the next customer while the screens' own is away."""
    with server_process(server.office, folder) as other, Caller(other.url, other.office.tokens) as ask:
        ask.ticket()
        return str(ask.done("teller", "counters/main.1/call-next")["ticket"]["number"])


@pytest.mark.parametrize("name", ["display", "teller"])
def test_a_line_that_is_half_open_is_noticed_and_replaced(
    server: ServerProcess, new_page: Callable[..., Page], name: str
) -> None:
    """The network goes away without a word: the socket stays open, only nothing comes any more."""
    with Caller(server.url, server.office.tokens) as ask:
        ask.ticket()
        ask.done("teller", "counters/main.1/open")
        page = open_screen(new_page, server.url, server.office, name)
        expect(sign(page, name)).to_be_hidden()
        page.wait_for_timeout(1500)
        page.context.set_offline(True)
        expect(sign(page, name)).to_be_visible(timeout=SIGN_WITHIN_S * 1000)
        number = ask.done("teller", "counters/main.1/call-next")["ticket"]["number"]
        place = ".hero .call__number" if name == "display" else ".ticket__number"
        expect(page.locator(place, has_text=number)).to_have_count(0)
        page.context.set_offline(False)
        expect(sign(page, name)).to_be_hidden(timeout=BACK_WITHIN_MS)
        expect(page.locator(place)).to_have_text(number)


def test_a_screen_says_how_long_it_has_been_alone(server: ServerProcess, new_page: Callable[..., Page]) -> None:
    page = open_screen(new_page, server.url, server.office, "display", "en")
    expect(sign(page, "display")).to_be_hidden()
    server.stop()
    seconds = page.locator(".stale-banner__seconds")
    expect(seconds).to_have_text("5 s", timeout=8000)
    expect(sign(page, "display")).to_contain_text("Not up to date")
    expect(sign(page, "display")).to_contain_text("连接")
