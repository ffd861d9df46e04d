"""Badges and PINs: by both a person takes a console over from a colleague, and never signs in with them from afar."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, Engine, select, update

from server.domain.lockout import wait_after
from server.domain.trail import INSTALLATION, SERVER, Who
from server.storage.staff import Person, as_if_counted, person_by
from server.storage.tables import staff
from server.storage.trail import telling


class BadgeTaken(ValueError):
    """Somebody who is here has this badge already."""


Check = Callable[[Connection], object]


def unchecked(_: Connection) -> None:
    """Whoever asks may."""


def set_badge(
    engine: Engine,
    staff_id: str,
    badge: str | None,
    pin: str | None,
    now: datetime,
    who: Who = SERVER,
    check: Check = unchecked,
) -> None:
    """In place of what they had; None takes it away. `badge`: what it says to a reader; `pin`: its Argon2id hash.
    `check` may raise: under the lock of all that is changed about people.
    Wrong tries are forgotten. Raises BadgeTaken, and LookupError where nobody who is here has the id."""
    kept = None if badge is None else mark_of(badge)
    with engine.begin() as connection, telling(connection, who, "person.badge", staff, INSTALLATION, id=staff_id):
        check(connection)
        if person_by(connection, staff_id=staff_id) is None:
            raise LookupError(staff_id)
        if kept is not None:
            _let_go(connection, kept, staff_id, who)
        values = {"badge": kept, "pin": pin, "pin_failures": 0, "pin_next_try_at": None}
        connection.execute(update(staff).where(staff.c.id == staff_id).values(values))


def _let_go(connection: Connection, kept: str, staff_id: str, who: Who) -> None:
    """A badge goes from hand to hand: that of somebody who has left may be another's."""
    mine = staff.c.badge == kept, staff.c.id != staff_id
    holder = connection.execute(select(staff.c.id, staff.c.left_at).where(*mine)).one_or_none()
    if holder is None:
        return
    if holder.left_at is None:
        raise BadgeTaken(holder.id)
    with telling(connection, who, "person.badge", staff, INSTALLATION, id=holder.id):
        connection.execute(update(staff).where(staff.c.id == holder.id).values(badge=None, pin=None))


def badge_of(connection: Connection, staff_id: str) -> tuple[bool, bool]:
    """Whether they have a badge, and whether they have a PIN."""
    row = connection.execute(select(staff.c.badge, staff.c.pin).where(staff.c.id == staff_id)).one_or_none()
    return (row is not None and row.badge is not None, row is not None and row.pin is not None)


def begin_pin_try(
    engine: Engine, badge: str, now: datetime, address: str = ""
) -> tuple[Person | None, str | None, float]:
    """Whose badge it is with the hash of their PIN, or for how many seconds nobody may try with it. The try counts as
    wrong until `pin_was_right`: a thousand at once then get no more of them than a thousand in turn."""
    with engine.begin() as connection:
        staff_id = connection.execute(
            select(staff.c.id).where(staff.c.badge == mark_of(badge), staff.c.left_at.is_(None))
        ).scalar_one_or_none()
        person = person_by(connection, staff_id=staff_id) if staff_id else None
        if person is None:
            as_if_counted(connection, "person.pin_tried")
            return None, None, 0.0
        who = Who("staff", person.id, person.name, address)
        with telling(connection, who, "person.pin_tried", staff, INSTALLATION, id=person.id):
            row = connection.execute(select(staff).where(staff.c.id == person.id).with_for_update()).one()
            if row.pin_next_try_at is not None and row.pin_next_try_at > now:
                return None, None, (row.pin_next_try_at - now).total_seconds()
            waits = wait_after(row.pin_failures + 1)
            next_try_at = now + timedelta(seconds=waits) if waits else None
            _count(connection, person.id, row.pin_failures + 1, next_try_at)
    return person, row.pin, 0.0


def pin_was_right(engine: Engine, person: Person, address: str = "") -> None:
    """Of what was typed wrong before, half is forgiven: or a colleague could try a few more after each change."""
    who = Who("staff", person.id, person.name, address)
    with (
        engine.begin() as connection,
        telling(connection, who, "person.pin_let_in", staff, INSTALLATION, id=person.id),
    ):
        wrong = select(staff.c.pin_failures).where(staff.c.id == person.id).with_for_update()
        _count(connection, person.id, max(connection.execute(wrong).scalar_one() - 1, 0) // 2, None)


def _count(connection: Connection, staff_id: str, failures: int, next_try_at: datetime | None) -> None:
    changing = {"pin_failures": failures, "pin_next_try_at": next_try_at}
    connection.execute(update(staff).where(staff.c.id == staff_id).values(changing))


def mark_of(badge: str) -> str:
    """What is kept of a badge, which does not depend on how a reader or a person types it."""
    return hashlib.sha256("".join(badge.split()).upper().encode()).hexdigest()
