"""Passkeys: public keys whose other halves people carry in their own devices."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, Engine, delete, insert, select, update

from server.domain.trail import INSTALLATION, Who
from server.storage.tables import passkeys
from server.storage.trail import telling

MOST = 10  # of one person


@dataclass(frozen=True, slots=True)
class Passkey:
    """`id` and `public_key` as base64url. `uses`: the device's own count, 0 where it keeps none."""

    id: str
    staff_id: str
    public_key: str
    uses: int
    name: str
    made_at: datetime


def passkeys_of(connection: Connection, staff_id: str) -> list[Passkey]:
    """The oldest first."""
    mine = select(passkeys).where(passkeys.c.staff_id == staff_id).order_by(passkeys.c.made_at, passkeys.c.id)
    return [_passkey(row) for row in connection.execute(mine)]


def passkey_by(connection: Connection, key_id: str) -> Passkey | None:
    row = connection.execute(select(passkeys).where(passkeys.c.id == key_id)).one_or_none()
    return _passkey(row) if row else None


def add_passkey(engine: Engine, key: Passkey, who: Who) -> bool:
    """False where it is known already, or the person has as many as anybody may."""
    with engine.begin() as connection, telling(connection, who, "passkey.added", passkeys, INSTALLATION, id=key.id):
        if passkey_by(connection, key.id) or len(passkeys_of(connection, key.staff_id)) >= MOST:
            return False
        connection.execute(insert(passkeys).values({name: getattr(key, name) for name in Passkey.__slots__}))
    return True


def answered(engine: Engine, key_id: str, uses: int, asked_at: datetime, who: Who) -> bool:
    """It has answered the question that was asked then. False for an answer that was given before, and for a count
    that has not grown: then there are two of what cannot be copied."""
    with engine.begin() as connection, telling(connection, who, "passkey.used", passkeys, INSTALLATION, id=key_id):
        row = connection.execute(select(passkeys).where(passkeys.c.id == key_id).with_for_update()).one_or_none()
        if row is None or (row.asked_at is not None and row.asked_at >= asked_at):
            return False
        if (uses or row.uses) and uses <= row.uses:
            return False
        connection.execute(update(passkeys).where(passkeys.c.id == key_id).values(uses=uses, asked_at=asked_at))
    return True


def remove_passkey(engine: Engine, staff_id: str, key_id: str, who: Who) -> bool:
    """False where the person has no such key."""
    with engine.begin() as connection:
        known = passkey_by(connection, key_id)
        if known is None or known.staff_id != staff_id:
            return False
        _forget(connection, key_id, who)
    return True


def forget_passkeys(connection: Connection, staff_id: str, who: Who) -> None:
    """All of a person."""
    for key in passkeys_of(connection, staff_id):
        _forget(connection, key.id, who)


def _forget(connection: Connection, key_id: str, who: Who) -> None:
    with telling(connection, who, "passkey.removed", passkeys, INSTALLATION, id=key_id):
        connection.execute(delete(passkeys).where(passkeys.c.id == key_id))


def _passkey(row: "object") -> Passkey:
    return Passkey(*(getattr(row, name) for name in Passkey.__slots__))
