"""Replays the log of a branch, and compares the tables that follow from it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, select

from server.domain.audience import whole
from server.domain.branch import branch_from
from server.domain.counter import counter_from
from server.domain.events import event_from
from server.domain.evolve import evolve
from server.domain.hall import Hall
from server.domain.ticket import Ticket
from server.storage.chain import Head
from server.storage.day_pack import DayPack
from server.storage.halls import state_of
from server.storage.tables import branches, counters, tickets
from server.storage.told_tables import Json, as_stored
from server.storage.verifying.findings import Finding, unlike

BY = "the log"
PIECE = 2000  # tickets


class Replay:
    """A branch from its installation on, with every event that is put into it."""

    def __init__(self, begun: Json) -> None:
        there = {one["id"]: counter_from(one) for one in begun["counters"]}
        self.hall = Hall(branch_from(begun["settings"]), "")
        for key, counter in there.items():
            self.hall.counters[key] = counter
        self.settings = begun["settings"]  # as stored: what a later version adds to them is not there yet
        self.tickets: dict[str, Ticket] = {}
        self._day: DayPack | None = None

    def apply(self, body: Json, pack: DayPack | None) -> None:
        """Raises what the rules raise where the event cannot have happened."""
        if self._day is not None and (pack is None or pack.first_seq != self._day.first_seq):
            self._put_away(self._day)
        self._day = pack
        event = event_from(body)
        evolve(self.hall, event)
        if event.ticket is not None:
            self.tickets[event.ticket.id] = event.ticket
        self.settings = body.get("branch") or self.settings

    def _put_away(self, pack: DayPack) -> None:
        """The tickets of a day go where its events go."""
        over = [key for key, one in self.tickets.items() if one.business_day == pack.day and not one.open]
        for key in over:
            del self.tickets[key]


def compared(connection: Connection, branch_id: str, replay: Replay, head: Head) -> Iterator[Finding]:
    """What the tables say otherwise than the log. `head` is where its chain has come to."""
    hall = replay.hall
    row = connection.execute(select(branches).where(branches.c.id == branch_id)).one()
    found = {
        "last_seq": row.last_seq,
        "head": str(Head.kept(row.head)),
        "settings": row.settings,
        **{f"state.{name}": value for name, value in _state(row.state, hall).items()},
    }
    expected = {
        "last_seq": hall.seq,
        "head": str(head),
        "settings": replay.settings,
        **{f"state.{name}": value for name, value in _state(as_stored(state_of(hall)), hall).items()},
    }
    if hall.seq == 0 and row.state == {}:
        expected = {name: value for name, value in expected.items() if not name.startswith("state.")}
    yield from unlike("branches", branch_id, found, expected, BY)
    if hall.seq:
        unknown = sorted(found.keys() - expected)
        yield from (Finding("branches", branch_id, f"{name} is nothing the log knows") for name in unknown)
    yield from _counters(connection, branch_id, hall)
    yield from _tickets(connection, branch_id, replay.tickets)


def _state(state: Json, hall: Hall) -> Json:
    """Tallies that have counted nothing may be there or not: whoever looks at one makes it."""
    known = {name: value for name, value in state.items() if name != "tallies"}
    for later in ("unscored", "blocks", "devices", "announcements"):  # a server of the version before writes none
        known.setdefault(later, {})
    tallies = state.get("tallies", {})
    return known | {"tallies": {key: one for key, one in tallies.items() if any(one.values())}}


def _counters(connection: Connection, branch_id: str, hall: Hall) -> Iterator[Finding]:
    left = dict(hall.counters)
    for row in connection.execute(select(counters).where(counters.c.branch_id == branch_id)):
        counter = left.pop(row.id, None)
        if counter is None:
            yield Finding("counters", row.id, "the log knows no such counter")
        else:
            yield from unlike("counters", row.id, as_stored(dict(row._mapping)), as_stored(whole(counter)), BY)
    yield from (Finding("counters", key, "it is missing") for key in left)


def _tickets(connection: Connection, branch_id: str, expected: dict[str, Ticket]) -> Iterator[Finding]:
    left, after = dict(expected), ""
    while True:
        page = select(tickets).where(tickets.c.branch_id == branch_id, tickets.c.id > after).order_by(tickets.c.id)
        rows: Any = connection.execute(page.limit(PIECE)).all()
        for row in rows:
            ticket = left.pop(row.id, None)
            if ticket is None:
                yield Finding("tickets", row.id, "the log knows no such ticket")
            else:
                yield from unlike("tickets", row.id, as_stored(dict(row._mapping)), as_stored(whole(ticket)), BY)
        if len(rows) < PIECE:
            break
        after = rows[-1].id
    yield from (Finding("tickets", key, "it is missing") for key in left)
