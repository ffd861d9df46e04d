"""Who a person is to the bank's own sign-in, which they may use in place of a password here."""

from sqlalchemy import Connection, Engine, insert, select

from server.domain.trail import INSTALLATION, Who
from server.storage.staff import Person, person_by
from server.storage.tables import outside_ids
from server.storage.trail import locked, telling


def person_outside(connection: Connection, issuer: str, subject: str) -> Person | None:
    """Whose identity this is, if they are here."""
    mine = outside_ids.c.issuer == issuer, outside_ids.c.subject == subject
    staff_id = connection.execute(select(outside_ids.c.staff_id).where(*mine)).scalar_one_or_none()
    return person_by(connection, staff_id=staff_id) if staff_id else None


def is_linked(connection: Connection, staff_id: str) -> bool:
    """Whether some identity outside is theirs."""
    mine = select(outside_ids.c.staff_id).where(outside_ids.c.staff_id == staff_id).limit(1)
    return connection.execute(mine).first() is not None


def link_outside(engine: Engine, issuer: str, subject: str, login: str, address: str) -> Person | None:
    """The person with this login, who is that identity from now on. None where there is none, where they have
    another already, or where the identity is somebody else's."""
    with engine.begin() as connection:
        locked(connection, INSTALLATION)
        mine = outside_ids.c.issuer == issuer, outside_ids.c.subject == subject
        person = person_by(connection, login=login)
        if person is None or is_linked(connection, person.id):
            return None
        if connection.execute(select(outside_ids.c.staff_id).where(*mine)).first() is not None:
            return None
        who, key = Who("staff", person.id, person.name, address), {"issuer": issuer, "subject": subject}
        with telling(connection, who, "person.outside_linked", outside_ids, INSTALLATION, **key):
            connection.execute(insert(outside_ids).values(**key, staff_id=person.id))
    return person
