"""Reads the log: what has happened since a place in it, however long ago, and how far each branch has come."""

from sqlalchemy import Connection, select

from server.domain.events import Event, event_from
from server.storage.day_pack import DamagedDay, DayPack, Json
from server.storage.tables import branches, events


def events_after(connection: Connection, branch_id: str, after: int, limit: int = 1000) -> list[Event]:
    """The next events after `after`, oldest first, at most `limit`; days that were put away are read too.

    DamagedDay where one of them cannot be read back as it was, or is missing.
    """
    rows = connection.execute(
        select(events.c.seq, events.c.body)
        .where(events.c.branch_id == branch_id, events.c.seq > after)
        .order_by(events.c.seq)
        .limit(limit)
    ).all()
    # The newest day is never put away: where nothing is found, there is nothing more.
    if not rows or rows[0].seq == after + 1:
        return [event_from(row.body) for row in rows]
    found = _put_away(connection, branch_id, after, limit)
    if len(found) < limit:
        if after + len(found) + 1 != rows[0].seq:
            raise DamagedDay(branch_id, "-", f"nothing is left of {after + len(found) + 1} to {rows[0].seq - 1}")
        found += [row.body for row in rows[: limit - len(found)]]
    return [event_from(body) for body in found]


def _put_away(connection: Connection, branch_id: str, after: int, limit: int) -> list[Json]:
    found: list[Json] = []
    while len(found) < limit:
        pack = DayPack.at(connection, branch_id, after + len(found) + 1)
        if pack is None:
            break
        found += pack.bodies(after + len(found), limit - len(found))
    return found


def newest(connection: Connection) -> dict[str, tuple[str, int]]:
    """branch -> (epoch, seq of its newest event)."""
    rows = connection.execute(select(branches.c.id, branches.c.epoch, branches.c.last_seq))
    return {row.id: (row.epoch, row.last_seq) for row in rows}
