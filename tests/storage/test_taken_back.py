"""What was taken back lately is found by whoever looks, however long they could not; what is old is told no more."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, update

from server.storage.branches import create_token, revoke_token
from server.storage.sessions import end_sessions, open_session
from server.storage.staff import add_person, give_roles, remove_person
from server.storage.tables import installation, sessions, tokens
from server.storage.taken_back import EVERYBODY, LATELY, TakenBack, TakenBackSince
from tests.storage.office import Office


def look(here: Office, since: TakenBackSince) -> TakenBack:
    with here.reader.begin() as connection:
        return since.look(connection)


def person(here: Office, login: str = "li.wei") -> tuple[str, str]:
    """(who, the id of their session)."""
    now = datetime.now(UTC)
    staff_id = add_person(here.engine, login, "Li Wei", {"main": "teller"}, now)
    open_session(here.engine, staff_id, "", "", now)
    with here.reader.begin() as connection:
        found = connection.execute(sessions.select().where(sessions.c.staff_id == staff_id)).one()
    return staff_id, str(found.id)


def test_tokens_and_sessions_that_are_over_are_found_and_no_others(here: Office) -> None:
    for name in ("gone", "stays"):
        create_token(here.engine, "display", "main", "Lobby", name)
    ended, stays, removed, expired = (person(here, f"one.{number}") for number in range(4))
    since, now = TakenBackSince(), datetime.now(UTC)
    assert look(here, since).holders == frozenset()
    revoke_token(here.engine, "gone")
    end_sessions(here.engine, now, session_id=ended[1])
    remove_person(here.engine, removed[0], now)
    with here.engine.begin() as connection:
        connection.execute(update(sessions).where(sessions.c.id == expired[1]).values(ends_at=now))
    found = look(here, since).holders
    assert found == {"gone", ended[1], removed[1], expired[1]}
    assert stays[1] not in found


@pytest.mark.parametrize(("ago", "told"), [(LATELY / 2, True), (LATELY * 2, False)])
def test_what_every_process_has_forgotten_by_now_is_told_no_more(here: Office, ago: timedelta, told: bool) -> None:
    create_token(here.engine, "display", "main", "Lobby", "gone")
    with here.engine.begin() as connection:
        connection.execute(update(tokens).values(revoked_at=datetime.now(UTC) - ago))
    assert ("gone" in look(here, TakenBackSince()).holders) is told


def test_who_could_not_look_for_long_looks_further_back(here: Office) -> None:
    """As a server does whose database was away: its sockets were open all the time."""
    create_token(here.engine, "display", "main", "Lobby", "gone")
    now = datetime.now(UTC)
    with here.engine.begin() as connection:
        connection.execute(update(tokens).values(revoked_at=now - LATELY * 3))
    since = TakenBackSince(looked_at=now - LATELY * 4)
    assert look(here, since).holders == {"gone"}
    assert look(here, since).holders == frozenset()


def test_a_role_that_is_another_is_told_once(here: Office) -> None:
    who, _ = person(here)
    since = TakenBackSince()
    assert look(here, since).people == frozenset(), "what was before the first look is not news"
    person(here, "somebody.else")
    give_roles(here.engine, who, {"main": "manager"})
    assert who in look(here, since).people
    assert look(here, since).people == frozenset()
    open_session(here.engine, who, "", "", datetime.now(UTC))
    assert look(here, since).people == frozenset(), "signing in is no other role"


def test_a_trail_that_has_become_shorter_is_another_database_and_concerns_everybody(here: Office) -> None:
    person(here)
    since = TakenBackSince()
    look(here, since)
    with here.engine.begin() as connection:
        connection.execute(delete(installation))
    assert look(here, since).people == {EVERYBODY}
