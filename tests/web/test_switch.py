"""A console changes its teller: by badge and PIN, there and nowhere else, and the counter stays as it is."""

import asyncio
import base64
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy import Engine, insert, select, update

from server.domain.lockout import FREE_TRIES
from server.domain.trail import INSTALLATION, SERVER
from server.storage.badges import BadgeTaken, begin_pin_try, mark_of, set_badge
from server.storage.seal import Seal
from server.storage.sessions import open_session
from server.storage.staff import add_person, remove_person
from server.storage.tables import audit, events, sessions, staff, staff_skills
from server.storage.trail import Wanted, lines
from server.web.badges import give_badge
from server.web.problems import Problem
from tests.running import OTHER_BRANCH, PATIENCE_S, Caller, Served, fresh_key, headers
from tests.web.page import boot_of
from tests.web.person import QUICK, until
from tests.web.problem import refused

PIN = "719360"
KEPT_PIN = QUICK.hash(PIN)


def with_badge(engine: Engine, name: str, role: str = "teller", branch: str = "main") -> str:
    """A person whose badge says their own name in digits, and whose PIN is everybody's."""
    staff_id = add_person(engine, name.casefold(), name, {branch: role}, datetime.now(UTC))
    set_badge(engine, staff_id, badge_for(name), KEPT_PIN, datetime.now(UTC), SERVER)
    return staff_id


def badge_for(name: str) -> str:
    return "".join(f"{ord(letter):03d}" for letter in name)[:40]


class Console:
    """A browser that is signed in at a console of the branch."""

    def __init__(self, served: Served, engine: Engine, staff_id: str) -> None:
        self.http = httpx.Client(base_url=served.url, trust_env=False, timeout=PATIENCE_S)
        self.http.cookies.set("callboard_session", open_session(engine, staff_id, "", "", datetime.now(UTC)))
        self.word = str(boot_of(self.http.get("/teller"))["token"])

    def press(self, path: str, **body: Any) -> httpx.Response:
        return self.http.post(f"/api/v1/{path}", json=body, headers=headers(self.word, fresh_key()))

    def done(self, path: str, **body: Any) -> dict[str, Any]:
        answer = self.press(path, **body)
        assert answer.is_success, answer.text
        return dict(answer.json())

    def switch(self, name: str, pin: str = PIN, **more: Any) -> httpx.Response:
        answer = self.press("branches/main/switch", badge=badge_for(name), pin=pin, **more)
        if answer.is_success:
            self.word = str(answer.json()["token"])
        return answer

    def snapshot(self) -> dict[str, Any]:
        answer = self.http.get("/api/v1/branches/main/snapshot", headers=headers(self.word))
        assert answer.is_success, answer.text
        return dict(answer.json()["snapshot"])

    def counter(self, number: int) -> dict[str, Any]:
        return dict(next(one for one in self.snapshot()["counters"] if one["number"] == number))


@pytest.fixture
def at_work(served: Served, engine: Engine, ask: Caller, request: pytest.FixtureRequest) -> Iterator[Console]:
    """Somebody new holds counter 3, has parked one number there, and serves another."""
    name = f"First {len(request.node.name)} {fresh_key()}"
    console = Console(served, engine, with_badge(engine, name))
    console.done("counters/main.3/open")
    for key in ("park", "start"):
        ask.ticket(services=["card"])
        called = console.done("counters/main.3/call-next")["ticket"]["id"]
        console.done(f"tickets/{called}/{key}")
    yield console
    console.switch(name)
    console.http.close()
    holders = [counter for counter in console_free(ask) if counter["staff_id"]]
    for counter in holders:
        clear(ask, counter["id"])


def console_free(ask: Caller) -> list[dict[str, Any]]:
    found = ask.http.get("branches/main/snapshot", headers=headers(ask.tokens["manager"])).json()
    return list(found["snapshot"]["counters"])


