"""Codes of an authenticator: needed once they are on, each good once, and no way round them."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from sqlalchemy import Engine, select, update

from server.domain.lockout import FREE_TRIES
from server.storage.staff import invite
from server.storage.tables import audit, staff
from server.web import sign_in_code
from server.web.sign_in_code import STEP_S, plain, recovery_codes, step_of
from tests.running import Office
from tests.web.person import PASSWORD, Hire, Person
from tests.web.problem import refused


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    """A key for what is sealed lies beside SQLite; that it is asked for elsewhere is tried in test_seal.py."""
    return sqlite_office


def codes_of(secret: str) -> Iterator[str]:
    """One after the other, as the clock allows: that of the half minute before, of this one and of the next."""
    totp, now = pyotp.TOTP(secret), time.time()
    yield from (totp.at(now + STEP_S * step) for step in (-1, 0, 1))


def elsewhere(me: Person) -> Person:
    """They, at another browser, where they have not signed in yet."""
    return Person(str(me.http.base_url), me.id, me.login, me.branch)


def with_code(me: Person) -> tuple[Iterator[str], list[str]]:
    """Their authenticator's further codes, and the recovery codes."""
    begun = me.done("account/code/begin")
    codes = codes_of(begun["secret"])
    return codes, me.done("account/code/confirm", code=next(codes))["recovery"]


def test_once_it_is_on_a_sign_in_needs_the_code_as_well(hire: Hire, engine: Engine) -> None:
    me = hire("has.a.telephone", main="teller")
    begun = me.done("account/code/begin")
    assert begun["uri"].startswith("otpauth://totp/Callboard:has.a.telephone?secret=" + begun["secret"])
    assert begun["qr"].startswith("M4 4h1v1h-1z")
    with elsewhere(me).http as other:
        answer = other.post("/api/v1/sign-in", json={"login": me.login, "password": PASSWORD})
        assert answer.status_code == 200, "nothing is asked for before it was shown to work"
    refused(me.post("account/code/confirm", code="000000"), 403, "code_wrong")
    codes = codes_of(begun["secret"])
    assert len(set(me.done("account/code/confirm", code=next(codes))["recovery"])) == 8
    refused(me.sign_in(), 401, "code_needed")
    assert me.sign_in(code=next(codes)).status_code == 200
    assert me.get("account").json()["second_factor"] == "code"
    with engine.connect() as connection:
        kept = connection.execute(select(staff).where(staff.c.id == me.id)).one()
        told = connection.execute(select(audit).where(audit.c.subject == f"staff:{me.id}")).all()
    assert begun["secret"] not in repr(kept) + repr(told)


def test_that_a_code_is_needed_is_told_to_who_has_the_password_only(hire: Hire) -> None:
    me = hire("tells.nobody", main="teller")
    codes, _ = with_code(me)
    code = next(codes)
    for more in ({}, {"code": code}, {"code": "123456"}):
        answer = me.sign_in(password="verandah kettle ostrich Monday", **more)
        refused(answer, 401, "sign_in_failed")
    assert me.sign_in(code=code).status_code == 200, "it was not spent by who had no password"


def test_a_replayed_code_opens_nothing(hire: Hire) -> None:
    me = hire("is.watched", main="teller")
    codes, _ = with_code(me)
    code = next(codes)
    assert me.sign_in(code=code).status_code == 200
    refused(me.sign_in(code=code), 401, "code_wrong")
    refused(me.sign_in(code=f" {code[:3]} {code[3:]}"), 401, "code_wrong")


def test_of_two_who_show_one_code_at_once_one_comes_in(hire: Hire) -> None:
    me = hire("is.overheard", main="teller")
    codes, _ = with_code(me)
    code = next(codes)
    with ThreadPoolExecutor(2) as pool:
        answers = [future.result() for future in [pool.submit(me.sign_in, code=code) for _ in range(2)]]
    assert sorted(answer.status_code for answer in answers) == [200, 401]


