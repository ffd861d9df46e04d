"""The days that are over: stored one row a class, and counted anew from the log where nobody was there to store."""

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import groupby

from sqlalchemy import Connection, select

from server.advisor.class_day import ClassDay, class_day_from
from server.advisor.experience import Experience
from server.advisor.rates import DayRecords, Measurements
from server.domain.branch import Branch
from server.domain.hall import Hall
from server.domain.trail import SERVER
from server.storage.day_pack import DayPack
from server.storage.days import started
from server.storage.event_log import events_after
from server.storage.tables import class_days, events
from server.storage.trail import telling
from server.storage.upsert import insert_into

YEAR = 400  # days read, newest last: older ones have next to no weight
MISSED = 7  # days counted anew from the log: each is as much work as loading the present one


def save_day(connection: Connection, branch_id: str, day: date, records: Mapping[str, ClassDay]) -> None:
    """Writes a day down. Done twice, by whichever process, it is the same."""
    rows = [
        {"branch_id": branch_id, "business_day": day, "counter_class": str(key), "record": record.as_dict()}
        for key, record in sorted(records.items())
    ]
    put, keys = insert_into(connection, class_days), ["branch_id", "business_day", "counter_class"]
    for row in rows:
        with telling(connection, SERVER, "day.learned", class_days, branch_id, **{key: row[key] for key in keys}):
            changing = {"record": put.excluded.record}
            connection.execute(put.on_conflict_do_update(index_elements=keys, set_=changing), row)


def days_of(
    connection: Connection, branch_id: str, limit: int = YEAR, before: date | None = None
) -> list[tuple[date, str, ClassDay]]:
    """(day, class, record) of the last `limit` days (before `before`), the newest last. What another version
    has written in a way that this one cannot read is left out."""
    mine = class_days.c.branch_id == branch_id
    if before is not None:
        mine &= class_days.c.business_day < before
    newest = select(class_days.c.business_day).where(mine).distinct().order_by(class_days.c.business_day.desc())
    rows = connection.execute(
        select(class_days.c.business_day, class_days.c.counter_class, class_days.c.record)
        .where(mine, class_days.c.business_day.in_(newest.limit(limit)))
        .order_by(class_days.c.business_day, class_days.c.counter_class)
    )
    read = ((row.business_day, row.counter_class, class_day_from(row.record)) for row in rows)
    return [(day, key, record) for day, key, record in read if record is not None]


def experience_of(connection: Connection, hall: Hall) -> tuple[Experience, list[tuple[date, DayRecords]]]:
    """What the days before the hall's present one have taught, and those among them that nobody has stored."""
    branch = hall.branch
    experience = Experience()
    rows = days_of(connection, branch.id, before=hall.business_day)
    for day, of_day in groupby(rows, key=lambda row: row[0]):
        experience.learn(day, {key: record for _, key, record in of_day})
    missed = list(_missed_days(connection, branch, hall.day_seq, experience.last_day))
    for day, records in reversed(missed):
        experience.learn(day, records)
    return experience, missed[::-1]


def _missed_days(
    connection: Connection, branch: Branch, before_seq: int, stored: date | None
) -> Iterator[tuple[date, DayRecords]]:
    """The days between the last one stored and the present, the newest first."""
    for _ in range(MISSED):
        found = _day_before(connection, branch.id, before_seq)
        if found is None or (stored is not None and found[0] <= stored):
            return
        day, first_seq = found
        measurements = Measurements(branch)
        for event in events_after(connection, branch.id, first_seq - 1, before_seq - first_seq):
            measurements.apply(event)
        yield day, measurements.day_records(branch.expiry(day))
        before_seq = first_seq


def _day_before(connection: Connection, branch_id: str, seq: int) -> tuple[date, int] | None:
    """The business day before `seq`, and where it begins; it may have been put away."""
    row = connection.execute(
        started(branch_id).where(events.c.seq < seq).order_by(events.c.seq.desc()).limit(1)
    ).first()
    if row is not None:
        return date.fromisoformat(row.body["day"]), row.seq
    pack = DayPack.at(connection, branch_id, seq - 1)
    return None if pack is None else (pack.day, pack.first_seq)
