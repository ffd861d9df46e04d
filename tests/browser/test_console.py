"""A teller's console that several people share: it changes hands, is locked, and can do without letters."""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from server.domain.trail import SERVER
from server.domain.words import LANGUAGES
from server.storage.badges import set_badge
from server.storage.database import open_database
from server.storage.sessions import open_session
from server.storage.staff import add_person
from tests.browser.screens import LOCALES, faults
from tests.running import Caller, Served, install, serving

NewPage = Callable[..., Page]
PIN = "719360"
SOMEBODY = re.compile(r"[A-Z]\d{3}")


@dataclass(frozen=True, slots=True)
class People:
    served: Served
    cookie: Callable[[], str]  # of a new session of the first of them


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """Three of them: the first two may serve, the third is at the door."""
    from argon2 import PasswordHasher

    office = install(f"sqlite:///{tmp_path_factory.mktemp('console') / 'callboard.db'}")
    engine = open_database(office.database_url, writing=True)
    ids, now, pin = [], datetime.now(UTC), PasswordHasher(parallelism=1).hash(PIN)
    for badge, (name, role) in enumerate((("李伟", "teller"), ("王芳", "teller"), ("赵磊", "lobby_manager"))):
        ids.append(add_person(engine, f"person.{badge}", name, {"main": role}, now))
        set_badge(engine, ids[-1], badge_of(badge), pin, now, SERVER)
    with serving(office) as served:
        yield People(served, lambda: open_session(engine, ids[0], "", "", datetime.now(UTC)))
    engine.dispose()


def badge_of(place: int) -> str:
    return f"000471130{place}"


@pytest.fixture
def console(people: People, new_page: NewPage) -> Iterator[Callable[[str], Page]]:
    """The first person's own console, at counter 1 with a customer."""
    with Caller(people.served.url, people.served.office.tokens) as ask:

        def at_work(language: str) -> Page:
            ask.ticket()
            page = new_page(viewport={"width": 1280, "height": 1024}, locale=LOCALES[language])
            cookie: Any = {"name": "callboard_session", "value": people.cookie(), "url": people.served.url}
            page.context.add_cookies([cookie])
            page.goto(f"{people.served.url}/teller?lang={language}")
            page.locator(".place").first.click()
            page.locator("[data-move=open]").click()
            page.locator("[data-move=next]").click()
            expect(page.locator(".ticket__number")).to_have_text(SOMEBODY)
            return page

        yield at_work
        there = ask.snapshot()
        for ticket in there["tickets"]:
            if ticket["state"] in {"called", "serving"}:
                ask.done("manager", f"tickets/{ticket['id']}/finish")
        ask.done("manager", "counters/main.1/close")


