"""People of a branch: who may add, change and remove whom, and that it counts at once."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, select

from server.storage.staff import person_by
from server.storage.tables import audit, staff_skills
from tests.live.line import listening
from tests.running import OTHER_BRANCH, Served, headers
from tests.web.person import Hire, Person, someone, until
from tests.web.problem import refused
from tests.web.test_attacks import HOSTILE

PEOPLE = "branches/main/people"


@pytest.fixture(scope="module")
def manager(hire: Hire) -> Person:
    return hire("the.manager", main="manager")


@pytest.fixture(scope="module")
def operator(hire: Hire) -> Person:
    return hire("the.operator", everywhere="operator")


@pytest.fixture
def newcomer(engine: Engine, request: pytest.FixtureRequest) -> str:
    return someone(engine, request.node.name[-100:], main="teller")


def roles_of(engine: Engine, staff_id: str) -> dict[str, str] | None:
    with engine.connect() as connection:
        found = person_by(connection, staff_id=staff_id)
    return dict(found.roles) if found else None


def seen(who: Person, staff_id: str) -> dict[str, Any] | None:
    found = who.get(f"branches/{who.branch}/people").json()["people"]
    return next((dict(one) for one in found if one["id"] == staff_id), None)


def test_who_is_added_gets_a_link_chooses_a_password_and_works(manager: Person, served: Served) -> None:
    added = manager.done(PEOPLE, login=f"New.{served.office.database_url[:6]}", name=" Wang Fang ", role="teller")
    assert added["link"].startswith(f"{served.url}/sign-in#")
    row = seen(manager, added["person"])
    assert row is not None
    assert (row["name"], row["role"], row["has_password"], row["everywhere"]) == ("Wang Fang", "teller", False, False)
    newcomer = Person(served.url, added["person"], row["login"], "main")
    with newcomer.http as browser:
        body = {"secret": added["link"].partition("#")[2], "password": "four unlikely words together"}
        assert browser.post("/api/v1/set-up", json=body).json()["roles"] == {"main": "teller"}
        refused(newcomer.get(PEOPLE), 403, "forbidden")
    row = seen(manager, added["person"])
    assert row is not None
    assert (row["has_password"], row["signed_in"], row["second_factor"]) == (True, 1, "none")
    assert row["last_seen"] is not None


def test_the_roles_that_may_be_given_are_those_up_to_ones_own(manager: Person, operator: Person) -> None:
    assert manager.get(PEOPLE).json()["roles"][-1] == "manager"
    assert operator.get(PEOPLE).json()["roles"][-1] == "operator"


def test_a_manager_makes_nobody_operator_not_even_by_somebody_else(
    manager: Person, operator: Person, engine: Engine, newcomer: str
) -> None:
    """Escalation: each way by which a manager might come to a role above their own."""
    for role in ("region", "operator"):
        refused(manager.post(PEOPLE, login=f"x.{role}", name="X", role=role), 403, "role_above")
        refused(manager.post(f"{PEOPLE}/{newcomer}/role", role=role), 403, "role_above")
    refused(manager.post(PEOPLE, login="x", name="X", role="teller", everywhere=True), 403, "role_above")
    refused(manager.post(f"{PEOPLE}/{newcomer}/role", role="teller", everywhere=True), 403, "person_elsewhere")
    refused(manager.post(f"{PEOPLE}/{manager.id}/role", role="manager", everywhere=True), 409, "not_yourself")
    refused(manager.post(f"{PEOPLE}/{operator.id}/link"), 403, "person_elsewhere")
    for path, body in (("role", {"role": "teller"}), ("remove", {}), ("badge", {"badge": "12345", "pin": "1234"})):
        refused(manager.post(f"{PEOPLE}/{operator.id}/{path}", **body), 403, "person_elsewhere")
    refused(manager.post(f"{PEOPLE}/{operator.id}/sign-out"), 403, "person_above")
    assert roles_of(engine, operator.id) == {"*": "operator"}
    assert roles_of(engine, newcomer) == {"main": "teller"}


def test_an_operator_whom_a_branch_calls_teller_is_no_way_to_the_operators_account(
    manager: Person, engine: Engine, newcomer: str
) -> None:
    """In this branch they are a teller, and a link would be theirs in every branch."""
    hidden = someone(engine, "hidden.operator", main="teller", everywhere="operator")
    refused(manager.post(f"{PEOPLE}/{hidden}/link"), 403, "person_elsewhere")
    refused(manager.post(f"{PEOPLE}/{hidden}/badge", badge="99999", pin="1234"), 403, "person_elsewhere")
    refused(manager.post(f"{PEOPLE}/{hidden}/role", role="senior_teller"), 403, "person_above")
    refused(manager.post(f"{PEOPLE}/{hidden}/remove"), 403, "person_above")


def test_who_becomes_more_is_not_to_be_had_by_what_was_made_for_them_before(
    manager: Person, operator: Person, engine: Engine
) -> None:
    rising = someone(engine, "rising", main="teller")
    link = manager.done(f"{PEOPLE}/{rising}/link")["link"]
    manager.done(f"{PEOPLE}/{rising}/badge", badge="5551234", pin="480273")
    operator.done(f"{PEOPLE}/{rising}/role", role="manager")
    found = httpx.post(
        f"{link.split('/sign-in')[0]}/api/v1/set-up/look", json={"secret": link.split("#")[1]}, trust_env=False
    )
    refused(found, 404, "link_spent")
    row = seen(operator, rising)
    assert row is not None
    assert (row["badge"], row["pin"]) == (False, False)
    refused(manager.post(f"{PEOPLE}/{rising}/link"), 403, "person_not_below")
    assert operator.post(f"{PEOPLE}/{rising}/link").is_success


def test_who_also_works_in_another_branch_keeps_what_they_are_there(
    manager: Person, engine: Engine, operator: Person
) -> None:
    both = someone(engine, "works.in.both", main="teller", **{OTHER_BRANCH: "manager"})
    refused(manager.post(f"{PEOPLE}/{both}/link"), 403, "person_elsewhere")
    manager.done(f"{PEOPLE}/{both}/role", role="supervisor")
    assert roles_of(engine, both) == {"main": "supervisor", OTHER_BRANCH: "manager"}
    assert manager.done(f"{PEOPLE}/{both}/remove") == {"person": both, "gone": False}
    assert roles_of(engine, both) == {OTHER_BRANCH: "manager"}
    refused(manager.post(f"{PEOPLE}/{both}/role", role="teller"), 404, "person_not_found")
    assert operator.post(f"branches/{OTHER_BRANCH}/people/{both}/remove").status_code == 403, "a page of main"
    operator.branch = OTHER_BRANCH
    assert operator.done(f"branches/{OTHER_BRANCH}/people/{both}/remove")["gone"] is True
    operator.branch = "main"
    assert roles_of(engine, both) is None


def test_people_of_another_branch_are_unknown_here(manager: Person, engine: Engine) -> None:
    other = someone(engine, "works.in.the.north", **{OTHER_BRANCH: "teller"})
    assert seen(manager, other) is None
    bodies: dict[str, dict[str, Any]] = {
        "role": {"role": "teller"},
        "skills": {"services": None},
        "badge": {"badge": None},
        "link": {},
        "sign-out": {},
        "remove": {},
    }
    for path, body in bodies.items():
        for known in (other, "staff-none", "' or 1=1 --"):
            refused(manager.post(f"{PEOPLE}/{known}/{path}", **body), 404, "person_not_found")
        refused(manager.post(f"{PEOPLE}/a%00b/{path}", **body), 422, "invalid")
    refused(manager.get(f"branches/{OTHER_BRANCH}/people"), 403, "other_branch")


def test_a_branch_manager_cannot_find_out_who_works_elsewhere(manager: Person, engine: Engine) -> None:
    """But for a login, which is one in the whole installation: whoever adds somebody hears that it is taken."""
    someone(engine, "secret.colleague", **{OTHER_BRANCH: "teller"})
    answers = [manager.post(f"{PEOPLE}/{known}/link").text for known in ("staff-0000000000", "secret.colleague")]
    assert len(set(answers)) == 1


def test_nobody_removes_demotes_or_resets_themselves(operator: Person, manager: Person, engine: Engine) -> None:
    for who in (operator, manager):
        refused(who.post(f"{PEOPLE}/{who.id}/remove"), 409, "not_yourself")
        refused(who.post(f"{PEOPLE}/{who.id}/role", role="teller"), 409, "not_yourself")
        refused(who.post(f"{PEOPLE}/{who.id}/link"), 409, "not_yourself")


def test_a_role_for_every_branch_is_given_and_taken_by_who_has_one(operator: Person, engine: Engine) -> None:
    area = someone(engine, "of.the.area", main="manager")
    operator.done(f"{PEOPLE}/{area}/role", role="region", everywhere=True)
    assert roles_of(engine, area) == {"*": "region"}
    row = seen(operator, area)
    assert row is not None
    assert (row["role"], row["everywhere"]) == ("region", True)
    operator.done(f"{PEOPLE}/{area}/role", role="lobby_manager")
    assert roles_of(engine, area) == {"*": "lobby_manager"}
    operator.done(f"{PEOPLE}/{area}/role", role="manager", everywhere=False)
    assert roles_of(engine, area) == {"main": "manager"}


def test_before_there_is_any_branch_there_are_people_of_them_all(operator: Person, manager: Person) -> None:
    """The page of a fresh installation is of no branch yet: `*`."""
    operator.branch = "*"
    added = operator.done("branches/*/people", login="second.operator", name="Second", role="operator")
    row = seen(operator, added["person"])
    operator.branch = "main"
    assert row is not None
    assert (row["role"], row["everywhere"]) == ("operator", True)
    manager.branch = "*"
    answer = manager.get("branches/*/people")
    manager.branch = "main"
    refused(answer, 401, "unauthorized")


def test_a_login_is_given_once(manager: Person, newcomer: str) -> None:
    taken = refused(manager.post(PEOPLE, login="THE.Manager", name="Twin", role="teller"), 409, "login_taken")
    assert taken["params"] == {"login": "the.manager"}
    refused(manager.post(PEOPLE, login="two words", name="X", role="teller"), 422, "invalid")
    refused(manager.post(PEOPLE, login="x", name="X", role="king"), 422, "invalid")


@pytest.mark.parametrize("text", HOSTILE)
def test_sql_and_html_in_a_name_stay_text(manager: Person, text: str, request: pytest.FixtureRequest) -> None:
    login = "".join(text.split()).casefold()
    added = manager.done(PEOPLE, login=login, name=text, role="teller")
    row = seen(manager, added["person"])
    assert row is not None
    assert (row["name"], row["login"]) == (text.strip(), login)
    page = manager.http.get("/office").text
    assert text not in page


def test_skills_are_services_of_the_branch(manager: Person, engine: Engine, newcomer: str) -> None:
    path = f"{PEOPLE}/{newcomer}/skills"
    refused(manager.post(path, services=["deposit", "flying"]), 422, "service_not_found")
    manager.done(path, services=["deposit", "card", "deposit"])
    row = seen(manager, newcomer)
    assert row is not None
    assert row["skills"] == ["card", "deposit"]
    manager.done(path, services=None)
    with engine.connect() as connection:
        kept = connection.execute(select(staff_skills).where(staff_skills.c.staff_id == newcomer)).all()
    assert kept == []


def test_a_badge_is_one_persons_and_its_pin_is_kept_as_a_hash(manager: Person, newcomer: str, engine: Engine) -> None:
    manager.done(f"{PEOPLE}/{newcomer}/badge", badge="0008412345", pin="4837")
    row = seen(manager, newcomer)
    assert row is not None
    assert (row["badge"], row["pin"]) == (True, True)
    other = someone(engine, "with.the.same.badge", main="teller")
    refused(manager.post(f"{PEOPLE}/{other}/badge", badge="0008412345", pin="4915"), 409, "badge_taken")
    refused(manager.post(f"{PEOPLE}/{other}/badge", badge="1234", pin="12"), 422, "pin_shape")
    refused(manager.post(f"{PEOPLE}/{other}/badge", badge="1234", pin="1111"), 422, "pin_guessed")
    manager.done(f"{PEOPLE}/{newcomer}/badge", badge=None, pin=None)
    row = seen(manager, newcomer)
    assert row is not None
    assert (row["badge"], row["pin"]) == (False, False)


def test_every_change_is_told_with_who_and_from_where(manager: Person, engine: Engine, newcomer: str) -> None:
    manager.done(f"{PEOPLE}/{newcomer}/role", role="senior_teller")
    manager.done(f"{PEOPLE}/{newcomer}/skills", services=["deposit"])
    manager.done(f"{PEOPLE}/{newcomer}/link")
    manager.done(f"{PEOPLE}/{newcomer}/remove")
    with engine.connect() as connection:
        rows = connection.execute(select(audit).where(audit.c.who_id == manager.id)).all()
    told = {row.what for row in rows if newcomer in row.subject or row.what == "person.invited"}
    assert told >= {"person.role", "person.skills", "person.invited", "person.removed"}
    assert {(row.who_kind, row.address) for row in rows if newcomer in row.subject} == {("manager", "127.0.0.1")}


def test_another_role_counts_at_once(manager: Person, hire: Hire) -> None:
    promoted = hire("is.promoted", main="teller")
    refused(promoted.get(PEOPLE), 403, "forbidden")
    manager.done(f"{PEOPLE}/{promoted.id}/role", role="manager")
    until(lambda: promoted.get(PEOPLE).status_code == 200)
    manager.done(f"{PEOPLE}/{promoted.id}/role", role="teller")
    until(lambda: promoted.get(PEOPLE).status_code == 403)


async def test_who_is_something_else_hears_anew_and_who_is_removed_hears_no_more(
    manager: Person, hire: Hire, served: Served
) -> None:
    moved = hire("is.moved", main="teller")
    known = {"Cookie": "; ".join(f"{name}={value}" for name, value in moved.http.cookies.items())}
    async with listening(served.url, moved.word, additional_headers=known) as line:
        assert (await line.hear())["type"] == "snapshot"
        manager.done(f"{PEOPLE}/{moved.id}/role", role="lobby_manager")
        assert (await line.end())[2] is not None
    async with listening(served.url, moved.word, additional_headers=known) as again:
        assert (await again.hear())["type"] == "snapshot"
        manager.done(f"{PEOPLE}/{moved.id}/remove")
        assert (await again.end())[0] == 4401
    until(lambda: moved.get("branches/main/snapshot").status_code == 401)


def test_who_is_signed_out_by_the_manager_is_out_and_may_come_again(manager: Person, hire: Hire) -> None:
    forgetful = hire("forgot.to.sign.out", main="teller")
    assert forgetful.get("branches/main/snapshot").status_code == 200
    assert manager.done(f"{PEOPLE}/{forgetful.id}/sign-out") == {"person": forgetful.id, "sessions": 1}
    until(lambda: forgetful.get("branches/main/snapshot").status_code == 401)
    assert forgetful.sign_in().status_code == 200


def test_a_page_of_another_site_changes_nobody(manager: Person, newcomer: str, engine: Engine) -> None:
    """Cross-site: a form that is posted with the manager's cookies, with and without the headers of ours."""
    paths = {"role": {"role": "manager"}, "link": {}, "remove": {}, "sign-out": {}, "badge": {"badge": None}}
    for path, body in paths.items():
        for origin in ("https://other.example", "null", None):
            known = {"Origin": origin} if origin else {}
            answer = manager.http.post(f"/api/v1/{PEOPLE}/{newcomer}/{path}", json=body, headers=known)
            assert answer.status_code in {401, 403}, path
        known = headers(manager.word) | {"Origin": "https://other.example"}
        answer = manager.http.post(f"/api/v1/{PEOPLE}/{newcomer}/{path}", json=body, headers=known)
        refused(answer, 403, "other_site")
    assert roles_of(engine, newcomer) == {"main": "teller"}


def test_two_managers_who_remove_each_other_do_not_both_go(hire: Hire, engine: Engine) -> None:
    one, other = (hire(f"duel.{name}", main="manager") for name in ("one", "other"))
    with ThreadPoolExecutor(2) as pool:
        aims = [partial(one.post, f"{PEOPLE}/{other.id}/remove"), partial(other.post, f"{PEOPLE}/{one.id}/remove")]
        codes = sorted(future.result().status_code for future in [pool.submit(aim) for aim in aims])
    assert codes[0] == 200
    assert codes[1] in {401, 403}
    assert [roles_of(engine, who.id) is None for who in (one, other)].count(True) == 1
