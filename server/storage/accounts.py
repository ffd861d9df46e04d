"""A person's own account as they are shown it: by what they sign in, and where they have done so."""

from datetime import datetime
from typing import Any

from server.storage.codes import recovery_left
from server.storage.database import Database
from server.storage.outside_ids import is_linked
from server.storage.passkeys import passkeys_of
from server.storage.sessions import sessions_of
from server.storage.staff import Person, person_by


def person_now(reader: Database, staff_id: str) -> Person | None:
    """As the database has them, whatever a process remembers."""
    with reader.begin() as connection:
        return person_by(connection, staff_id=staff_id)


def is_signed_in(reader: Database, staff_id: str, session_id: str, now: datetime) -> bool:
    """Whether this session is theirs, and lasts."""
    with reader.begin() as connection:
        return session_id in {one.id for one in sessions_of(connection, staff_id, now)}


def account_of(reader: Database, person: Person, session_id: str, now: datetime) -> dict[str, Any]:
    """As GET account tells it. `session_id`: the one that asks."""
    with reader.begin() as connection:
        keys, sessions = passkeys_of(connection, person.id), sessions_of(connection, person.id, now)
        left, linked = recovery_left(connection, person.id), is_linked(connection, person.id)
    code = person.code_secret is not None
    shown = ("id", "address", "agent", "made_at")
    return {
        "name": person.name,
        "login": person.login,
        "roles": dict(person.roles),
        "has_password": person.password is not None,
        "second_factor": "passkey" if keys else "code" if code else "none",
        "code": code,
        "recovery_left": left,
        "outside": linked,
        "passkeys": [{"id": key.id, "name": key.name, "made_at": key.made_at} for key in keys],
        "sessions": [
            {name: getattr(one, name) for name in shown} | {"this": one.id == session_id} for one in sessions
        ],
    }
