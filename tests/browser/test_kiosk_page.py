"""The kiosk's page in front of a customer: by touch, by keys, by ear, with a card, and with nobody there."""

import json
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Error, Locator, Page, Route, expect

from server.domain.words import LANGUAGES
from tests.browser.listening import EARS, HASTE, Listener, spelt, type_as_a_reader
from tests.kiosk.program import KioskProcess, kiosk_process, papers_in
from tests.running import Office, ServerProcess, install, server_process

KIOSK = {"viewport": {"width": 1080, "height": 1920}, "locale": "en-GB"}
WORDS = LANGUAGES["en"]
PIN = "4711"
SITE = "http://phones.example"
RULES = [{"match": "6222", "segment": "vip", "level": 2}]
PRESSES = "button.take, .place[data-class=cash]"
NewPage = Callable[..., Page]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return install(f"sqlite:///{tmp_path_factory.mktemp('branch') / 'callboard.db'}")


@pytest.fixture(scope="module")
def server(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    folder = tmp_path_factory.mktemp("server")
    with server_process(office, folder, voice_folder=str(folder / "voice")) as found:
        yield found


@pytest.fixture(scope="module")
def kiosk(office: Office, server: ServerProcess, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KioskProcess]:
    folder = tmp_path_factory.mktemp("kiosk")
    (folder / "rules.json").write_text(json.dumps(RULES))
    options = ("--reader", "keyboard", "--card-rules", str(folder / "rules.json"), "--site", SITE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CALLBOARD_KIOSK_STAFF_PIN", PIN)
        with kiosk_process(server.url, office.tokens["kiosk"], folder, "emulated", *options) as found:
            yield found


@pytest.fixture
def page(kiosk: KioskProcess, new_page: NewPage) -> Page:
    found = new_page(**KIOSK)
    found.add_init_script(EARS)
    found.add_init_script(HASTE)
    found.goto(f"{kiosk.url}/kiosk?lang=en")
    expect(found.locator("button.service")).not_to_have_count(0)
    expect(found.locator(".wait__ahead").first).not_to_be_empty()
    return found


def focused(page: Page) -> Locator:
    return page.locator("*:focus")


def go_to(page: Page, wanted: str) -> None:
    """With one key, until the focus is there."""
    for _ in range(20):
        page.keyboard.press("ArrowDown")
        if page.evaluate("wanted => document.activeElement.matches(wanted)", wanted):
            return
    raise AssertionError(f"no key leads to {wanted}")


def take(page: Page) -> str:
    page.locator("button.service").first.click()
    page.locator(PRESSES).first.click()
    return page.locator(".paper__number").inner_text()


def link_in(code: Locator) -> str:
    """What a phone's camera makes of it."""
    expect(code.locator("path")).to_have_count(1)
    found = zxingcpp.read_barcodes(Image.open(BytesIO(code.screenshot())))
    assert len(found) == 1
    return str(found[0].text)


def test_a_number_is_taken_and_given_back_by_keys_alone(page: Page) -> None:
    go_to(page, ".segment:nth-of-type(2)")
    page.keyboard.press("Enter")
    expect(page.locator(".segment").nth(1)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".segment").nth(1)).to_be_focused()
    go_to(page, ".service")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(WORDS["kiosk.review"])
    go_to(page, PRESSES)
    page.keyboard.press("Space")
    expect(page.locator(".paper__number")).to_be_visible()
    go_to(page, ".give-back button")
    page.keyboard.press("Enter")
    expect(focused(page)).to_have_text(WORDS["kiosk.keep"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator(".notice__sign")).to_be_visible()
    go_to(page, ".done")
    page.keyboard.press("Enter")
    expect(page.locator(".start")).to_be_visible()


def test_a_blind_customer_hears_all_that_others_read_and_takes_a_number(page: Page) -> None:
    ear = Listener(page)
    ear.press("F12")
    ear.hears(
        WORDS["kiosk.speech.on"], WORDS["kiosk.speech.on_more"], LANGUAGES["zh"]["kiosk.speech.other"],
        WORDS["kiosk.title"], "12 items.",
    )  # fmt: skip
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    ear.press("ArrowDown")
    ear.hears("Deposit and withdraw", WORDS["shared.no_counter"], WORDS["shared.ahead_none"], "Key 4.")
    ear.press("Enter")
    ear.hears(WORDS["kiosk.review"], WORDS["kiosk.chosen"], "Deposit and withdraw", WORDS["kiosk.more"])
    place = (
        page.locator("button")
        .filter(visible=True)
        .evaluate_all("(keys, wanted) => keys.findIndex(key => key.matches(wanted))", PRESSES)
    )
    ear.press(str(place + 1))  # as a keypad with raised digits does
    number = page.locator(".paper__number").inner_text()
    ear.hears(
        WORDS["kiosk.speech.number"], *spelt(number), WORDS["kiosk.speech.once_more"], *spelt(number),
        WORDS["shared.ahead_none"], WORDS["kiosk.ticket.wait"], WORDS["shared.wait_unknown"],
        WORDS["kiosk.speech.listen"], WORDS["kiosk.paper.printed"],
    )  # fmt: skip
    ear.press("0")
    ear.hears(WORDS["kiosk.speech.number"], *spelt(number))
    ear.press("ArrowDown")
    ear.hears(WORDS["kiosk.done"])
    ear.press("Enter")
    ear.hears(WORDS["kiosk.speech.goodbye"])
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")  # the next customer is somebody else
    expect(page.locator(".caption")).to_be_hidden()


def test_the_volume_the_language_and_the_time_are_in_the_listeners_hands(page: Page) -> None:
    ear = Listener(page)
    ear.press("F12")
    ear.hears(WORDS["kiosk.title"])
    ear.press("+")
    ear.hears("Volume 4")
    ear.press("2")
    ear.hears("Priority", WORDS["kiosk.speech.selected"])
    page.evaluate("pass(91)")
    ear.hears("Are you still there? Press any key to carry on…")
    expect(page.locator(".still-there")).to_be_visible()
    ear.press("ArrowDown")
    expect(page.locator(".still-there")).to_be_hidden()
    ear.press("*")
    ear.hears(LANGUAGES["zh"]["kiosk.title"])
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")


def test_without_a_voice_what_was_heard_before_is_said_and_else_a_chime_calls_for_help(page: Page) -> None:
    ear = Listener(page)
    ear.press("F12")
    ear.hears(WORDS["kiosk.title"], "12 items.")
    page.route("**/api/v1/**/voice/**", lambda route: route.abort())
    ear.press("0")
    ear.hears(WORDS["kiosk.title"], "12 items.")
    page.locator("button.service").last.focus()
    ear.hears("(chime)")
    expect(page.locator(".caption")).to_have_text(WORDS["kiosk.speech.none"])


def test_a_card_opens_the_vip_queue_and_presses_nothing(page: Page) -> None:
    page.locator("button.service").first.focus()
    type_as_a_reader(page, [*"6222020200112233", "Enter"])
    expect(page.locator(".greeting")).to_have_text(WORDS["kiosk.card.vip"])
    expect(page.locator(".segment").nth(2)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".start")).to_be_visible()


def test_garbage_from_the_reader_is_answered_with_help_and_changes_nothing(page: Page) -> None:
    page.locator(".segment").nth(1).click()
    page.locator("button.service").first.focus()
    type_as_a_reader(page, [*"%?1;+#3333", "Enter"])
    expect(page.locator(".greeting")).to_have_text(WORDS["kiosk.card.unknown"])
    expect(page.locator(".segment").nth(1)).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".start")).to_be_visible()


