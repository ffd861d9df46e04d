"""A customer who said who they are is called by name at the counter that serves them, and on no other screen."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screens import faults, open_screen
from tests.running import Caller, install, serving

NewPage = Callable[..., Page]

WANG = {"name": "王小明", "phone": "138 1234 5678", "card": "6789"}
SHOWN = {"en": "王小明 · 138 1234 5678 · card 6789", "zh": "王小明 · 138 1234 5678 · 卡 6789"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_name_stands_with_the_number_at_this_counter_alone(
    sqlite_url: str, new_page: NewPage, language: str
) -> None:
    office = install(sqlite_url)
    with serving(office) as served, Caller(served.url, office.tokens) as ask:
        ask.done("teller", "counters/main.1/open")
        for person in (WANG, None):
            ask.ticket(person=person)
        pages: dict[str, Any] = {
            screen: open_screen(new_page, served.url, office, screen, language)
            for screen in ("teller", "display", "kiosk", "manager")
        }
        teller, line = pages["teller"], pages["teller"].locator(".ticket__person")
        expect(line).to_be_hidden()
        ask.done("teller", "counters/main.1/call-next")
        expect(line).to_have_text(SHOWN[language])
        assert [fault for fault in faults(teller, language) if "王小明" not in fault] == []
        expect(pages["display"].locator("body")).to_contain_text("A001")
        for screen in ("display", "kiosk", "manager"):
            assert "王小明" not in pages[screen].content(), screen
        teller.keyboard.press("n")
        expect(teller.locator(".ticket__number")).to_have_text("A002")
        expect(line).to_be_hidden()
        assert "王小明" not in teller.content()
