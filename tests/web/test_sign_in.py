"""Signing in: with the right password only, not too often, from our own page, and until it is taken back."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, insert, select, update

from server.domain.lockout import FREE_TRIES
from server.storage.branches import create_token
from server.storage.sessions import end_sessions
from server.storage.staff import add_person, give_roles, invite, remove_person
from server.storage.tables import invitations, sessions, staff
from tests.running import OTHER_BRANCH, PATIENCE_S, Served, headers
from tests.web.page import boot_of
from tests.web.person import PASSWORD, someone, until
from tests.web.problem import refused


@pytest.fixture
def browser(served: Served) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, trust_env=False, timeout=PATIENCE_S) as found:
        yield found


def with_password(engine: Engine, served: Served, login: str, role: str = "manager") -> str:
    """A person who has chosen one by their link, in a browser that is theirs."""
    staff_id = someone(engine, login, main=role)
    secret = invite(engine, staff_id, datetime.now(UTC))
    with httpx.Client(base_url=served.url, trust_env=False, timeout=PATIENCE_S) as theirs:
        assert said(theirs, "set-up", secret=secret, password=PASSWORD).status_code == 200
    return staff_id


def said(browser: httpx.Client, path: str, origin: str | None = None, **body: Any) -> httpx.Response:
    return browser.post(f"/api/v1/{path}", json=body, headers={"Origin": origin} if origin else {})


def test_a_person_signs_in_and_works_as_what_they_are(engine: Engine, served: Served, browser: httpx.Client) -> None:
    with_password(engine, served, "zhang.min")
    answer = said(browser, "sign-in", login=" Zhang.MIN ", password=PASSWORD)
    assert answer.json() == {
        "name": "Person zhang.min",
        "roles": {"main": "manager"},
        "screens": ["teller", "manager", "office"],
    }
    session, known = (
        {part.strip().casefold() for part in it.split(";")} for it in answer.headers.get_list("set-cookie")
    )
    assert {"httponly", "samesite=lax"} <= session
    assert {"httponly", "samesite=strict", "path=/api/v1/sign-in"} <= known
    boot = boot_of(browser.get("/manager"))
    assert (boot["actor"]["kind"], boot["actor"]["name"], boot["branch_id"]) == (
        "manager",
        "Person zhang.min",
        "main",
    )
    assert browser.get("/api/v1/branches/main/figures", headers=headers(boot["token"])).status_code == 200
    other = browser.get(f"/api/v1/branches/{OTHER_BRANCH}/figures", headers=headers(boot["token"]))
    refused(other, 403, "other_branch")


def test_neither_the_cookie_nor_the_pages_word_is_enough_alone(
    engine: Engine, served: Served, browser: httpx.Client
) -> None:
    with_password(engine, served, "both")
    said(browser, "sign-in", login="both", password=PASSWORD)
    word = boot_of(browser.get("/manager"))["token"]
    path = "/api/v1/branches/main/snapshot"
    refused(browser.get(path), 401, "unauthorized")
    refused(browser.get(path, headers=headers(word.replace("main", OTHER_BRANCH))), 401, "unauthorized")
    refused(browser.get(path, headers=headers(word[:-1] + "!")), 401, "unauthorized")
    assert browser.get(path, headers=headers(word)).status_code == 200
    browser.cookies.clear()
    refused(browser.get(path, headers=headers(word)), 401, "unauthorized")


def test_a_wrong_password_and_a_wrong_name_are_told_alike(
    engine: Engine, served: Served, browser: httpx.Client
) -> None:
    with_password(engine, served, "careful")
    someone(engine, "not.yet", main="manager")
    answers = [
        said(browser, "sign-in", login=login, password=password)
        for login, password in (("careful", "wrong"), ("nobody", PASSWORD), ("not.yet", PASSWORD), ("' or 1=1", "x"))
    ]
    assert len({answer.text for answer in answers}) == 1
    refused(answers[0], 401, "sign_in_failed")
    assert "set-cookie" not in answers[0].headers


def test_after_a_few_wrong_passwords_the_right_one_has_to_wait_too(
    engine: Engine, served: Served, browser: httpx.Client
) -> None:
    staff_id = with_password(engine, served, "mistyped")
    for _ in range(FREE_TRIES - 1):
        refused(said(browser, "sign-in", login="mistyped", password="wrong"), 401, "sign_in_failed")
    refused(said(browser, "sign-in", login="mistyped", password="wrong"), 401, "sign_in_failed")
    found = refused(said(browser, "sign-in", login="mistyped", password=PASSWORD), 429, "sign_in_wait")
    assert 20 <= found["params"]["seconds"] <= 31
    with engine.begin() as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(update(staff).where(staff.c.id == staff_id).values(next_try_at=past))
    assert said(browser, "sign-in", login="mistyped", password=PASSWORD).status_code == 200
    with engine.begin() as connection:
        assert connection.execute(select(staff.c.failures).where(staff.c.id == staff_id)).scalar_one() == 0


def test_a_link_works_once_and_not_for_ever(engine: Engine, browser: httpx.Client) -> None:
    staff_id = someone(engine, "newcomer", main="manager")
    old = invite(engine, staff_id, datetime.now(UTC))
    secret = invite(engine, staff_id, datetime.now(UTC))
    refused(said(browser, "set-up/look", secret=old), 404, "link_spent")
    assert said(browser, "set-up/look", secret=secret).json()["login"] == "newcomer"
    assert said(browser, "set-up", secret=secret, password=PASSWORD).json()["name"] == "Person newcomer"
    assert browser.get("/manager").status_code == 200, "who has just chosen a password is signed in"
    refused(said(browser, "set-up", secret=secret, password=PASSWORD), 404, "link_spent")
    late = someone(engine, "late", main="manager")
    with engine.begin() as connection:
        connection.execute(
            insert(invitations).values(hash="0" * 64, staff_id=late, ends_at=datetime.now(UTC) - timedelta(days=1))
        )
    expired = invite(engine, late, datetime.now(UTC) - timedelta(days=2))
    refused(said(browser, "set-up", secret=expired, password=PASSWORD), 404, "link_spent")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short one", "password_short"),
        ("password1234567", "password_common"),
        ("qwertyuiopasdfgh", "password_common"),
        ("aaaaaaaaaaaaaaaaaa", "password_common"),
        ("Person Weak Person", "password_common"),
        ("x" * 129, "password_long"),
    ],
)
def test_a_password_that_is_soon_guessed_is_not_taken(
    engine: Engine, browser: httpx.Client, password: str, why: str
) -> None:
    login = f"weak.{abs(hash(password))}"
    staff_id = add_person(engine, login, "Person Weak", {"main": "teller"}, datetime.now(UTC))
    secret = invite(engine, staff_id, datetime.now(UTC))
    refused(said(browser, "set-up", secret=secret, password=password), 422, why)
    assert (
        said(browser, "set-up", secret=secret, password="四个 互不相关的 词 在 一起 好记 得很呀").status_code == 200
    )


@pytest.mark.parametrize("path", ["sign-in", "sign-out", "set-up"])
def test_a_page_of_another_site_signs_nobody_in_or_out(browser: httpx.Client, path: str) -> None:
    body = {"sign-in": {"login": "x", "password": "x"}, "set-up": {"secret": "x", "password": "x"}}.get(path, {})
    refused(said(browser, path, origin="https://evil.example", **body), 403, "other_site")


def test_who_signs_out_is_out_for_every_copy_of_the_cookie(
    engine: Engine, served: Served, browser: httpx.Client
) -> None:
    with_password(engine, served, "leaving", "teller")
    said(browser, "sign-in", login="leaving", password=PASSWORD)
    word = boot_of(browser.get("/teller"))["token"]
    replayed = dict(browser.cookies)
    there = browser.get("/manager").headers["location"]
    assert there.startswith("/sign-in?"), "a teller's session opens no manager's page"
    assert browser.post("/api/v1/sign-out").json() == {"was_in": True}
    assert "callboard_session" not in browser.cookies
    browser.cookies.update(replayed)
    until(lambda: browser.get("/api/v1/branches/main/snapshot", headers=headers(word)).status_code == 401)
    assert browser.get("/teller").headers["location"] == "/sign-in?to=teller"


def test_who_has_left_is_out_within_two_seconds(engine: Engine, served: Served, browser: httpx.Client) -> None:
    staff_id = with_password(engine, served, "dismissed")
    said(browser, "sign-in", login="dismissed", password=PASSWORD)
    word = boot_of(browser.get("/manager"))["token"]
    remove_person(engine, staff_id, datetime.now(UTC))
    until(lambda: browser.get("/api/v1/branches/main/snapshot", headers=headers(word)).status_code == 401)
    refused(said(browser, "sign-in", login="dismissed", password=PASSWORD), 401, "sign_in_failed")


def test_a_session_ends_by_itself(engine: Engine, served: Served, browser: httpx.Client) -> None:
    staff_id = with_password(engine, served, "overnight")
    said(browser, "sign-in", login="overnight", password=PASSWORD)
    word = boot_of(browser.get("/manager"))["token"]
    with engine.begin() as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(update(sessions).where(sessions.c.staff_id == staff_id).values(ends_at=past))
    until(lambda: browser.get("/api/v1/branches/main/snapshot", headers=headers(word)).status_code == 401)
    assert end_sessions(engine, datetime.now(UTC), staff_id=staff_id) > 0


def test_what_a_person_may_follows_their_role(engine: Engine, served: Served, browser: httpx.Client) -> None:
    staff_id = with_password(engine, served, "moved", "teller")
    give_roles(engine, staff_id, {OTHER_BRANCH: "manager"})
    said(browser, "sign-in", login="moved", password=PASSWORD)
    assert boot_of(browser.get("/manager"))["branch_id"] == OTHER_BRANCH
    assert browser.get("/manager", params={"branch": "main"}).headers["location"].startswith("/sign-in?")


def test_nobody_is_signed_in_by_a_devices_token(served: Served, browser: httpx.Client, engine: Engine) -> None:
    token = create_token(engine, "kiosk", "main", "Entrance")
    browser.cookies.set("callboard_session", token)
    assert browser.get("/manager").headers["location"] == "/sign-in?to=manager"
