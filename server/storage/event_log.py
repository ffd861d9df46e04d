"""Reads the log: what has happened since a place in it, and how far each branch has come."""

from sqlalchemy import Connection, select

from server.domain.events import Event, event_from
from server.storage.tables import branches, events


def events_after(connection: Connection, branch_id: str, after: int, limit: int = 1000) -> list[Event]:
    """The next events after `after`, oldest first, at most `limit`."""
    rows = connection.execute(
        select(events.c.body)
        .where(events.c.branch_id == branch_id, events.c.seq > after)
        .order_by(events.c.seq)
        .limit(limit)
    )
    return [event_from(row.body) for row in rows]


def newest(connection: Connection) -> dict[str, tuple[str, int]]:
    """branch -> (epoch, seq of its newest event)."""
    rows = connection.execute(select(branches.c.id, branches.c.epoch, branches.c.last_seq))
    return {row.id: (row.epoch, row.last_seq) for row in rows}
