"""The ticket on its customer's phone, in the running branch: what is seen of a call, and what can be asked for."""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from server.domain.branch import Rules
from server.domain.words import LANGUAGES
from tests.browser.screens import faults
from tests.running import Caller, Served, install, serving

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
WORDS = LANGUAGES["en"]
STALE_WITHIN_MS = 4000
MISSES_FORGIVEN = Rules().max_misses
NewPage = Callable[..., Page]
SHOWN = """async ([title, body]) => {
  const { [0]: shown } = await (await navigator.serviceWorker.ready).getNotifications();
  return shown && shown.title === title && shown.body === body;
}"""
FELT = "window.felt = []; navigator.vibrate = (pattern) => window.felt.push(pattern);"


@pytest.fixture
def served(sqlite_url: str) -> Iterator[Served]:
    with serving(install(sqlite_url)) as served:
        yield served


@pytest.fixture
def ask(served: Served) -> Iterator[Caller]:
    with Caller(served.url, served.office.tokens) as ask:
        yield ask


def open_phone(new_page: NewPage, served: Served, link: str, locale: str = "en-GB") -> Page:
    page = new_page(**PHONE, locale=locale)
    page.add_init_script(FELT)
    page.goto(f"{served.url}/phone/#{link}")
    return page


def state(page: Page, expected: str) -> None:
    expect(page.locator("html")).to_have_attribute("data-state", expected)


def ahead(page: Page) -> Locator:
    return page.locator(".ticket__facts dd").first


def call_next(ask: Caller) -> str:
    return str(ask.done("teller", "counters/main.1/call-next")["ticket"]["number"])


def miss(ask: Caller, ticket_id: str) -> None:
    """As the branch's rule has it: called, called again, and nobody comes."""
    ask.done("teller", f"tickets/{ticket_id}/recall")
    ask.done("teller", f"tickets/{ticket_id}/no-show")


def test_a_ticket_is_followed_to_its_call_put_off_once_and_missed(
    served: Served, ask: Caller, new_page: NewPage
) -> None:
    others, own = [ask.ticket()["number"] for _ in range(3)], ask.ticket()
    ask.done("teller", "counters/main.1/open")
    page = open_phone(new_page, served, own["id"])
    expect(page.locator(".ticket__number")).to_contain_text(own["number"])
    page.locator(".ticket__number").tap()  # a page that nobody has touched may not vibrate
    for number, left in zip(others, ("3 people", "2 people", "1 person"), strict=True):
        expect(ahead(page)).to_have_text(left)
        assert call_next(ask) == number
    expect(page.locator("h1")).to_have_text(WORDS["phone.waiting.next"])
    assert page.evaluate("felt.length") == 1  # nearly: felt before it is the turn

    assert call_next(ask) == own["number"]
    state(page, "called")
    expect(page.locator(".called__counter")).to_have_text("1")
    assert own["number"] in page.title()
    assert page.evaluate("felt.length") == 2

    later = [ask.ticket()["number"] for _ in range(3)]
    page.get_by_role("button", name=WORDS["phone.more"]).click()
    expect(page.locator(".question")).to_contain_text("3 more people")
    page.get_by_role("button", name=WORDS["phone.more.yes"]).click()
    state(page, "waiting")
    expect(ahead(page)).to_have_text("3 people")
    expect(page.locator(".keys__used")).to_be_visible()
    expect(page.get_by_role("button", name=WORDS["phone.more"])).to_have_count(0)

    assert [call_next(ask) for _ in range(4)] == [*later, own["number"]]
    state(page, "called")
    is_missed(ask, page, own["id"], own["number"])


def is_missed(ask: Caller, page: Page, ticket_id: str, number: str) -> None:
    """Called and not there, until the branch's rule calls no more; then taken on again by its staff."""
    miss(ask, ticket_id)
    state(page, "waiting")
    expect(page.locator(".ticket__note")).to_have_text(WORDS["phone.missed"])
    for _ in range(MISSES_FORGIVEN):
        assert call_next(ask) == number  # nobody else is there to be called before
        state(page, "called")
        miss(ask, ticket_id)
    state(page, "no_show")
    expect(page.locator("h1")).to_have_text(WORDS["phone.no_show"])
    ask.done("teller", f"tickets/{ticket_id}/return")
    state(page, "waiting")