def test_the_code_that_switched_it_on_is_spent_too(hire: Hire) -> None:
    me = hire("just.began", main="teller")
    secret = me.done("account/code/begin")["secret"]
    code = pyotp.TOTP(secret).now()
    me.done("account/code/confirm", code=code)
    refused(me.sign_in(code=code), 401, "code_wrong")


def test_wrong_codes_are_locked_out_and_the_password_alone_wins_no_new_tries(hire: Hire, engine: Engine) -> None:
    me = hire("is.guessed", main="teller")
    codes, _ = with_code(me)
    for _ in range(FREE_TRIES):
        refused(me.sign_in(), 401, "code_needed")
        refused(me.sign_in(code="000000"), 401, "code_wrong")
    refused(me.sign_in(), 429, "sign_in_wait")
    refused(me.sign_in(code=next(codes)), 429, "sign_in_wait")
    with engine.begin() as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(update(staff).where(staff.c.id == me.id).values(next_try_at=past))
    assert me.sign_in(code=next(codes)).status_code == 200


def test_a_recovery_code_works_once_however_it_is_typed(hire: Hire) -> None:
    me = hire("lost.the.telephone", main="teller")
    _, recovery = with_code(me)
    assert me.sign_in(code=recovery[0].replace("-", " ").lower()).status_code == 200
    refused(me.sign_in(code=recovery[0]), 401, "code_wrong")
    assert me.get("account").json()["recovery_left"] == 7
    assert me.sign_in(code=recovery[1]).status_code == 200


def test_it_is_switched_off_by_a_code_only(hire: Hire) -> None:
    me = hire("wants.it.off", main="teller")
    codes, recovery = with_code(me)
    refused(me.post("account/code/begin"), 409, "code_there")
    refused(me.post("account/code/confirm", code="123456"), 409, "begin_again")
    refused(me.post("account/code/remove", code="000000"), 403, "code_wrong")
    me.done("account/code/remove", code=next(codes))
    assert me.sign_in().status_code == 200
    assert me.get("account").json()["second_factor"] == "none"
    refused(me.post("account/code/remove", code=recovery[0]), 403, "code_wrong")


def test_a_new_link_resets_it_once_it_was_used(hire: Hire, engine: Engine) -> None:
    me = hire("lost.everything", main="teller")
    with_code(me)
    secret = invite(engine, me.id, datetime.now(UTC))
    refused(me.sign_in(), 401, "code_needed")
    answer = me.http.post("/api/v1/set-up", json={"secret": secret, "password": PASSWORD})
    assert answer.status_code == 200
    assert me.sign_in().status_code == 200
    with engine.connect() as connection:
        told = connection.execute(select(audit.c.what).where(audit.c.subject == f"staff:{me.id}")).scalars().all()
    assert told.count("person.code_added") == told.count("person.code_removed") == 1


def test_what_one_browser_has_begun_another_does_not_finish(hire: Hire) -> None:
    """The secret travels sealed in a cookie that opens for its own session alone."""
    me, other = hire("begins", main="teller"), hire("finishes", main="teller")
    secret = me.done("account/code/begin")["secret"]
    other.http.cookies.set("callboard_code_begun", me.http.cookies["callboard_code_begun"])
    refused(other.post("account/code/confirm", code=pyotp.TOTP(secret).now()), 409, "begin_again")


def test_a_code_of_another_time_is_none() -> None:
    secret, now = pyotp.random_base32(), 1_800_000_000.0
    totp = pyotp.TOTP(secret)
    good = [step for step in range(-4, 5) if step_of(secret, totp.at(now + STEP_S * step), now) is not None]
    assert good == [-1, 0, 1]


def test_the_published_example_of_the_standard_comes_out() -> None:
    """RFC 6238, appendix B, its SHA-1 rows, as six digits."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    for at, code in ((59, "287082"), (1111111109, "081804"), (2000000000, "279037")):
        assert step_of(secret, code, at) == at // STEP_S


def test_recovery_codes_have_no_letters_that_look_alike() -> None:
    codes = recovery_codes()
    assert len({plain(code) for code in codes}) == len(codes) == sign_in_code.RECOVERY_CODES
    assert not set("".join(codes)) & set("01IOUL")
    assert plain("１２３ ４５６") == "123456"
