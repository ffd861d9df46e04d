"""People as their branch sees them, and what one of them does to another: under one lock, by the rule of ranks."""

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, Engine, func, select

from server.domain.refusals import Refusal
from server.domain.roles import EVERYWHERE, Roles, check_account, check_role, may_give, role_at
from server.domain.trail import INSTALLATION, Who
from server.storage.sessions import end_in
from server.storage.skills import set_skills
from server.storage.staff import Person, add_in, invite_in, person_by, put_role, remove_in
from server.storage.tables import passkeys, sessions, staff, staff_roles, staff_skills
from server.storage.trail import locked

HIGHEST = "operator"


@dataclass(frozen=True, slots=True)
class Asking:
    """Who wants something of whom, in which branch. Who holds a token is what it says there; a person is what they
    are at this moment, whatever they were when their page was opened."""

    who: Who
    branch_id: str

    def roles(self, connection: Connection) -> Roles:
        is_person = connection.execute(select(staff.c.id).where(staff.c.id == self.who.id)).first() is not None
        if not is_person:
            return {self.branch_id: self.who.kind}
        found = person_by(connection, staff_id=self.who.id)
        return found.roles if found else {}


def givable(connection: Connection, asking: Asking) -> tuple[str, ...]:
    """The roles that they may give in their branch."""
    return may_give(asking.roles(connection), asking.branch_id)


def people_of(connection: Connection, branch_id: str, now: datetime) -> list[dict[str, Any]]:
    """Who has a part in the branch, by name: as GET branches/{branch}/people tells it."""
    in_it = select(staff_roles.c.staff_id).where(staff_roles.c.place.in_([branch_id, EVERYWHERE]))
    wanted = select(staff).where(staff.c.left_at.is_(None), staff.c.id.in_(in_it)).order_by(staff.c.name, staff.c.id)
    rows = connection.execute(wanted).all()
    ids = [row.id for row in rows]
    roles: dict[str, dict[str, str]] = {staff_id: {} for staff_id in ids}
    for found in connection.execute(select(staff_roles).where(staff_roles.c.staff_id.in_(ids))):
        roles[found.staff_id][found.place] = found.role
    keys = set(connection.execute(select(passkeys.c.staff_id).where(passkeys.c.staff_id.in_(ids))).scalars())
    mine = staff_skills.c.branch_id == branch_id, staff_skills.c.staff_id.in_(ids)
    skills = {row.staff_id: row.services for row in connection.execute(select(staff_skills).where(*mine))}
    seen = {row[0]: row[1] for row in connection.execute(_last_seen(ids))}
    signed_in = {row[0]: row[1] for row in connection.execute(_signed_in(ids, now))}
    return [
        {
            "id": row.id,
            "login": row.login,
            "name": row.name,
            "role": role_at(roles[row.id], branch_id),
            "everywhere": branch_id == EVERYWHERE or branch_id not in roles[row.id],
            "has_password": row.password is not None,
            "second_factor": "passkey" if row.id in keys else "code" if row.code_secret else "none",
            "badge": row.badge is not None,
            "pin": row.pin is not None,
            "skills": skills.get(row.id),
            "signed_in": signed_in.get(row.id, 0),
            "last_seen": seen.get(row.id),
        }
        for row in rows
    ]


def _last_seen(ids: Collection[str]) -> Any:
    found = select(sessions.c.staff_id, func.max(sessions.c.made_at)).where(sessions.c.staff_id.in_(ids))
    return found.group_by(sessions.c.staff_id)


def _signed_in(ids: Collection[str], now: datetime) -> Any:
    lasting = sessions.c.ended_at.is_(None), sessions.c.ends_at > now, sessions.c.staff_id.in_(ids)
    return select(sessions.c.staff_id, func.count()).where(*lasting).group_by(sessions.c.staff_id)


@contextmanager
def changing(engine: Engine) -> Iterator[Connection]:
    """One change of people at a time: of two who take each other's role, the second finds that their own is gone."""
    with engine.begin() as connection:
        locked(connection, INSTALLATION)
        yield connection


def add(
    engine: Engine, asking: Asking, login: str, name: str, role: str, everywhere: bool, now: datetime
) -> tuple[str, str]:
    """The new person's id, and the secret of their link. Raises Refusal and LoginTaken."""
    place = EVERYWHERE if everywhere else asking.branch_id
    with changing(engine) as connection:
        check_role(asking.roles(connection), {}, place, role)
        staff_id = add_in(connection, login, name, now, asking.who)
        put_role(connection, staff_id, place, role, asking.who)
        return staff_id, invite_in(connection, staff_id, now, asking.who)