def test_whoever_leaves_is_asked_once_more_and_is_then_out_of_the_queue(
    served: Served, ask: Caller, new_page: NewPage
) -> None:
    own = ask.ticket()
    page = open_phone(new_page, served, own["id"])
    leave = page.get_by_role("button", name=WORDS["phone.leave"], exact=True)
    leave.click()
    page.get_by_role("button", name=WORDS["phone.leave.no"]).click()
    expect(leave).to_be_focused()
    leave.click()
    expect(page.locator(".question")).to_contain_text("cannot be undone")
    page.get_by_role("button", name=WORDS["phone.leave.yes"]).click()
    state(page, "cancelled")
    expect(page.locator("button:visible")).to_have_count(1)  # the language alone
    gone = [event for event in ask.log() if event["kind"] == "ticket.cancelled"]
    assert [event["reason"]["code"] for event in gone] == ["left"]


def test_a_cut_network_is_told_and_the_page_catches_up_by_itself(
    served: Served, ask: Caller, new_page: NewPage
) -> None:
    first, own = ask.ticket(), ask.ticket()
    ask.done("teller", "counters/main.1/open")
    page = open_phone(new_page, served, own["id"])
    expect(ahead(page)).to_have_text("1 person")
    words = page.locator(".fresh__words")
    expect(words).to_have_text(WORDS["phone.live"])
    page.context.set_offline(True)
    expect(words).to_contain_text("Last known at", timeout=STALE_WITHIN_MS)
    assert call_next(ask) == first["number"]
    assert call_next(ask) == own["number"]
    expect(page.locator("h1")).to_have_text(WORDS["phone.waiting.soon"])
    page.context.set_offline(False)
    state(page, "called")
    expect(words).to_have_text(WORDS["phone.live"])


def test_a_link_that_leads_nowhere_says_what_to_do(served: Served, new_page: NewPage) -> None:
    page = open_phone(new_page, served, "main.nobody-ever-had-this", "zh-CN")
    expect(page.locator("h1")).to_have_text(LANGUAGES["zh"]["phone.unknown"])
    assert faults(page, "zh") == []
    page.goto("about:blank")
    page.goto(f"{served.url}/phone/#not a ticket/at all")
    expect(page.locator("h1")).to_have_text(LANGUAGES["zh"]["phone.unknown"])
    page = open_phone(new_page, served, "")
    expect(page.locator("h1")).to_have_text(WORDS["phone.no_link"])


def test_the_ticket_is_never_in_an_address_and_a_reload_finds_it_again(
    served: Served, ask: Caller, new_page: NewPage
) -> None:
    own, other = ask.ticket(), ask.ticket()
    page = new_page(**PHONE, locale="en-GB")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    page.goto(f"{served.url}/phone/#{own['id']}")
    expect(page.locator(".ticket__number")).to_contain_text(own["number"])
    page.goto(f"{served.url}/phone/?lang=zh")
    expect(page.locator(".ticket__number")).to_contain_text(own["number"])
    page.evaluate(f"location.hash = '{other['id']}'")
    expect(page.locator(".ticket__number")).to_contain_text(other["number"])
    assert any("phone/live" in url for url in asked)
    assert not [url for url in asked if own["id"] in url.split("#")[0] or other["id"] in url.split("#")[0]]
    assert page.evaluate("Object.values({...localStorage}).join()") in ("", "zh")


def test_a_message_that_comes_while_the_page_is_closed_is_shown(served: Served, new_page: NewPage) -> None:
    page = open_phone(new_page, served, "")
    page.context.grant_permissions(["notifications"])
    devtools = page.context.new_cdp_session(page)
    known: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda found: known.extend(each["registrationId"] for each in found["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    scope = page.evaluate(
        "navigator.serviceWorker.register('/phone/worker.js', { scope: '/phone/' })"
        ".then(() => navigator.serviceWorker.ready).then((ready) => ready.scope)"
    )
    assert scope == f"{served.url}/phone/"
    data = json.dumps({"title": "A012", "body": "Please come to counter 3", "lang": "en"})
    told = {"origin": served.url, "registrationId": known[0], "data": data}
    devtools.send("ServiceWorker.deliverPushMessage", told)
    page.wait_for_function(SHOWN, arg=["A012", "Please come to counter 3"])
