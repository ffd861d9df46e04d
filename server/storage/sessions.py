"""Who is signed in where: a session lasts a working day, and ends at once for all servers when it is taken back."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, or_, select, update

from server.domain.trail import INSTALLATION, SERVER, Who
from server.storage.tables import sessions, staff
from server.storage.trail import locked, telling

LASTS = timedelta(hours=12)  # NIST SP 800-63B-4, AAL2: signed in anew at least once in so long
KEPT = timedelta(days=2)  # after its end: for who asks why they were sent away
FORGOTTEN = 20  # at a time: on SQLite the hall waits meanwhile

Proof = Mapping[str, Any]  # column of `staff` -> what it was: {"password": its hash}


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in of a person at one browser. `id` may be shown; what the cookie holds is kept as its hash alone."""

    id: str
    staff_id: str
    made_at: datetime
    ends_at: datetime
    address: str
    agent: str
    how: str = "password"


class Outdated(LookupError):
    """What the person proved themselves with is not theirs any more, or they have left."""


def open_session(
    engine: Engine,
    staff_id: str,
    address: str,
    agent: str,
    now: datetime,
    how: str = "password",
    *,
    until: datetime | None = None,
    proved: Proof | None = None,
) -> str:
    """The cookie's secret, which nobody will ever see again. `how` they came: by password, passkey, badge, or from
    outside. `until`: it ends then at the latest. `proved`: what they came by, as it was when it was checked; a
    password that was changed meanwhile opens nothing. Raises Outdated."""
    secret, session_id = secrets.token_urlsafe(32), f"session-{secrets.token_hex(6)}"
    with engine.begin() as connection:
        locked(connection, INSTALLATION)  # first, as everybody does: or two would wait for each other for ever
        row = connection.execute(select(staff).where(staff.c.id == staff_id)).one_or_none()
        if proved is not None and (row is None or any(getattr(row, key) != was for key, was in proved.items())):
            raise Outdated(staff_id)
        name = row.name if row else ""
        who = Who("staff", staff_id, name, address[:64])
        _forget_old(connection, now)
        with telling(connection, who, "session.opened", sessions, INSTALLATION, id=session_id):
            connection.execute(
                insert(sessions).values(
                    id=session_id,
                    hash=_hash(secret),
                    staff_id=staff_id,
                    made_at=now,
                    ends_at=min(now + LASTS, until or now + LASTS),
                    address=address[:64],
                    agent=agent[:200],
                    how=how,
                )
            )
    return secret


def _forget_old(connection: Connection, now: datetime) -> None:
    old = connection.execute(select(sessions.c.id).where(sessions.c.ends_at < now - KEPT).limit(FORGOTTEN)).scalars()
    for session_id in old.all():
        with telling(connection, SERVER, "session.forgotten", sessions, INSTALLATION, id=session_id):
            connection.execute(delete(sessions).where(sessions.c.id == session_id))


def session_of(connection: Connection, secret: str, now: datetime) -> Session | None:
    """The session of a cookie, while it lasts and its person is here."""
    row = connection.execute(
        select(sessions)
        .join(staff, staff.c.id == sessions.c.staff_id)
        .where(
            sessions.c.hash == _hash(secret),
            sessions.c.ended_at.is_(None),
            sessions.c.ends_at > now,
            staff.c.left_at.is_(None),
        )
    ).one_or_none()
    return _session(row) if row else None


def sessions_of(connection: Connection, staff_id: str, now: datetime) -> list[Session]:
    """Where this person is signed in, the newest first."""
    found = connection.execute(
        select(sessions)
        .where(sessions.c.staff_id == staff_id, sessions.c.ended_at.is_(None), sessions.c.ends_at > now)
        .order_by(sessions.c.made_at.desc())
    )
    return [_session(row) for row in found]


def end_sessions(
    engine: Engine, now: datetime, *, session_id: str = "", staff_id: str = "", but: str = "", who: Who = SERVER
) -> int:
    """Ends one, or all of a person except `but`; how many it were."""
    with engine.begin() as connection:
        return end_in(connection, now, session_id=session_id, staff_id=staff_id, but=but, who=who)


def end_in(
    connection: Connection,
    now: datetime,
    *,
    session_id: str = "",
    staff_id: str = "",
    but: str = "",
    who: Who = SERVER,
) -> int:
    locked(connection, INSTALLATION)
    wanted = or_(sessions.c.id == session_id, sessions.c.staff_id == staff_id)
    open_ones = select(sessions.c.id).where(wanted, sessions.c.id != but, sessions.c.ended_at.is_(None))
    found = connection.execute(open_ones.with_for_update()).scalars().all()
    for one in found:
        with telling(connection, who, "session.ended", sessions, INSTALLATION, id=one):
            connection.execute(update(sessions).where(sessions.c.id == one).values(ended_at=now))
    return len(found)


def _session(row: "object") -> Session:
    return Session(*(getattr(row, name) for name in Session.__slots__))


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
