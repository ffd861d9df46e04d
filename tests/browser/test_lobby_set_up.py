"""The lobby's page follows what the branch sets up while it hangs there: its words, its layout, its hours."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page, expect

from server.domain.branch import Branch, Lobby
from server.domain.words import LANGUAGES
from tests.browser.hall_sounds import STUB, sentences, until_played
from tests.running import TEN, Caller, Served, install, serving
from tests.set_up_anew import WORDING, grouped, set_up, without

NewPage = Callable[..., Page]
TOO_WIDE = """() => [...document.querySelectorAll(".hero *")].filter(
  (one) => one.getBoundingClientRect().right > document.querySelector(".hero").getBoundingClientRect().right + 1
).map((one) => one.textContent)"""


def worded() -> Branch:
    return replace(grouped(), wording=WORDING)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("branch")
    office = install(f"sqlite:///{folder / 'callboard.db'}", branch=worded())
    with serving(office, voice_folder=str(folder / "voice")) as served, Caller(served.url, office.tokens) as ask:
        ask.done("teller", "counters/main.1/open")
        ask.done("second teller", "counters/main.3/open")
        yield served


@pytest.fixture
def ask(served: Served) -> Iterator[Caller]:
    with Caller(served.url, served.office.tokens) as ask:
        yield ask
    set_up(served, lambda branch: worded())


@pytest.fixture
def show(served: Served, new_page: NewPage) -> Callable[[str], Page]:
    def opened(query: str) -> Page:
        page = new_page(viewport={"width": 1920, "height": 1080})
        page.add_init_script(STUB)
        page.goto(f"{served.url}/display?token={served.office.tokens['display']}&{query}")
        return page

    return opened


def called(ask: Caller) -> str:
    ask.ticket()
    return str(ask.done("teller", "counters/main.1/call-next")["ticket"]["number"])


def test_what_is_said_is_what_is_shown_in_the_branchs_own_words(ask: Caller, show: Callable[[str], Page]) -> None:
    page = show("lang=en&voice=on")
    number = called(ask)
    words = page.locator(".call__words span")
    expect(words).to_have_count(2)
    said = ask.get("display", "branches/main/voice/call", number=number, counter=1, langs="en,zh").json()["parts"]
    assert words.all_inner_texts() == [part["text"] for part in said]
    assert said[0]["text"] == f"Number {number}, please go to counter 1, thank you"
    assert said[1]["text"] == f"请{number}号顾客到1号窗口办理业务"
    assert page.evaluate(TOO_WIDE) == []
    until_played(page, 3)
    assert sentences(page)[0] == (f"{number}:1",)


def test_another_layout_takes_over_and_the_call_that_is_being_said_is_said(
    ask: Caller, served: Served, show: Callable[[str], Page]
) -> None:
    page, fixed = show("lang=zh&voice=on"), show("layout=calls&theme=day&voice=off")
    expect(page.locator("html")).to_have_attribute("data-layout", "waiting")
    ask.ticket(services=["card"])
    first, second = called(ask), ask.done("second teller", "counters/main.3/call-next")["ticket"]["number"]
    until_played(page, 1)
    set_up(
        served, lambda branch: replace(branch, lobby=Lobby("calls", "day"), name={"en": "Harbour", "zh": "港口支行"})
    )
    expect(page.locator("html")).to_have_attribute("data-layout", "calls")
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    expect(page.locator(".waiting")).to_have_count(0)
    expect(page.locator(".masthead__branch .main")).to_have_text("港口支行")
    until_played(page, 6)
    said = [call for sentence in sentences(page) for call in sentence]
    assert said[:2] == [f"{first}:1", f"{second}:3"]
    set_up(served, lambda branch: replace(branch, lobby=Lobby("overview", "night")))
    expect(page.locator(".desk")).to_have_count(10)
    expect(fixed.locator("html")).to_have_attribute("data-layout", "calls")
    expect(fixed.locator("html")).to_have_attribute("data-theme", "light")


def test_a_queue_that_was_given_up_stays_until_it_is_empty(
    ask: Caller, served: Served, show: Callable[[str], Page]
) -> None:
    page = show("lang=en")
    queues = page.locator(".queue__name .main")
    expect(queues).to_have_text(["Cash", "Non-cash", "VIP", "Self-service"])
    ask.ticket(services=["card"])
    set_up(served, lambda branch: without(branch, "card", queues=("non_cash", "vip")))
    expect(queues).to_have_text(["Cash", "Non-cash", "Self-service"])
    ask.done("second teller", "counters/main.3/call-next")
    expect(queues).to_have_text(["Cash", "Self-service"])


def test_the_branchs_languages_are_the_boards_and_its_voices(
    ask: Caller, served: Served, show: Callable[[str], Page]
) -> None:
    page = show("")
    expect(page.locator(".recent__title .main")).to_have_text(LANGUAGES["zh"]["display.recent"])
    set_up(served, lambda branch: replace(branch, languages=("en", "zh")))
    expect(page.locator(".recent__title .main")).to_have_text(LANGUAGES["en"]["display.recent"])
    expect(page.locator(".recent__title .beside")).to_have_text(LANGUAGES["zh"]["display.recent"])


def test_a_closed_branch_says_when_it_opens(served: Served, ask: Caller, show: Callable[[str], Page]) -> None:
    for ticket in ask.snapshot()["tickets"]:
        done = "cancel" if ticket["state"] == "waiting" else "finish"
        ask.done("manager", f"tickets/{ticket['id']}/{done}")
    page = show("lang=en")
    set_up(served, lambda branch: replace(branch, special_days={TEN.date().isoformat(): None}))
    expect(page.locator(".hero__title .main")).to_have_text(LANGUAGES["en"]["shared.closed.day"])
    expect(page.locator(".hero__words .main")).to_have_text("We open again tomorrow, Tuesday, at 8:30.")
    expect(page.locator(".hero__words .beside")).to_have_text("明天（星期二）8:30 恢复营业。")
    assert page.evaluate(TOO_WIDE) == []
    page.goto(f"{served.url}/display/plain?lang=en")
    expect(page.locator(".none").first).to_contain_text("We open again tomorrow, Tuesday, at 8:30.")
