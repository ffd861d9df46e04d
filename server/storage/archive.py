"""Puts days that are long over away, one row each, so that the log stays as long as a few weeks are."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Select, Text, cast, delete, exists, func, insert, select

from server.domain.branch import branch_from
from server.domain.ticket import OPEN
from server.domain.trail import SERVER
from server.storage.advice_record import SCORED, quote_score
from server.storage.chain import hash_at
from server.storage.day_pack import DamagedDay, Packer
from server.storage.days import Setup, setup_before, setup_events, started_days
from server.storage.tables import archived_days, branches, events, tickets
from server.storage.trail import telling

log = logging.getLogger(__name__)

KEEP_DAYS = 60
PIECE = 1000  # events read at a time: SQLite's one lock is held no longer than for a batch of commands

_OPEN = [state.value for state in OPEN]


@dataclass(frozen=True, slots=True)
class _OldDay:
    branch_id: str
    epoch: str
    day: date
    first_seq: int
    last_seq: int


class _Changed(Exception):
    """Another process was quicker, or the log was replaced: nothing was done."""


def archive_old_days(
    engine: Engine, branch_id: str, now: datetime, keep_days: int = KEEP_DAYS, limit: int = 1
) -> int:
    """Puts away the oldest days, in order, at most `limit`, as far as they are more than `keep_days` before the
    business day of `now`. Gives how many; 0 where nothing is left to do. Safe to run twice, and by two at once.

    `engine` is one for writing. ValueError for `keep_days` under 1; DamagedDay where the log has a gap.
    """
    if keep_days < 1:
        raise ValueError(f"a day is put away at the earliest the day after the next; got keep_days={keep_days}")
    for done in range(limit):
        with engine.begin() as connection:
            day = _oldest(connection, branch_id, now, keep_days)
        if day is None:
            return done
        packer = _pack(engine, day)
        try:
            with engine.begin() as connection:
                _put_away(connection, day, packer)
        except _Changed as why:
            log.info("%s of %s is not put away now: %s", day.day, branch_id, why)
            return done
    return limit


def _oldest(connection: Connection, branch_id: str, now: datetime, keep_days: int) -> _OldDay | None:
    """The first day in the log, if it is long over and another has begun after it."""
    if _old(connection, branch_id, now, keep_days) is None:
        return None
    # Only under the lock are the log and what was put away of one moment: else another process's work looks
    # like a gap. So all is looked at once more.
    epoch = connection.execute(_lock(branch_id)).scalar_one()
    found = _old(connection, branch_id, now, keep_days)
    if found is None:
        return None
    day, next_began = found
    before = _last_archived(connection, branch_id)
    first = connection.execute(select(func.min(events.c.seq)).where(events.c.branch_id == branch_id)).scalar_one()
    if first != before + 1:
        raise DamagedDay(branch_id, day, f"nothing is left of {before + 1} to {first - 1}")
    left = exists().where(tickets.c.branch_id == branch_id, tickets.c.business_day == day, tickets.c.state.in_(_OPEN))
    if connection.execute(select(left)).scalar_one():
        log.warning("%s of %s has open tickets, and stays in the log", day, branch_id)
        return None
    return _OldDay(branch_id, epoch, day, first, next_began - 1)


def _old(connection: Connection, branch_id: str, now: datetime, keep_days: int) -> tuple[date, int] | None:
    """(the first day in the log, where the next one begins), if the day is old enough."""
    settings = connection.execute(select(branches.c.settings).where(branches.c.id == branch_id)).scalar_one_or_none()
    days = started_days(connection, branch_id, 2)
    if settings is None or len(days) < 2:
        return None
    today = branch_from(settings).business_day(now)
    return (days[0][0], days[1][1]) if days[0][0] < today - timedelta(days=keep_days) else None


def _lock(branch_id: str) -> Select[Any]:
    """The branch's own lock, as the writer takes it."""
    return select(branches.c.epoch).where(branches.c.id == branch_id).with_for_update()


def _last_archived(connection: Connection, branch_id: str) -> int:
    newest = select(func.max(archived_days.c.first_seq)).where(archived_days.c.branch_id == branch_id)
    found = select(archived_days.c.last_seq).where(
        archived_days.c.branch_id == branch_id, archived_days.c.first_seq == newest.scalar_subquery()
    )
    return connection.execute(found).scalar_one_or_none() or 0


def _pack(engine: Engine, day: _OldDay) -> Packer:
    """The day in one piece. What is in the log never changes, so that all this needs no lock; whether it was all
    still there is seen under the lock."""
    with engine.begin() as connection:
        packer = Packer(_header(connection, day))
    for lines in _stored(engine, day):
        packer.add(lines)
    return packer


def _header(connection: Connection, day: _OldDay) -> dict[str, Any]:
    """What is asked about a day without asking for its events."""
    start = setup_before(connection, day.branch_id, day.first_seq)
    end = Setup(start.branch, dict(start.counters))
    within = events.c.seq.between(day.first_seq, day.last_seq)
    for row in connection.execute(setup_events(day.branch_id).where(within).order_by(events.c.seq)):
        end.apply(row.body)
    scored = select(events.c.body).where(events.c.branch_id == day.branch_id, events.c.kind == SCORED, within)
    return {
        "branch_id": day.branch_id,
        "head": hash_at(connection, day.branch_id, day.first_seq - 1),  # to which its first event is tied
        "day": day.day,
        "first_seq": day.first_seq,
        "last_seq": day.last_seq,
        "start": start.as_dict(),
        "end": end.as_dict(),
        "scored": list(connection.execute(scored.order_by(events.c.seq)).scalars()),
        "quotes": quote_score(connection, day.branch_id, day.day, day.day).as_dict(),
    }


def _stored(engine: Engine, day: _OldDay) -> Iterator[list[str]]:
    """The events' own words, in pieces."""
    for seq in range(day.first_seq, day.last_seq + 1, PIECE):
        within = events.c.seq.between(seq, min(seq + PIECE - 1, day.last_seq))
        found = select(cast(events.c.body, Text)).where(events.c.branch_id == day.branch_id, within)
        with engine.begin() as connection:
            yield list(connection.execute(found.order_by(events.c.seq)).scalars())


def _put_away(connection: Connection, day: _OldDay, packer: Packer) -> None:
    """One row in, thousands out, or nothing at all."""
    body, checksum = packer.close()
    if connection.execute(_lock(day.branch_id)).scalar_one_or_none() != day.epoch:
        raise _Changed("the log was replaced")
    if _last_archived(connection, day.branch_id) != day.first_seq - 1:
        raise _Changed("another process has done it")
    if packer.lines != day.last_seq - day.first_seq + 1:
        raise DamagedDay(day.branch_id, day.day, f"{packer.lines} events from {day.first_seq} to {day.last_seq}")
    key = {"branch_id": day.branch_id, "first_seq": day.first_seq}
    with telling(connection, SERVER, "day.archived", archived_days, day.branch_id, **key):
        found = {"last_seq": day.last_seq, "business_day": day.day, "checksum": checksum, "body": body}
        connection.execute(insert(archived_days).values(**key, **found))
    within = events.c.seq.between(day.first_seq, day.last_seq)
    gone = connection.execute(delete(events).where(events.c.branch_id == day.branch_id, within))
    if gone.rowcount != packer.lines:
        raise _Changed(f"{packer.lines} events were read, and {gone.rowcount} found to delete")
    connection.execute(
        delete(tickets).where(
            tickets.c.branch_id == day.branch_id,
            tickets.c.business_day == day.day,
            tickets.c.state.not_in(_OPEN),
        )
    )
