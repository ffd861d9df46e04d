"""Every answer is dressed: a page runs no script but our files, and no other site frames it or reads it."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

import httpx
import pytest
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import Mount

from server.app import create_app
from server.settings import Settings
from server.web.dress import FEATURES, HEADERS
from tests.running import PATIENCE_S, Office, Served, fresh_key, headers, serving
from tests.web.raw_line import RawLine, status

NAMES = {"day": "2026-03-02", "counter_class": "cash", "key": "0" * 64, "screen": "manager", "name": "x.png"}
SCREENS = ("kiosk", "display", "teller", "manager")
PAGES = (*(f"/{screen}" for screen in SCREENS), "/display/plain", "/phone", "/sign-in")


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    return sqlite_office


@pytest.fixture(scope="module")
def served(office: Office) -> Iterator[Served]:
    with serving(office) as served:

        async def breaks() -> None:
            raise RuntimeError("nobody expected this")

        # As early as it can be, for the screens' path takes what no other has taken.
        served.app.router.routes.insert(0, APIRoute("/breaks", breaks))
        yield served


@pytest.fixture
def browser(served: Served) -> Iterator[httpx.Client]:
    cookies = {f"callboard_{screen}": served.office.tokens[screen] for screen in SCREENS}
    with httpx.Client(base_url=served.url, cookies=cookies, trust_env=False, timeout=PATIENCE_S) as browser:
        yield browser


def undressed(answer: httpx.Response) -> list[str]:
    """What is missing."""
    found = answer.headers
    missing = [name.decode() for name, value in HEADERS if found.get(name.decode()) != value.decode()]
    if "content-security-policy" not in found:
        missing.append("content-security-policy")
    return missing


def all_routes() -> Iterator[tuple[str, str]]:
    for context in iter_route_contexts(create_app(Settings(metrics_token="x" * 20)).routes):
        route = context.original_route
        path = re.sub(r"{(\w+)(:\w+)?}", lambda name: NAMES.get(name[1], "main"), context.path or "")
        if isinstance(route, Mount):
            yield "GET", path + "/nothing.js"
        elif isinstance(route, APIRoute):
            yield from ((method, path) for method in sorted(route.methods or ()))


def test_every_route_is_dressed_whatever_it_answers(served: Served, browser: httpx.Client) -> None:
    routes = list(all_routes())
    assert len(routes) > 60
    naked: dict[str, list[str]] = {}
    for method, path in routes:
        for known in ({}, headers(served.office.tokens["manager"], fresh_key())):
            answer = browser.request(method, path, headers=known, json={} if method in {"POST", "PUT"} else None)
            if missing := undressed(answer):
                naked[f"{method} {path} {answer.status_code}"] = missing
    assert naked == {}


def test_a_file_a_refusal_and_a_failure_are_dressed_like_the_rest(served: Served, browser: httpx.Client) -> None:
    said = {
        200: browser.get("/screens/shared/theme.css"),
        404: browser.get("/nothing/at/all"),
        405: browser.post("/healthz"),
        413: browser.post("/api/v1/clock", content=b"x" * 100_000),
        421: browser.get("/healthz", headers={"Host": "not a host"}),
        500: browser.get("/breaks"),
    }
    for code, answer in said.items():
        assert answer.status_code == code
        assert undressed(answer) == [], code


@pytest.mark.parametrize("said", [b"nonsense\r\n\r\n", b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 500 + b"\r\n"])
def test_what_is_refused_before_it_is_read_is_dressed_too(served: Served, said: bytes) -> None:
    with RawLine(served.url) as line:
        answer = line.say(said).until_end()
    assert status(answer) in {400, 431}
    for name, value in HEADERS:
        assert name + b": " + value in answer
    assert b"default-src 'none'" in answer


def test_the_policy_lets_in_no_script_that_is_written_into_a_page(browser: httpx.Client) -> None:
    policy = browser.get("/teller").headers["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'self'"
    assert "unsafe" not in policy
    assert "*" not in policy
    assert "data:" not in policy
    assert not {"script-src", "style-src"} & set(rules), "the strict rule holds for them as well"
    assert (rules["object-src"], rules["base-uri"], rules["form-action"]) == ("'none'", "'none'", "'self'")
    assert rules["frame-ancestors"] == "'self'"
    assert {"camera", "microphone", "geolocation", "payment"} <= set(FEATURES)


class Inline(HTMLParser):
    """Whatever on a page the policy would have to be loosened for."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = dict(attrs)
        if tag == "style" or "style" in known or any(name.startswith("on") for name in known):
            self.found.append(self.get_starttag_text() or tag)
        if tag == "script" and "src" not in known and known.get("type") != "application/json":
            self.found.append(self.get_starttag_text() or tag)
        self.addresses += [value for name in ("src", "href", "action") if (value := known.get(name))]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_nothing_that_the_policy_forbids(browser: httpx.Client, path: str) -> None:
    page = browser.get(path, follow_redirects=True)
    assert page.status_code == 200, page.text[:300]
    found = Inline()
    found.feed(page.text)
    assert found.found == []
    assert found.addresses
    assert [one for one in found.addresses if re.match(r"(?i)[a-z]+:|//", one)] == [], "everything is from here"
