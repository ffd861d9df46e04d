"""Staff see what the devices tell: at the counter whether a call was heard, at the manager's what is not well."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screens import faults, open_screen
from tests.running import Caller, Office, Served, install, serving

NewPage = Callable[..., Page]

HEARD = {"en": ("Announced", "Not heard", "Not heard yet"), "zh": ("已播报", "未播报", "尚未播报")}
UNWELL = {"en": "Out of paper · Card reader does not work", "zh": "缺纸 · 读卡器故障"}


@pytest.fixture
def office(sqlite_url: str) -> Office:
    return install(sqlite_url, speed=20)


@pytest.fixture
def ask(office: Office) -> Iterator[tuple[Served, Caller]]:
    """A hall with one number called to counter 1, whose clock runs twenty times as fast as ours."""
    with serving(office) as served, Caller(served.url, office.tokens) as ask:
        ask.ticket()
        ask.done("teller", "counters/main.1/open")
        yield served, ask


def recalled(ask: Caller) -> int:
    """The seq of a new call of whoever is at counter 1."""
    ticket = next(t for t in ask.snapshot()["tickets"] if t["counter_id"] == "main.1")
    return int(ask.done("teller", f"tickets/{ticket['id']}/recall")["seq"])


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_console_says_whether_the_call_was_heard(
    ask: tuple[Served, Caller], new_page: NewPage, language: str
) -> None:
    served, say = ask
    made, failed, late = HEARD[language]
    page = open_screen(new_page, served.url, served.office, "teller", language)
    heard = page.locator(".ticket__heard")
    called = say.done("teller", "counters/main.1/call-next")["seq"]
    expect(page.locator(".ticket__number")).to_have_text("A001")
    page.wait_for_timeout(2000)  # forty seconds in the branch
    expect(heard).to_be_hidden()  # no display has told of itself today
    say.done("display", "branches/main/device-reports", {"parts": {"sound": "ok"}})
    expect(heard).to_have_text(late)
    for outcome, words in (("failed", failed), ("made", made)):
        say.done("display", "branches/main/announcements", {"call_seq": called, "outcome": outcome})
        expect(heard).to_have_text(words)
    again = recalled(say)
    expect(heard).not_to_have_text(made)
    say.done("display", "branches/main/announcements", {"call_seq": again, "outcome": "made", "by": ["voice"]})
    expect(heard).to_have_text(made)
    assert faults(page, language) == []
    ticket = next(t for t in say.snapshot()["tickets"] if t["counter_id"] == "main.1")
    say.done("teller", f"tickets/{ticket['id']}/start")
    expect(heard).to_be_hidden()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_manager_sees_what_is_not_well_and_only_then(
    ask: tuple[Served, Caller], new_page: NewPage, language: str
) -> None:
    served, say = ask
    page = open_screen(new_page, served.url, served.office, "manager", language)
    strip, path = page.locator(".devices:not(.unserved)"), "branches/main/device-reports"
    say.done("kiosk", path, {"parts": {"printer": "ok", "reader": "ok"}})
    say.done("display", path, {"parts": {"sound": "ok"}})
    expect(page.locator(".bar__figures")).to_be_visible()
    expect(strip).to_be_hidden()
    say.done("kiosk", path, {"parts": {"printer": "paper_out", "reader": "error"}, "note": "roll"})
    expect(strip.locator(".devices__what")).to_have_text(UNWELL[language])
    say.done("display", path, {"offline": True})
    expect(strip.locator(".devices__one")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    say.done("kiosk", path, {"parts": {"printer": "ok", "reader": "ok"}})
    say.done("display", path, {"parts": {"sound": "ok"}})
    expect(strip).to_be_hidden()
