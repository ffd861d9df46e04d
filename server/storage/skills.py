"""Which services a person may serve in a branch."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, select

from server.domain.trail import INSTALLATION, Who
from server.storage.tables import staff_skills
from server.storage.trail import telling


def skills_of(connection: Connection, staff_id: str, branch_id: str) -> list[str] | None:
    """The services' ids; None: all there are."""
    mine = staff_skills.c.staff_id == staff_id, staff_skills.c.branch_id == branch_id
    found = connection.execute(select(staff_skills.c.services).where(*mine)).scalar_one_or_none()
    return list(found) if found is not None else None


def set_skills(
    connection: Connection, staff_id: str, branch_id: str, services: Sequence[str] | None, who: Who
) -> None:
    """In place of those they had; they count from the next counter that the person opens."""
    key = {"staff_id": staff_id, "branch_id": branch_id}
    with telling(connection, who, "person.skills", staff_skills, INSTALLATION, **key):
        mine = staff_skills.c.staff_id == staff_id, staff_skills.c.branch_id == branch_id
        connection.execute(delete(staff_skills).where(*mine))
        if services is not None:
            connection.execute(insert(staff_skills).values(**key, services=sorted(set(services))))
