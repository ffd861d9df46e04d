"""Where a business day lies in the log, and how the hall was set up when it began, however long ago that is."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

import orjson
from sqlalchemy import Connection, Select, String, func, literal_column, select, text

from server.domain.audience import whole
from server.domain.branch import Branch, CounterClass, branch_from
from server.domain.counter import Status, counter_from
from server.domain.events import Event
from server.domain.hall import Hall
from server.storage.day_pack import DamagedDay, DayPack, Json
from server.storage.event_log import events_after
from server.storage.halls import load_hall
from server.storage.tables import SETUP, audit, branches, events

log = logging.getLogger(__name__)

# Written into the statements: with a parameter SQLite would not see that the partial index holds just these.
STARTED = literal_column("'branch.day_started'", String)
AT_REST = {"staff_id": None, "staff_name": None, "since": None, "pause_reason": None}


@dataclass(slots=True)
class Setup:
    """The branch's settings and its counters, as they are stored. Between two days a hall is nothing more: nobody
    is in it, numbers begin again, and all advice has been withdrawn."""

    branch: Json
    counters: dict[str, Json]

    def apply(self, body: Json) -> None:
        if body.get("counter"):
            self.counters[body["counter"]["id"]] = body["counter"]
        if body.get("counters") is not None:
            self.counters = {counter["id"]: counter for counter in body["counters"]}
        if body.get("branch"):
            self.branch = body["branch"]

    def hall(self, epoch: str, seq: int) -> Hall:
        counters = {key: counter_from(counter) for key, counter in self.counters.items()}
        return Hall(branch_from(self.branch), epoch, seq, counters=counters)

    def as_dict(self) -> Json:
        return {"branch": self.branch, "counters": [*self.counters.values()]}

    @classmethod
    def read(cls, stored: Json) -> Self:
        return cls(stored["branch"], {counter["id"]: counter for counter in stored["counters"]})


@dataclass(frozen=True, slots=True)
class LoggedDay:
    """A day's place in the log. The first day of all begins with seq 1; each reaches up to the next one's start."""

    day: date
    first_seq: int
    last_seq: int
    archived: bool


def started_days(connection: Connection, branch_id: str, limit: int | None = None) -> list[tuple[date, int]]:
    """(day, seq of the event that began it) of those that have not been put away, the oldest first."""
    rows = connection.execute(started(branch_id).order_by(events.c.seq).limit(limit))
    return [(date.fromisoformat(row.body["day"]), row.seq) for row in rows]


def started(branch_id: str) -> Select[Any]:
    """What began the days of a branch."""
    return setup_events(branch_id).where(events.c.kind == STARTED)


def setup_events(branch_id: str) -> Select[Any]:
    return select(events.c.seq, events.c.body).where(events.c.branch_id == branch_id, text(SETUP))


def find_day(connection: Connection, branch_id: str, day: date) -> LoggedDay | None:
    """The day, wherever it is now; None if the branch knows of none."""
    days = started_days(connection, branch_id)
    at = next((at for at, (known, _) in enumerate(days) if known == day), None)
    if at is None:
        pack = DayPack.of(connection, branch_id, day)
        return None if pack is None else LoggedDay(day, pack.first_seq, pack.last_seq, archived=True)
    if at + 1 < len(days):
        last = days[at + 1][1] - 1
    else:
        last = connection.execute(select(branches.c.last_seq).where(branches.c.id == branch_id)).scalar_one()
    first = days[at][1]
    if at == 0:  # what stands before the very first beginning belongs to the first day: nothing may be left out
        mine = events.c.branch_id == branch_id
        first = connection.execute(select(func.min(events.c.seq)).where(mine)).scalar_one()
    return LoggedDay(day, first, last, archived=False)


def events_of(connection: Connection, branch_id: str, day: LoggedDay, after: int, limit: int) -> list[Event]:
    """The next events of the day after `after`."""
    after = max(after, day.first_seq - 1)
    limit = min(limit, day.last_seq - after)
    return events_after(connection, branch_id, after, limit) if limit > 0 else []


def hall_before(connection: Connection, branch_id: str, day: LoggedDay) -> Hall:
    """The hall just before the day: with the day's events after it, it goes through the day as it did then."""
    epoch = connection.execute(select(branches.c.epoch).where(branches.c.id == branch_id)).scalar_one()
    pack = DayPack.at(connection, branch_id, day.first_seq) if day.archived else None
    setup = Setup.read(pack.header["start"]) if pack else setup_before(connection, branch_id, day.first_seq)
    return setup.hall(epoch, day.first_seq - 1)


def branch_before(connection: Connection, hall: Hall, happened: Sequence[Event]) -> Branch:
    """The hall's branch as it was before `happened`, its newest events. Whoever counts a day anew begins with it: by
    the settings of now, those called before a change at noon would be judged by what came after it."""
    if all(event.branch is None for event in happened):
        return hall.branch
    return branch_from(setup_before(connection, hall.branch.id, happened[0].seq).branch)


def setup_before(connection: Connection, branch_id: str, seq: int) -> Setup:
    """How the hall was set up before `seq`, which is in the log itself."""
    try:
        pack = DayPack.newest(connection, branch_id)
    except DamagedDay as error:  # the days after it are whole, and must be read and put away all the same
        log.error("how the hall was set up is found from its later changes: %s", error)
        pack = None
    if pack:
        setup = Setup.read(pack.header["end"])
    else:
        setup = _as_installed(connection, branch_id) or _as_found(connection, branch_id)
    for row in connection.execute(setup_events(branch_id).where(events.c.seq < seq).order_by(events.c.seq)):
        setup.apply(row.body)
    return setup


def _as_installed(connection: Connection, branch_id: str) -> Setup | None:
    """As the audit trail tells it; None of a branch that was there before anybody told."""
    mine = audit.c.branch_id == branch_id, audit.c.what.in_(("branch.installed", "found.accepted"))
    told = select(audit.c.after).where(*mine, audit.c.subject == f"branches:{branch_id}").order_by(audit.c.seq.desc())
    begun = (state for state in connection.execute(told).scalars() if state and "counters" in state)
    found = next(begun, None)
    return None if found is None else Setup.read({"branch": found["settings"], "counters": found["counters"]})


def _as_found(connection: Connection, branch_id: str) -> Setup:
    """Where the log begins, found backwards: nobody sat anywhere, and what was changed is as in its first change."""
    hall = load_hall(connection, branch_id)
    present = orjson.loads(orjson.dumps({key: whole(counter) for key, counter in hall.counters.items()}))
    setup, found = Setup(orjson.loads(orjson.dumps(whole(hall.branch))), dict[str, Json]()), False
    for row in connection.execute(setup_events(branch_id).order_by(events.c.seq)):
        if row.body.get("branch") and not found:
            setup.branch, found = row.body["branch"], True
        if row.body.get("counter"):
            setup.counters.setdefault(row.body["counter"]["id"], row.body["counter"])
    for key, counter in (present | setup.counters).items():
        machine = counter["counter_class"] == CounterClass.SELF_SERVICE
        setup.counters[key] = {**counter, **AT_REST, "status": Status.OPEN if machine else Status.CLOSED}
    return setup
