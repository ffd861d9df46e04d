"""The manager's screen shows each role the keys it may press, and no others; and says who cannot be served."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from server.domain.words import LANGUAGES
from tests.browser.screens import faults, open_screen
from tests.browser.situations import SITUATIONS
from tests.browser.test_managers_now import FURNISH, foresee, hall
from tests.running import Served, install, serving

NewPage = Callable[..., Page]
RUSH = next(name for name, situation in SITUATIONS.items() if any(one.advice for one in situation.classes.values()))
# What each may do there: counters, advice, policies, the plan.
MAY = {
    "manager": (True, True, True, True),
    "supervisor": (True, False, False, False),
    "lobby_manager": (False, True, False, False),
    "region": (False, False, True, True),
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(install(f"sqlite:///{tmp_path_factory.mktemp('roles') / 'callboard.db'}", speed=0.001)) as served:
        yield served


def manager_page(served: Served, new_page: NewPage, who: str, language: str, snapshot: Any) -> Page:
    def furnished(**options: Any) -> Page:
        page = new_page(**options)
        page.add_init_script(FURNISH % json.dumps(snapshot))
        foresee(page, SITUATIONS[RUSH])
        return page

    page = open_screen(furnished, served.url, served.office, "manager", language, who)
    expect(page.locator(".policy__name").first).not_to_be_empty()
    return page


@pytest.mark.parametrize("who", MAY)
def test_a_role_sees_the_keys_that_it_may_press(served: Served, new_page: NewPage, who: str) -> None:
    counters, advice, policies, plan = MAY[who]
    page = manager_page(served, new_page, who, "en", hall(served, SITUATIONS[RUSH], "issued"))
    enabled(page.locator(".tile").first, counters)
    expect(page.locator(".advice__keys .button--primary").first).to_be_visible(visible=advice)
    expect(page.get_by_role("button", name=LANGUAGES["en"]["manager.show_figures"]).first).to_be_visible()
    enabled(page.locator(".policy").first, policies)
    page.get_by_role("tab").nth(1).click()
    expect(page.locator(".bars__column").first).to_be_visible()
    expect(page.locator(".plan__keys")).to_be_visible(visible=plan)
    expect(page.locator(".what-if__toggle").first).to_be_visible(visible=plan)
    page.locator(".bars__column").first.focus()
    found = set()
    for key in ("Home", "End"):
        page.keyboard.press(key)
        found.add(page.locator(".bars__column").first.get_attribute("aria-valuenow"))
    assert (len(found) > 1) is plan


def enabled(key: Locator, is_so: bool) -> None:
    expect(key).to_be_enabled(enabled=is_so)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_waits_for_what_nobody_present_may_serve_is_named(
    served: Served, new_page: NewPage, language: str
) -> None:
    snapshot = hall(served, SITUATIONS[RUSH], "issued")
    waiting = [ticket for ticket in snapshot["tickets"] if ticket["state"] == "waiting"]
    other = next(key for key in snapshot["branch"]["services"] if key != waiting[0]["service_id"])
    for counter in snapshot["counters"]:
        counter["services"] = [other]
    page = manager_page(served, new_page, "manager", language, snapshot)
    named = page.locator(".unserved p").first
    expect(named).to_contain_text(waiting[0]["number"])
    expect(named).to_contain_text(snapshot["branch"]["services"][waiting[0]["service_id"]]["name"][language])
    assert faults(page, language) == []
