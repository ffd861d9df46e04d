"""The few statements of every commit as the driver takes them: nothing is compiled, and no type is looked up."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from functools import cache, lru_cache
from itertools import chain
from typing import Any, NamedTuple, Protocol

import orjson
from sqlalchemy import Connection

from server.domain.events import Event
from server.domain.ticket import FIELDS, Segment, State, Ticket, values_of
from server.storage.tables import tickets

Row = tuple[Any, ...]
MOST_AT_ONCE = 256  # rows: SQLite takes 32,766 values in a statement
NO_ZONE = "a time without a zone cannot be stored"

EVENT = "branch_id, seq, kind, at, actor, ticket_id, body"
ANSWER = "branch_id, actor, key, fingerprint, body, at"
TICKET = ", ".join(FIELDS)
# What a ticket keeps for life; the rest is written anew with every move.
FIXED = {"id", "visit_id", "branch_id", "business_day", "prefix", "serial", "step", "number"}
MOVED = f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{n} = excluded.{n}' for n in FIELDS if n not in FIXED)}"


class KeptAnswer(NamedTuple):
    actor: str
    key: str
    fingerprint: str
    body: str


class Rows(Protocol):
    """What is written and read with every commit, in one statement each."""

    def take_branch(self, connection: Connection, branch_id: str) -> tuple[int, str] | None:
        """Locks the branch; gives its newest seq and its epoch."""

    def save_branch(self, connection: Connection, branch_id: str, seq: int, state: str) -> None: ...

    def find_answers(
        self, connection: Connection, branch_id: str, slots: Sequence[tuple[str, str]]
    ) -> list[KeptAnswer]:
        """Those that are kept of these (actor, key)."""

    def add_answers(
        self, connection: Connection, branch_id: str, found: Sequence[KeptAnswer], at: datetime
    ) -> None: ...

    def add_events(self, connection: Connection, events: Sequence[Event]) -> None: ...

    def put_tickets(self, connection: Connection, moved: Sequence[Ticket]) -> None:
        """New ones, and the new state of those that are there."""


def rows_for(connection: Connection) -> Rows:
    return SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL


def text_of(thing: Any) -> str:
    return orjson.dumps(thing).decode()


class SqliteRows:
    """Many rows by one statement: the driver lets other threads run at each, and may wait a millisecond to go on."""

    def take_branch(self, connection: Connection, branch_id: str) -> tuple[int, str] | None:
        # The transaction began with BEGIN IMMEDIATE, so nobody else can write to any branch.
        statement = "SELECT last_seq, epoch FROM branches WHERE id = ?"
        row = connection.exec_driver_sql(statement, (branch_id,)).one_or_none()
        return None if row is None else (row[0], row[1])

    def save_branch(self, connection: Connection, branch_id: str, seq: int, state: str) -> None:
        statement = "UPDATE branches SET last_seq = ?, state = ? WHERE id = ?"
        connection.exec_driver_sql(statement, (seq, state, branch_id))

    def find_answers(
        self, connection: Connection, branch_id: str, slots: Sequence[tuple[str, str]]
    ) -> list[KeptAnswer]:
        statement = """SELECT a.actor, a.key, a.fingerprint, a.body FROM json_each(?) AS asked CROSS JOIN answers AS a
WHERE a.branch_id = ? AND a.actor = json_extract(asked.value, '$[0]') AND a.key = json_extract(asked.value, '$[1]')"""
        rows = connection.exec_driver_sql(statement, (text_of(slots), branch_id))
        return [KeptAnswer(*row) for row in rows]

    def add_answers(self, connection: Connection, branch_id: str, found: Sequence[KeptAnswer], at: datetime) -> None:
        when = _text_of_time(at)
        rows = [(branch_id, one.actor, one.key, one.fingerprint, one.body, when) for one in found]
        _insert(connection, f"INSERT INTO answers ({ANSWER})", rows)

    def add_events(self, connection: Connection, events: Sequence[Event]) -> None:
        _insert(connection, f"INSERT INTO events ({EVENT})", [_event_row(event) for event in events])

    def put_tickets(self, connection: Connection, moved: Sequence[Ticket]) -> None:
        _insert(connection, f"INSERT INTO tickets ({TICKET})", [_ticket_row(ticket) for ticket in moved], MOVED)


class PostgresqlRows:
    """Each kind of row as one JSON text, taken apart by the database: a parameter in all.

    Not in a pipeline: a process that is suspended in the midst of one would keep the branch, for the database does
    not take it for idle in its transaction.
    """

    def take_branch(self, connection: Connection, branch_id: str) -> tuple[int, str] | None:
        statement = "SELECT last_seq, epoch FROM branches WHERE id = %s FOR UPDATE"
        row = connection.exec_driver_sql(statement, (branch_id,)).one_or_none()
        return None if row is None else (row[0], row[1])

    def save_branch(self, connection: Connection, branch_id: str, seq: int, state: str) -> None:
        statement = "UPDATE branches SET last_seq = %s, state = %s WHERE id = %s"
        connection.exec_driver_sql(statement, (seq, state, branch_id))

    def find_answers(
        self, connection: Connection, branch_id: str, slots: Sequence[tuple[str, str]]
    ) -> list[KeptAnswer]:
        # By two arrays: the planner then goes through the primary key once for each pair, whatever it has learnt.
        statement = """SELECT a.actor, a.key, a.fingerprint, a.body::text
