"""Tries at passwords: who guesses learns nothing of who works here, and shuts out nobody but themselves."""

import asyncio
import threading
from datetime import UTC, datetime

import httpx
import pytest
from sqlalchemy import Engine, select

from server.domain.lockout import FREE_TRIES
from server.domain.trail import SERVER
from server.storage.staff import invite, put_password
from server.storage.tables import staff
from server.web import known_browsers, passwords, turns
from server.web.allowance import Allowance
from server.web.problems import Problem
from server.web.turns import MOST_OF_ONE, Turns
from tests.running import PATIENCE_S, Office, Served
from tests.web.person import PASSWORD, QUICK_HASH, Hire, someone
from tests.web.problem import refused

WRONG = "wrong"
FAR = {"X-Forwarded-For": "10.9.9.9"}


@pytest.fixture(scope="module")
def office(sqlite_office: Office) -> Office:
    """How a try is counted is asked of both databases in test_sign_in.py."""
    return sqlite_office


@pytest.fixture(autouse=True)
def few(served: Served, monkeypatch: pytest.MonkeyPatch) -> Allowance:
    """A guesser has thirty guesses here, and no more in any time that a test takes."""
    found = Allowance(0.0001, 30)
    monkeypatch.setattr(served.app.state.allowances, "guesses", found)
    return found


def left(few: Allowance, name: str = "127.0.0.1") -> int:
    """How many guesses the address has."""
    return round(30 - max(0.0, few._full_at.get(name, 0.0) - few._now()) * 0.0001)


def browser(served: Served) -> httpx.Client:
    return httpx.Client(base_url=f"{served.url}/api/v1/", trust_env=False, timeout=PATIENCE_S)


def with_password(engine: Engine, login: str) -> str:
    staff_id = someone(engine, login, main="manager")
    with engine.begin() as connection:
        put_password(connection, staff_id, QUICK_HASH, SERVER)
    return staff_id


def tried(at: httpx.Client, login: str, password: str = WRONG) -> httpx.Response:
    return at.post("sign-in", json={"login": login, "password": password})


def failures(engine: Engine, staff_id: str) -> int:
    with engine.begin() as connection:
        return int(connection.execute(select(staff.c.failures).where(staff.c.id == staff_id)).scalar_one())


def test_a_name_that_nobody_has_has_to_wait_like_any_other(served: Served, engine: Engine) -> None:
    with_password(engine, "real.person")
    with browser(served) as guesser:
        found = {
            login: [tried(guesser, login).json()["code"] for _ in range(FREE_TRIES + 2)]
            for login in ("real.person", "no.such.person")
        }
    assert found["real.person"] == found["no.such.person"]
    assert found["no.such.person"][FREE_TRIES:] == ["sign_in_wait"] * 2


def test_a_badge_that_nobody_has_has_to_wait_like_any_other(hire: Hire) -> None:
    console = hire("console", main="teller")
    found = [console.post("branches/main/switch", badge="0099", pin="135790") for _ in range(FREE_TRIES + 1)]
    assert {answer.status_code for answer in found[:FREE_TRIES]} == {401}
    refused(found[-1], 429, "pin_wait")


def test_who_asks_while_a_name_is_locked_pays_for_it(served: Served, engine: Engine, few: Allowance) -> None:
    with_password(engine, "polled")
    with_password(engine, "colleague")
    with browser(served) as guesser, browser(served) as colleague:
        assert tried(colleague, "colleague", PASSWORD).is_success
        tried(guesser, "nobody.at.all")
        for _ in range(FREE_TRIES):
            tried(guesser, "polled")
        for rest in range(28 - FREE_TRIES, -1, -1):
            refused(tried(guesser, "polled"), 429, "sign_in_wait")
            assert left(few) == rest
        refused(tried(guesser, "polled"), 429, "too_many")
        assert tried(colleague, "colleague", PASSWORD).is_success, "whose browser is known, at the same address"


