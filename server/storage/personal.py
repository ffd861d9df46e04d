"""What is personal: sealed, kept apart from tickets and log, found again by marks, and taken away in time."""

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from sqlalchemy import Connection, Engine, delete, or_, select

from server.domain.branch import Branch
from server.domain.personal import A_DAY, KINDS, Personal, alike, erased_on, last_day_over
from server.domain.ticket import Ticket
from server.domain.trail import SERVER, Entry, Who
from server.storage.seal import Seal
from server.storage.tables import audit, personal, tickets
from server.storage.trail import append, telling
from server.storage.upsert import insert_into
from server.storage.visits import tickets_of

MOST_FOUND = 200  # visits that are shown at once
MOST_SEEN = 10_000  # of who saw what, as far as it is remembered; after that it is told again
AT_ONCE = 100  # rows that are erased in one go: presses of the hall wait meanwhile


@dataclass(frozen=True, slots=True)
class Found:
    """One ticket of a customer who was looked for."""

    ticket: Ticket
    person: Personal
    erase_on: date


class PersonalRecords:
    """One row a visit, under the id of its first ticket, so that who goes on to a second service stays known. Each
    method is for a thread, and may raise the Refusals of the seal."""

    def __init__(self, engine: Engine, reader: Engine, seal: Seal) -> None:
        self._engine, self._reader, self._seal = engine, reader, seal
        self._seen: set[tuple[str, str, str]] = set()
        self.traces = threading.Event()  # that something which is gone may still stand in the file: `leave_no_trace`

    def fingerprint(self, person: Personal, key: str) -> str:
        """Of what was asked by this key: the same for a retry, another for the next ticket of the same customer, and
        nobody can try names and numbers out on it."""
        return self._seal.mark("asked", f"{key}\0{_text_of(person)}")

    def note(self, branch: Branch, ticket: Ticket, person: Personal, now: datetime, who: Who = SERVER) -> date | None:
        """In place of what was noted before. Gives from which business day on it is kept no more; None where nothing
        is kept, for nothing is said, or the day is over by now."""
        key = {"ticket_id": ticket.visit_id}
        until = erased_on(branch, ticket)
        row: dict[str, Any] = {}
        if person and until > last_day_over(branch, now) + A_DAY:
            row = {**key, "branch_id": branch.id, "erase_on": until, "made_at": now}
            row |= _hidden(self._seal, ticket.visit_id, person)
        with (
            self._engine.begin() as connection,
            telling(connection, who, "customer.noted", personal, branch.id, **key),
        ):
            mine = select(personal.c.ticket_id).where(personal.c.ticket_id == ticket.visit_id)
            replacing = connection.execute(mine).first() is not None
            if not row:
                connection.execute(delete(personal).where(personal.c.ticket_id == ticket.visit_id))
            else:
                statement = insert_into(connection, personal).values(row)
                changing = {name: statement.excluded[name] for name in row if name != "ticket_id"}
                connection.execute(
                    statement.on_conflict_do_update(index_elements=personal.primary_key, set_=changing)
                )
        if replacing:
            self.traces.set()  # the caretaker's: nobody who corrects a name waits for it
        return until if row else None

    def note_late(
        self, branch: Branch, ticket: Ticket, person: Personal, now: datetime, who: Who = SERVER
    ) -> date | None:
        """What comes again counts where nothing was ever noted: what was corrected or erased meanwhile stays so."""
        told = audit.c.branch_id == branch.id, audit.c.subject == f"{personal.name}:{ticket.visit_id}"
        with self._reader.begin() as connection:
            if connection.execute(select(audit.c.seq).where(*told).limit(1)).first() is not None:
                return None
        return self.note(branch, ticket, person, now, who)

    def see(self, ticket: Ticket, who: Who) -> Personal | None:
        """Who it is, or None where nobody said. That they looked is told before they are answered, once a person
        and visit as far as this process remembers."""
        with self._reader.begin() as connection:
            mine = personal.c.ticket_id == ticket.visit_id, personal.c.branch_id == ticket.branch_id
            sealed = connection.execute(select(personal.c.sealed).where(*mine)).scalar_one_or_none()
        if sealed is None:
            return None
        person = self._opened(ticket.visit_id, sealed)
        look = who.kind, who.id, ticket.visit_id
        if look not in self._seen:
            self._tell([Entry(ticket.branch_id, who, "customer.seen", ticket.id)])
            if len(self._seen) >= MOST_SEEN:
                self._seen.clear()
            self._seen.add(look)
        return person

    def find(self, branch_id: str, kind: str, text: str, who: Who, *, exporting: bool = False) -> list[Found]:
        """All tickets of whoever gave this name, telephone number or card, the newest first. The trail is told who
        looked, by what, and how many there were: which ones would tie who is erased later to who stays."""
        said = alike(kind, text)
        if not said:
            return []
        marks = self._seal.marks(kind, said)
        with self._reader.begin() as connection:
            wanted = personal.c.branch_id == branch_id, personal.c[f"{kind}_mark"].in_(marks)
            newest = select(personal).where(*wanted).order_by(personal.c.made_at.desc()).limit(MOST_FOUND)
            rows = connection.execute(newest).all()
            visits = tickets_of(connection, branch_id, {row.ticket_id: row.made_at for row in rows})
        found = [
            Found(ticket, self._opened(row.ticket_id, row.sealed), row.erase_on)
            for row in rows
            for ticket in visits.get(row.ticket_id, ())
        ]
        what = "customer.exported" if exporting else "customer.found"
        told = {"by": kind, "found": len({one.ticket.id for one in found})}
        self._tell([Entry(branch_id, who, what, kind, None, told)])
        return found

    def erase(self, branch_id: str, ticket_ids: Sequence[str], who: Who) -> list[str]:
        """Takes away what is known of the visits that these tickets belong to; the tickets stay, and are anybody's.
        Gives the ids of the visits of which something was known. Needs no key."""
        with self._engine.begin() as connection:
            mine = tickets.c.branch_id == branch_id, tickets.c.id.in_(ticket_ids)
            visits = {*ticket_ids, *connection.execute(select(tickets.c.visit_id).where(*mine)).scalars()}
            known = select(personal.c.ticket_id).where(
                personal.c.branch_id == branch_id, personal.c.ticket_id.in_(visits)
            )
            found = sorted(connection.execute(known).scalars())
            _erase(connection, branch_id, found, "customer.erased", who)
        if found:
            self.traces.set()  # the caretaker tries again: somebody may still read what was there
            leave_no_trace(self._engine)
        return found

    def _opened(self, visit_id: str, sealed: str) -> Personal:
        return _person_of(self._seal.open_own(sealed, _about(visit_id)))

    def _tell(self, entries: Iterable[Entry]) -> None:
        with self._engine.begin() as connection:
            append(connection, entries)


