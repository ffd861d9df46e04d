"""A screen that nobody has connected shows a code, opens by itself, and shows one again when it is taken away."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from server.domain.words import LANGUAGES
from server.storage import pairings
from tests.browser.screens import SIZES, texts
from tests.running import Caller, Served, install, serving

NewPage = Callable[..., Page]
TOO_LARGE = """() => [document.documentElement.scrollHeight - innerHeight, document.body.scrollWidth - innerWidth]"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(install(f"sqlite:///{tmp_path_factory.mktemp('pairing') / 'callboard.db'}")) as served:
        yield served


@pytest.fixture
def ask(served: Served) -> Iterator[Caller]:
    with Caller(served.url, served.office.tokens) as ask:
        yield ask


def unconnected(new_page: NewPage, served: Served, screen: str, rest: str = "") -> Page:
    width, height = SIZES[screen]
    page = new_page(viewport={"width": width, "height": height})
    page.goto(f"{served.url}/{screen}{rest}")
    return page


def code_on(page: Page) -> str:
    parts = page.locator(".pair__code span")
    expect(parts.first).not_to_have_text("···")
    return "-".join(parts.all_inner_texts())


def approve(ask: Caller, code: str) -> str:
    said = ask.post("manager", "branches/main/pairings/approve", {"code": code, "name": "Door"})
    assert said.status_code == 200, said.text
    return str(said.json()["device"])


@pytest.mark.parametrize("screen", ["kiosk", "display"])
def test_a_screen_is_connected_by_its_code_and_falls_back_to_one_when_it_is_taken_away(
    served: Served, ask: Caller, new_page: NewPage, screen: str
) -> None:
    page = unconnected(new_page, served, screen, "?lang=en")
    first = code_on(page)
    page.reload()
    assert code_on(page) == first, "a code is the same after a reload"
    device = approve(ask, first)
    expect(page.locator(".pair")).to_have_count(0)
    assert page.url == f"{served.url}/{screen}?lang=en", "no token was ever in the address"
    ask.post("manager", f"branches/main/devices/{device}/revoke")
    expect(page.locator(".pair__code")).to_be_visible(timeout=30_000)
    assert code_on(page) != first
    approve(ask, code_on(page))
    expect(page.locator(".pair")).to_have_count(0)


@pytest.mark.parametrize(("screen", "size"), [("kiosk", None), ("display", None), ("display", (1366, 768))])
def test_the_page_says_what_to_do_in_both_languages_and_fits_its_screen(
    served: Served, new_page: NewPage, screen: str, size: tuple[int, int] | None
) -> None:
    page = unconnected(new_page, served, screen)
    if size:
        page.set_viewport_size({"width": size[0], "height": size[1]})
    code_on(page)
    said = texts(page)
    for lang, words in LANGUAGES.items():
        mine = [text for language, text in said if language == lang]
        assert words[f"pair.title_{screen}"] in mine
        assert words["pair.step_wait"] in mine
        assert any("/office" in text for text in mine)
    too_large: Any = page.evaluate(TOO_LARGE)
    assert max(too_large) <= 0
    code = page.locator(".pair__code").bounding_box()
    assert code is not None
    assert code["height"] >= 120, "it is read from across the room"


def test_a_code_that_runs_out_is_followed_by_another_and_the_page_says_so(
    served: Served, new_page: NewPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    lasts = pairings.LASTS
    page = unconnected(new_page, served, "display")
    first = code_on(page)
    with monkeypatch.context() as patch:
        patch.setattr("server.web.pairings.now", lambda: datetime.now(UTC) + lasts)
        expect(page.locator(".pair__state")).to_contain_text(LANGUAGES["en"]["pair.new_code"].split("{")[0].strip())
        second = code_on(page)
    assert second != first


def test_a_server_that_is_away_is_told_and_waited_for(served: Served, ask: Caller, new_page: NewPage) -> None:
    page = unconnected(new_page, served, "kiosk")
    code = code_on(page)

    def away(route: Route) -> None:
        route.abort()

    page.route("**/api/v1/pairings/**", away)
    expect(page.locator(".pair__state")).to_contain_text(LANGUAGES["zh"]["pair.away"])
    approve(ask, code)
    page.unroute("**/api/v1/pairings/**", away)
    expect(page.locator(".pair")).to_have_count(0)


def test_a_token_may_still_be_typed_out_of_sight(served: Served, new_page: NewPage) -> None:
    page = unconnected(new_page, served, "kiosk", "?token=wrong&lang=en")
    expect(page.locator(".pair__token")).to_contain_text(LANGUAGES["en"]["shared.not_connected_unauthorized"])
    page = unconnected(new_page, served, "kiosk")
    expect(page.locator("input[name=token]")).to_be_hidden()
    page.locator("summary").click()
    page.locator("input[name=token]").fill(served.office.tokens["kiosk"])
    page.keyboard.press("Enter")
    expect(page.locator(".pair")).to_have_count(0)
    assert "token" not in page.url