def test_who_signed_in_here_before_is_not_shut_out_by_a_stranger(served: Served, engine: Engine) -> None:
    staff_id = with_password(engine, "manager")
    with browser(served) as mine, browser(served) as stranger:
        stranger.headers.update(FAR)
        assert tried(mine, "manager", PASSWORD).is_success
        for _ in range(FREE_TRIES):
            tried(stranger, "manager")
        refused(tried(stranger, "manager", PASSWORD), 429, "sign_in_wait")
        name, value = next(item for item in mine.cookies.items() if item[0].startswith(known_browsers.NAME))
        stranger.cookies.set(name, value[:-1] + ("0" if value[-1] != "0" else "1"), domain="127.0.0.1", path="/")
        refused(tried(stranger, "manager", PASSWORD), 429, "sign_in_wait")
        assert tried(mine, "manager", PASSWORD).is_success
        assert failures(engine, staff_id) == FREE_TRIES, "the stranger does not begin anew by it"
        for _ in range(FREE_TRIES):
            refused(tried(mine, "manager"), 401, "sign_in_failed")
        refused(tried(mine, "manager", PASSWORD), 429, "sign_in_wait")


def test_another_password_makes_strangers_of_browsers_that_had_the_old_one(served: Served, engine: Engine) -> None:
    staff_id = with_password(engine, "robbed")
    with browser(served) as robber, browser(served) as owner:
        assert tried(robber, "robbed", PASSWORD).is_success
        link = invite(engine, staff_id, datetime.now(UTC))
        another = "a bicycle for nine violins"
        assert owner.post("set-up", json={"secret": link, "password": another}).is_success
        for _ in range(FREE_TRIES):
            tried(robber, "robbed")
        refused(tried(robber, "robbed", another), 429, "sign_in_wait")
        assert tried(owner, "robbed", another).is_success, "who has chosen it is known at once"


def test_a_link_is_no_way_to_keep_the_server_busy(
    served: Served, engine: Engine, few: Allowance, monkeypatch: pytest.MonkeyPatch
) -> None:
    where, weak = set(), "password1234567"
    judged = passwords.weakness

    def judging(password: str, about: list[str]) -> Problem | None:
        where.add(threading.current_thread().name.rpartition("_")[0])
        return judged(password, about)

    monkeypatch.setattr(passwords, "weakness", judging)
    link = invite(engine, someone(engine, "newcomer", main="teller"), datetime.now(UTC))
    with browser(served) as holder:
        for _ in range(30):
            refused(holder.post("set-up", json={"secret": link, "password": weak}), 422, "password_common")
        refused(holder.post("set-up", json={"secret": link, "password": PASSWORD}), 429, "too_many")
        assert holder.post("set-up", json={"secret": link, "password": PASSWORD}, headers=FAR).is_success
    assert where == {"passwords"}, "on the loop it would hold up the hall"
    assert left(few, "10.9.9.9") == 30, "a good one is no guess"


def test_a_try_that_found_everybody_busy_counts_against_the_address_and_not_the_person(
    served: Served, engine: Engine, few: Allowance, monkeypatch: pytest.MonkeyPatch
) -> None:
    staff_id = with_password(engine, "in.a.rush")
    monkeypatch.setattr(turns, "MOST_ADDRESSES", 0)
    with browser(served) as mine:
        for _ in range(FREE_TRIES + 1):
            refused(tried(mine, "in.a.rush", PASSWORD), 503, "busy")
        assert (failures(engine, staff_id), left(few)) == (0, 29 - FREE_TRIES)
        monkeypatch.undo()
        assert tried(mine, "in.a.rush", PASSWORD).is_success


def test_an_address_that_floods_waits_for_itself_and_another_behind_one_of_its_tries_at_most() -> None:
    async def flooded() -> tuple[list[str], list[str]]:
        line, worker, done, said = Turns(), asyncio.Lock(), list[str](), list[str]()

        async def one(address: str) -> None:
            try:
                async with line.of(address), worker:
                    await asyncio.sleep(0)
                    done.append(address)
            except Problem as refusal:
                said.append(refusal.code)

        asked = [asyncio.create_task(one("flood")) for _ in range(MOST_OF_ONE + 3)]
        await asyncio.sleep(0)
        await asyncio.gather(*asked, one("other"))
        return done, said

    done, said = asyncio.run(flooded())
    assert said == ["too_many"] * 3
    assert done.index("other") <= 1
    assert done.count("flood") == MOST_OF_ONE
