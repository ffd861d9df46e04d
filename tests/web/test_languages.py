"""A refusal comes in every language, and its `detail` in the one that was asked for."""

from collections.abc import Iterator

import pytest

from tests.running import NIGHT, Caller, install, serving
from tests.web.problem import refused

TAKE = "branches/main/tickets"


@pytest.fixture(scope="module")
def at_night(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caller]:
    """The branch has closed."""
    office = install(f"sqlite:///{tmp_path_factory.mktemp('night') / 'callboard.db'}", now=NIGHT)
    with serving(office) as served, Caller(served.url, office.tokens) as ask:
        ask.post("kiosk", TAKE, {"services": ["deposit"]})  # the day's first command begins the day
        yield ask


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("", "en"),
        ("zh", "zh"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("zh-Hant-TW", "zh"),
        ("ZH-cn", "zh"),
        ("en-GB,zh;q=0.5", "en"),
        ("fr-FR, de;q=0.9, zh;q=0.1", "zh"),
        ("fr-FR", "en"),
        ("*", "en"),
        (",;=,,q", "en"),
    ],
)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 422])
def test_the_detail_comes_in_the_language_asked_for(at_night: Caller, asked: str, language: str, status: int) -> None:
    known = {"Accept-Language": asked, "Idempotency-Key": "night-shift"}
    manager = {"Authorization": f"Bearer {at_night.tokens['manager']}"}
    paths: dict[int, tuple[str, str, dict[str, str], bytes]] = {
        400: ("POST", TAKE, manager, b"{"),
        401: ("POST", TAKE, {}, b'{"services": ["deposit"]}'),
        403: ("POST", "counters/north.1/open", manager, b"{}"),
        404: ("POST", "counters/main.99/open", manager, b"{}"),
        405: ("GET", TAKE, manager, b""),
        409: ("POST", TAKE, manager, b'{"services": ["deposit"]}'),
        413: ("POST", TAKE, manager, b" " * 100_000),
        422: ("POST", TAKE, manager, b"{}"),
    }
    method, path, token, content = paths[status]
    known |= token | {"Content-Type": "application/json"}
    answer = at_night.http.request(method, path, content=content, headers=known)
    assert answer.status_code == status, answer.text
    assert answer.json()["detail"] == answer.json()["words"][language]


def test_after_hours_there_is_no_ticket_and_the_hours_are_named(at_night: Caller) -> None:
    log = at_night.log()
    found = refused(at_night.post("kiosk", TAKE, {"services": ["deposit"]}), 409, "branch_closed")
    assert (found["params"]["opens"], found["params"]["closes"]) == ("08:30", "17:00")
    assert all("08:30" in words and "17:00" in words for words in found["words"].values())
    assert at_night.log() == log
