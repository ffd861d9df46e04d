"""A called number asks on the phone for more time: the console frees itself, says why, and marks who waits for it."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screens import faults, open_screen
from tests.running import Caller, Office, Served, fresh_key, headers, install, serving

NewPage = Callable[..., Page]

TOLD = {
    "en": ("A001: The customer asked on the phone for more time: 3 others are called first.", "More time"),
    "zh": ("A001：客户用手机申请延后：先叫后面 3 位。", "申请延后"),
}
LEFT = {"en": "A002: The customer left.", "zh": "A002：客户已离开。"}


@pytest.fixture
def office(sqlite_url: str) -> Office:
    return install(sqlite_url)


@pytest.fixture
def branch(office: Office) -> Iterator[tuple[Served, Caller]]:
    with serving(office) as served, Caller(served.url, office.tokens) as ask:
        ask.done("teller", "counters/main.1/open")
        yield served, ask


def press(ask: Caller, ticket: str, what: str) -> None:
    answer = ask.http.post(f"phone/{what}", json={}, headers=headers(f"ticket.{ticket}", fresh_key()))
    assert answer.is_success, answer.text


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_teller_is_told_why_the_number_has_gone(
    branch: tuple[Served, Caller], new_page: NewPage, language: str
) -> None:
    served, ask = branch
    told, mark = TOLD[language]
    first, second = ask.ticket()["id"], ask.ticket()["id"]
    page = open_screen(new_page, served.url, served.office, "teller", language)
    ask.done("teller", "counters/main.1/call-next")
    expect(page.locator(".ticket__number")).to_have_text("A001")
    press(ask, first, "more-time")
    expect(page.locator("#toasts")).to_contain_text(told)
    expect(page.locator(".waiting .row", has_text="A001").locator(".mark")).to_have_text(mark)
    assert faults(page, language) == []
    ask.done("teller", "counters/main.1/call-next")
    expect(page.locator(".ticket__number")).to_have_text("A002")
    press(ask, second, "leave")
    expect(page.locator("#toasts")).to_contain_text(LEFT[language])
    page.keyboard.press("n")
    expect(page.locator(".ticket__number")).to_have_text("A001")
