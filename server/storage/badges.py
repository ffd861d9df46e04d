"""Badges and PINs: by both a person takes a console over from a colleague, and never signs in with them from afar."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Engine, or_, select, update

from server.domain.lockout import wait_after
from server.domain.trail import INSTALLATION, SERVER, Who
from server.storage.seal import Seal
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
    seal: Seal | None = None,
) -> None:
    """In place of what they had; None takes it away. `badge`: what it says to a reader; `pin`: its Argon2id hash.
    `check` may raise: under the lock of all that is changed about people. `seal`: without it, or where there is no
    key, who has the database can try numbers out.
    Wrong tries are forgotten. Raises BadgeTaken, and LookupError where nobody who is here has the id."""
    kept = None if badge is None else _kept(badge, staff_id, seal)
    with engine.begin() as connection, telling(connection, who, "person.badge", staff, INSTALLATION, id=staff_id):
        check(connection)
        if person_by(connection, staff_id=staff_id) is None:
            raise LookupError(staff_id)
        if badge is not None:
            _let_go(connection, _has(badge, seal), staff_id, who)
        values = {"badge": kept, "pin": pin, "pin_failures": 0, "pin_next_try_at": None}
        connection.execute(update(staff).where(staff.c.id == staff_id).values(values))


def _let_go(connection: Connection, has_it: ColumnElement[bool], staff_id: str, who: Who) -> None:
    """A badge goes from hand to hand: that of somebody who has left may be another's."""
    mine = select(staff.c.id, staff.c.left_at).where(has_it, staff.c.id != staff_id)
    for holder in connection.execute(mine).all():
        if holder.left_at is None:
            raise BadgeTaken(holder.id)
        with telling(connection, who, "person.badge", staff, INSTALLATION, id=holder.id):
            connection.execute(update(staff).where(staff.c.id == holder.id).values(badge=None, pin=None))


def badge_of(connection: Connection, staff_id: str) -> tuple[bool, bool]:
    """Whether they have a badge, and whether they have a PIN."""
    row = connection.execute(select(staff.c.badge, staff.c.pin).where(staff.c.id == staff_id)).one_or_none()
    return (row is not None and row.badge is not None, row is not None and row.pin is not None)


def begin_pin_try(
    engine: Engine, badge: str, now: datetime, address: str = "", seal: Seal | None = None
) -> tuple[Person | None, str | None, float]:
    """Whose badge it is with the hash of their PIN, or for how many seconds nobody may try with it. The try counts as
    wrong until `pin_was_right`: a thousand at once then get no more of them than a thousand in turn."""
    with engine.begin() as connection:
        staff_id = connection.execute(
            select(staff.c.id).where(_has(badge, seal), staff.c.left_at.is_(None))
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
    """What is kept of a badge where there is no key; it does not depend on how a reader or a person types it."""
    return hashlib.sha256("".join(badge.split()).upper().encode()).hexdigest()


def _kept(badge: str, staff_id: str, seal: Seal | None) -> str:
    said = mark_of(badge)
    return _with_key(seal, staff_id, said) if seal is not None and seal.is_set else said


def _with_key(seal: Seal, staff_id: str, said: str) -> str:
    """A keyed mark, by which it is found, and what was marked, sealed: another key makes another mark of it."""
    return f"{seal.mark('badge', said)}.{seal.seal(said, _about(staff_id))}"


def _has(badge: str, seal: Seal | None) -> ColumnElement[bool]:
    said = mark_of(badge)
    marks = seal.marks("badge", said) if seal is not None and seal.is_set else []
    return or_(staff.c.badge == said, *(staff.c.badge.startswith(f"{mark}.") for mark in marks))


def sealed_badge(kept: str | None) -> str | None:
    """What is sealed of a badge as it is kept, if anything is."""
    return (kept or "").partition(".")[2] or None


def badge_anew(seal: Seal, staff_id: str, kept: str | None) -> str | None:
    """As it is kept with the newest key. Raises SealBroken."""
    hidden = sealed_badge(kept)
    return kept if hidden is None else _with_key(seal, staff_id, seal.open(hidden, _about(staff_id)))


def _about(staff_id: str) -> str:
    return f"badge:{staff_id}"
