"""The page behind the code on the paper: it opens for anybody, and knows nobody's ticket."""

import re

import httpx
import pytest

from server.web import phone_page
from tests.running import Caller, Office, Served
from tests.web.page import boot_of


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    """The page has nothing to do with the database: one will do."""
    return sqlite_office


def get(served: Served, path: str) -> httpx.Response:
    return httpx.get(f"{served.url}{path}", trust_env=False)


@pytest.mark.parametrize("path", ["/phone/", "/phone", "/phone/?lang=en"])
def test_it_opens_without_a_token_and_brings_words_but_no_ticket(served: Served, ask: Caller, path: str) -> None:
    ticket = ask.ticket()
    answer = get(served, path)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    boot = boot_of(answer)
    assert set(boot) == {"screen", "languages", "words", "now", "speed", "demo"}
    assert boot["screen"] == "phone"
    assert boot["languages"] == ["zh", "en"]
    for words in boot["words"].values():
        assert words["shared.language"]
        assert any(key.startswith("phone.") for key in words)
        assert not any(key.startswith(("teller.", "manager.")) for key in words)
    assert ticket["id"] not in answer.text
    assert not any(token in answer.text for token in served.office.tokens.values())


def test_its_files_are_served_and_its_worker_where_it_may_speak_for_the_page(served: Served) -> None:
    page = get(served, "/phone/").text
    for path in re.findall(r'(?:href|src)="(/phone/page/[^"]+)"', page):
        assert get(served, path).status_code == 200, path
    worker = get(served, "/phone/worker.js")
    assert worker.status_code == 200
    assert worker.headers["content-type"].startswith("text/javascript")
    assert get(served, "/phone/page/../printing/code.py").status_code == 404
    assert phone_page.FOLDER.name == "phone"