def change_role(engine: Engine, asking: Asking, staff_id: str, role: str, everywhere: bool | None) -> None:
    """`everywhere`: None leaves it as it is. What they are in other branches stays as it is. Raises Refusal."""
    with changing(engine) as connection:
        person = colleague(connection, asking, staff_id)
        mine, here = asking.roles(connection), asking.branch_id
        place = EVERYWHERE if everywhere or (everywhere is None and here not in person.roles) else here
        changes: dict[str, str | None] = {place: role}
        if everywhere is not None:  # from the one place to the other
            changes |= {other: None for other in person.roles if other in {here, EVERYWHERE} - {place}}
        for where, what in changes.items():
            check_role(mine, person.roles, where, what)
            _stays(connection, person, where, what)
        for where, what in changes.items():
            put_role(connection, staff_id, where, what, asking.who)


def remove(engine: Engine, asking: Asking, staff_id: str, now: datetime) -> bool:
    """Takes their part in this branch; who has none anywhere else is gone, and then it gives True. Raises Refusal."""
    with changing(engine) as connection:
        person, mine = colleague(connection, asking, staff_id), asking.roles(connection)
        place = asking.branch_id if asking.branch_id in person.roles else EVERYWHERE
        check_role(mine, person.roles, place, None)
        _stays(connection, person, place, None)
        put_role(connection, staff_id, place, None, asking.who)
        set_skills(connection, staff_id, asking.branch_id, None, asking.who)
        if person.roles.keys() != {place}:
            return False
        remove_in(connection, staff_id, now, asking.who)
        return True


def new_link(engine: Engine, asking: Asking, staff_id: str, now: datetime) -> str:
    """The secret of a link by which they choose a password anew. Raises Refusal."""
    with changing(engine) as connection:
        check_holder(connection, asking, staff_id)
        return invite_in(connection, staff_id, now, asking.who)


def sign_out(engine: Engine, asking: Asking, staff_id: str, now: datetime) -> int:
    """Ends all their sessions; how many it were. Raises Refusal."""
    with changing(engine) as connection:
        person = person_here(connection, asking, staff_id)
        check_role(asking.roles(connection), person.roles, asking.branch_id, None)
        return end_in(connection, now, staff_id=staff_id, who=asking.who)


def change_skills(engine: Engine, asking: Asking, staff_id: str, services: Sequence[str] | None) -> None:
    """None: they may serve whatever there is. Raises Refusal."""
    with changing(engine) as connection:
        person = person_here(connection, asking, staff_id)
        check_role(asking.roles(connection), person.roles, asking.branch_id, None)
        set_skills(connection, staff_id, asking.branch_id, services, asking.who)


def check_holder(connection: Connection, asking: Asking, staff_id: str, *, themselves: bool = False) -> Person:
    """Whether they may be given what opens the account of this person. Raises Refusal."""
    person = person_here(connection, asking, staff_id)
    if person.id == asking.who.id:
        if not themselves:
            raise Refusal("not_yourself")
        return person
    check_account(asking.roles(connection), person.roles)
    return person


def may_have_badge(engine: Engine, asking: Asking, staff_id: str) -> None:
    """Whether they may give this person a badge and a PIN; anybody may to themselves. Raises Refusal."""
    with changing(engine) as connection:
        badge_check(asking, staff_id)(connection)


def badge_check(asking: Asking, staff_id: str) -> Callable[[Connection], object]:
    return partial(check_holder, asking=asking, staff_id=staff_id, themselves=True)


def colleague(connection: Connection, asking: Asking, staff_id: str) -> Person:
    """Somebody else who has a part in the branch. Raises Refusal."""
    person = person_here(connection, asking, staff_id)
    if person.id == asking.who.id:
        raise Refusal("not_yourself")
    return person


def person_here(connection: Connection, asking: Asking, staff_id: str) -> Person:
    """Whoever works elsewhere only is as unknown here as somebody who is not. Raises Refusal."""
    person = person_by(connection, staff_id=staff_id)
    if person is None or role_at(person.roles, asking.branch_id) is None:
        raise Refusal("person_not_found")
    return person


def _stays(connection: Connection, person: Person, place: str, role: str | None) -> None:
    if place == EVERYWHERE and role != HIGHEST and is_last(connection, person):
        raise Refusal("last_operator")


def is_last(connection: Connection, person: Person) -> bool:
    """Whether nobody else administers the whole installation."""
    if person.roles.get(EVERYWHERE) != HIGHEST:
        return False
    wanted = staff_roles.c.place == EVERYWHERE, staff_roles.c.role == HIGHEST, staff.c.left_at.is_(None)
    joined = staff_roles.join(staff, staff.c.id == staff_roles.c.staff_id)
    found = connection.execute(select(staff.c.id).select_from(joined).where(*wanted, staff.c.id != person.id))
    return found.first() is None
