"""Staff: who they are, what they are in which branch, and the one-time links by which they choose a password."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, delete, func, insert, select, update

from server.domain.lockout import wait_after
from server.domain.roles import EVERYWHERE, rank, role_at
from server.domain.trail import INSTALLATION, SERVER, UNKNOWN, Who
from server.storage.passkeys import forget_passkeys
from server.storage.sessions import end_in
from server.storage.tables import invitations, outside_ids, staff, staff_roles
from server.storage.trail import telling

EVERY_BRANCH = EVERYWHERE
LINK_FOR = timedelta(hours=24)
NO_CODE = {"code_secret": None, "code_step": None, "recovery": None}


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
        return role_at(self.roles, branch_id)


class LoginTaken(ValueError):
    """Somebody has this login already."""


def anybody(connection: Connection) -> bool:
    """Whether anyone can sign in, or was asked to."""
    return connection.execute(select(staff.c.id).where(staff.c.left_at.is_(None)).limit(1)).first() is not None


def is_unclaimed(connection: Connection) -> bool:
    """Whether somebody has a part and nobody has chosen a password yet."""
    chosen = select(func.count(staff.c.password)).where(staff.c.left_at.is_(None))
    return anybody(connection) and connection.execute(chosen).scalar_one() == 0


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
    roles = {role.place: role.role for role in found}
    return Person(row.id, row.login, row.name, row.password, row.code_secret, roles)


def add_person(
    engine: Engine, login: str, name: str, roles: Mapping[str, str], now: datetime, who: Who = SERVER
) -> str:
    """Their id. They can do nothing until they have chosen a password by `invite`. Raises LoginTaken."""
    with engine.begin() as connection:
        staff_id = add_in(connection, login, name, now, who)
        for place, role in roles.items():
            put_role(connection, staff_id, place, role, who)
    return staff_id


def add_in(connection: Connection, login: str, name: str, now: datetime, who: Who) -> str:
    """Somebody who has no role yet. Raises LoginTaken."""
    known, staff_id = as_login(login), f"staff-{secrets.token_hex(5)}"
    with telling(connection, who, "person.added", staff, INSTALLATION, id=staff_id):
        if connection.execute(select(func.count()).select_from(staff).where(staff.c.login == known)).scalar_one():
            raise LoginTaken(known)
        connection.execute(insert(staff).values(id=staff_id, login=known, name=name, failures=0, made_at=now))
    return staff_id


def give_roles(engine: Engine, staff_id: str, roles: Mapping[str, str], who: Who = SERVER) -> None:
    """In place of those they had."""
    with engine.begin() as connection:
        had = connection.execute(select(staff_roles.c.place).where(staff_roles.c.staff_id == staff_id)).scalars()
        for place in sorted({*had.all(), *roles}):
            put_role(connection, staff_id, place, roles.get(place), who)


def put_role(connection: Connection, staff_id: str, place: str, role: str | None, who: Who) -> None:
    """None: no part there any more. Who becomes more than they were is not to be had by what somebody less made for
    them: an open link, a badge and its PIN."""
    key = {"staff_id": staff_id, "place": place}
    mine = staff_roles.c.staff_id == staff_id, staff_roles.c.place == place
    with telling(connection, who, "person.role", staff_roles, INSTALLATION, **key):
        had = connection.execute(select(staff_roles.c.role).where(*mine)).scalar_one_or_none()
        connection.execute(delete(staff_roles).where(*mine))
        if role is not None:
            connection.execute(insert(staff_roles).values(**key, role=role))
    if rank(role) > rank(had):
        _forget_links(connection, staff_id, who)
        with telling(connection, who, "person.badge", staff, INSTALLATION, id=staff_id):
            connection.execute(update(staff).where(staff.c.id == staff_id).values(badge=None, pin=None))


def remove_person(engine: Engine, staff_id: str, now: datetime, who: Who = SERVER) -> None:
    """They are gone; their name stays in the log, and their login is free for another."""
    with engine.begin() as connection:
        remove_in(connection, staff_id, now, who)


def remove_in(connection: Connection, staff_id: str, now: datetime, who: Who) -> None:
    left = {"left_at": now, "login": f"{staff_id} (gone)", "badge": None, "pin": None}
    with telling(connection, who, "person.removed", staff, INSTALLATION, id=staff_id):
        mine = staff.c.id == staff_id, staff.c.left_at.is_(None)
        connection.execute(update(staff).where(*mine).values(password=None, **NO_CODE, **left))
    _forget_links(connection, staff_id, who)
    forget_passkeys(connection, staff_id, who)
    _forget_outside(connection, staff_id, who)
    end_in(connection, now, staff_id=staff_id, who=who)


def _forget_outside(connection: Connection, staff_id: str, who: Who) -> None:
    known = connection.execute(select(outside_ids).where(outside_ids.c.staff_id == staff_id)).all()
    for row in known:
        key = {"issuer": row.issuer, "subject": row.subject}
        with telling(connection, who, "person.outside_unlinked", outside_ids, INSTALLATION, **key):
            mine = [outside_ids.c[name] == value for name, value in key.items()]
            connection.execute(delete(outside_ids).where(*mine))


def invite(engine: Engine, staff_id: str, now: datetime, who: Who = SERVER) -> str:
    """The secret of a link that works once, for a day; any earlier one works no more."""
    with engine.begin() as connection:
        return invite_in(connection, staff_id, now, who)


def invite_in(connection: Connection, staff_id: str, now: datetime, who: Who) -> str:
    secret = secrets.token_urlsafe(24)
    _forget_links(connection, staff_id, who)
    with telling(connection, who, "person.invited", invitations, INSTALLATION, hash=_hash(secret)):
        link = {"hash": _hash(secret), "staff_id": staff_id, "ends_at": now + LINK_FOR}
        connection.execute(insert(invitations).values(link))
    return secret


def _forget_links(connection: Connection, staff_id: str, who: Who) -> None:
    hashes = connection.execute(select(invitations.c.hash).where(invitations.c.staff_id == staff_id)).scalars()
    for known in hashes.all():
        with telling(connection, who, "person.link_spent", invitations, INSTALLATION, hash=known):
            connection.execute(delete(invitations).where(invitations.c.hash == known))


def invited(connection: Connection, secret: str, now: datetime) -> Person | None:
    """Whose link this is, if it still works."""
    staff_id = connection.execute(
        select(invitations.c.staff_id).where(invitations.c.hash == _hash(secret), invitations.c.ends_at > now)
    ).scalar_one_or_none()
    return person_by(connection, staff_id=staff_id) if staff_id else None


def choose_password(engine: Engine, secret: str, password: str, now: datetime, address: str = "") -> Person | None:
    """Takes the hash of the password that was chosen by the link, which is spent; None if it was spent before. All
    that was before it is over: sessions, codes and passkeys."""
    with engine.begin() as connection:
        # The lock of what is told: of two who come with one link at the same time, the second finds it spent.
        with telling(connection, SERVER, "person.link_spent", invitations, INSTALLATION, hash=_hash(secret)):
            person = invited(connection, secret, now)
            connection.execute(delete(invitations).where(invitations.c.hash == _hash(secret)))
        if person is None:
            return None
        who = Who("staff", person.id, person.name, address)
        put_password(connection, person.id, password, who)
        forget_second_factor(connection, person.id, who)
        end_in(connection, now, staff_id=person.id, who=who)
    return replace(person, password=password, code_secret=None)


def put_password(connection: Connection, staff_id: str, password: str, who: Who) -> None:
    """Its hash; what was typed wrong before is forgiven."""
    with telling(connection, who, "person.password", staff, INSTALLATION, id=staff_id):
        changing = {"password": password, "failures": 0, "next_try_at": None}
        connection.execute(update(staff).where(staff.c.id == staff_id).values(changing))


def change_password(engine: Engine, staff_id: str, password: str, now: datetime, session_id: str, who: Who) -> int:
    """Another hash; all sessions but that one end. How many it were."""
    with engine.begin() as connection:
        put_password(connection, staff_id, password, who)
        return end_in(connection, now, staff_id=staff_id, but=session_id, who=who)


def forget_second_factor(connection: Connection, staff_id: str, who: Who) -> None:
    """Who comes by a link may have lost the telephone as well as the password."""
    with telling(connection, who, "person.code_removed", staff, INSTALLATION, id=staff_id):
        connection.execute(update(staff).where(staff.c.id == staff_id).values(NO_CODE))
    forget_passkeys(connection, staff_id, who)


def begin_try(engine: Engine, login: str, now: datetime, address: str = "") -> tuple[Person | None, float]:
    """Who may try a password now, or for how many seconds nobody may. The try counts as failed until `succeeded`:
    a thousand at once then get no more of them than a thousand in turn. Each is told; there can be but few. Nobody
    and 0 where nobody has that name, after as long."""
    with engine.begin() as connection:
        person = person_by(connection, login=login)
        if person is None:
            as_if_counted(connection, "person.tried")
            return None, 0.0
        who = Who("staff", person.id, person.name, address)
        with telling(connection, who, "person.tried", staff, INSTALLATION, id=person.id):
            row = connection.execute(select(staff).where(staff.c.id == person.id).with_for_update()).one()
            if row.next_try_at is not None and row.next_try_at > now:
                return None, (row.next_try_at - now).total_seconds()
            waits = wait_after(row.failures + 1)
            _count(connection, person.id, row.failures + 1, now + timedelta(seconds=waits) if waits else None)
    return person, 0.0


def as_if_counted(connection: Connection, what: str) -> None:
    """Waits for the same lock and looks at as many rows: by the time it takes nobody learns who works here."""
    with telling(connection, UNKNOWN, what, staff, INSTALLATION, id=""):
        _count(connection, "", 0, None)


def succeeded(engine: Engine, person: Person, address: str = "") -> None:
    """The password was right: what was typed wrong before is forgiven."""
    who = Who("staff", person.id, person.name, address)
    with engine.begin() as connection, telling(connection, who, "person.let_in", staff, INSTALLATION, id=person.id):
        _count(connection, person.id, 0, None)


def spared(engine: Engine, person: Person, address: str = "") -> None:
    """The password was right, and something is still to come: this try alone is taken back. What was wrong before
    counts on, or a guesser of codes who knows the password could start anew each time."""
    who = Who("staff", person.id, person.name, address)
    with (
        engine.begin() as connection,
        telling(connection, who, "person.tried_again", staff, INSTALLATION, id=person.id),
    ):
        mine = staff.c.id == person.id
        failures = connection.execute(select(staff.c.failures).where(mine).with_for_update()).scalar_one()
        _count(connection, person.id, max(failures - 1, 0), None)


def _count(connection: Connection, staff_id: str, failures: int, next_try_at: datetime | None) -> None:
    changing = {"failures": failures, "next_try_at": next_try_at}
    connection.execute(update(staff).where(staff.c.id == staff_id).values(changing))


def as_login(typed: str) -> str:
    """A login does not depend on how it was typed."""
    return typed.strip().casefold()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
