"""Codes beside the password: of an authenticator, each good once, and those for who has lost it."""

import hashlib
import hmac
from collections.abc import Sequence

from sqlalchemy import Connection, Engine, select, update

from server.domain.trail import INSTALLATION, Who
from server.storage.seal import Seal
from server.storage.staff import NO_CODE
from server.storage.tables import staff
from server.storage.trail import telling


def sealed_about(staff_id: str) -> str:
    """What a person's secret is sealed with: with another's name it does not open."""
    return f"code:{staff_id}"


def recovery_about(staff_id: str) -> str:
    return f"recovery:{staff_id}"


def kept_recovery(seal: Seal, staff_id: str, codes: Sequence[str]) -> list[str]:
    """What is kept of recovery codes: the hash of each, sealed, so that another key can seal it anew."""
    return [seal.seal(_hash(staff_id, code), recovery_about(staff_id)) for code in codes]


def _hash(staff_id: str, code: str) -> str:
    return hashlib.sha256(f"{staff_id}\0{code}".encode()).hexdigest()


def put_code(engine: Engine, staff_id: str, secret: str, step: int, recovery: Sequence[str], who: Who) -> bool:
    """`secret` sealed; `step`: of the code that was shown to work, and is spent; `recovery`: as kept. False where
    they have an authenticator already: whoever finds a page open must not put their own in its place."""
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


def take_recovery(engine: Engine, seal: Seal, staff_id: str, code: str, who: Who) -> bool:
    """Whether it is a recovery code that they have, which is spent then. Raises SealBroken."""
    wanted = _hash(staff_id, code)
    with (
        engine.begin() as connection,
        telling(connection, who, "person.recovery_used", staff, INSTALLATION, id=staff_id),
    ):
        row = connection.execute(select(staff).where(staff.c.id == staff_id).with_for_update()).one_or_none()
        known = list(row.recovery or ()) if row is not None else []
        left = [one for one in known if not hmac.compare_digest(seal.open_own(one, recovery_about(staff_id)), wanted)]
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