def hidden_anew(seal: Seal, visit_id: str, sealed: str) -> dict[str, Any]:
    """The columns of a row, sealed and marked with the newest key. Raises SealBroken."""
    return _hidden(seal, visit_id, _person_of(seal.open(sealed, _about(visit_id))))


def _hidden(seal: Seal, visit_id: str, person: Personal) -> dict[str, Any]:
    said = {kind: alike(kind, getattr(person, kind)) for kind in KINDS}
    marks = {f"{kind}_mark": seal.mark(kind, text) if text else None for kind, text in said.items()}
    return {"sealed": seal.seal(_text_of(person), _about(visit_id)), **marks}


def forget_due(engine: Engine, branch: Branch, now: datetime, limit: int = AT_ONCE) -> int:
    """Erases what is kept no longer, at most so many visits at once; how many it were. Either what was said when it
    was noted has come, or what the branch says now: a manager who keeps less keeps less of what is there, too."""
    over = last_day_over(branch, now)
    last = over - timedelta(days=branch.keep_personal_days)  # the newest day of which nothing is kept
    after = datetime.combine(last + A_DAY, time(), ZoneInfo(branch.time_zone))
    own_day = or_(
        (tickets.c.business_day <= last) & (tickets.c.appointment_at.is_(None) | (tickets.c.appointment_at < after)),
        tickets.c.id.is_(None) & (personal.c.made_at < after),  # its day was put away
    )
    due = (
        select(personal.c.ticket_id)
        .outerjoin(tickets, tickets.c.id == personal.c.ticket_id)
        .where(personal.c.branch_id == branch.id, or_(personal.c.erase_on <= over + A_DAY, own_day))
        .limit(limit)
    )
    with engine.begin() as connection:
        found = sorted(connection.execute(due).scalars())
        _erase(connection, branch.id, found, "customer.forgotten", SERVER)
    return len(found)


def _erase(connection: Connection, branch_id: str, visit_ids: Iterable[str], what: str, who: Who) -> None:
    for visit_id in visit_ids:
        with telling(connection, who, what, personal, branch_id, ticket_id=visit_id):
            connection.execute(delete(personal).where(personal.c.ticket_id == visit_id))


def leave_no_trace(engine: Engine, patience_ms: int = 200) -> bool:
    """SQLite keeps what was written lately in a second file for a while: empties it. False where somebody still
    reads what was there before, or the disk has no room: then it is to be tried again. Elsewhere the database sees to
    it."""
    if engine.dialect.name != "sqlite":
        return True
    connection = engine.raw_connection()
    try:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={patience_ms}")  # presses wait as long as this does
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        answer = cursor.fetchone()
    except sqlite3.OperationalError:
        return False
    finally:
        connection.detach()  # with its impatience
        connection.close()
    return answer is not None and not answer[0]


def _about(visit_id: str) -> str:
    return f"personal:{visit_id}"


def _person_of(text: str) -> Personal:
    return Personal(**orjson.loads(text))


def _text_of(person: Personal) -> str:
    return orjson.dumps(person, option=orjson.OPT_SORT_KEYS).decode()
