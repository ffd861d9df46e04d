"""The few statements of every commit as the driver takes them: nothing is compiled, and no type is looked up."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache, lru_cache, partial
from itertools import chain
from typing import Any, NamedTuple, Protocol

import orjson
from sqlalchemy import Connection

from server.domain.events import Event
from server.domain.ticket import FIELDS, Segment, State, Ticket, values_of
from server.domain.trail import Entry
from server.storage.chain import Head
from server.storage.tables import tickets
from server.storage.trail_line import TRAIL, Line

Row = tuple[Any, ...]
MOST_AT_ONCE = 256  # rows: SQLite takes 32,766 values in a statement
NO_ZONE = "a time without a zone cannot be stored"

EVENT = "branch_id, seq, kind, at, actor, ticket_id, body, hash"
ANSWER = "branch_id, actor, key, fingerprint, body, at, seal"
TAKEN = "id, last_seq, epoch, head, trail"
TICKET = ", ".join(FIELDS)
# What a ticket keeps for life; the rest is written anew with every move.
FIXED = {"id", "visit_id", "branch_id", "business_day", "prefix", "serial", "step", "number"}
MOVED = f"ON CONFLICT (id) DO UPDATE SET {', '.join(f'{n} = excluded.{n}' for n in FIELDS if n not in FIXED)}"


class Slot(NamedTuple):
    """What an answer is found by."""

    branch_id: str
    actor: str
    key: str


class KeptAnswer(NamedTuple):
    branch_id: str
    actor: str
    key: str
    fingerprint: str
    body: str


class Taken(NamedTuple):
    """Where a branch stood when its lock was taken."""

    last_seq: int
    epoch: str
    head: Head
    trail: Head


class Reached(NamedTuple):
    """Where a branch stands after what was written."""

    id: str
    last_seq: int
    state: str  # as JSON
    head: str
    trail: str


class Logged(NamedTuple):
    """An event as it is stored: its own words, serialised once, and the hash that ties it to those before."""

    event: Event
    body: bytes
    hash: str


@dataclass(slots=True)
class Writing:
    """All that one commit writes in the few statements that every commit needs, of as many branches as there are."""

    at: datetime
    taken: Mapping[str, Taken] = field(default_factory=dict)
    events: list[Logged] = field(default_factory=list)
    left: list[Ticket] = field(default_factory=list)  # the new state of those who are at no counter
    come: list[Ticket] = field(default_factory=list)  # and of those who are
    answers: list[KeptAnswer] = field(default_factory=list)
    reached: list[Reached] = field(default_factory=list)
    noted: dict[str, list[Entry]] = field(default_factory=dict)  # what the audit trail is to tell, by branch
    trail: list[Line] = field(default_factory=list)


class Rows(Protocol):
    """What is read and written with every commit, in as few statements as can be."""

    def take_branches(self, connection: Connection, ids: Sequence[str]) -> dict[str, Taken]:
        """Locks those there are of these branches; gives where each of them stands."""

    def find_answers(self, connection: Connection, asked: Sequence[Slot]) -> list[KeptAnswer]:
        """Those that are kept of these."""

    def write(self, connection: Connection, writing: Writing) -> None:
        """Two tickets never stand at one counter, not even between statements: those who left it go first."""


def rows_for(connection: Connection) -> Rows:
    return SQLITE if connection.dialect.name == "sqlite" else POSTGRESQL


def text_of(thing: Any) -> str:
    return orjson.dumps(thing).decode()


def seal_of(answer: KeptAnswer, at: datetime) -> str:
    """Of all that is stored of an answer."""
    said = (
        f"{answer.branch_id}\n{answer.actor}\n{answer.key}\n{answer.fingerprint}\n{_text_of_time(at)}\n{answer.body}"
    )
    return hashlib.sha256(said.encode()).hexdigest()


def _taken(rows: Iterable[Any]) -> dict[str, Taken]:
    return {row[0]: Taken(row[1], row[2], Head.kept(row[3]), Head.kept(row[4])) for row in rows}


class SqliteRows:
    """Many rows by one statement: the driver lets other threads run at each, and may wait a millisecond to go on."""

    def take_branches(self, connection: Connection, ids: Sequence[str]) -> dict[str, Taken]:
        # The transaction began with BEGIN IMMEDIATE, so nobody else can write to any branch.
        statement = f"SELECT {TAKEN} FROM branches WHERE id IN (SELECT value FROM json_each(?))"
        return _taken(connection.exec_driver_sql(statement, (text_of(ids),)))

    def find_answers(self, connection: Connection, asked: Sequence[Slot]) -> list[KeptAnswer]:
        statement = """SELECT a.branch_id, a.actor, a.key, a.fingerprint, a.body
