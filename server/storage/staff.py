"""Staff: who they are, what they are in which branch, and the one-time links by which they choose a password."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from server.domain.lockout import wait_after
from server.storage.tables import invitations, staff, staff_roles

EVERY_BRANCH = "*"
LINK_FOR = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Person:
    """`roles`: branch, or EVERY_BRANCH, -> role. `password` is a hash; None until they have chosen one."""

    id: str
    login: str
    name: str
    password: str | None
    code_secret: str | None
    roles: Mapping[str, str]

    def role_in(self, branch_id: str) -> str | None:
        """What they are there: the branch's own word goes before that for every branch."""
        return self.roles.get(branch_id) or self.roles.get(EVERY_BRANCH)


class LoginTaken(ValueError):
    """Somebody has this login already."""


def anybody(connection: Connection) -> bool:
    """Whether anyone can sign in, or was asked to."""
    return connection.execute(select(staff.c.id).where(staff.c.left_at.is_(None)).limit(1)).first() is not None


def people(connection: Connection) -> list[Person]:
    """Who is here, by login."""
    ids = connection.execute(select(staff.c.id).where(staff.c.left_at.is_(None)).order_by(staff.c.login)).scalars()
    found = (person_by(connection, staff_id=staff_id) for staff_id in ids.all())
    return [person for person in found if person is not None]


def person_by(connection: Connection, *, login: str | None = None, staff_id: str | None = None) -> Person | None:
    """Who is here still; by the login as they type it, or by the id."""
    wanted = staff.c.login == as_login(login) if login is not None else staff.c.id == staff_id
    row = connection.execute(select(staff).where(wanted, staff.c.left_at.is_(None))).one_or_none()
    if row is None:
        return None
    found = connection.execute(select(staff_roles).where(staff_roles.c.staff_id == row.id))
    roles = {role.branch_id: role.role for role in found}
    return Person(row.id, row.login, row.name, row.password, row.code_secret, roles)


def add_person(engine: Engine, login: str, name: str, roles: Mapping[str, str], now: datetime) -> str:
    """Their id. They can do nothing until they have chosen a password by `invite`. Raises LoginTaken."""
    known, staff_id = as_login(login), f"staff-{secrets.token_hex(5)}"
    with engine.begin() as connection:
        if connection.execute(select(func.count()).select_from(staff).where(staff.c.login == known)).scalar_one():
            raise LoginTaken(known)
        connection.execute(insert(staff).values(id=staff_id, login=known, name=name, failures=0, made_at=now))
        _give_roles(connection, staff_id, roles)
    return staff_id


def give_roles(engine: Engine, staff_id: str, roles: Mapping[str, str]) -> None:
    """In place of those they had."""
    with engine.begin() as connection:
        connection.execute(delete(staff_roles).where(staff_roles.c.staff_id == staff_id))
        _give_roles(connection, staff_id, roles)


def _give_roles(connection: Connection, staff_id: str, roles: Mapping[str, str]) -> None:
    rows = [{"staff_id": staff_id, "branch_id": branch, "role": role} for branch, role in roles.items()]
    if rows:
        connection.execute(insert(staff_roles), rows)


def remove_person(engine: Engine, staff_id: str, now: datetime) -> None:
    """They are gone; their name stays in the log, and their login is free for another."""
    with engine.begin() as connection:
        connection.execute(
            update(staff)
            .where(staff.c.id == staff_id, staff.c.left_at.is_(None))
            .values(left_at=now, password=None, code_secret=None, login=f"{staff_id} (gone)")
        )
        connection.execute(delete(invitations).where(invitations.c.staff_id == staff_id))


def invite(engine: Engine, staff_id: str, now: datetime) -> str:
    """The secret of a link that works once, for a day; any earlier one works no more."""
    secret = secrets.token_urlsafe(24)
    with engine.begin() as connection:
        connection.execute(delete(invitations).where(invitations.c.staff_id == staff_id))
        connection.execute(insert(invitations).values(hash=_hash(secret), staff_id=staff_id, ends_at=now + LINK_FOR))
    return secret


def invited(connection: Connection, secret: str, now: datetime) -> Person | None:
    """Whose link this is, if it still works."""
    staff_id = connection.execute(
        select(invitations.c.staff_id).where(invitations.c.hash == _hash(secret), invitations.c.ends_at > now)
    ).scalar_one_or_none()
    return person_by(connection, staff_id=staff_id) if staff_id else None


def choose_password(engine: Engine, secret: str, password: str, now: datetime) -> Person | None:
    """Takes the hash of the password that was chosen by the link, which is spent; None if it was spent before."""
    with engine.begin() as connection:
        person = invited(connection, secret, now)
        spent = connection.execute(delete(invitations).where(invitations.c.hash == _hash(secret)))
        if person is None or spent.rowcount != 1:
            return None
        connection.execute(
            update(staff).where(staff.c.id == person.id).values(password=password, failures=0, next_try_at=None)
        )
    return person


def begin_try(engine: Engine, login: str, now: datetime) -> tuple[Person | None, float]:
    """Who may try a password now, or for how many seconds nobody may. The try counts as failed until `succeeded`:
    a thousand at once then get no more of them than a thousand in turn."""
    with engine.begin() as connection:
        row = connection.execute(
            select(staff.c.id, staff.c.failures, staff.c.next_try_at)
            .where(staff.c.login == as_login(login), staff.c.left_at.is_(None))
            .with_for_update()
        ).one_or_none()
        if row is None:
            return None, 0.0
        if row.next_try_at is not None and row.next_try_at > now:
            return None, (row.next_try_at - now).total_seconds()
        failures = row.failures + 1
        waits = wait_after(failures)
        connection.execute(
            update(staff)
            .where(staff.c.id == row.id)
            .values(failures=failures, next_try_at=now + timedelta(seconds=waits) if waits else None)
        )
        return person_by(connection, staff_id=row.id), 0.0


def succeeded(engine: Engine, staff_id: str) -> None:
    """The password was right: what was typed wrong before is forgiven."""
    with engine.begin() as connection:
        connection.execute(update(staff).where(staff.c.id == staff_id).values(failures=0, next_try_at=None))


def as_login(typed: str) -> str:
    """A login does not depend on how it was typed."""
    return typed.strip().casefold()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
