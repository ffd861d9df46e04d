"""How a browser is connected to a screen, and what its page then brings with it."""

import json
from collections.abc import Iterator

import httpx
import pytest

from server.web.dress import policy
from server.web.pages import STAFF_SCREENS, script
from tests.running import Caller, Office, Served
from tests.web.page import boot_of


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    """What a page brings has nothing to do with the database: one will do."""
    return sqlite_office


@pytest.fixture
def browser(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, trust_env=False) as browser:
        yield browser


def test_a_token_in_the_address_is_taken_out_of_it_at_once(browser: httpx.Client, ask: Caller) -> None:
    answer = browser.get("/teller", params={"token": ask.tokens["teller"], "lang": "en"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/teller?lang=en")
    cookie = answer.headers["set-cookie"]
    assert all(part in cookie for part in ("HttpOnly", "Path=/teller", "SameSite=lax"))
    page = browser.get(answer.headers["location"])
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert "default-src 'self'" in page.headers["content-security-policy"]


def test_the_page_brings_its_state_and_its_words_in_every_language(browser: httpx.Client, ask: Caller) -> None:
    browser.cookies.set("callboard_manager", ask.tokens["manager"])
    ask.ticket()
    ask.snapshot()
    boot = boot_of(browser.get("/manager"))
    assert set(boot) == {
        *("screen", "branch_id", "token", "actor", "may", "languages", "words", "snapshot", "now", "speed", "demo"),
        "signed_in",
    }
    assert boot["signed_in"] is False, "by a token, and not by a session"
    assert boot["actor"] == {"kind": "manager", "id": "manager-1", "name": "Manager"}
    assert boot["languages"] == ["zh", "en"]
    assert boot["snapshot"]["tickets"]
    for words in boot["words"].values():
        assert "refusal.branch_closed" in words
        assert not [key for key in words if key.startswith(("kiosk.", "display.", "teller."))]


def test_the_kiosk_is_told_no_more_than_the_lobby_may_know(browser: httpx.Client, ask: Caller) -> None:
    ticket = ask.ticket()
    ask.snapshot()
    browser.cookies.set("callboard_kiosk", ask.tokens["kiosk"])
    page = browser.get("/kiosk")
    assert ticket["number"] in page.text
    assert ticket["id"] not in page.text
    assert "policies" not in boot_of(page)["snapshot"]["branch"]


@pytest.mark.parametrize("token", ["", "nobody", "'\"><script>alert(1)</script>"])
@pytest.mark.parametrize("screen", ["kiosk", "display", "teller", "manager", "office"])
def test_an_unknown_browser_is_asked_for_its_token_in_both_languages(
    browser: httpx.Client, screen: str, token: str
) -> None:
    answer = browser.get(f"/{screen}", params={"token": token} if token else {})
    if not token and screen in STAFF_SCREENS:
        assert (answer.status_code, answer.headers["location"]) == (303, f"/sign-in?to={screen}")
        return
    assert answer.status_code == 401
    assert "令牌" in answer.text
    assert "token" in answer.text
    assert "alert" not in answer.text
    assert "set-cookie" not in answer.headers


def test_no_text_in_the_state_can_end_its_element() -> None:
    text = script("boot", {"name": "</script><script>alert(1)</script><!--"})
    assert text.count("<") == 2
    assert json.loads(text.split(">", 1)[1].rsplit("<", 1)[0])["name"].startswith("</script>")


@pytest.mark.parametrize(
    ("host", "named"), [("callboard.test:8000", True), ("callboard.test; script-src *", False), ("", False)]
)
def test_old_browsers_may_open_a_socket_to_this_host_alone(host: str, named: bool) -> None:
    said = policy(host).decode()
    assert (f"ws://{host} " in said) == named
    assert "script-src" not in said
