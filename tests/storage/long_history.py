"""Years of history in a database, quickly: days as the rules would have made them, written in bulk."""

import itertools
import random
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import orjson
import psycopg
from sqlalchemy import Engine, update

from server.domain.audience import whole
from server.domain.counter import Counter, Status
from server.domain.events import Event, because
from server.domain.hall import Hall
from server.domain.ticket import Segment, State, Ticket
from server.storage.chain import Head
from server.storage.halls import load_hall, state_of
from server.storage.tables import branches, events, tickets

Row = tuple[Any, ...]
Pieces = Iterator[tuple[list[Row], list[Row]]]  # rows of events, rows of tickets
Progress = Callable[[int], object]  # told of how many tickets are written

OPENS_S, OPEN_S = 1800, 30000  # of the day, in UTC: the branches of the tests are in China
COLUMNS = tuple(tickets.c.keys())
NOON = datetime(2001, 1, 1, tzinfo=UTC)
MISSED_EVERY = 20  # one in so many never comes
LOGGED = {"issued": State.WAITING, "called": State.CALLED, "completed": State.COMPLETED, "no_show": State.NO_SHOW}


def load(
    engine: Engine, branch_ids: Sequence[str], number: int, *, per_day: int, until: date, told: Progress = id
) -> None:
    """So many finished tickets, `per_day` in each branch, on the days that end with `until`; three events each."""
    days = max(1, number // (per_day * len(branch_ids)))
    with engine.begin() as connection:
        pasts = [_Past(load_hall(connection, branch_id), per_day) for branch_id in branch_ids]
    engine.dispose()  # SQLite leaves its journal alone while anybody else is there
    write = _write_sqlite if engine.dialect.name == "sqlite" else _write_postgresql
    write(engine, itertools.chain.from_iterable(past.days(until, days) for past in pasts), told)
    with engine.begin() as connection:
        for past in pasts:
            hall = past.hall
            there = update(branches).where(branches.c.id == hall.branch.id)
            connection.execute(there.values(last_seq=hall.seq, state=state_of(hall), head=str(past.head)))


class _Past:
    """One branch's past. Its tickets are all of its first queue, and one counter serves them."""

    def __init__(self, hall: Hall, per_day: int) -> None:
        self.hall = hall
        self.head = Head(hall.seq)
        self._counter = next(iter(hall.counters.values()))
        self._random = random.Random(hall.branch.id)
        ticket = _template(hall, self._counter)
        lines = {what: _event_template(hall, ticket, what, state) for what, state in LOGGED.items()}
        step = OPEN_S / per_day
        self._lives = []
        for at in range(per_day):
            clock = [_clock(OPENS_S + step * (at + n / 3)) for n in range(3)]
            self._lives.append(_Life(ticket, self._counter, lines, at, clock))

    def days(self, until: date, number: int) -> Pieces:
        """(rows of events, rows of tickets), day by day; then the hall is as at the end of the last one."""
        seq = self.hall.seq
        for back in reversed(range(number)):
            day = until - timedelta(days=back)
            logged, made = self._setup(day, seq), list[Row]()
            seq += len(logged)
            for life in self._lives:
                made.append(
                    life.on(str(day), f"{self.hall.branch.id}.{self._random.getrandbits(96):024x}", seq, logged)
                )
                seq += len(life.lines)
            self.hall.day_seq = logged[0][1]
            yield [self._tied(row) for row in logged], made
        self.hall.seq, self.hall.business_day = seq, until
        self.hall.last_at = datetime.combine(until, time(9), UTC)

    def _tied(self, row: Row) -> Row:
        """With the hash that ties it to the one before, as the writer does it."""
        self.head = self.head.to(row[-1].encode())
        return (*row, self.head.hash)

    def _setup(self, day: date, seq: int) -> list[Row]:
        at = datetime.combine(day, time(), UTC)
        there = replace(self._counter, status=Status.OPEN, staff_id="teller-1", staff_name="Li Wei", since=at)
        parts: list[dict[str, Any]] = [{"day": day}, {"counter": there}]
        kinds = ("branch.day_started", "counter.opened")
        logged = [
            _event(self.hall, seq + n, kind, at, **part)
            for n, (kind, part) in enumerate(zip(kinds, parts, strict=True), 1)
        ]
        return [
            (e.branch_id, e.seq, e.kind, f"{day} 00:00:00.000000", e.actor, None, orjson.dumps(whole(e)).decode())
            for e in logged
        ]


class _Life:
    """One ticket's day, the same every day: made ready once, for there will be millions."""

    def __init__(
        self, ticket: Ticket, counter: Counter, lines: dict[str, str], at: int, clock: Sequence[str]
    ) -> None:
        last = "no_show" if at % MISSED_EVERY == 0 else "completed"
        number = f"{ticket.prefix}{at + 1:03}"
        left = {"id": "%(id)s", "day": "%(day)s", "seq": "%(seq)s", "serial": at + 1, "number": number}
        left |= {f"t{n}": f"%(day)sT{clock[n]}+00:00" for n in range(3)}
        self.branch_id = ticket.branch_id
        self.lines = [
            (f"ticket.{what}", f" {clock[n]}.000000", lines[what] % (left | {"at": left[f"t{n}"]}))
            for n, what in enumerate(("issued", "called", last))
        ]
        came, called, ended = (f"%(day)s {one}.000000" for one in clock)
        known = whole(ticket) | {
            "id": "%(id)s",
            "visit_id": "%(id)s",
            "business_day": "%(day)s",
            "serial": at + 1,
            "number": number,
            "later_services": "[]",
            "segment": "ordinary",
            "state": LOGGED[last].value,
            **dict.fromkeys(("issued_at", "arrived_at", "order_at"), came),
            "called_at": called,
            "ended_at": ended,
            "counter_id": counter.id,
            "calls": 1,
        }
        values = [known[name] for name in COLUMNS]
        self._fixed = values
        self._open = [at for at, value in enumerate(values) if isinstance(value, str) and "%(" in value]

    def on(self, day: str, ticket_id: str, seq: int, logged: list[Row]) -> Row:
        """The ticket's row of that day; what happened to it goes to `logged`."""
        told: dict[str, Any] = {"id": ticket_id, "day": day}
        for kind, clock, line in self.lines:
            seq += 1
            told["seq"] = seq
            logged.append((self.branch_id, seq, kind, day + clock, "teller:teller-1", ticket_id, line % told))
        row = self._fixed.copy()
        for at in self._open:
            row[at] %= told
        return tuple(row)


def _clock(second: float) -> str:
    return f"{timedelta(seconds=int(second))!s:0>8}"


def _template(hall: Hall, counter: Counter) -> Ticket:
    queue_id = next(entry.queue_id for entry in counter.profile)
    service = next(service for service in hall.branch.services.values() if service.queue_id == queue_id)
    return Ticket(
        id="@id@",
        visit_id="@id@",
        branch_id=hall.branch.id,
        business_day=NOON.date(),
        prefix=hall.branch.queues[queue_id].prefix,
        serial=1,
        step=1,
        number="@number@",
        service_id=service.id,
        later_services=(),
        queue_id=queue_id,
        segment=Segment.ORDINARY,
        state=State.WAITING,
        issued_at=NOON,
        arrived_at=NOON,
        order_at=NOON,
        ahead=3,
        quote_p10_s=100.5,
        quote_p50_s=412.25,
        quote_p90_s=1203.75,
        quote_by="queue_length",
    )


def _event_template(hall: Hall, ticket: Ticket, what: str, state: State) -> str:
    """The event's JSON, as the server writes it, with `%(name)s` for what differs."""
    reason = because("no_answer", seconds=60) if what == "no_show" else None
    told = orjson.loads(orjson.dumps(whole(_event(hall, 1, f"ticket.{what}", NOON, ticket=ticket, reason=reason))))
    of_ticket: dict[str, Any] = {"state": state.value, "business_day": "@day@", "serial": "#serial#"}
    of_ticket |= dict.fromkeys(("issued_at", "arrived_at", "order_at"), "@t0@")
    if what != "issued":
        of_ticket |= {"called_at": "@t1@", "counter_id": next(iter(hall.counters)), "calls": 1}
    if what in {"completed", "no_show"}:
        of_ticket |= {"ended_at": "@t2@"}
    told |= {"id": f"{hall.branch.id}:{hall.epoch}:@seq@", "seq": "#seq#", "at": "@at@"}
    told["ticket"] |= of_ticket
    line = orjson.dumps(told).decode()
    assert "%" not in line, "what is filled in twice has no other use for a per cent sign"
    return re.sub(r"@(\w+)@", r"%(\1)s", re.sub(r'"#(\w+)#"', r"%(\1)s", line))


def _event(hall: Hall, seq: int, kind: str, at: datetime, **part: Any) -> Event:
    name = f"{hall.branch.id}:{hall.epoch}:{seq}"
    return Event(name, hall.branch.id, seq, kind, at, "teller:teller-1", 1, **part)


def _write_sqlite(engine: Engine, pieces: Pieces, told: Progress) -> None:
    """Without the indexes that keep no row out, which are made at the end, and without waiting for the disk: what
    is lost with the power is made again."""
    connection = sqlite3.connect(str(engine.url.database), isolation_level=None)
    for pragma in ("synchronous=OFF", "cache_size=-400000", "journal_mode=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    of_both = "type = 'index' AND sql NOT NULL AND tbl_name IN ('events', 'tickets')"
    dropped = connection.execute(f"SELECT name, sql FROM sqlite_master WHERE {of_both}").fetchall()
    for name, _ in dropped:
        connection.execute(f"DROP INDEX {name}")
    connection.execute("BEGIN")
    done = 0
    for logged, made in pieces:
        for table, rows in ((tickets, made), (events, logged)):
            marks = ", ".join("?" * len(table.c))
            connection.executemany(f"INSERT INTO {table.name} ({', '.join(table.c.keys())}) VALUES ({marks})", rows)
        done += len(made)
        told(done)
    connection.execute("COMMIT")
    for _, how in dropped:
        connection.execute(how)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.close()


def _write_postgresql(engine: Engine, pieces: Pieces, told: Progress) -> None:
    """By COPY, without any index, which are all made at the end."""
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET TIME ZONE 'UTC'; SET synchronous_commit = off; SET maintenance_work_mem = '512MB'")
        made_again = connection.execute(
            "SELECT c.conname, c.conrelid::regclass::text, pg_get_constraintdef(c.oid) FROM pg_constraint c"
            " WHERE c.contype IN ('p', 'u') AND c.conrelid IN ('events'::regclass, 'tickets'::regclass)"
        ).fetchall()
        for name, table, _ in made_again:
            connection.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        indexes = connection.execute(
            "SELECT indexname, indexdef FROM pg_indexes WHERE tablename IN ('events', 'tickets')"
        ).fetchall()
        for name, _ in indexes:
            connection.execute(f"DROP INDEX {name}")
        done = 0
        while some := list(itertools.islice(pieces, 20)):
            for table, at in ((tickets, 1), (events, 0)):
                into = f"COPY {table.name} ({', '.join(table.c.keys())}) FROM STDIN"
                with connection.cursor().copy(into) as copy:
                    copy.write("".join(_line(row) for piece in some for row in piece[at]))
            done += sum(len(made) for _, made in some)
            told(done)
        for name, table, how in made_again:
            connection.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {how}")
        for _, how in indexes:
            connection.execute(how)
        connection.execute("VACUUM ANALYZE events, tickets")


def _line(row: Row) -> str:
    """A row as COPY reads it. Of all that is written here only JSON could hold a backslash, and does not."""
    return "\t".join(["\\N" if value is None else str(value) for value in row]) + "\n"
