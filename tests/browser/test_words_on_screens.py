"""Every screen speaks one language at a time, whole sentences of it, and says a refusal in words."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from server.domain.words import LANGUAGES
from tests.browser.screens import SIZES, faults, open_screen, texts
from tests.running import NIGHT, Caller, Served, headers, install, serving


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A hall in which there is something of everything to be seen."""
    office = install(f"sqlite:///{tmp_path_factory.mktemp('branch') / 'callboard.db'}")
    with serving(office, clock_control=True) as served, Caller(served.url, office.tokens) as ask:
        for segment in ("ordinary", "priority", "vip") * 3:
            ask.ticket(segment=segment, services=["deposit", "card"])
        for who, number in (("teller", 1), ("second teller", 2)):
            ask.done(who, f"counters/main.{number}/open")
            ask.done(who, f"counters/main.{number}/call-next")
        parked = ask.done("teller", "counters/main.1/call-next")["ticket"]["id"]
        ask.done("teller", f"tickets/{parked}/park")
        called = ask.done("teller", "counters/main.1/call-next")["ticket"]["id"]
        ask.done("teller", f"tickets/{called}/start")
        ask.done("manager", "counters/main.3/open")
        ask.done("manager", "counters/main.3/pause", {"reason": "lunch"})
        ask.ticket(at_machine=True)
        yield served


@pytest.fixture
def ask(served: Served) -> Iterator[Caller]:
    with Caller(served.url, served.office.tokens) as ask:
        yield ask


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("screen", SIZES)
def test_a_screen_speaks_its_language_and_no_other(
    served: Served, new_page: Callable[..., Page], screen: str, language: str
) -> None:
    page = open_screen(new_page, served.url, served.office, screen, language)
    page.wait_for_timeout(1000)  # the figures have been asked for
    assert page.locator("html").get_attribute("lang") in {"zh": ("zh-CN",), "en": ("en",)}[language]
    assert faults(page, language) == []
    assert len(texts(page)) > 15


@pytest.mark.parametrize("screen", ["kiosk", "teller", "manager"])
def test_a_touch_changes_the_language_of_everything(
    served: Served, new_page: Callable[..., Page], screen: str
) -> None:
    page = open_screen(new_page, served.url, served.office, screen, "zh")
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.wait_for_timeout(1000)
    assert faults(page, "en") == []
    page.get_by_role("button", name="中文").click()
    page.wait_for_timeout(1000)
    assert faults(page, "zh") == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_step_at_the_kiosk_is_in_the_language_that_was_chosen(
    served: Served, new_page: Callable[..., Page], language: str
) -> None:
    page = open_screen(new_page, served.url, served.office, "kiosk", language)
    counter = ".take, .place:not([data-class=self_service]) >> nth=0"  # a free machine calls at once
    for touch in (".segment >> nth=1", "button.service >> nth=2", ".more__key >> nth=0", counter):
        assert faults(page, language) == []
        page.locator(touch).click()
    expect(page.locator(".paper__number")).to_be_visible()
    assert faults(page, language) == []
    page.locator(".give-back button >> nth=0").click()
    assert faults(page, language) == []
    page.locator(".give-back .button--bad").click()
    expect(page.locator(".notice__sign")).to_be_visible()
    assert faults(page, language) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_kiosk_says_that_the_branch_has_just_closed(
    sqlite_url: str, new_page: Callable[..., Page], language: str
) -> None:
    office = install(sqlite_url)
    with serving(office, clock_control=True) as served, Caller(served.url, office.tokens) as ask:
        page = open_screen(new_page, served.url, office, "kiosk", language)
        page.locator("button.service").first.click()
        to_night(ask)
        log = len(ask.log())
        page.locator("button.take, button.place").first.click()
        hours = {"opens": "08:30", "closes": "17:00", "day": LANGUAGES[language]["when.tomorrow"]}
        sentence = LANGUAGES[language]["refusal.branch_closed"].format(**hours)
        expect(page.locator(".notice__words")).to_have_text(sentence)
        assert faults(page, language) == []
        assert [event["kind"] for event in ask.log()[log:]] in ([], ["branch.day_started"])
        page.get_by_role("button", name=LANGUAGES[language]["kiosk.home"], exact=True).click()
        expect(page.locator("button.service")).to_have_count(0)
        assert faults(page, language) == []


def to_night(ask: Caller) -> None:
    known = headers(ask.tokens["operator"])
    assert ask.http.put("clock", json={"skip_to": NIGHT.isoformat()}, headers=known).status_code == 200


MANAGER_FIRST = """([token, ticket]) => {
  const fetch = window.fetch.bind(window);
  const headers = { Authorization: `Bearer ${token}`, "Idempotency-Key": "manager-first" };
  window.fetch = async (url, request) => {
    if (url.endsWith("/start")) await fetch(`/api/v1/tickets/${ticket}/cancel`, { method: "POST", headers });
    return fetch(url, request);
  };
}"""


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_console_says_why_a_key_did_nothing(
    sqlite_url: str, new_page: Callable[..., Page], language: str
) -> None:
    """A manager was quicker: between the look at the screen and the key, the customer has been cancelled."""
    office = install(sqlite_url)
    with serving(office) as served, Caller(served.url, office.tokens) as ask:
        ask.ticket()
        ask.done("teller", "counters/main.1/open")
        ticket = ask.done("teller", "counters/main.1/call-next")["ticket"]["id"]
        page = open_screen(new_page, served.url, office, "teller", language)
        expect(page.locator(".ticket")).to_have_attribute("data-state", "called")
        expect(page.locator("[data-move=start]")).to_be_enabled()
        page.evaluate(MANAGER_FIRST, [office.tokens["manager"], ticket])
        page.keyboard.press("s")
        expect(page.locator(".toast--refused")).to_have_text(LANGUAGES[language]["refusal.ticket_not_found"])
        expect(page.locator(".ticket__number--words")).to_be_visible()
        assert faults(page, language) == []
