"""The set-up of a branch in the browser: a draft with its way back, faults at their fields, one moment of force."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from server.domain.words import LANGUAGES
from tests.browser.pages import PATIENCE_MS, watch
from tests.browser.screens import LOCALES, faults
from tests.running import Caller, Json, Served, install, serving

SECTIONS = ("hours", "services", "queues", "counters", "customers", "costs", "lobby", "privacy", "versions", "files")
EN = LANGUAGES["en"]
NewPage = Callable[..., Page]
DESK: Any = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(install(f"sqlite:///{tmp_path_factory.mktemp('set-up') / 'callboard.db'}")) as served:
        yield served


@pytest.fixture(scope="module")
def ask(served: Served) -> Iterator[Caller]:
    with Caller(served.url, served.office.tokens) as ask:
        yield ask


@pytest.fixture(scope="module")
def manager(served: Served, browser: Browser) -> Iterator[Page]:
    """One page for the whole file: it is some sixty scripts, which a loaded machine brings slowly."""
    with browser.new_context(viewport=DESK, locale=LOCALES["en"]) as context:
        context.set_default_timeout(PATIENCE_MS)
        unseen = watch(context)
        page = context.new_page()
        come(page, served, "en", "manager")
        yield page
        assert not unseen


@pytest.fixture
def page(manager: Page) -> Iterator[Page]:
    """As one finds it: without a draft."""
    section(manager, "hours")
    yield manager
    if bar(manager).is_visible() and bar(manager).get_by_role("button", name="Discard").is_visible():
        bar(manager).get_by_role("button", name="Discard").click()
        manager.locator("dialog").get_by_role("button", name="Discard").click()


def come(page: Page, served: Served, language: str, who: str) -> None:
    page.goto(f"{served.url}/office?token={served.office.tokens[who]}&lang={language}#set_up")
    page.locator(".section > *").first.wait_for()


def field(page: Page, key: str) -> Locator:
    return page.locator(f'[data-key="{key}"]')


def section(page: Page, key: str) -> None:
    page.locator(f'[data-section="{key}"]').click()


def bar(page: Page) -> Locator:
    return page.locator(".foot")


def document(ask: Caller) -> Json:
    found: Json = ask.get("manager", "branches/main/set-up").json()
    return found


def put(ask: Caller, change: Callable[[Json], None]) -> None:
    """Somebody else changes the set-up."""
    found = document(ask)
    change(found["document"])
    ask.done("manager", "branches/main/set-up", found)


def put_into_force(page: Page) -> None:
    bar(page).get_by_role("button", name="Review and put into force").click()
    page.locator("dialog").get_by_role("button", name="Put into force").click()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_section_says_all_it_says_in_its_language(served: Served, new_page: NewPage, language: str) -> None:
    page = new_page(viewport=DESK, locale=LOCALES[language])
    come(page, served, language, "manager")
    for key in SECTIONS:
        section(page, key)
        expect(page.locator("h3").first).to_be_visible()
        expect(page.locator("[aria-busy]")).to_have_count(0)
        # What is typed by hand into a call's sentence is told as it is typed.
        told = [fault for fault in faults(page, language) if "{number}" not in fault and "Callboard" not in fault]
        assert told == [], key
        assert "office.set_up." not in page.inner_text("body"), key


def test_what_was_typed_into_a_field_is_one_step_back_and_survives_a_reload(page: Page) -> None:
    field(page, "branch.name.en").press("End")
    field(page, "branch.name.en").press_sequentially(" East")
    field(page, "branch.currency").fill("$")
    expect(bar(page)).to_contain_text("2 changes, not in force yet")
    page.keyboard.press("Control+z")
    expect(field(page, "branch.currency")).to_have_value("¥")
    page.keyboard.press("Control+z")
    expect(field(page, "branch.name.en")).to_have_value("Riverside Branch")
    page.keyboard.press("Control+y")
    expect(field(page, "branch.name.en")).to_have_value("Riverside Branch East")
    page.once("dialog", lambda asked: asked.accept())  # the browser asks before a draft is left
    page.reload()
    expect(field(page, "branch.name.en")).to_have_value("Riverside Branch East")
    expect(page.locator(".toast")).to_have_text(LANGUAGES["en"]["office.set_up.resumed.kept"])
    bar(page).get_by_role("button", name="Discard").click()
    page.locator("dialog").get_by_role("button", name="Discard").click()
    expect(field(page, "branch.name.en")).to_have_value("Riverside Branch")


def test_a_fault_stands_at_its_field_and_in_the_name_of_its_section(page: Page) -> None:
    field(page, "own.sat").click()
    expect(field(page, "hours.days.sat.opens")).to_be_focused()
    field(page, "hours.days.sat.closes").fill("08:00")
    expect(page.locator('[data-fault="hours.days.sat.closes"]')).to_be_visible()
    expect(field(page, "hours.days.sat.closes")).to_have_attribute("aria-invalid", "true")
    section(page, "counters")
    page.locator(".hall__counter").nth(3).click()
    field(page, "counters.3.serves.cash.remove").click()
    expect(page.locator('[data-section="hours"] .sections__faults')).to_have_text("1")
    expect(page.locator('[data-section="counters"] .sections__faults')).to_have_text("1")
    expect(bar(page).get_by_role("button", name="Review")).to_be_disabled()
    bar(page).get_by_role("button", name="2 things to mend").click()
    expect(field(page, "hours.days.sat.closes")).to_be_focused()
    field(page, "hours.days.sat.closes").fill("12:00")
    expect(page.locator('[data-fault="hours.days.sat.closes"]')).to_be_hidden()


def test_services_are_put_in_order_by_keys_and_the_kiosk_beside_them_follows(page: Page) -> None:
    section(page, "services")
    first = page.locator(".kiosk__service").first
    expect(first).to_contain_text("Deposit")
    field(page, "services.1.up").focus()
    page.keyboard.press("Enter")
    expect(first).to_contain_text("exchange")
    expect(field(page, "services.0.down")).to_be_focused()
    page.locator(".card .handle").nth(0).drag_to(page.locator(".card").nth(2))
    expect(first).to_contain_text("Deposit")
    expect(page.locator(".kiosk__service").nth(2)).to_contain_text("exchange")
    field(page, "services.add").click()
    page.keyboard.type("Safe boxes")
    expect(page.locator(".kiosk__service").last).to_contain_text("Safe boxes")


def test_what_comes_into_force_is_told_first_and_can_be_taken_back(page: Page, ask: Caller) -> None:
    section(page, "customers")
    field(page, "rules.wait_cap_min").fill("20")
    section(page, "services")
    field(page, "services.add").click()
    field(page, "services.5.name.en").fill("Safe boxes")
    field(page, "services.5.name.zh").fill("保管箱")
    bar(page).get_by_role("button", name="Review and put into force").click()
    expect(page.locator("dialog .change")).to_have_count(2)
    expect(page.locator("dialog")).to_contain_text("Safe boxes")
    assert document(ask)["document"]["rules"]["wait_cap_min"] == 30
    page.locator("dialog").get_by_role("button", name="Put into force").click()
    expect(bar(page)).to_contain_text("In force")
    there = document(ask)["document"]
    assert (there["rules"]["wait_cap_min"], there["services"][-1]["id"]) == (20, "safe_boxes")
    section(page, "versions")
    expect(page.locator(".version").first).to_contain_text("Safe boxes")
    installed = page.locator(".version").last
    expect(installed).to_contain_text(EN["office.set_up.versions.first"])
    installed.get_by_role("button", name=EN["office.set_up.versions.restore"]).click()
    expect(page.locator("dialog")).to_contain_text(EN["office.set_up.versions.now"])
    expect(page.locator("dialog .change[data-what='removed']")).to_contain_text("Safe boxes")
    page.locator("dialog").get_by_role("button", name=EN["office.set_up.back"]).click()
    bar(page).get_by_role("button", name="Take it back").click()
    expect(bar(page)).to_be_hidden()
    assert document(ask)["document"]["rules"]["wait_cap_min"] == 30


def test_who_was_quicker_is_named_and_my_changes_go_on_top_of_theirs(page: Page, ask: Caller) -> None:
    section(page, "customers")
    field(page, "rules.back_places").fill("5")
    expect(bar(page)).to_contain_text("1 change")
    put(ask, lambda theirs: theirs["rules"].update(wait_cap_min=25))
    put_into_force(page)
    expect(page.locator("dialog")).to_contain_text("Manager has changed the set-up meanwhile")
    page.locator("dialog").get_by_role("button", name="Take up theirs").click()
    expect(field(page, "rules.wait_cap_min")).to_have_value("25")
    expect(field(page, "rules.back_places")).to_have_value("5")
    put_into_force(page)
    expect(bar(page)).to_contain_text("In force")
    rules = document(ask)["document"]["rules"]
    assert (rules["wait_cap_min"], rules["back_places"]) == (25, 5)


def test_a_server_that_is_away_costs_nothing_that_was_typed(page: Page) -> None:
    page.route("**/set-up/check", lambda route: route.abort())
    section(page, "privacy")
    field(page, "privacy.longer").check(force=True)
    expect(bar(page)).to_contain_text("Your draft is kept in this browser.")
    expect(bar(page).get_by_role("button", name="Review")).to_be_disabled()
    page.unroute("**/set-up/check")
    expect(bar(page)).to_contain_text("1 change, not in force yet")


def test_a_file_taken_along_comes_in_again_as_a_draft(page: Page, tmp_path: Path) -> None:
    section(page, "files")
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save the file").click()
    assert saving.value.suggested_filename == "main.yaml"
    changed = tmp_path / "changed.yaml"
    changed.write_text(saving.value.path().read_text("utf-8").replace("Riverside", "Lakeside"), "utf-8")
    page.locator('[data-key="files.import"]').set_input_files(changed)
    expect(bar(page)).to_contain_text("1 change, not in force yet")
    section(page, "hours")
    expect(field(page, "branch.name.en")).to_have_value("Lakeside Branch")
    section(page, "files")
    changed.write_text("branch: [1\nname: 2", "utf-8")
    page.locator('[data-key="files.import"]').set_input_files(changed)
    expect(page.locator(".said")).to_contain_text("line 2")


def test_a_file_of_one_part_changes_that_part_and_one_that_cannot_be_shown_is_refused(
    page: Page, tmp_path: Path
) -> None:
    section(page, "files")
    file, said = tmp_path / "part.yaml", page.locator(".said")
    for text, why in (
        ("branch: {name: {zh: 河滨}}".encode("gbk"), EN["office.set_up.files.not_utf8"]),
        (b"hours: 5\nservices: [x]\n", "at hours: This should be a group of named values."),
        (b"counters: [{number: 1, class: cash}]\n", "at counters.0.serves: This is needed."),
    ):
        file.write_bytes(text)
        field(page, "files.import").set_input_files(file)
        expect(said).to_contain_text(why)
        expect(bar(page)).not_to_contain_text("not in force yet")
    file.write_text("callboard: 1\nbranch:\n  name: {en: Lakeside, zh: 湖滨}\n", "utf-8")
    field(page, "files.import").set_input_files(file)
    expect(bar(page)).to_contain_text("1 change, not in force yet")
    for key in SECTIONS[:8]:
        section(page, key)
        expect(page.locator("h3").first).to_be_visible()


SPOILT = """() => {
  const key = Object.keys(localStorage).find((one) => one.startsWith("callboard.set_up.main."));
  const kept = JSON.parse(localStorage.getItem(key));
  localStorage.setItem(key, JSON.stringify({ ...kept, document: { ...kept.document, hours: 5 } }));
}"""


def test_a_kept_draft_that_cannot_be_shown_is_put_away_and_that_is_said(page: Page) -> None:
    field(page, "branch.currency").fill("$")
    expect(bar(page)).to_be_visible()
    page.evaluate(SPOILT)
    page.once("dialog", lambda asked: asked.accept())
    page.reload()
    expect(page.locator(".toast")).to_have_text(EN["office.set_up.resumed.dropped"])
    expect(field(page, "branch.currency")).to_have_value("¥")
    expect(bar(page)).to_be_hidden()


COUNTING = """() => {
  window.ticking = new Set();
  const [begin, end] = [setInterval, clearInterval];
  window.setInterval = (...of) => { const id = begin(...of); window.ticking.add(id); return id; };
  window.clearInterval = (id) => { window.ticking.delete(id); end(id); };
}"""
SPEAK = "(lang) => import('/screens/shared/boot.js').then((boot) => boot.setLanguage(lang, { remember: false }))"
UNDO = "() => dispatchEvent(new KeyboardEvent('keydown', { key: 'z', ctrlKey: true, cancelable: true }))"


def test_a_view_that_was_left_neither_asks_nor_listens_any_more(page: Page) -> None:
    page.evaluate(COUNTING)
    page.evaluate("location.hash = 'devices'")
    expect(page.get_by_role("button", name=EN["office.devices.connect"])).to_be_visible()
    page.wait_for_function("ticking.size === 1")
    for language in ("zh", "en"):
        page.evaluate(SPEAK, language)
        assert page.evaluate("ticking.size") == 1
    held: list[Route] = []
    page.route("**/branches/main/set-up", lambda route: held.append(route))
    with page.expect_request("**/branches/main/set-up"):
        page.evaluate("location.hash = 'set_up'")
    page.evaluate("location.hash = 'audit'")
    expect(page.locator(".records__filters")).to_be_visible()
    with page.expect_response("**/branches/main/set-up"):
        held[0].continue_()
    page.wait_for_timeout(100)
    assert page.evaluate("ticking.size") == 0
    assert page.evaluate(UNDO), "a set-up page that nobody sees has taken the key"
    page.unroute("**/branches/main/set-up")
    assert "branch=main" in page.url
    page.evaluate("location.hash = 'set_up'")
    page.locator(".section > *").first.wait_for()
    assert not page.evaluate(UNDO), "the page in sight takes it"


TYPED = """(box) => ["9", "99", "999"].forEach((value) => {
  box.value = value;
  box.dispatchEvent(new Event("input", { bubbles: true }));
})"""


def test_the_picture_beside_the_costs_shows_what_the_draft_would_ask_for(page: Page) -> None:
    section(page, "costs")
    cash = page.locator('.costs[data-class="cash"]')
    says, plot, waiting = cash.locator(".picture__says"), cash.locator(".curve__plot"), "classes.cash.waiting_cost"
    expect(says).to_have_text("At 12 customers an hour and 10 minutes each, these costs ask for 4 counters.")
    expect(cash.locator(".picture__more")).to_contain_text("But there are only 3 counters.")
    expect(plot).to_have_attribute(
        "aria-label", re.compile("2 counters: Cannot keep up; .*4 counters: .* .cheapest.")
    )
    held: list[Route] = []
    page.route("**/what-if", lambda route: route.continue_() if held else held.append(route))
    with page.expect_request("**/what-if"):
        field(page, waiting).fill("60")
    with page.expect_request("**/what-if") as asked:
        field(page, waiting).evaluate(TYPED)
    sent: Any = asked.value.post_data_json
    assert (len(held), sent["draft"]["waiting_cost"]) == (1, 999 * 6)
    expect(says).to_contain_text("ask for 6 counters (those in force: 4)")
    expect(cash.locator(".curve__foot[data-mark]")).to_have_text(["4in force", "6draft"])
    with page.expect_response("**/what-if"):  # what was asked before comes late, and is not shown
        held[0].continue_()
    expect(says).to_contain_text("ask for 6 counters")
    field(page, "picture.cash.number").fill("0")
    expect(says).to_contain_text("Nobody is expected")
    expect(plot).to_have_count(0)
    field(page, "picture.cash.slider").press("End")
    expect(says).to_contain_text("At 30 customers an hour and 10 minutes each")
    cash.get_by_role("button", name="Usual day").press("Enter")
    expect(field(page, "picture.cash.number")).to_have_value("12")
    page.unroute("**/what-if")
    page.route("**/what-if", lambda route: route.abort())
    field(page, waiting).fill("15")
    expect(cash.locator(".picture__problem")).to_contain_text("This picture is not the newest.")
    page.unroute("**/what-if")
    expect(says).to_have_text(re.compile("ask for 4 counters.$"))
    expect(cash.locator(".picture__problem")).to_be_hidden()
    field(page, waiting).fill("")
    expect(cash.locator(".picture__more")).to_contain_text("As soon as both costs are there")
    expect(plot).to_have_count(0)


def test_who_may_only_look_finds_every_field_at_rest(served: Served, new_page: NewPage) -> None:
    page = new_page(viewport=DESK, locale=LOCALES["en"])
    come(page, served, "en", "region")
    expect(page.locator(".head")).to_contain_text("may look at it")
    for key in SECTIONS[:8]:
        section(page, key)
        editable = page.locator(".section :is(input, select):not(:disabled)")
        assert [one.get_attribute("data-key") for one in editable.all()] == [], key


MERGED = """async () => {
  const { merge } = await import("/screens/office/set_up_merge.js");
  const base = { list: [{ id: "a", n: 1 }, { id: "b", n: 1 }, { id: "c", n: 1 }], rules: { x: 1, y: 1 } };
  const theirs = structuredClone(base), mine = structuredClone(base);
  theirs.list = [{ id: "a", n: 2 }, { id: "b", n: 1 }, { id: "c", n: 1 }, { id: "d", n: 1 }];
  theirs.rules.x = 2;
  mine.list = [{ id: "c", n: 3 }, { id: "a", n: 1 }];
  mine.rules.y = 3;
  return merge(base, theirs, mine);
}"""


def test_two_peoples_changes_are_put_together_thing_by_thing(page: Page) -> None:
    merged = page.evaluate(MERGED)
    assert merged["rules"] == {"x": 2, "y": 3}
    assert merged["list"] == [{"id": "c", "n": 3}, {"id": "a", "n": 2}, {"id": "d", "n": 1}]


def test_a_counter_that_becomes_a_machine_serves_what_machines_serve(page: Page) -> None:
    section(page, "counters")
    page.locator(".hall__counter").nth(1).click()
    field(page, "counters.1.class").select_option("self_service")
    expect(page.locator(".hall__counter").nth(1)).to_have_attribute("data-class", "self_service")
    expect(page.locator(".counter .served__name")).to_have_text(["S · Self-service"])
    expect(bar(page)).to_contain_text("changes, not in force yet")
    expect(bar(page).get_by_role("button", name="Review")).to_be_enabled()