def change(page: Page, place: int, pin: str = PIN) -> None:
    """By hand: the number of the badge, and the PIN."""
    page.locator(".switch__badge").fill(badge_of(place))
    page.keyboard.press("Enter")
    page.locator(".pin__field").fill(pin)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_console_changes_hands_while_the_customer_stays(
    console: Callable[[str], Page], language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words, page = LANGUAGES[language], console(language)
    page.locator("[data-move=start]").click()
    number = page.locator(".ticket__number").inner_text()
    expect(page.locator(".ticket__watch")).to_have_text(re.compile(r"0:0[2-9]"))
    page.evaluate("window.notLoadedAnew = true")
    page.keyboard.press("w")
    expect(page.locator(".switch h2")).to_have_text(words["teller.switch.title"])
    change(page, 1, "718000")
    expect(page.get_by_role("alert")).to_have_text(words["refusal.switch_failed"])
    for digit in PIN:
        page.locator(f".pin__key[data-key='{digit}']").click()
    entered = time.monotonic()
    page.locator(".switch [type=submit]").click()
    expect(page.locator(".bar__holder")).to_have_text("王芳")
    took = time.monotonic() - entered
    expect(page.locator(".switch")).to_have_count(0)
    assert page.locator(".ticket__number").inner_text() == number
    assert page.locator(".ticket__watch").inner_text() >= "0:02", "the stopwatch went on"
    with page.expect_response("**/finish") as answered:
        page.locator("[data-move=finish]").click()
    assert answered.value.ok
    expect(page.locator(".ticket__number")).not_to_have_text(number)
    assert page.evaluate("window.notLoadedAnew")
    assert [fault for fault in faults(page, language) if "李伟" not in fault and "王芳" not in fault] == []
    page.reload()
    expect(page.locator(".bar__holder")).to_have_text("王芳")
    with capsys.disabled():
        print(f"  from the PIN to the newcomer's console: {took:.2f} s")
    assert took < 5, "two seconds, on a machine that does not run a test suite"


def test_who_may_not_serve_gets_no_console(console: Callable[[str], Page]) -> None:
    page = console("en")
    page.keyboard.press("w")
    change(page, 2)
    expect(page.get_by_role("alert")).to_contain_text("may not serve")
    page.keyboard.press("Escape")
    expect(page.locator(".switch")).to_have_count(0)
    expect(page.locator(".bar__holder")).to_have_text("李伟")


def test_a_locked_console_shows_counter_and_number_and_opens_by_the_reader(console: Callable[[str], Page]) -> None:
    page = console("en")
    number = page.locator(".ticket__number").inner_text()
    page.keyboard.press("l")
    expect(page.locator(".lock__number")).to_have_text(number)
    page.reload()
    expect(page.locator(".lock__number")).to_have_text(number)
    expect(page.locator(".desk, .place")).to_have_count(0)
    page.locator(".lock__counter").click()
    for key in ("f", "Space"):
        page.keyboard.press(key)
    read(page, badge_of(0))
    page.locator(".pin__field").press_sequentially(badge_of(1))  # and once more: no wrong PIN, but another badge
    page.keyboard.press("Enter")
    expect(page.locator(".pin__field")).to_have_value("")
    page.locator(".pin__field").fill(PIN)
    page.keyboard.press("Enter")
    expect(page.locator(".bar__holder")).to_have_text("王芳")
    expect(page.locator(".ticket__number")).to_have_text(number)


def read(page: Page, badge: str) -> None:
    """As a reader types it; where this machine was too slow for one, the badge is held to it again."""
    for _ in range(5):
        page.keyboard.type(badge)
        page.keyboard.press("Enter")
        if page.locator(".pin__field:visible").count():
            return
    pytest.fail("the badge was never read")


def test_letters_need_not_act(console: Callable[[str], Page]) -> None:
    page = console("en")
    choose = {"letters": "1", "alt": "2", "off": "3"}

    def set_to(which: str) -> None:
        page.locator(".shortcuts").click()
        page.keyboard.press(choose[which])
        expect(page.locator("html")).to_have_attribute("data-shortcuts", which)

    parked = page.locator(".desk__asides .row__number")
    set_to("off")
    for key in ("p", "Alt+p", "Space"):
        page.keyboard.press(key)
    expect(page.locator(".key .hint").first).to_be_hidden()
    set_to("alt")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-shortcuts", "alt")
    expect(page.locator("[data-move=park]")).to_be_enabled()
    page.keyboard.press("p")
    page.wait_for_timeout(300)
    expect(parked).to_have_count(0)
    page.keyboard.press("Alt+p")
    expect(parked).to_have_count(1)
    set_to("letters")
    page.keyboard.press("e")
    expect(parked).to_have_count(0)


def test_a_console_that_was_connected_by_a_token_has_no_such_keys(people: People, new_page: NewPage) -> None:
    page = new_page(viewport={"width": 1280, "height": 1024})
    page.goto(f"{people.served.url}/teller?token={people.served.office.tokens['teller']}&lang=en")
    page.locator(".place").first.click()
    expect(page.locator("[data-move=close]")).to_be_visible()
    expect(page.locator("[data-move=switch], [data-move=lock]")).to_have_count(2)
    expect(page.locator("[data-move=switch]:visible, [data-move=lock]:visible")).to_have_count(0)


def test_a_phone_is_wide_enough_for_the_console(people: People, new_page: NewPage) -> None:
    """A teller whose computer is away still calls: every key fits the width, the first without a scroll."""
    page = new_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page.goto(f"{people.served.url}/teller?token={people.served.office.tokens['teller']}&lang=en")
    for _ in range(2):  # the counters, and one of them
        expect(page.locator(".place, .next").first).to_be_in_viewport(ratio=1)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if page.locator(".place").count():
            page.locator(".place").first.click()
            expect(page.locator(".next")).to_be_visible()
    for key in page.locator(".keypad button:visible").all():
        key.scroll_into_view_if_needed()
        expect(key).to_be_in_viewport(ratio=1)
