"""Names and notes that are HTML stay words on every screen: what a browser makes of them is looked at."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page

from server.demo.branch import source_branch
from tests.browser.screens import open_screen
from tests.running import Caller, install, serving

HOSTILE = '<img src=x onerror="window.harmed=1"><script>window.harmed=1</script>\'&'


@pytest.mark.browser
def test_html_in_names_and_notes_is_text_on_every_screen(new_page: Callable[..., Page], tmp_path: Path) -> None:
    branch = source_branch()
    names = {"zh": HOSTILE, "en": HOSTILE}
    services = {key: replace(service, name=names) for key, service in branch.services.items()}
    queues = {key: replace(queue, name=names) for key, queue in branch.queues.items()}
    hostile = replace(branch, name=names, services=services, queues=queues)
    office = install(f"sqlite:///{tmp_path / 'callboard.db'}", branch=hostile)
    with serving(office) as served, Caller(served.url, office.tokens) as ask:
        for _ in range(2):
            ask.ticket()
        ask.done("teller", "counters/main.1/open")
        ask.done("teller", "counters/main.1/call-next")
        ask.done("manager", "counters/main.4/open")
        ask.done("manager", "counters/main.4/pause", {"reason": HOSTILE[:100]})
        ask.done("kiosk", "branches/main/device-reports", {"parts": {"printer": "error"}, "note": HOSTILE[:100]})
        shown = 0
        for screen in ("kiosk", "display", "teller", "manager"):
            page = open_screen(new_page, served.url, office, screen)
            page.wait_for_timeout(500)
            assert page.evaluate("window.harmed") is None, screen
            assert page.locator("img[src=x]").count() == 0, screen
            shown += "<img src=x" in page.inner_text("body")
        assert shown >= 2, "the names were not on the screens at all"
