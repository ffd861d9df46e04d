"""What a branch has set up is what customers find at its kiosk: groups, pages, opening hours, a change at noon."""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from server.actions.customer import queue_still_there
from server.domain.branch import Branch
from server.domain.opening import next_opening
from server.domain.words import LANGUAGES
from tests.browser.listening import EARS, HASTE, Listener
from tests.browser.screens import faults
from tests.running import TEN, Caller, Office, Served, install, serving
from tests.set_up_anew import grouped, set_up, without

PORTRAIT = {"width": 1080, "height": 1920}
MM = 4  # pixels of such a panel
SMALLEST_MM = 20
WORDS = LANGUAGES["en"]
NewPage = Callable[..., Page]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return install(f"sqlite:///{tmp_path_factory.mktemp('branch') / 'callboard.db'}", branch=grouped())


@pytest.fixture(scope="module")
def served(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("voice")
    with serving(office, clock_control=True, voice_folder=str(folder)) as served:
        with Caller(served.url, office.tokens) as ask:
            ask.done("teller", "counters/main.1/open")
        yield served


@pytest.fixture(autouse=True)
def as_it_was(served: Served) -> Iterator[None]:
    yield
    set_up(served, lambda branch: grouped())


@pytest.fixture
def page(served: Served, new_page: NewPage) -> Page:
    found = new_page(viewport=PORTRAIT, locale="en-GB")
    found.add_init_script(EARS)
    found.add_init_script(HASTE)
    found.goto(f"{served.url}/kiosk?token={served.office.tokens['kiosk']}&lang=en")
    expect(found.locator(".wait__time").first).not_to_have_text(WORDS["shared.wait_unknown"])
    return found


def names(page: Page) -> list[str]:
    return page.locator(".service__name").all_inner_texts()


def too_small(page: Page) -> list[str]:
    """Keys that no unsteady finger can press, and those that lie below the screen."""
    found = []
    for key in page.locator("button").filter(visible=True).all():
        box = key.bounding_box()
        assert box is not None
        fits = box["y"] + box["height"] <= PORTRAIT["height"]
        if min(box["width"], box["height"]) < SMALLEST_MM * MM or not fits:
            found.append(key.inner_text())
    return found


def title(page: Page) -> Locator:
    return page.locator("h1")


def test_a_group_leads_to_its_services_and_back(page: Page) -> None:
    assert names(page) == ["Cash and money", "Cards and accounts", "Loans and investment"]
    group = page.locator(".service--group")
    expect(group).to_have_count(1)  # with one service left, a group is that service
    expect(group.locator(".wait__ahead")).to_have_text("3 services")
    assert too_small(page) == []
    group.click()
    expect(title(page)).to_have_text("Cash and money")
    assert names(page) == ["Deposit and withdraw", "Cash and currency exchange", "Transfers"]
    assert too_small(page) == []
    assert faults(page, "en") == []
    page.get_by_role("button", name=WORDS["kiosk.group.back"]).click()
    expect(title(page)).to_have_text(WORDS["kiosk.title"])
    group.click()
    page.locator("button.service").nth(2).click()
    expect(page.locator(".chosen__name")).to_have_text("Transfers")
    page.get_by_role("button", name=WORDS["kiosk.back"], exact=True).click()
    expect(title(page)).to_have_text("Cash and money")  # where the service was chosen
    page.locator("button.service").nth(0).click()
    page.get_by_role("button", name=WORDS["kiosk.more_choose"]).click()
    assert names(page) == ["Cash and money", "Cards and accounts", "Loans and investment"]
    page.locator("button.service").nth(1).click()
    assert page.locator(".chosen__name").all_inner_texts() == ["Deposit and withdraw", "Cards and accounts"]
    page.locator("button.take, .place[data-class=cash]").first.click()
    expect(page.locator(".paper__number")).to_be_visible()


def test_who_cannot_see_hears_the_groups_and_finds_the_way_by_keys(page: Page) -> None:
    ear = Listener(page)
    ear.press("F12")
    ear.hears(WORDS["kiosk.title"])
    ear.press("4")
    ear.hears("Cash and money", "8 items.")
    ear.press("1")
    ear.hears(WORDS["kiosk.review"], WORDS["kiosk.chosen"], "Deposit and withdraw")


def test_more_services_than_fit_are_turned_over_by_large_keys(page: Page, served: Served) -> None:
    set_up(served, lambda branch: grouped(9))
    turn = page.locator(".pages__key--next")
    expect(turn).to_be_visible()
    seen = []
    for large in (False, True):
        if large:
            page.get_by_role("button", name=WORDS["kiosk.large_type"]).click()
        seen.append(names(page))
        assert too_small(page) == []
        assert page.evaluate("document.documentElement.scrollHeight") <= PORTRAIT["height"]
    assert len(seen[1]) <= len(seen[0])
    found = list(names(page))
    while turn.count():
        turn.click()
        found += names(page)
        assert too_small(page) == []
    assert len(found) == len(set(found)) == 12
    assert found[-1] == "Certificate of kind 9"
    page.get_by_role("button", name=WORDS["kiosk.page.previous"]).click()
    expect(page.locator(".pages__where")).to_contain_text("Page")


def test_a_change_at_noon_is_followed_and_who_had_chosen_chooses_again(page: Page, served: Served) -> None:
    page.locator(".service--group").click()
    page.locator("button.service").nth(1).click()
    expect(page.locator(".chosen__name")).to_have_text("Cash and currency exchange")
    set_up(served, lambda branch: without(branch, "exchange", queues=("vip",)))
    expect(page.locator(".greeting")).to_have_text(WORDS["kiosk.changed"])
    page.locator(".service--group").click()
    assert names(page) == ["Deposit and withdraw", "Transfers"]
    page.locator("button.service").first.click()
    page.locator("button.take, .place[data-class=cash]").first.click()
    number = page.locator(".paper__number").inner_text()
    set_up(served, lambda branch: without(branch, "deposit", "exchange", "card", "transfer", "advice"))
    page.wait_for_timeout(300)
    expect(page.locator(".paper__number")).to_have_text(number)  # a number that was taken stays what it is
    page.locator(".done").click()
    expect(title(page)).to_have_text(LANGUAGES["zh"]["kiosk.empty"])  # the next customer is somebody else


def test_the_branchs_first_language_greets_the_next_customer(page: Page, served: Served) -> None:
    page.locator(".service--group").click()
    set_up(served, lambda branch: replace(branch, languages=("en", "zh")))
    expect(title(page)).to_have_text("Cash and money")
    page.get_by_role("button", name=WORDS["kiosk.group.back"]).click()
    page.locator(".service").last.click()
    page.keyboard.press("Escape")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".comfort__key--language")).to_have_text(LANGUAGES["zh"]["shared.language"])