def clear(ask: Caller, counter_id: str) -> None:
    """A manager finishes whoever is there, and closes."""
    found = ask.http.get("branches/main/snapshot", headers=headers(ask.tokens["manager"])).json()["snapshot"]
    for ticket in found["tickets"]:
        if ticket["counter_id"] == counter_id and ticket["state"] in {"called", "serving"}:
            ask.done("manager", f"tickets/{ticket['id']}/finish")
        elif ticket["counter_id"] == counter_id and ticket["state"] == "parked":
            ask.done("manager", f"tickets/{ticket['id']}/cancel")
    ask.done("manager", f"counters/{counter_id}/close")


def test_the_counter_goes_over_with_its_customer_its_times_and_its_parked_numbers(
    at_work: Console, engine: Engine
) -> None:
    with_badge(engine, "Second")
    before = at_work.snapshot()
    old_word, old_cookie = at_work.word, dict(at_work.http.cookies)
    was = at_work.counter(3)
    answer = at_work.switch("Second").json()
    after, counter = at_work.snapshot(), at_work.counter(3)
    assert answer["actor"] == {"kind": "teller", "id": counter["staff_id"], "name": "Second"}
    assert "call_next" in answer["may"]
    assert "set_profile" not in answer["may"]
    assert counter == was | {"staff_id": answer["actor"]["id"], "staff_name": "Second"}
    assert after["tickets"] == before["tickets"]
    with engine.begin() as connection:
        newest = select(events.c.body).where(events.c.branch_id == "main").order_by(events.c.seq.desc()).limit(1)
        told = json.loads(json.dumps(connection.execute(newest).scalar_one()))
    assert (told["kind"], told["reason"]["code"]) == ("counter.opened", "handed_over")
    assert told["reason"]["words"]["en"].startswith("Handed over by First")
    serving = next(t["id"] for t in after["tickets"] if t["state"] == "serving" and t["counter_id"] == "main.3")
    assert at_work.done(f"tickets/{serving}/finish")["ticket"]["state"] == "completed"
    parked = next(t["id"] for t in after["tickets"] if t["state"] == "parked" and t["counter_id"] == "main.3")
    assert at_work.done(f"tickets/{parked}/resume")["ticket"]["counter_id"] == "main.3"
    with httpx.Client(base_url=str(at_work.http.base_url), cookies=old_cookie, trust_env=False) as former:
        path = "/api/v1/branches/main/snapshot"
        until(lambda: former.get(path, headers=headers(old_word)).status_code == 401)


def test_a_wrong_pin_and_an_unknown_badge_are_told_alike_and_change_nothing(at_work: Console, engine: Engine) -> None:
    with_badge(engine, "Careful")
    answers = [at_work.switch(name, pin) for name, pin in (("Careful", "000111"), ("Nobody", PIN), ("Careful", "x"))]
    assert len({answer.text for answer in answers}) == 1
    refused(answers[0], 401, "switch_failed")
    assert at_work.counter(3)["staff_name"].startswith("First")


def test_after_five_wrong_pins_the_right_one_has_to_wait_too(at_work: Console, engine: Engine) -> None:
    staff_id = with_badge(engine, "Mistyped")
    for _ in range(FREE_TRIES):
        refused(at_work.switch("Mistyped", "111222"), 401, "switch_failed")
    found = refused(at_work.switch("Mistyped"), 429, "pin_wait")
    assert 20 <= found["params"]["seconds"] <= 31
    with engine.begin() as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        connection.execute(update(staff).where(staff.c.id == staff_id).values(pin_next_try_at=past))
    assert at_work.switch("Mistyped").is_success
    with engine.begin() as connection:
        kept = select(staff.c.pin_failures).where(staff.c.id == staff_id)
        assert connection.execute(kept).scalar_one() == FREE_TRIES // 2, (
            "half: or a few more could be tried each time"
        )


def test_who_has_no_part_at_a_counter_here_is_told_so_in_words(at_work: Console, engine: Engine) -> None:
    with_badge(engine, "Lobby", "lobby_manager")
    with_badge(engine, "Elsewhere", "teller", OTHER_BRANCH)
    for name in ("Lobby", "Elsewhere"):
        found = refused(at_work.switch(name), 403, "may_not_serve")
        assert name in found["words"]["zh"]
    assert at_work.counter(3)["staff_name"].startswith("First")


