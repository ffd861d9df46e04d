"""Codes beside the password: of an authenticator, each good once, and those for who has lost it."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, Engine, select, update

from server.domain.trail import INSTALLATION, Who
from server.storage.staff import NO_CODE
from server.storage.tables import staff
from server.storage.trail import telling


def put_code(engine: Engine, staff_id: str, secret: str, step: int, recovery: Sequence[str], who: Who) -> bool:
    """`secret` sealed; `step`: of the code that was shown to work, and is spent; `recovery`: marks. False where they
    have an authenticator already: whoever finds a page open must not put their own in its place."""
    with (
        engine.begin() as connection,
        telling(connection, who, "person.code_added", staff, INSTALLATION, id=staff_id),
    ):
        mine = staff.c.id == staff_id, staff.c.code_secret.is_(None), staff.c.left_at.is_(None)
        changing = {"code_secret": secret, "code_step": step, "recovery": list(recovery)}
        return bool(connection.execute(update(staff).where(*mine).values(changing)).rowcount)


def take_code(engine: Engine, staff_id: str, secret: str, step: int, who: Who) -> bool:
    """Spends the code of this step with all before it; False where it was spent. `secret`, sealed: that whose code it
    is, lest another has come in its place."""
    with engine.begin() as connection, telling(connection, who, "person.code_used", staff, INSTALLATION, id=staff_id):
        row = connection.execute(select(staff).where(staff.c.id == staff_id).with_for_update()).one_or_none()
        if row is None or row.code_secret != secret or (row.code_step is not None and step <= row.code_step):
            return False
        connection.execute(update(staff).where(staff.c.id == staff_id).values(code_step=step))
    return True


def take_recovery(engine: Engine, staff_id: str, marks: Collection[str], who: Who) -> bool:
    """Whether one of the marks is of a recovery code that they have, which is spent then."""
    with (
        engine.begin() as connection,
        telling(connection, who, "person.recovery_used", staff, INSTALLATION, id=staff_id),
    ):
        row = connection.execute(select(staff).where(staff.c.id == staff_id).with_for_update()).one_or_none()
        known = list(row.recovery or ()) if row is not None else []
        left = [mark for mark in known if mark not in marks]
        if len(left) == len(known):
            return False
        connection.execute(update(staff).where(staff.c.id == staff_id).values(recovery=left))
    return True


def remove_code(engine: Engine, staff_id: str, who: Who) -> None:
    """From now on the password alone is enough."""
    with (
        engine.begin() as connection,
        telling(connection, who, "person.code_removed", staff, INSTALLATION, id=staff_id),
    ):
        connection.execute(update(staff).where(staff.c.id == staff_id).values(NO_CODE))


def recovery_left(connection: Connection, staff_id: str) -> int:
    """How many recovery codes they still have."""
    found = connection.execute(select(staff.c.recovery).where(staff.c.id == staff_id)).scalar_one_or_none()
    return len(found or ())