MOMENTS = """async ({branch, moments}) => {
  const hours = await import("/screens/shared/hours.js");
  return moments.map((ms) => {
    const next = hours.nextOpening(branch, ms);
    return [hours.isOpen(branch, ms), next && `${next.day} ${next.opens} ${next.closes}`];
  });
}"""


BOOT = "JSON.stringify(JSON.parse(document.getElementById('boot').text).snapshot.branch)"


def test_the_page_knows_the_hours_as_the_server_does(page: Page) -> None:
    told = json.loads(page.evaluate(BOOT))
    begins = datetime(2026, 9, 29, 16, tzinfo=UTC)
    moments = [begins + timedelta(minutes=10 * step, seconds=1) for step in range(6 * 24 * 8)]
    for zone in ("Asia/Shanghai", "America/St_Johns"):
        branch = replace(grouped(), time_zone=zone)
        wish = {"branch": told | {"time_zone": zone}, "moments": [now.timestamp() * 1000 for now in moments]}
        assert page.evaluate(MOMENTS, wish) == [list(known(branch, now)) for now in moments]
    lost = page.evaluate(SHOWN, {"branch": told | {"time_zone": "Asia/Atlantis"}, "ms": TEN.timestamp() * 1000})
    assert lost["unknown"] == lost["own"], "a zone newer than the browser leaves no screen blank"
    assert lost["warnings"] == 1


SHOWN = """async ({branch, ms}) => {
  const [hours, clock] = await Promise.all([import("/screens/shared/hours.js"), import("/screens/shared/clock.js")]);
  const heard = [], warn = console.warn;
  console.warn = (...said) => heard.push(said);
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const told = (zone) => [
    hours.isOpen(Object.assign({}, branch, {time_zone: zone}), ms), clock.clockTime(ms, zone),
    clock.calendarDay(ms, zone, "zh"),
  ];
  const found = {unknown: told(branch.time_zone), own: told(own), warnings: heard.length};
  console.warn = warn;
  return found;
}"""


def test_who_loses_a_queue_is_told_of_the_one_that_the_server_takes(page: Page) -> None:
    told = json.loads(page.evaluate(BOOT))
    queues = {key: grouped().queues[key] for key in ("self_service", "non_cash", "vip", "cash")}
    for lost in (("cash",), ("non_cash", "cash"), ("vip",), ("self_service",)):
        branch = without(replace(grouped(), queues=queues), queues=lost)
        shown = {key: {**told["queues"][key], "retired": branch.queues[key].retired} for key in queues}
        found = page.evaluate(STILL_THERE, {"queues": shown})
        assert found == [queue_still_there(branch, key) for key in queues]


STILL_THERE = """async (branch) => {
  const {queueStillThere} = await import("/kiosk/page/offered.js");
  return Object.keys(branch.queues).map((key) => queueStillThere(branch, key).id);
}"""


def known(branch: Branch, now: datetime) -> tuple[bool, str | None]:
    found = next_opening(branch, now)
    if found is None:
        return branch.is_open(now), None
    return branch.is_open(now), f"{found.day} {found.hours.opens:%H:%M} {found.hours.closes:%H:%M}"


def test_a_closed_kiosk_says_in_every_language_when_it_opens(page: Page, served: Served) -> None:
    today = TEN.date().isoformat()
    set_up(served, lambda branch: replace(branch, special_days={today: None}))
    expect(title(page)).to_have_text(WORDS["shared.closed.day"])
    expect(page.locator(".notice__words").first).to_have_text("We open again tomorrow, Tuesday, at 8:30.")
    expect(page.locator(".notice__beside")).to_contain_text("明天（星期二）8:30 恢复营业。")
    expect(page.locator("button.service")).to_have_count(0)
    ear = Listener(page)
    ear.press("F12")
    ear.hears(WORDS["shared.closed.day"], "We open again tomorrow, Tuesday, at 8:30.")
    set_up(served, lambda branch: replace(branch, special_days={}))
    expect(page.locator("button.service")).to_have_count(3)
