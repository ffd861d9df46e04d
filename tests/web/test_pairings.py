"""A device is connected by the code that it shows: once, by who may, and by nobody who only guesses."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import delete, select, update

from server.domain.trail import Who
from server.storage import pairings as kept
from server.storage.database import Database
from server.storage.tables import audit, pairings, tokens
from server.storage.verifying.whole import verify
from tests.running import Caller, Served, headers, install, serving
from tests.web.problem import refused

Json = dict[str, Any]
CODE = re.compile(rf"[{kept.SIGNS}]{{3}}-[{kept.SIGNS}]{{4}}")


@pytest.fixture(autouse=True)
def nobody_waits(engine: Database) -> None:
    """What another test has left is over."""
    with engine.begin() as connection:
        over = pairings.c.collected_at.is_(None), pairings.c.branch_id.is_(None)
        connection.execute(update(pairings).where(*over).values(ends_at=pairings.c.made_at))


def asked(ask: Caller, kind: str = "display") -> Json:
    answer = ask.http.post("pairings", json={"kind": kind})
    assert answer.status_code == 201, answer.text
    assert answer.headers["cache-control"] == "no-store"
    return dict(answer.json())


def collected(ask: Caller, secret: str, **more: Any) -> httpx.Response:
    return ask.http.post("pairings/collect", json={"secret": secret, **more})


def approved(ask: Caller, code: str, who: str = "manager", name: str = "Lobby") -> httpx.Response:
    return ask.post(who, "branches/main/pairings/approve", {"code": code, "name": name})


@pytest.mark.parametrize("kind", ["kiosk", "display", "machine"])
def test_a_device_shows_a_code_and_has_its_token_once_somebody_has_typed_it(ask: Caller, kind: str) -> None:
    found = asked(ask, kind)
    assert CODE.fullmatch(found["code"])
    assert found["lasts_s"] == 600
    assert collected(ask, found["secret"]).json() == {"state": "waiting"}
    device = approved(ask, found["code"], name="Ground floor").json()["device"]
    told = collected(ask, found["secret"]).json()
    token = told.pop("token")
    assert told == {"state": "connected", "branch": "main", "kind": kind, "name": "Ground floor"}
    seen = httpx.get(f"{ask.http.base_url}branches/main/snapshot", headers=headers(token), trust_env=False)
    assert seen.status_code == 200
    listed = ask.get("manager", "branches/main/devices").json()["devices"]
    assert [(one["kind"], one["name"]) for one in listed if one["id"] == device] == [(kind, "Ground floor")]


@pytest.mark.parametrize("typed", ["{0} {1}", "{0}{1}", "{0}-{1}\t".strip(), " {0} – {1} "])
@pytest.mark.parametrize("how", [str.upper, str.lower, lambda text: "".join(map(wide, text))])
def test_a_code_may_be_typed_in_small_or_wide_letters_and_without_its_dash(ask: Caller, typed: str, how: Any) -> None:
    code = asked(ask)["code"]
    assert approved(ask, how(typed.format(*code.split("-")))).status_code == 200


def wide(sign: str) -> str:
    """As a keyboard for Chinese writes it."""
    return chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign


def test_what_looks_alike_is_read_as_what_it_must_be() -> None:
    assert not set("BISUZ01O") & set(kept.SIGNS)
    assert kept.as_code("b1s-uzil") == "8L5V2LL"


def test_the_token_is_given_out_once_and_over_the_devices_own_secret_alone(ask: Caller, engine: Database) -> None:
    found = asked(ask)
    approved(ask, found["code"])
    refused(collected(ask, found["code"].ljust(20, "x")), 410, "pairing_over")
    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(lambda _: collected(ask, found["secret"]), range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [410] * 7
    with engine.begin() as connection:
        rows = connection.execute(select(pairings.c.code, pairings.c.secret)).all()
    assert not {found["code"], found["code"].replace("-", ""), found["secret"]} & {
        text for row in rows for text in row
    }


def test_a_browser_gets_a_cookie_of_its_own_page_and_never_sees_the_token(ask: Caller) -> None:
    found = asked(ask, "kiosk")
    approved(ask, found["code"])
    answer = collected(ask, found["secret"], browser=True)
    assert answer.json() == {"state": "connected", "branch": "main", "kind": "kiosk", "name": "Lobby"}
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("callboard_kiosk=")
    assert {"HttpOnly", "Path=/kiosk", "SameSite=lax"} <= set(cookie.split("; "))
    root = str(ask.http.base_url).removesuffix("api/v1/")
    page = httpx.get(f"{root}kiosk", headers={"Cookie": cookie.split(";")[0]}, trust_env=False)
    assert page.status_code == 200


def test_a_code_that_has_run_out_connects_nobody(ask: Caller, engine: Database) -> None:
    found, late = asked(ask), asked(ask)
    approved(ask, late["code"])
    with engine.begin() as connection:
        connection.execute(update(pairings).values(ends_at=pairings.c.made_at))
    refused(approved(ask, found["code"]), 404, "code_unknown")
    for one in (found, late):
        refused(collected(ask, one["secret"]), 410, "pairing_over")
    assert asked(ask)["code"] != found["code"]


def test_to_say_yes_twice_is_to_say_it_once_and_another_branch_has_come_too_late(ask: Caller) -> None:
    found = asked(ask)
    first = approved(ask, found["code"])
    assert approved(ask, found["code"], name="Another name").json() == first.json()
    stolen = ask.post("stranger", "branches/north/pairings/approve", {"code": found["code"], "name": "Mine"})
    refused(stolen, 404, "code_unknown")
    assert collected(ask, found["secret"]).json()["branch"] == "main"


def test_who_guesses_codes_must_wait(sqlite_url: str) -> None:
    """Of 28 ** 7 codes twenty may be tried at once here, and then one a second."""
    with serving(install(sqlite_url), guess_rate=1) as served, Caller(served.url, served.office.tokens) as ask:
        codes = [f"{number:07}".translate(str.maketrans("01", "AC")) for number in range(40)]
        answers = [approved(ask, code).status_code for code in codes]
        assert answers[:20] == [404] * 20
        assert answers.count(429) >= 10
        found = asked(ask)
        refused(approved(ask, found["code"]), 429, "too_many")
        assert approved(ask, found["code"], "operator").status_code == 200, "another person's guesses are their own"


def test_devices_that_wait_are_bounded_by_address_and_in_all(
    ask: Caller, engine: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST_OF_ONE", 3)
    found = [asked(ask) for _ in range(3)]
    refused(ask.http.post("pairings", json={"kind": "kiosk"}), 429, "too_many_pairings")
    approved(ask, found[0]["code"])
    collected(ask, found[0]["secret"])
    asked(ask)
    now = found_at(engine)
    monkeypatch.setattr(kept, "MOST", 3)
    elsewhere = kept.ask(engine, "kiosk", "192.0.2.1", "", now)
    assert collected(ask, elsewhere.secret).json() == {"state": "waiting"}
    refused(collected(ask, found[1]["secret"]), 410, "pairing_over")
    assert collected(ask, found[2]["secret"]).json() == {"state": "waiting"}, (
        "the oldest of the fullest network alone"
    )
    later = kept.ask(engine, "kiosk", "192.0.2.1", "", now + kept.LASTS + timedelta(seconds=1))
    assert CODE.fullmatch(later.code), "what has run out takes no place"


def test_who_has_a_whole_network_fills_no_more_than_a_few_addresses_may(
    engine: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST_NEAR", 3)
    now = datetime.now(UTC)
    for near, far in (("2001:db8:7:{}::", "2001:db8:8::"), ("198.51.100.{}", "203.0.113.1")):
        for number in range(1, 4):
            kept.ask(engine, "kiosk", near.format(number), "", now)
        with pytest.raises(kept.TooMany):
            kept.ask(engine, "kiosk", near.format(9), "", now)
        assert kept.ask(engine, "kiosk", far, "", now).code


def test_what_was_connected_is_forgotten_by_the_caretaker_though_a_branch_is_gone(engine: Database) -> None:
    """A stranger who asks waits for no branch, and stumbles over none."""
    who, now = Who("operator", "operator-1"), datetime.now(UTC) + timedelta(minutes=1)
    here, gone = (kept.ask(engine, "kiosk", "192.0.2.1", "", now) for _ in range(2))
    devices = [kept.approve(engine, one.code, "main", "Door", now, who) for one in (here, gone)]
    with engine.begin() as connection:
        connection.execute(update(pairings).where(pairings.c.id == devices[1]).values(branch_id="gone"))
    later = now + kept.KEPT + kept.LASTS + timedelta(minutes=1)
    assert kept.ask(engine, "kiosk", "192.0.2.1", "", later).code
    assert ids(engine) >= set(devices)
    assert kept.forget_old(engine, later) > 0
    assert kept.forget_old(engine, later) == 0
    assert ids(engine) & set(devices) == {devices[1]}
    with engine.begin() as connection:
        connection.execute(delete(pairings).where(pairings.c.id == devices[1]))


def ids(engine: Database) -> set[str]:
    with engine.begin() as connection:
        return set(connection.execute(select(pairings.c.id)).scalars())


def found_at(engine: Database) -> Any:
    with engine.begin() as connection:
        return connection.execute(
            select(pairings.c.made_at).order_by(pairings.c.made_at.desc()).limit(1)
        ).scalar_one()


def test_the_trail_says_who_connected_what_and_from_where(ask: Caller, engine: Database) -> None:
    found = asked(ask)
    device = approved(ask, found["code"], name="Door").json()["device"]
    collected(ask, found["secret"])
    with engine.begin() as connection:
        told = connection.execute(
            select(audit.c.what, audit.c.who_id, audit.c.address, audit.c.after)
            .where(audit.c.subject.in_([f"pairings:{device}", f"tokens:{device}"]))
            .order_by(audit.c.seq)
        ).all()
        assert [(row.what, row.who_id) for row in told] == [
            ("pairing.approved", "manager-1"),
            ("pairing.collected", device),
            ("token.created", device),
        ]
        assert {row.address for row in told} == {"127.0.0.1"}
        assert told[0].after["name"] == "Door"
        assert [found for found in verify(connection).findings if found.row == device] == []
        name = connection.execute(select(tokens.c.name).where(tokens.c.id == device)).scalar_one()
    assert name == "Door"


def test_a_page_of_another_site_connects_nothing(served: Served, ask: Caller) -> None:
    foreign = {"Origin": "https://evil.example"}
    refused(ask.http.post("pairings", json={"kind": "kiosk"}, headers=foreign), 403, "other_site")
    found = asked(ask)
    said = ask.http.post("pairings/collect", json={"secret": found["secret"]}, headers=foreign)
    refused(said, 403, "other_site")


def test_a_screen_without_a_token_shows_a_code_and_says_how_in_both_languages(served: Served) -> None:
    for screen in ("kiosk", "display", "display/plain"):
        page = httpx.get(f"{served.url}/{screen}", trust_env=False)
        assert page.status_code == 401
        assert "/screens/shared/pair/pair.js" in page.text
        assert "将本" in page.text
        assert "Connect this" in page.text
        assert not re.search(r"<script>|style=|onclick", page.text)
