"""A person at the browser: chooses a password by their link, signs in, is refused, and waits."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, expect

from server.domain.words import LANGUAGES
from server.storage.database import open_database
from server.storage.staff import add_person, invite
from tests.browser.screens import LOCALES, faults
from tests.running import Served, install, serving

PASSWORD = "verandah kettle ostrich Tuesday"
NewPage = Callable[..., Page]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(install(f"sqlite:///{tmp_path_factory.mktemp('people') / 'callboard.db'}")) as served:
        yield served


def link_of(served: Served, login: str, role: str = "manager") -> str:
    engine = open_database(served.office.database_url, writing=True)
    now = datetime.now(UTC)
    secret = invite(engine, add_person(engine, login, "张敏", {"main": role}, now), now)
    engine.dispose()
    return secret


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_newcomer_chooses_a_password_and_is_at_work(served: Served, new_page: NewPage, language: str) -> None:
    words = LANGUAGES[language]
    page = new_page(viewport={"width": 1366, "height": 768}, locale=LOCALES[language])
    page.goto(f"{served.url}/sign-in?lang={language}#{link_of(served, f'min.{language}')}")
    expect(page.locator("h1")).to_have_text(words["sign_in.choose"])
    expect(page.locator("#password")).to_be_focused()
    page.keyboard.type("password1234567")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text(words["refusal.password_common"])
    assert [
        fault for fault in faults(page, language) if not fault.endswith("Callboard") and "张敏" not in fault
    ] == []
    page.locator("#password").fill(PASSWORD)
    page.get_by_role("button", name=words["sign_in.choose_go"]).click()
    screens = [words[f"sign_in.screen.{screen}"] for screen in ("teller", "manager", "office")]
    expect(page.locator(".choices a")).to_have_text(screens)
    assert "#" not in page.url
    page.locator(".choices a").nth(1).click()
    expect(page.locator("body")).to_contain_text("滨江支行" if language == "zh" else "Riverside Branch")
    assert page.url.endswith(f"/manager?lang={language}")


def test_who_comes_to_a_console_signs_in_and_is_there(served: Served, new_page: NewPage) -> None:
    secret = link_of(served, "li.wei", "teller")
    page = new_page(viewport={"width": 1366, "height": 768}, locale="en-GB")
    page.request.post(f"{served.url}/api/v1/set-up", data={"secret": secret, "password": PASSWORD})
    page.request.post(f"{served.url}/api/v1/sign-out")
    page.goto(f"{served.url}/teller?lang=en")
    expect(page).to_have_url(f"{served.url}/sign-in?to=teller&lang=en")
    page.locator("#login").fill("li.wei")
    page.locator("#password").fill("not this one, surely")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text(LANGUAGES["en"]["refusal.sign_in_failed"])
    expect(page.locator("#login")).to_have_value("li.wei")
    page.get_by_role("button", name=LANGUAGES["en"]["sign_in.show"]).click()
    expect(page.locator("#password")).to_have_attribute("type", "text")
    page.locator("#password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{served.url}/teller?lang=en")
    expect(page.locator("#teller")).to_contain_text("1")


def test_who_mistypes_too_often_sees_how_long_to_wait(served: Served, new_page: NewPage) -> None:
    link_of(served, "slow.fingers", "teller")
    page = new_page(viewport={"width": 390, "height": 844}, locale="en-GB")
    page.goto(f"{served.url}/sign-in?lang=en")
    page.locator("#login").fill("slow.fingers")
    for _ in range(6):
        expect(page.locator(".button--primary")).to_be_enabled()
        with page.expect_response("**/sign-in"):
            page.locator("#password").fill("wrong")
            page.locator("#password").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("seconds to wait")
    expect(page.locator(".button--primary")).to_be_disabled()


def test_a_spent_link_says_what_to_do(served: Served, new_page: NewPage) -> None:
    page = new_page(viewport={"width": 390, "height": 844}, locale="zh-CN")
    page.goto(f"{served.url}/sign-in?lang=zh#{'x' * 32}")
    expect(page.get_by_role("alert")).to_have_text(LANGUAGES["zh"]["refusal.link_spent"])