@pytest.mark.parametrize(
    ("machine", "counter", "title", "first"),
    [
        ((60, 240), (600, 1500), "kiosk.where", "self_service"),
        ((None, None), (600, 1500), "kiosk.where_open", "cash"),
        ((900, 1800), (600, 1500), None, None),
    ],
)
def test_the_machine_is_offered_first_where_both_waits_show_that_it_is_quicker(
    page: Page,
    machine: tuple[int | None, int | None],
    counter: tuple[int | None, int | None],
    title: str | None,
    first: str | None,
) -> None:
    def told(route: Route) -> None:
        try:
            answer: dict[str, Any] = route.fetch().json()
        except Error:  # the page is gone, for the test is over: it would be the next one's fault
            return
        for queue in answer["queues"]:
            p50, p90 = machine if queue["queue_id"] == "self_service" else counter
            queue |= {"counters_open": 1, "ahead": 4, "p50_s": p50, "p90_s": p90}
        route.fulfill(json=answer)

    page.route("**/waits", told)
    page.reload()
    expect(page.locator(".service .wait").first).to_contain_text("about 10–25 min")
    page.locator("button.service").first.click()
    places = page.locator(".place")
    if title is None:
        expect(page.locator("button.take")).to_contain_text("about 10–25 min")
        expect(places).to_have_count(0)
        return
    expect(page.get_by_role("heading", name=WORDS[title])).to_be_visible()
    expect(places.first).to_have_attribute("data-class", str(first))
    expect(page.locator(".place__quicker")).to_have_count(1 if title == "kiosk.where" else 0)
    expect(page.locator(".place[data-class=cash]")).to_contain_text("about 10–25 min")
    page.locator(".place[data-class=cash]").click()  # the counter is one touch away
    expect(page.locator(".paper__number")).to_contain_text("A")


