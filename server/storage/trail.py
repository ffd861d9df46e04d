"""Writes the audit trail beside what it tells of, in the same transaction, and reads it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Table, Text, cast, func, insert, literal, or_, select, update

from server.domain.trail import INSTALLATION, Entry, Who
from server.storage.chain import Head
from server.storage.tables import audit, branches, installation, staff_roles
from server.storage.told_tables import Json, subject_of, told_of
from server.storage.trail_line import lines_of
from server.storage.upsert import insert_into

THE_ONE = {"id": 1}
OF_A_BRANCH = ("staff_roles", "staff_skills")  # tables whose rows are of a person and a branch
OF_A_PERSON = ("invitations", "sessions", "passkeys", "outside_ids")


def append(connection: Connection, entries: Iterable[Entry], at: datetime | None = None) -> None:
    """Locks each chain that is written to until the transaction ends: the branches' in order, as the writer does,
    and the installation's last. `at`: the real time; default: now. LookupError where there is no such branch."""
    moment = at or datetime.now(UTC)
    by_chain: dict[str, list[Entry]] = {}
    for entry in entries:
        by_chain.setdefault(entry.branch_id, []).append(entry)
    for chain in sorted(by_chain, key=lambda one: (one == INSTALLATION, one)):
        lines, head = lines_of(locked(connection, chain), by_chain[chain], moment)
        rows = [{**line._asdict(), "before": _read(line.before), "after": _read(line.after)} for line in lines]
        connection.execute(insert(audit), rows)
        if chain == INSTALLATION:
            connection.execute(update(installation).values(trail=str(head)))
        else:
            connection.execute(update(branches).where(branches.c.id == chain).values(trail=str(head)))


def locked(connection: Connection, chain: str) -> Head:
    """Where the chain stands; nobody else goes on with it before this transaction ends."""
    if chain != INSTALLATION:
        trail = select(branches.c.trail).where(branches.c.id == chain).with_for_update()
        found = connection.execute(trail).scalar_one_or_none()
        if found is None:
            raise LookupError(f"there is no branch {chain}")
        return Head.kept(found)
    connection.execute(insert_into(connection, installation).values(THE_ONE).on_conflict_do_nothing())
    return Head.kept(connection.execute(select(installation.c.trail).with_for_update()).scalar_one())


@contextmanager
def telling(connection: Connection, who: Who, what: str, table: Table, chain: str, **key: Any) -> Iterator[None]:
    """Tells what becomes of one row meanwhile; nothing where it stays as it was. `key`: its primary key."""
    locked(connection, chain)  # first: what the row points to is locked by its insertion too, but shared with others
    before = _told_row(connection, table, key)
    yield
    after = _told_row(connection, table, key)
    if before != after:
        append(connection, [Entry(chain, who, what, subject_of(table, key), before, after)])


def _told_row(connection: Connection, table: Table, key: Json) -> Json | None:
    mine = [table.c[name] == value for name, value in key.items()]
    row = connection.execute(select(table).where(*mine)).one_or_none()
    return None if row is None else told_of(table, dict(row._mapping))


def _read(text: str | None) -> Any:
    return None if text is None else orjson.loads(text)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines: after a place, or the newest before one; of one kind, of one person, with a word in them, from
    `since` until just before `until`. `people`: not of the branch itself, but what the installation's chain tells of
    whoever has a part in the branch."""

    after: int = 0
    before: int | None = None
    limit: int = 100
    what: str = ""
    who: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None
    people: bool = False


def lines(connection: Connection, chain: str, wanted: Wanted) -> list[Json]:
    """In the order of the trail; with `before` the newest come first."""
    mine = [audit.c.branch_id == (INSTALLATION if wanted.people else chain), audit.c.seq > wanted.after]
    if wanted.people:
        mine.append(_of_people(chain))
    if wanted.before is not None:
        mine.append(audit.c.seq < wanted.before)
    if wanted.since is not None:
        mine.append(audit.c.at >= wanted.since)
    if wanted.until is not None:
        mine.append(audit.c.at < wanted.until)
    if wanted.what:
        mine.append(or_(audit.c.what == wanted.what, audit.c.what.startswith(f"{wanted.what}.", autoescape=True)))
    if wanted.who:
        mine.append(_has(wanted.who, audit.c.who_id, audit.c.who_name, audit.c.who_kind))
    if wanted.text:
        states = cast(audit.c.before, Text), cast(audit.c.after, Text)
        mine.append(_has(wanted.text, audit.c.subject, audit.c.who_id, audit.c.who_name, audit.c.address, *states))
    order = audit.c.seq if wanted.before is None else audit.c.seq.desc()
    found = connection.execute(select(audit).where(*mine).order_by(order).limit(wanted.limit))
    return [dict(row._mapping) for row in found]


def _of_people(branch_id: str) -> ColumnElement[bool]:
    """Their comings, and what was done to their accounts, links, sessions and keys, by whomever; the roles and skills
    here, of those who have left too. What they themselves did in another branch is told there."""
    one, subject = staff_roles.c.staff_id, audit.c.subject
    ids, accounts = (select(it).where(staff_roles.c.place == branch_id) for it in (one, literal("staff:") + one))
    held = or_(*(subject.startswith(f"{table}:") for table in OF_A_PERSON))
    holder = func.coalesce(*(state["staff_id"].as_string() for state in (audit.c.after, audit.c.before)))
    here = or_(*(subject.startswith(f"{table}:") for table in OF_A_BRANCH))
    return or_(
        audit.c.who_id.in_(ids) & audit.c.what.startswith("access."),
        subject.in_(accounts),
        held & holder.in_(ids),
        here & subject.endswith(f"/{branch_id}", autoescape=True),
    )


def _has(word: str, *columns: Any) -> ColumnElement[bool]:
    """PostgreSQL tells small letters from large where SQLite does not, so neither may."""
    return or_(*(column.icontains(word, autoescape=True) for column in columns))


def heads(connection: Connection) -> Json:
    """Where every chain stands: branch -> its log and its trail; the installation has a trail alone."""
    rows = connection.execute(select(branches.c.id, branches.c.head, branches.c.trail).order_by(branches.c.id))
    found: Json = {row.id: {"log": row.head, "trail": row.trail} for row in rows}
    found[INSTALLATION] = {"trail": connection.execute(select(installation.c.trail)).scalar_one_or_none() or ""}
    return found