FROM unnest(%s::text[], %s::text[]) AS asked (actor, key)
CROSS JOIN LATERAL (SELECT * FROM answers WHERE branch_id = %s AND actor = asked.actor AND key = asked.key) AS a"""
        asked = [slot[0] for slot in slots], [slot[1] for slot in slots]
        return [KeptAnswer(*row) for row in connection.exec_driver_sql(statement, (*asked, branch_id))]

    def add_answers(self, connection: Connection, branch_id: str, found: Sequence[KeptAnswer], at: datetime) -> None:
        rows = [
            {**one._asdict(), "branch_id": branch_id, "at": at, "body": orjson.Fragment(one.body)} for one in found
        ]
        self._all(connection, "answers", ANSWER, rows)

    def add_events(self, connection: Connection, events: Sequence[Event]) -> None:
        rows = [
            {
                "branch_id": event.branch_id,
                "seq": event.seq,
                "kind": event.kind,
                "at": event.at,
                "actor": event.actor,
                "ticket_id": event.ticket.id if event.ticket else None,
                "body": event,
            }
            for event in events
        ]
        self._all(connection, "events", EVENT, rows)

    def put_tickets(self, connection: Connection, moved: Sequence[Ticket]) -> None:
        if any(at is not None and at.tzinfo is None for ticket in moved for at in _times_of(ticket)):
            raise ValueError(NO_ZONE)
        self._all(connection, "tickets", TICKET, moved, MOVED)

    def _all(self, connection: Connection, table: str, columns: str, rows: Sequence[Any], more: str = "") -> None:
        if rows:
            source = f"SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json)"
            connection.exec_driver_sql(f"INSERT INTO {table} ({columns}) {source} {more}", (text_of(rows),))


SQLITE, POSTGRESQL = SqliteRows(), PostgresqlRows()


def _insert(connection: Connection, into: str, rows: list[Row], more: str = "") -> None:
    """By numbers of rows that are powers of two: the driver remembers a statement by its text, and these are few."""
    at = 0
    while at < len(rows):
        number = min(MOST_AT_ONCE, 1 << (len(rows) - at).bit_length() - 1)
        values = tuple(chain.from_iterable(rows[at : at + number]))
        connection.exec_driver_sql(_many(into, more, number, len(rows[0])), values)
        at += number


@cache
def _many(into: str, more: str, number: int, width: int) -> str:
    row = f"({', '.join('?' * width)})"
    return f"{into} VALUES {', '.join([row] * number)} {more}"


def _event_row(event: Event) -> Row:
    ticket_id = event.ticket.id if event.ticket else None
    at = _text_of_time(event.at)
    return event.branch_id, event.seq, event.kind, at, event.actor, ticket_id, text_of(event)


# A driver knows plain text, not our names for it.
_PLAIN: dict[Any, str] = {**{state: state.value for state in State}, **{one: one.value for one in Segment}}
_BUSINESS_DAY, _LATER = FIELDS.index("business_day"), FIELDS.index("later_services")
_SEGMENT, _STATE = FIELDS.index("segment"), FIELDS.index("state")
_TIMES = [
    FIELDS.index(name)
    for name in ("issued_at", "arrived_at", "order_at", "called_at", "started_at", "ended_at", "appointment_at")
]


def _ticket_row(ticket: Ticket) -> Row:
    """In the order of the ticket's own fields."""
    row = list(values_of(ticket))
    row[_BUSINESS_DAY] = _text_of_day(row[_BUSINESS_DAY])
    row[_LATER] = text_of(row[_LATER]) if row[_LATER] else "[]"
    row[_SEGMENT], row[_STATE] = _PLAIN[row[_SEGMENT]], _PLAIN[row[_STATE]]
    for index in _TIMES:
        if row[index] is not None:
            row[index] = _text_of_time(row[index])
    return tuple(row)


def _times_of(ticket: Ticket) -> Iterable[datetime | None]:
    values = values_of(ticket)
    return (values[index] for index in _TIMES)


@lru_cache(maxsize=4096)  # the times of a batch are few
def _text_of_time(value: datetime) -> str:
    """As SQLAlchemy writes it: in UTC without a zone, and always with microseconds, so that texts sort as times."""
    if value.tzinfo is None:
        raise ValueError(NO_ZONE)
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


@lru_cache(maxsize=64)
def _text_of_day(value: date) -> str:
    return value.isoformat()


assert set(FIELDS) == {column.name for column in tickets.c}, "a ticket's fields are its columns"