def test_the_code_on_the_screen_leads_to_the_number_on_the_phone(
    page: Page, kiosk: KioskProcess, server: ServerProcess, office: Office, new_page: NewPage
) -> None:
    with page.expect_response("**/branches/main/tickets") as asked:
        take(page)
    assert link_in(page.locator(".paper .code")) == f"{SITE}/phone/#{asked.value.json()['ticket']['id']}"
    control = kiosk.folder / "data" / "printer" / "control.json"
    control.write_text(json.dumps({"plug": "out"}))
    page.reload()
    with page.expect_response("**/branches/main/tickets") as asked:
        take(page)
    expect(page.locator(".own-paper")).to_contain_text(WORDS["kiosk.paper.remember_or_scan"])
    assert link_in(page.locator(".own-paper .code")) == f"{SITE}/phone/#{asked.value.json()['ticket']['id']}"
    control.unlink()
    alone = new_page(**KIOSK)
    alone.goto(f"{server.url}/kiosk?token={office.tokens['kiosk']}&lang=en")
    with alone.expect_response("**/branches/main/tickets") as asked:
        take(alone)
    assert link_in(alone.locator(".paper .code")) == f"{server.url}/phone/#{asked.value.json()['ticket']['id']}"
    expect(alone.locator(".corner")).to_be_hidden()


def test_nobody_there_brings_the_waits_to_the_hall_and_the_first_touch_only_wakes(page: Page) -> None:
    page.evaluate("pass(61)")
    cover = page.locator(".attract")
    expect(cover).to_be_visible()
    for lang in ("zh", "en"):
        expect(cover).to_contain_text(LANGUAGES[lang]["kiosk.attract.touch"])
        expect(cover).to_contain_text(LANGUAGES[lang]["shared.no_counter"])
    page.mouse.click(540, 900)
    expect(cover).to_be_hidden()
    expect(page.locator(".start")).to_be_visible()


def hold_the_corner(page: Page) -> None:
    page.mouse.move(60, 60)
    page.mouse.down()
    page.locator(".pin").wait_for()
    page.mouse.up()


def enter(page: Page, pin: str) -> None:
    for digit in pin:
        page.get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name=WORDS["kiosk.staff.open"], exact=True).click()


def test_staff_see_behind_the_page_with_their_pin_and_nobody_by_accident(page: Page, kiosk: KioskProcess) -> None:
    number = take(page)
    page.reload()
    page.mouse.click(60, 60, delay=300)
    expect(page.locator(".staff")).to_be_hidden()
    hold_the_corner(page)
    enter(page, "1111")
    expect(page.locator(".pin__said")).to_have_text("This is not the PIN.")
    enter(page, PIN)
    facts = page.locator(".staff__facts")
    expect(facts).to_contain_text(WORDS["kiosk.staff.state.here"])
    expect(facts).to_contain_text(number)
    assert kiosk.token not in page.content()
    before = papers_in(kiosk)
    page.get_by_role("button", name=WORDS["kiosk.staff.trial"]).click()
    expect(page.locator(".staff__said")).to_have_text(WORDS["kiosk.staff.printed"])
    kiosk.until(lambda: papers_in(kiosk) == before + 1)
    page.get_by_role("button", name=WORDS["kiosk.staff.back"]).click()
    expect(page.locator(".start")).to_be_visible()


def test_in_large_type_no_step_hides_a_key_below_the_glass(page: Page) -> None:
    def lowest() -> float:
        return float(page.evaluate("document.documentElement.scrollHeight"))

    page.locator(".comfort__key").nth(1).click()
    page.locator(".segment").nth(1).click()
    assert lowest() <= 1920
    page.locator("button.service").first.click()
    assert lowest() <= 1920
    page.locator(".more__key").first.click()
    page.locator(PRESSES).first.click()
    expect(page.locator(".own-paper")).to_have_text(WORDS["kiosk.paper.printed"])
    assert lowest() <= 1920
