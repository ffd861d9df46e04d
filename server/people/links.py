"""The links that are given to people, and the first of all, by which an installation gets its administrator."""

from datetime import datetime

from server.settings import Settings
from server.storage.database import Database
from server.storage.staff import EVERY_BRANCH, LoginTaken, add_person, anybody, invite, is_unclaimed

FIRST = "admin"


def link(settings: Settings, secret: str) -> str:
    """Where a person chooses their password."""
    return f"{settings.front}/sign-in#{secret}"


def waits_for_its_first(engine: Database) -> bool:
    """Whether the link was made and nobody has used it: it may be lost, or have run out."""
    with engine.connect() as connection:
        return is_unclaimed(connection)


def first_link(settings: Settings, engine: Database, now: datetime) -> str | None:
    """The administrator's, where nobody has an account yet: there is no password to begin with that could be left
    as it is. None afterwards; `python -m server staff link admin` makes a new one."""
    with engine.connect() as connection:
        if anybody(connection):
            return None
    try:
        staff_id = add_person(engine, FIRST, "Administrator", {EVERY_BRANCH: "operator"}, now)
    except LoginTaken:  # by another server that starts at this moment, and says it
        return None
    return link(settings, invite(engine, staff_id, now))
