"""A branch from nothing: its administrator sets it up in the browser, and the first customer is called."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from server.domain.words import LANGUAGES
from server.storage.database import open_database
from server.storage.migrate import migrate
from server.storage.server_clock import start_clock
from tests.browser.pages import PATIENCE_MS
from tests.running import TEN, Office, ServerProcess, server_process

MOST_ACTIONS = 40
PASSWORD = "verandah kettle ostrich Tuesday"
DESK, KIOSK = {"width": 1440, "height": 900}, {"width": 1080, "height": 1920}
BRANCH = "harbour-street"


@dataclass(slots=True)
class Hands:
    """Whoever sits at the browser: every click, every field filled, every choice and every key is counted."""

    page: Page
    done: int = 0

    def click(self, what: Locator) -> None:
        self.done += 1
        what.click()

    def fill(self, field: str, text: str) -> None:
        self.done += 1
        self.page.locator(f'[data-path="{field}"], [data-key="{field}"], [name="{field}"]').first.fill(text)

    def select(self, name: str, value: str) -> None:
        self.done += 1
        self.page.locator(f'select[name="{name}"]').select_option(value)

    def press(self, key: str) -> None:
        self.done += 1
        self.page.keyboard.press(key)

    def button(self, name: str) -> None:
        self.click(self.page.get_by_role("button", name=name, exact=True))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerProcess]:
    """A server that was started for the first time, on a Monday at ten, with nothing in its database."""
    url = f"sqlite:///{tmp_path / 'callboard.db'}"
    engine = open_database(url, writing=True)
    migrate(engine)
    start_clock(engine, TEN, 1.0)
    engine.dispose()
    with server_process(Office(url, {}), tmp_path) as running:
        yield running


def test_a_branch_is_set_up_from_nothing_and_opens_its_doors(
    server: ServerProcess, new_page: Callable[..., Page], record_property: Callable[[str, object], None]
) -> None:
    hands = Hands(new_page(viewport=DESK, locale="en-GB", timezone_id="Asia/Shanghai"))
    first_link = re.search(r"http\S+/sign-in#\S+", server.said.read_text())
    assert first_link
    choose_password(hands, first_link[0])
    make_branch(hands)
    set_it_up(hands)
    link = invite_teller(hands)
    customer = Hands(new_page(viewport=KIOSK, locale="en-GB"))
    connect_kiosk(hands, customer.page, server.url)
    number = take_ticket(customer)

    teller = Hands(new_page(viewport=DESK, locale="en-GB"))
    choose_password(teller, link)
    teller.click(teller.page.locator(".place").first)
    teller.press("Space")
    expect(teller.page.locator("#teller")).to_contain_text(number)

    actions = hands.done + customer.done + teller.done
    print(f"\nfrom an empty database to the first call: {actions} actions")
    record_property("actions", actions)
    assert actions < MOST_ACTIONS


def choose_password(hands: Hands, link: str) -> None:
    hands.page.goto(link.replace("/sign-in#", "/sign-in?lang=en#"))
    hands.page.locator("#password").wait_for()
    hands.fill("password", PASSWORD)
    hands.press("Enter")


def make_branch(hands: Hands) -> None:
    page = hands.page
    hands.click(page.get_by_role("link", name=LANGUAGES["en"]["sign_in.screen.office"]))
    hands.click(page.locator('.choice:has([value="bank"])'))
    hands.fill("branch.name.en", "Harbour Street")
    hands.fill("branch.name.zh", "港湾路支行")
    expect(page.locator('[data-path="branch.id"]')).to_have_value(BRANCH)
    expect(page.locator('[data-path="branch.time_zone"]')).to_have_value("Asia/Shanghai")
    hands.fill("hours.opens", "09:00")
    hands.button("Create the branch")
    page.wait_for_url(f"**/office?branch={BRANCH}&lang=en#set_up")
    expect(page.get_by_text("Before the doors open")).to_be_visible()


def set_it_up(hands: Hands) -> None:
    """What a branch of the same kind would still change: Saturday, a holiday, one counter more, its own costs."""
    page = hands.page
    hands.click(page.locator('[data-key="own.sat"]'))
    hands.fill("hours.days.sat.closes", "13:00")
    hands.fill("special.from", "2026-10-01")
    hands.fill("special.to", "2026-10-07")
    hands.button("Close these days")
    expect(page.locator(".year__day")).to_have_count(7)
    hands.click(page.get_by_role("tab", name="Counters"))
    counters = page.locator(".hall__counter").count()
    hands.button("Add counters")
    expect(page.locator(".hall__counter")).to_have_count(counters + 1)
    hands.click(page.get_by_role("tab", name="Costs"))
    hands.fill("classes.cash.counter_cost", "75")
    hands.fill("classes.cash.waiting_cost", "20")
    expect(page.locator('[data-class="cash"] .follows')).to_contain_text("38 minutes")
    hands.button("Review and put into force")
    expect(page.locator("dialog .change")).not_to_have_count(0)
    hands.button("Put into force")
    expect(page.locator(".foot")).to_contain_text("In force")


def invite_teller(hands: Hands) -> str:
    """The link that the teller gets."""
    page = hands.page
    hands.click(page.locator('.side__link[href="#people"]'))
    hands.click(page.locator(".head__keys .button--primary"))
    hands.fill("name", "Li Wei")
    hands.fill("login", "li.wei")
    hands.select("role", "teller")
    hands.press("Enter")
    link = page.locator(".link__text").input_value()
    hands.click(page.locator("dialog .ask__keys .button"))
    return link


def connect_kiosk(hands: Hands, kiosk: Page, url: str) -> None:
    """The new kiosk shows a code, which is typed into the office."""
    kiosk.goto(f"{url}/kiosk?lang=en")
    code = kiosk.locator(".pair__code")
    expect(code).to_have_text(re.compile(r"\w{7}"), timeout=PATIENCE_MS)
    hands.click(hands.page.locator('.side__link[href="#devices"]'))
    hands.click(hands.page.locator(".head__keys .button--primary"))
    hands.fill("code", code.inner_text())
    hands.fill("name", "Entrance")
    hands.press("Enter")


def take_ticket(customer: Hands) -> str:
    """The number that the first customer reads on their ticket."""
    customer.click(customer.page.get_by_role("button", name="Cash and currency exchange"))
    customer.click(customer.page.locator(".take"))
    number = customer.page.locator(".paper__number").inner_text()
    assert re.fullmatch(r"[A-Z]\d{3}", number), number
    return number