def test_who_has_left_has_no_badge_any_more_and_it_can_be_given_on(at_work: Console, engine: Engine) -> None:
    gone = with_badge(engine, "Leaver")
    remove_person(engine, gone, datetime.now(UTC))
    refused(at_work.switch("Leaver"), 401, "switch_failed")
    heir = add_person(engine, "heir", "Heir", {"main": "teller"}, datetime.now(UTC))
    asyncio.run(give_badge(engine, heir, badge_for("Leaver"), PIN, datetime.now(UTC), SERVER))
    assert at_work.switch("Leaver").json()["actor"]["name"] == "Heir"


def test_badge_and_pin_are_worth_nothing_from_afar(served: Served, ask: Caller, engine: Engine) -> None:
    staff_id = with_badge(engine, "Afar")
    body = {"badge": badge_for("Afar"), "pin": PIN}
    path = f"{served.url}/api/v1/branches/main/switch"
    refused(httpx.post(path, json=body, trust_env=False), 401, "unauthorized")
    by_token = httpx.post(path, json=body, headers=headers(ask.tokens["teller"]), trust_env=False)
    refused(by_token, 403, "only_at_console")
    cookie = {"callboard_session": open_session(engine, staff_id, "", "", datetime.now(UTC))}
    refused(httpx.post(path, json=body, cookies=cookie, trust_env=False), 401, "unauthorized")
    by_both = httpx.post(path, json=body, headers=headers(ask.tokens["teller"]), cookies=cookie, trust_env=False)
    refused(by_both, 403, "only_at_console")


def test_who_holds_another_counter_is_told_which_and_may_close_it(
    at_work: Console, served: Served, engine: Engine
) -> None:
    other = Console(served, engine, with_badge(engine, "Busy"))
    other.done("counters/main.2/open")
    found = refused(at_work.switch("Busy"), 409, "holds_another")
    assert found["params"] == {"counter": 2}
    assert (at_work.counter(3)["staff_name"][:5], at_work.counter(2)["staff_name"]) == ("First", "Busy")
    assert at_work.switch("Busy", close_other=True).is_success
    assert (at_work.counter(3)["staff_name"], at_work.counter(2)["status"]) == ("Busy", "closed")
    other.http.close()


def test_by_a_badge_nobody_is_more_than_a_teller_nor_for_longer_than_the_console_was_signed_in(
    at_work: Console, engine: Engine, ask: Caller
) -> None:
    staff_id = with_badge(engine, "Chief", "manager")
    assert at_work.done("counters/main.3/open")
    answer = at_work.switch("Chief")
    assert answer.json()["actor"]["kind"] == "teller"
    waiting = f"tickets/{ask.ticket()['id']}/transfer"
    refused(at_work.press(waiting, queue_id="non_cash"), 403, "not_your_ticket")  # a manager may
    with engine.begin() as connection:
        mine = select(sessions.c.staff_id, sessions.c.ends_at).order_by(sessions.c.made_at.desc()).limit(2)
        newest, before = connection.execute(mine).all()
    assert newest.staff_id == staff_id
    assert newest.ends_at == before.ends_at


def test_the_same_person_unlocks_their_own_console(at_work: Console) -> None:
    counter = at_work.counter(3)
    assert at_work.switch(counter["staff_name"]).json()["actor"]["id"] == counter["staff_id"]
    assert at_work.counter(3) == counter


