"""The devices of a branch as their tokens say, and when each was last heard of by any of the servers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, func, or_, select, update

from server.domain.trail import Who
from server.storage.pairings import KINDS
from server.storage.row_seals import sealed
from server.storage.tables import sightings, tokens
from server.storage.trail import locked, telling
from server.storage.upsert import insert_into

SHOWN = timedelta(days=30)  # after it was taken back


@dataclass(frozen=True, slots=True)
class Sighting:
    """That a token was used: when, from where, by what."""

    token_id: str
    seen_at: datetime
    address: str
    version: str


@dataclass(frozen=True, slots=True)
class Known:
    """A device that has a token, or had one until lately."""

    id: str
    kind: str
    name: str
    created_at: datetime
    revoked_at: datetime | None
    seen_at: datetime | None
    address: str | None
    version: str | None


def note(engine: Engine, seen: Iterable[Sighting]) -> None:
    """All in one statement and in one order, so that two servers never wait for each other. The later one counts."""
    ordered = sorted(seen, key=lambda one: one.token_id)
    rows = [sealed(sightings, {name: getattr(one, name) for name in Sighting.__slots__}) for one in ordered]
    if not rows:
        return
    put = insert_into(engine, sightings).values(rows)
    new = {name: put.excluded[name] for name in ("seen_at", "address", "version", "seal")}
    later = put.on_conflict_do_update(
        index_elements=["token_id"], set_=new, where=sightings.c.seen_at < put.excluded.seen_at
    )
    with engine.begin() as connection:
        connection.execute(later)


def devices_of(connection: Connection, branch_id: str, now: datetime) -> list[Known]:
    """By kind and name; those that were taken back last."""
    seen = [sightings.c[name] for name in ("seen_at", "address", "version")]
    mine = [tokens.c[name] for name in ("id", "kind", "name", "created_at", "revoked_at")]
    here = tokens.c.branch_id == branch_id, tokens.c.kind.in_(KINDS)
    lately = or_(tokens.c.revoked_at.is_(None), tokens.c.revoked_at > now - SHOWN)
    found = connection.execute(
        select(*mine, *seen)
        .select_from(tokens.outerjoin(sightings, sightings.c.token_id == tokens.c.id))
        .where(*here, lately)
        .order_by(tokens.c.revoked_at.is_not(None), tokens.c.kind, func.lower(tokens.c.name), tokens.c.id)
    )
    return [Known(*row) for row in found]


def rename(engine: Engine, branch_id: str, token_id: str, name: str, who: Who) -> bool:
    """False where the branch has no such device."""
    with engine.begin() as connection:
        if not _is_here(connection, branch_id, token_id):
            return False
        with telling(connection, who, "token.renamed", tokens, branch_id, id=token_id):
            connection.execute(update(tokens).where(tokens.c.id == token_id).values(name=name))
    return True


def revoke(engine: Engine, branch_id: str, token_id: str, who: Who) -> bool:
    """Takes the device's token back, for good. False where the branch has no such device, or had it no more."""
    with engine.begin() as connection:
        if not _is_here(connection, branch_id, token_id):
            return False
        with telling(connection, who, "token.revoked", tokens, branch_id, id=token_id):
            connection.execute(update(tokens).where(tokens.c.id == token_id).values(revoked_at=datetime.now(UTC)))
    return True


def _is_here(connection: Connection, branch_id: str, token_id: str) -> bool:
    locked(connection, branch_id)  # before its devices, as everybody does: or two would wait for each other for ever
    mine = tokens.c.id == token_id, tokens.c.branch_id == branch_id, tokens.c.kind.in_(KINDS)
    found = select(tokens.c.id).where(*mine, tokens.c.revoked_at.is_(None)).with_for_update()
    return connection.execute(found).first() is not None