FROM json_each(?) AS asked CROSS JOIN answers AS a
WHERE a.branch_id = json_extract(asked.value, '$[0]') AND a.actor = json_extract(asked.value, '$[1]')
AND a.key = json_extract(asked.value, '$[2]')"""
        asked_as = text_of([tuple(slot) for slot in asked])
        return [KeptAnswer(*row) for row in connection.exec_driver_sql(statement, (asked_as,))]

    def write(self, connection: Connection, writing: Writing) -> None:
        put = partial(_insert, connection)
        put(f"INSERT INTO events ({EVENT})", [_event_row(logged) for logged in writing.events])
        for tickets_ in (writing.left, writing.come):
            put(f"INSERT INTO tickets ({TICKET})", [_ticket_row(ticket) for ticket in tickets_], MOVED)
        when = _text_of_time(writing.at)
        sealed = [(*answer, when, seal_of(answer, writing.at)) for answer in writing.answers]
        put(f"INSERT INTO answers ({ANSWER})", sealed)
        put(f"INSERT INTO audit ({TRAIL})", [_trail_row(line) for line in writing.trail])
        for branch in writing.reached:
            statement = "UPDATE branches SET last_seq = ?, state = ?, head = ?, trail = ? WHERE id = ?"
            connection.exec_driver_sql(statement, (*branch[1:], branch.id))


class PostgresqlRows:
    """Each kind of row as one JSON text, taken apart by the database: a parameter in all; and all kinds in one
    statement, for what costs is the way there and back.

    Not in a pipeline: a process that is suspended in the midst of one would keep the branch, for the database does
    not take it for idle in its transaction.
    """

    def take_branches(self, connection: Connection, ids: Sequence[str]) -> dict[str, Taken]:
        # In one order everywhere, or two processes would wait for each other for ever.
        statement = f"""SELECT {TAKEN} FROM branches WHERE id = ANY(%s) ORDER BY id COLLATE "C" FOR UPDATE"""
        return _taken(connection.exec_driver_sql(statement, (list(ids),)))

    def find_answers(self, connection: Connection, asked: Sequence[Slot]) -> list[KeptAnswer]:
        # Each by itself, through the primary key: by a plan that was made while the table was small, and is kept,
        # the whole of it would be read.
        statement = """SELECT a.branch_id, a.actor, a.key, a.fingerprint, a.body::text
FROM unnest(%s::text[], %s::text[], %s::text[]) AS asked (branch_id, actor, key)
CROSS JOIN LATERAL (SELECT * FROM answers
WHERE branch_id = asked.branch_id AND actor = asked.actor AND key = asked.key LIMIT 1) AS a"""
        columns = tuple(list(column) for column in zip(*asked, strict=True))
        return [KeptAnswer(*row) for row in connection.exec_driver_sql(statement, columns)]

    def write(self, connection: Connection, writing: Writing) -> None:
        moved = writing.left + writing.come
        if any(at is not None and at.tzinfo is None for ticket in moved for at in _times_of(ticket)):
            raise ValueError(NO_ZONE)
        if writing.left and writing.come:
            connection.exec_driver_sql(PUT_TICKETS, (text_of(writing.left),))
            moved = writing.come
        if writing.trail:
            connection.exec_driver_sql(PUT_TRAIL, (text_of([line.as_row() for line in writing.trail]),))
        values = (
            text_of([_event_of(logged) for logged in writing.events]),
            text_of([_answer_of(answer, writing.at) for answer in writing.answers]),
            text_of(moved),
            text_of([_branch_of(branch) for branch in writing.reached]),
        )
        connection.exec_driver_sql(PUT_ALL, values)


def _put(table: str, columns: str, more: str = "") -> str:
    source = f"SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s::json)"
    return f"INSERT INTO {table} ({columns}) {source} {more}"


PUT_TICKETS = _put("tickets", TICKET, MOVED)
PUT_TRAIL = _put("audit", TRAIL)
PUT_ALL = f"""WITH put_events AS ({_put("events", EVENT)}), put_answers AS ({_put("answers", ANSWER)}),
put_tickets AS ({PUT_TICKETS})
UPDATE branches SET last_seq = reached.last_seq, state = reached.state, head = reached.head, trail = reached.trail
FROM json_populate_recordset(NULL::branches, %s::json) AS reached WHERE branches.id = reached.id"""


def _event_of(logged: Logged) -> dict[str, Any]:
    event = logged.event
    return {
        "branch_id": event.branch_id,
        "seq": event.seq,
        "kind": event.kind,
        "at": event.at,
        "actor": event.actor,
        "ticket_id": event.ticket.id if event.ticket else None,
        "body": orjson.Fragment(logged.body),
        "hash": logged.hash,
    }


def _answer_of(answer: KeptAnswer, at: datetime) -> dict[str, Any]:
    return {**answer._asdict(), "at": at, "body": orjson.Fragment(answer.body), "seal": seal_of(answer, at)}


def _branch_of(branch: Reached) -> dict[str, Any]:
    return {**branch._asdict(), "state": orjson.Fragment(branch.state)}


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


def _event_row(logged: Logged) -> Row:
    event = logged.event
    ticket_id = event.ticket.id if event.ticket else None
    at = _text_of_time(event.at)
    return event.branch_id, event.seq, event.kind, at, event.actor, ticket_id, logged.body.decode(), logged.hash


def _trail_row(line: Line) -> Row:
    return *line[:2], _text_of_time(line.at), *line[3:]


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