def test_a_counter_has_the_skills_of_whoever_sits_there(at_work: Console, engine: Engine) -> None:
    staff_id = with_badge(engine, "Skilled")
    with engine.begin() as connection:
        connection.execute(insert(staff_skills).values(staff_id=staff_id, branch_id="main", services=["deposit"]))
    at_work.switch("Skilled")
    assert at_work.counter(3)["services"] == ["deposit"]
    serving = next(
        t for t in at_work.snapshot()["tickets"] if t["state"] == "serving" and t["counter_id"] == "main.3"
    )
    at_work.done(f"tickets/{serving['id']}/park")
    refused(at_work.press(f"tickets/{serving['id']}/resume"), 409, "cannot_serve")
    for ticket in at_work.snapshot()["tickets"]:
        if ticket["state"] == "parked" and ticket["counter_id"] == "main.3":
            at_work.done(f"tickets/{ticket['id']}/return")
    at_work.done("counters/main.3/close")
    assert at_work.counter(3)["services"] is None
    asked = at_work.done("counters/main.3/open")
    assert asked["counter"]["services"] == ["deposit"]
    at_work.done("counters/main.3/pause")
    assert at_work.press("counters/main.3/open", services=["card"]).status_code == 422, "the client has no say"


def test_a_switch_and_its_refusals_are_in_the_trail(at_work: Console, engine: Engine) -> None:
    with_badge(engine, "Traced")
    at_work.switch("Traced", "1")
    at_work.switch("Traced")

    def told() -> list[tuple[str, Any]]:
        with engine.begin() as connection:
            found = lines(connection, "main", Wanted(before=2**31, limit=5, who="Traced"))
        return [(line["what"], line["after"].get("code", line["after"]["how"])) for line in found[::-1]]

    until(lambda: len(told()) == 2)
    assert told() == [("access.sign_in_refused", "switch_failed"), ("access.signed_in", "badge")]
    with engine.begin() as connection:
        texts = "".join(map(repr, connection.execute(select(audit.c.before, audit.c.after))))
    assert badge_for("Traced") not in texts
    assert "argon2" not in texts


def test_a_badges_number_is_not_to_be_found_by_trying_out_numbers_on_the_trail(engine: Engine) -> None:
    """Nor, with a key, on the database."""
    seal, now = Seal(base64.b64encode(bytes(32)).decode()), datetime.now(UTC)
    for badge, key in (("0004711305", None), ("0004711306", seal)):
        staff_id = add_person(engine, badge, "Tried Out", {"main": "teller"}, now)
        set_badge(engine, staff_id, badge, KEPT_PIN, now, SERVER, seal=key)
        with engine.begin() as connection:
            kept = connection.execute(select(staff.c.badge).where(staff.c.id == staff_id)).scalar_one()
            [line] = lines(connection, INSTALLATION, Wanted(what="person.badge", text=staff_id))
        assert line["after"]["badge"] != hashlib.sha256(orjson.dumps(mark_of(badge))).hexdigest()
        assert (mark_of(badge) in kept) == (key is None)
        found, _, _ = begin_pin_try(engine, badge, now, "", seal)
        assert found is not None
        assert found.id == staff_id
        with pytest.raises(BadgeTaken):
            set_badge(engine, add_person(engine, f"{badge}x", "X", {}, now), badge, KEPT_PIN, now, SERVER, seal=seal)


def test_a_pin_that_is_none_or_soon_guessed_is_not_taken(engine: Engine) -> None:
    for pin, why in (("123", "pin_shape"), ("1234", "pin_guessed")):
        with pytest.raises(Problem, match=why):
            asyncio.run(give_badge(engine, "staff-none", "1", pin, datetime.now(UTC), SERVER))


def test_a_badge_is_one_persons_alone(engine: Engine) -> None:
    first = with_badge(engine, "Owner")
    other = add_person(engine, "other", "Other", {"main": "teller"}, datetime.now(UTC))
    with pytest.raises(Problem, match="badge_taken"):
        asyncio.run(give_badge(engine, other, f" {badge_for('Owner')}\n", PIN, datetime.now(UTC), SERVER))
    asyncio.run(give_badge(engine, first, None, None, datetime.now(UTC), SERVER))
    asyncio.run(give_badge(engine, other, badge_for("Owner"), PIN, datetime.now(UTC), SERVER))
    with pytest.raises(LookupError):
        asyncio.run(give_badge(engine, "staff-none", "1", PIN, datetime.now(UTC), SERVER))
