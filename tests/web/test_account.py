"""One's own account: what it tells, another password, and where one is signed in."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import httpx
from sqlalchemy import Engine, select, update

from server.domain.lockout import FREE_TRIES
from server.storage.sessions import open_session
from server.storage.staff import invite
from server.storage.tables import sessions, staff
from server.web.signed_in import COOKIE, page_word
from tests.running import Served, headers
from tests.web.person import PASSWORD, Hire, Person, until
from tests.web.problem import refused

ANOTHER = "quite another set of words"


def elsewhere(who: Person, url: str) -> Person:
    """The same person at another browser."""
    other = Person(url, who.id, who.login, who.branch)
    assert other.sign_in().status_code == 200
    return other


def test_an_account_tells_who_one_is_and_where_one_is_signed_in(hire: Hire, served: Served) -> None:
    me = hire("looks.at.it", main="teller")
    with closing(elsewhere(me, served.url).http):
        found = me.get("account").json()
    assert (found["login"], found["roles"], found["second_factor"]) == ("looks.at.it", {"main": "teller"}, "none")
    assert sorted(one["this"] for one in found["sessions"]) == [False, True]
    assert {one["address"] for one in found["sessions"]} == {"127.0.0.1"}
    assert not {"password", "hash", "code_secret"} & set(found)


def test_a_token_has_no_account(served: Served) -> None:
    known = headers(served.office.tokens["manager"])
    refused(httpx.get(f"{served.url}/api/v1/account", headers=known, trust_env=False), 409, "no_account")


def test_another_password_ends_the_other_sessions_and_opens_the_next(hire: Hire, served: Served) -> None:
    me = hire("changes.it", main="teller")
    other = elsewhere(me, served.url)
    with closing(other.http):
        refused(me.post("account/password", old="wrong", new=ANOTHER), 403, "password_wrong")
        refused(me.post("account/password", old=PASSWORD, new="short"), 422, "password_short")
        refused(me.post("account/password", old=PASSWORD, new="passwordpassword1"), 422, "password_common")
        assert me.done("account/password", old=PASSWORD, new=ANOTHER) == {"done": True, "sessions": 1}
        assert me.get("account").status_code == 200
        until(lambda: other.get("account").status_code == 401)
        refused(other.sign_in(), 401, "sign_in_failed")
        assert other.sign_in(password=ANOTHER).status_code == 200


def test_guessing_the_old_password_at_a_page_left_open_is_locked_out_as_at_the_door(hire: Hire) -> None:
    me = hire("left.open", main="teller")
    for _ in range(FREE_TRIES):
        refused(me.post("account/password", old="guess", new=ANOTHER), 403, "password_wrong")
    refused(me.post("account/password", old=PASSWORD, new=ANOTHER), 429, "sign_in_wait")


def test_a_session_elsewhere_is_ended_and_nobody_elses(hire: Hire, served: Served) -> None:
    me, colleague = hire("ends.it", main="teller"), hire("works.on", main="teller")
    theirs = colleague.get("account").json()["sessions"][0]["id"]
    refused(me.post(f"account/sessions/{theirs}/end"), 404, "session_not_found")
    with closing(elsewhere(me, served.url).http) as browser:
        other = next(one["id"] for one in me.get("account").json()["sessions"] if not one["this"])
        assert me.done(f"account/sessions/{other}/end")["sessions"] == 1
        known = headers(page_word(browser.cookies[COOKIE], "main"))
        until(lambda: browser.get("/api/v1/account", headers=known).status_code == 401)
    assert colleague.get("account").status_code == 200


def test_a_new_link_ends_what_was_before_it(hire: Hire, engine: Engine, served: Served) -> None:
    """Who has come by the old password, or by an open page, is out."""
    me = hire("was.robbed", main="teller")
    secret = invite(engine, me.id, datetime.now(UTC))
    assert me.get("account").status_code == 200, "a link that nobody has opened changes nothing"
    with httpx.Client(base_url=served.url, trust_env=False) as browser:
        answer = browser.post("/api/v1/set-up", json={"secret": secret, "password": ANOTHER})
        assert answer.status_code == 200
    until(lambda: me.get("account").status_code == 401)


def test_a_session_by_badge_opens_the_counter_and_neither_the_account_nor_the_branch(
    hire: Hire, engine: Engine
) -> None:
    """A PIN is four digits, typed with others looking on."""
    me = hire("by.badge", main="manager")
    secret = open_session(engine, me.id, "", "", datetime.now(UTC), "badge")
    me.http.cookies = httpx.Cookies({COOKIE: secret})
    assert me.get("branches/main/snapshot").status_code == 200
    refused(me.get("account"), 403, "sign_in_fully")
    refused(me.get("branches/main/people"), 403, "sign_in_fully")
    refused(me.get("branches/main/audit"), 403, "sign_in_fully")
    assert me.http.get("/manager").headers["location"] == "/sign-in?to=manager&refused=sign_in_fully"


def test_a_page_that_was_left_open_adds_no_factor(hire: Hire, engine: Engine) -> None:
    me = hire("went.for.lunch", main="teller")
    with engine.begin() as connection:
        ago = datetime.now(UTC) - timedelta(minutes=31)
        connection.execute(update(sessions).where(sessions.c.staff_id == me.id).values(made_at=ago))
    refused(me.post("account/code/begin"), 403, "sign_in_again")
    refused(me.post("account/passkeys/begin"), 403, "sign_in_again")
    assert me.get("account").json()["fresh"] is False
    with engine.connect() as connection:
        assert connection.execute(select(staff.c.code_secret).where(staff.c.id == me.id)).scalar_one() is None
