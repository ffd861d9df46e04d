"""A customer's visit and a manager's decision, on the four screens at once, as the people in the branch live it."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.screens import open_screen
from tests.running import TEN, Caller, ServerProcess, headers, install, server_process

Open = Callable[..., Page]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    folder = tmp_path_factory.mktemp("branch")
    office = install(f"sqlite:///{folder / 'callboard.db'}")
    with server_process(office, folder, clock_control="true") as server:
        yield server


@pytest.fixture
def ask(server: ServerProcess) -> Iterator[Caller]:
    with Caller(server.url, server.office.tokens) as ask:
        yield ask


@pytest.fixture
def screen(server: ServerProcess, new_page: Callable[..., Page]) -> Open:
    def show(name: str, language: str = "zh", who: str | None = None) -> Page:
        return open_screen(new_page, server.url, server.office, name, language, who)

    return show


def press(page: Page, key: str) -> None:
    """As quick as fingers are: a key that comes before the answer to the one before it is not taken."""
    page.wait_for_timeout(200)
    page.keyboard.press(key)


def take_number(kiosk: Page, service: str) -> str:
    """At the kiosk, with a finger: the service, then the number."""
    kiosk.locator("button.service", has_text=service).click()
    kiosk.locator("button.take, button.place[data-class=cash]").first.click()
    return kiosk.locator(".paper__number").inner_text()


def test_a_customer_is_served_from_the_kiosk_to_the_counter(ask: Caller, screen: Open) -> None:
    kiosk, display, teller, manager = (screen(name) for name in ("kiosk", "display", "teller", "manager"))
    number = take_number(kiosk, "存取款")
    assert re.fullmatch(r"A\d{3}", number)
    expect(kiosk.locator(".outcome__now")).to_contain_text(number)

    press(teller, "1")  # sits down at counter 1, and from here on by keys alone
    press(teller, "o")
    expect(teller.locator(".bar .status")).to_have_attribute("data-status", "open")
    press(teller, "Space")
    expect(teller.locator(".ticket__number")).to_have_text(number)
    expect(teller.locator(".ticket")).to_have_attribute("data-state", "called")
    expect(teller.locator(".ticket__why")).to_have_text("先到先办。")

    expect(display.locator(".hero .call__number")).to_have_text(number)
    expect(display.locator(".hero .call__where")).to_have_text("1")
    expect(display.locator(".recent__number").first).to_have_text(number)
    expect(kiosk.locator(".outcome__now")).to_contain_text("1 号窗口")
    expect(manager.locator("#manager")).to_contain_text(number)

    press(teller, "s")
    expect(teller.locator(".ticket")).to_have_attribute("data-state", "serving")
    press(teller, "f")
    expect(teller.locator(".ticket__number")).not_to_contain_text(number)
    expect(manager.locator("#manager")).not_to_contain_text(number)
    done = [event["kind"] for event in ask.log() if event["ticket"] and event["ticket"]["number"] == number]
    assert done == ["ticket.issued", "ticket.called", "ticket.started", "ticket.completed"]


def test_a_burst_of_calls_is_shown_one_after_the_other_and_all_are_listed(ask: Caller, screen: Open) -> None:
    display = screen("display")
    numbers = [ask.ticket()["number"] for _ in range(5)]
    ask.done("manager", "counters/main.2/open")
    expect(display.locator(".queue").first).to_contain_text("5")
    for _ in numbers:
        ask.done("manager", "counters/main.2/call-next")
    seen: list[str] = []
    for number in numbers:
        expect(display.locator(".hero .call__number", has_text=number)).to_be_visible()
        seen += display.locator(".hero .call__number").all_inner_texts()
    listed = display.locator(".recent__number").all_inner_texts()
    assert listed[:5] == numbers[::-1]
    assert list(dict.fromkeys(seen)) == numbers
    ask.done("manager", f"tickets/{ask.snapshot()['tickets'][-1]['id']}/finish")
    ask.done("manager", "counters/main.2/close")


def test_a_manager_sees_the_advice_change_and_accepts_it(ask: Caller, screen: Open) -> None:
    """Forty minutes in which more come than one counter can serve: the queue grows, and the advisor speaks."""
    manager, teller = screen("manager"), screen("teller", who="second teller")
    ask.done("teller", "counters/main.1/open")
    for minutes in range(0, 40, 2):
        turn_clock(ask, minutes)
        ask.ticket()
        if minutes % 8 == 0:
            called = ask.done("teller", "counters/main.1/call-next")["ticket"]
            ask.done("teller", f"tickets/{called['id']}/start")
    card = manager.locator(".advice[data-class=cash]")
    expect(card).to_have_attribute("data-state", "issued")
    sentence = card.locator(".advice__sentence")
    expect(sentence).to_have_text(re.compile("[24] 号"))
    expect(card.locator(".advice__why")).to_contain_text("现开 1 个窗口")

    card.get_by_role("button", name="采纳", exact=True).click()
    expect(card).to_have_attribute("data-state", "accepted")
    expect(card).to_contain_text("Manager")
    log = ask.log()
    assert [event["kind"] for event in log if event["advice"]][-1] == "advice.accepted"

    asked = log[-1]["advice"]["counter_id"]
    press(teller, asked.rsplit(".", 1)[1])
    press(teller, "o")
    expect(teller.locator(".bar .status")).to_have_attribute("data-status", "open")
    for counter in ask.snapshot()["counters"]:
        if counter["counter_class"] == "cash" and counter["status"] == "closed":
            ask.done("manager", f"counters/{counter['id']}/open")
    turn_clock(ask, 41)  # the advisor looks twice a minute
    expect(manager.locator("#toasts")).to_contain_text("现金：窗口数已与建议一致。")
    expect(manager.locator(".advice[data-class=cash][data-state=accepted]")).to_have_count(0)


def turn_clock(ask: Caller, minutes: int) -> None:
    to = TEN + timedelta(minutes=5 + minutes)
    known = headers(ask.tokens["operator"])
    assert ask.http.put("clock", json={"skip_to": to.isoformat()}, headers=known).status_code == 200
