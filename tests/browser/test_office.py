"""The office in a browser: people, devices, records, customers and one's own account, as a manager uses them."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import httpx
import pyotp
import pytest
from playwright.sync_api import Page, expect

from server.domain.words import LANGUAGES
from server.storage.database import open_database
from tests.browser.pages import PATIENCE_MS
from tests.browser.screens import LOCALES, UNFILLED, texts
from tests.running import Caller, Served, fresh_key, headers, install, serving
from tests.web.person import PASSWORD, Person, working

NewPage = Callable[..., Page]
EN = LANGUAGES["en"]
VIEWS = ("set_up", "people", "devices", "audit", "customers", "account")
DESK = {"width": 1440, "height": 900}
SMALLER = ((1024, 768), (820, 1180), (390, 844))  # a laptop, a tablet held upright, a phone
RAW_KEY = re.compile(r"\b(?:office|manager|shared|refusal|audit)\.[a-z_]+\b")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(install(f"sqlite:///{tmp_path_factory.mktemp('office') / 'callboard.db'}")) as served:
        yield served


@contextmanager
def person(served: Served, login: str, **roles: str) -> Iterator[Person]:
    engine = open_database(served.office.database_url, writing=True)
    with working(engine, served, login, **roles) as found:
        yield found
    engine.dispose()


@pytest.fixture
def ask(served: Served) -> Iterator[Caller]:
    with Caller(served.url, served.office.tokens) as ask:
        yield ask


def at(new_page: NewPage, served: Served, who: Person, view: str, language: str = "en", **more: Any) -> Page:
    """A browser in which `who` has signed in, at one view of the office."""
    page = new_page(viewport=DESK, locale=LOCALES[language], **more)
    page.context.add_cookies([{"name": "callboard_session", "value": who.secret, "url": served.url}])
    page.goto(f"{served.url}/office?lang={language}#{view}")
    expect(page.locator(f".view__place[data-view={view}] h1")).to_be_visible(timeout=PATIENCE_MS)
    return page


def answer(page: Page, **fields: str) -> None:
    """Fills the question that is open, and says yes."""
    dialog = page.locator("dialog[open]")
    for name, value in fields.items():
        dialog.locator(f"[name={name}]").fill(value)
    dialog.locator("button[type=submit]").click()


def test_somebody_new_is_added_and_comes_in_by_the_link(served: Served, new_page: NewPage) -> None:
    with person(served, "adds", main="manager") as manager:
        page = at(new_page, served, manager, "people")
        page.get_by_role("button", name=EN["office.people.add"]).click()
        page.locator("dialog [name=role]").select_option("senior_teller")
        answer(page, name="周琳", login="zhou.lin")
        link = page.locator(".link__text").input_value()
        page.keyboard.press("Escape")  # another can be made at any time
        row = page.locator("tr", has_text="zhou.lin")
        expect(row).to_contain_text(EN["office.people.not_begun"])
        row.locator("a").click()
        expect(page.locator("h1")).to_have_text("周琳")
        page.get_by_label("Transfers").uncheck()
        page.locator(".part", has_text="Transfers").get_by_role("button", name=EN["office.save"]).click()
        expect(page.locator(".toast").last).to_contain_text("周琳")
        page.get_by_role("button", name=EN["office.person.badge_set"]).click()
        answer(page, badge="0008412345", pin="480273")
        expect(page.get_by_text(EN["office.person.badge.set"])).to_be_visible()
        newcomer = new_page(viewport=DESK, locale="zh-CN")
        newcomer.goto(link)
        newcomer.locator("#password").fill(PASSWORD)
        newcomer.keyboard.press("Enter")
        newcomer.wait_for_url("**/teller*")
        page.reload()
        expect(page.get_by_text(EN["office.person.begun"])).to_be_visible()
        page.get_by_role("button", name=EN["office.person.remove"]).click()
        answer(page)
        expect(page.locator("tbody tr")).not_to_have_count(0)
        expect(page.locator("tr", has_text="zhou.lin")).to_have_count(0)


def test_a_device_is_connected_by_the_code_that_it_shows_and_taken_away(served: Served, new_page: NewPage) -> None:
    api = f"{served.url}/api/v1"
    shown = httpx.post(f"{api}/pairings", json={"kind": "display"}, trust_env=False).json()
    with person(served, "connects", main="manager") as manager:
        page = at(new_page, served, manager, "devices")
        expect(page.locator(".asking")).to_contain_text(EN["office.device_kind.display"])
        page.locator(".asking button").click()
        answer(page, code="AAA-AAAA", name="Above counter 3")
        expect(page.locator("dialog .said")).to_have_text(EN["refusal.code_unknown"])
        answer(page, name="")  # the browser asks for it; what was said before is not said of this
        expect(page.locator("dialog .said")).to_have_text("")
        answer(page, code=shown["code"].lower(), name="Above counter 3")
        expect(page.locator("dialog[open]")).to_have_count(0)  # it is connected
        collected = httpx.post(f"{api}/pairings/collect", json={"secret": shown["secret"]}, trust_env=False).json()
        hall = f"{api}/branches/main/waits"
        assert httpx.get(hall, headers=headers(collected["token"]), trust_env=False).is_success
        card = page.locator(".device", has_text="Above counter 3")
        card.get_by_role("button", name=EN["office.devices.rename"]).click()
        answer(page, name="At the door")
        card = page.locator(".device", has_text="At the door")
        expect(card.locator(".chip")).to_have_text(EN["office.devices.connecting"])
        card.get_by_role("button", name=EN["office.devices.revoke"]).click()
        answer(page)
        expect(card).to_have_count(0)
        expect(page.locator(".gone")).to_contain_text("At the door")
    page.wait_for_timeout(100)
    assert httpx.get(hall, headers=headers(collected["token"]), trust_env=False).status_code == 401


def test_the_records_tell_what_was_changed_and_by_whom(served: Served, new_page: NewPage, ask: Caller) -> None:
    ask.done("manager", "counters/main.1/profile", {"profile": [{"queue_id": "vip", "helps": False}]})
    assert ask.get("teller", "branches/main/audit").status_code == 403
    with person(served, "reads", main="manager") as manager:
        page = at(new_page, served, manager, "audit")
        page.get_by_label(EN["office.records.text"], exact=True).fill("main.1")
        page.get_by_label(EN["office.records.kind"], exact=True).select_option("counter")
        record = page.locator(".record")
        expect(record).to_have_count(1)
        record.locator("summary").click()
        changed = record.locator("tr", has_text="Non-cash").first
        expect(changed.locator(".differs__before").first).to_be_visible()
        expect(record.locator("table")).not_to_contain_text(EN["office.field.number"])  # it stayed as it was
        kind = page.get_by_label(EN["office.records.kind"], exact=True)
        expect(page.get_by_text(EN["office.records.people_elsewhere"])).to_have_count(0)
        expect(kind.locator("option").first).to_have_text(EN["office.records.kind.all_here"])
        page.get_by_label(EN["office.records.until"]).fill("2020-01-01")
        expect(page.get_by_text(EN["office.records.none_like_it"])).to_be_visible()
        page.get_by_label(EN["office.records.until"]).fill("")
        expect(record).to_have_count(1)
        with page.expect_download() as saving:
            page.get_by_role("button", name=EN["office.records.save"]).click()
        assert "counter.profiled" in saving.value.path().read_text("utf-8-sig")
        page.get_by_label(EN["office.records.text"], exact=True).fill("")
        kind.select_option("")
        expect(page.get_by_text(EN["office.records.people_elsewhere"])).to_be_visible()
        refused = page.locator(".record").filter(has_text=EN["audit.access.refused"])
        expect(refused.filter(has_text=EN["office.may.see_audit"])).to_have_count(1)
        kind.select_option("people")
        opened = page.locator(".record").filter(has_text=EN["audit.session.opened"])
        expect(opened.filter(has_text="Person reads")).to_have_count(1)


def test_what_is_kept_of_a_customer_is_found_handed_out_and_erased(
    served: Served, new_page: NewPage, ask: Caller
) -> None:
    number = ask.ticket(person={"name": "王小明", "phone": "+86 138 1234 5678"})["number"]
    with person(served, "erases", main="manager") as manager:
        page = at(new_page, served, manager, "customers")
        page.get_by_label(EN["office.customers.what"]).fill("13812345678")
        page.keyboard.press("Enter")
        found = page.locator(".found")
        expect(found).to_contain_text("王小明")
        expect(found).to_contain_text(number)
        with page.expect_download() as saving:
            found.get_by_role("button", name=EN["office.customers.export"]).click()
        assert "王小明" in saving.value.path().read_text("utf-8")
        found.get_by_role("button", name=EN["office.customers.erase"]).click()
        answer(page)
        expect(found).to_contain_text(EN["office.customers.erased_title"])
        expect(found).to_contain_text(number)
        page.get_by_role("button", name=EN["office.customers.find"]).click()
        expect(found).to_contain_text(EN["office.customers.none"])
        page.get_by_label(EN["office.customers.what"]).fill("12")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_have_text(EN["office.customers.note.phone"])
        page.locator(".side [data-key=audit]").click()
        page.get_by_label(EN["office.records.kind"], exact=True).select_option("customer")
        erased = page.locator(".record", has_text=EN["audit.customer.erased"])
        expect(erased).to_contain_text(number)  # and not the id that the trail has


def test_a_code_is_set_up_and_asked_for_at_the_next_sign_in(served: Served, new_page: NewPage) -> None:
    with person(served, "careful", main="manager") as manager:
        page = at(new_page, served, manager, "account")
        page.get_by_role("button", name=EN["office.account.code_set"]).click()
        expect(page.locator(".code__square path")).to_be_visible()
        page.locator(".code__typed summary").click()
        secret = page.locator(".code__typed code").inner_text().replace(" ", "")
        answer(page, code=pyotp.TOTP(secret).now())
        expect(page.locator(".recovery li")).to_have_count(8)
        recovery = page.locator(".recovery li").first.inner_text()
        page.keyboard.press("Escape")  # they are shown once: a key that was hit by mistake does not take them away
        expect(page.locator("dialog")).to_contain_text(EN["office.shown_once"])
        page.get_by_role("button", name=EN["office.close"]).click()
        expect(page.get_by_text(EN["office.account.code_on"], exact=True)).to_be_visible()
        page.get_by_role("button", name=EN["office.sign_out"]).click()
        page.wait_for_url("**/sign-in*")
        page.locator("#login").fill("careful")
        page.locator("#password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("#code")).to_be_focused()
        expect(page.locator(".card__refused")).to_be_empty()
        page.keyboard.type("000000")
        page.keyboard.press("Enter")
        expect(page.get_by_role("alert")).to_have_text(EN["refusal.code_wrong"])
        page.locator("#code").fill(recovery)
        page.keyboard.press("Enter")
        expect(page.locator(".choices a")).to_have_count(3)


def test_a_passkey_of_the_computer_opens_the_account_without_a_password(served: Served, new_page: NewPage) -> None:
    import_module("webauthn")  # else the first question waits for it, on a busy machine longer than a page does
    named = Served(served.url.replace("127.0.0.1", "localhost"), served.app, served.office)
    with person(served, "modern", main="manager") as manager:
        page = at(new_page, named, manager, "account")
        device = page.context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        kind = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
        options = {**kind, "isUserVerified": True, "automaticPresenceSimulation": True}
        device.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        page.get_by_role("button", name=EN["office.passkey.add"]).click()
        answer(page, name="My computer")
        expect(page.locator(".part", has_text="My computer")).to_be_visible()
        page.get_by_role("button", name=EN["office.sign_out"]).click()
        page.get_by_role("button", name=EN["sign_in.passkey"]).click()
        expect(page.locator("h1")).to_contain_text("Person modern")
        page.get_by_role("link", name=EN["sign_in.screen.office"]).click()
        expect(page.locator(".side__who")).to_contain_text("Person modern")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_view_speaks_one_language_and_tells_of_nothing_else(
    served: Served, new_page: NewPage, language: str
) -> None:
    with person(served, f"looks.{language}", main="manager") as manager:
        page = at(new_page, served, manager, "set_up", language)
        for view in VIEWS:
            page.locator(f".side [data-key={view}]").click()
            expect(page.locator(f".view__place[data-view={view}] h1")).to_be_visible(timeout=PATIENCE_MS)
            expect(page.locator("[aria-busy]")).to_have_count(0)
            said = [text for _, text in texts(page)]
            assert [text for text in said if RAW_KEY.search(text) or UNFILLED.search(text)] == []
            # Where there is less room it stays within it.
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            for width, height in SMALLER:
                page.set_viewport_size({"width": width, "height": height})
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (view, width)
            page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})


def test_what_a_role_may_not_use_is_not_there(served: Served, new_page: NewPage) -> None:
    with person(served, "looks.far", main="region") as region, person(served, "serves", main="teller") as teller:
        page = at(new_page, served, region, "people")
        shown = page.locator(".side__views .side__link").evaluate_all("links => links.map(one => one.dataset.key)")
        assert shown == ["set_up", "people", "devices", "audit", "account"]
        expect(page.get_by_text(EN["office.to_hall"])).to_be_visible()
        theirs = new_page(viewport=DESK, locale="en-GB")
        theirs.context.add_cookies([{"name": "callboard_session", "value": teller.secret, "url": served.url}])
        theirs.goto(f"{served.url}/office?lang=en")  # everybody has an account
        expect(theirs.locator(".side__views .side__link")).to_have_text([EN["office.view.account"]])
        theirs.goto(f"{served.url}/manager?lang=en")
        expect(theirs.get_by_role("alert")).to_have_text(EN["sign_in.not_your_role"])
        expect(theirs.locator(".choices a")).to_have_text([EN["sign_in.screen.teller"]])


def test_who_is_signed_out_elsewhere_is_led_to_the_door(served: Served, new_page: NewPage) -> None:
    with person(served, "leaves", main="manager") as manager:
        page = at(new_page, served, manager, "people")
        assert manager.http.post("/api/v1/sign-out", headers=headers(None, fresh_key())).is_success
        page.wait_for_url("**/sign-in*")
