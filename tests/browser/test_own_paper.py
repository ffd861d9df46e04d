"""The kiosk's page beside its program: what becomes of the paper, and of a number that no server gave."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from server.domain.words import LANGUAGES
from tests.kiosk.program import KioskProcess, kiosk_process, papers_in
from tests.running import Office, ServerProcess, install, server_process

KIOSK = {"viewport": {"width": 1080, "height": 1920}, "locale": "en-GB"}
WORDS = LANGUAGES["en"]
NewPage = Callable[..., Page]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return install(f"sqlite:///{tmp_path_factory.mktemp('branch') / 'callboard.db'}")


@pytest.fixture(scope="module")
def server(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerProcess]:
    with server_process(office, tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture
def kiosk(office: Office, server: ServerProcess, tmp_path: Path) -> Iterator[KioskProcess]:
    with kiosk_process(server.url, office.tokens["kiosk"], tmp_path, "emulated") as found:
        yield found


def printer_is(kiosk: KioskProcess, **state: object) -> None:
    (kiosk.folder / "data" / "printer" / "control.json").write_text(json.dumps(state))


def take(page: Page, kiosk: KioskProcess) -> None:
    page.goto(f"{kiosk.url}/kiosk?lang=en")
    page.locator("button.service").first.click()
    page.locator("button.take, button.place").first.click()
    expect(page.locator(".paper__number")).to_be_visible()


def test_the_customer_is_told_to_take_the_ticket_once_it_is_printed(kiosk: KioskProcess, new_page: NewPage) -> None:
    page = new_page(**KIOSK)
    take(page, kiosk)
    expect(page.locator(".own-paper")).to_have_text(WORDS["kiosk.paper.printed"])
    assert papers_in(kiosk) == 1


def test_without_paper_the_number_counts_and_is_printed_when_asked_for_again(
    kiosk: KioskProcess, new_page: NewPage
) -> None:
    page = new_page(**KIOSK)
    printer_is(kiosk, paper="out")
    take(page, kiosk)
    said = page.locator(".own-paper")
    expect(said).to_contain_text(WORDS["kiosk.paper.paper_out"])
    expect(said).to_contain_text(WORDS["kiosk.paper.remember_or_scan"])
    printer_is(kiosk)
    said.get_by_role("button", name=WORDS["kiosk.paper.again"]).click()
    expect(said).to_have_text(WORDS["kiosk.paper.printed"])
    assert papers_in(kiosk) == 1


def test_a_number_without_a_server_promises_no_wait(
    kiosk: KioskProcess, server: ServerProcess, new_page: NewPage
) -> None:
    page = new_page(**KIOSK)
    server.stop()
    try:
        take(page, kiosk)
        expect(page.locator(".outcome__offline")).to_have_text(WORDS["kiosk.ticket.offline"])
        assert page.locator(".paper__facts dd").all_inner_texts() == [WORDS["kiosk.ticket.unknown"]] * 2
    finally:
        server.start()
