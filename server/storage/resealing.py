"""Seals anew with the newest key what an older one has sealed, a few rows at a time, so that the older one can go."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, Row, Table, bindparam, func, or_, select, update

from server.domain.trail import INSTALLATION, Entry, Who
from server.storage.badges import badge_anew, sealed_badge
from server.storage.codes import recovery_about, sealed_about
from server.storage.personal import hidden_anew
from server.storage.seal import FORM, Seal, SealBroken, sealed_by
from server.storage.tables import branches, personal, staff
from server.storage.told_tables import subject_of, told_of
from server.storage.trail import append, locked

AT_ONCE = 50  # rows that are written in one go: presses of the hall wait meanwhile
MOST_PAUSE_S = 0.5
Values = dict[str, Any]
Anew = Callable[[Seal, Row[Any]], Values]


@dataclass(slots=True)
class Resealed:
    """Of some rows: how many were sealed anew, and what no key opens, as the trail calls it, with the reason."""

    rows: int = 0
    stuck: dict[str, str] = field(default_factory=dict)


def keys_in_use(connection: Connection) -> dict[str, Counter[str]]:
    """How many rows the key of each name has sealed: {"customers": {"3f2a91c0": 120}, "people": {...}}."""
    found = {"customers": Counter[str](), "people": Counter[str]()}
    name = func.substr(personal.c.sealed, len(FORM) + 2, 8)
    for row in connection.execute(select(name, func.count()).group_by(name)):
        found["customers"][row[0]] = row[1]
    for row in connection.execute(select(staff).where(_has_codes())):
        found["people"].update({sealed_by(text) for text in _sealed_of(row)})
    return found


def reseal(engine: Engine, seal: Seal, who: Who, at_once: int = AT_ONCE) -> Iterator[Resealed]:
    """All that was not sealed with the newest key; whole, or broken off anywhere and begun again. Servers go on
    meanwhile, and a hall that waited for some rows has its turn for as long. What no key opens stays as it is."""
    with engine.begin() as connection:
        chains = sorted(connection.execute(select(branches.c.id)).scalars())
    old = ~personal.c.sealed.startswith(f"{FORM}.{seal.names[0]}.", autoescape=True)
    for chain in chains:
        mine = personal.c.branch_id == chain
        yield from _pieces(
            engine, seal, _Kind(personal, chain, who, "customer.resealed", mine & old, _customer), at_once
        )
    people = _Kind(staff, INSTALLATION, who, "person.resealed", _has_codes(), _codes)
    yield from _pieces(engine, seal, people, at_once)


@dataclass(frozen=True, slots=True)
class _Kind:
    """Rows of a table of one chain; `anew` gives what changes of one, nothing where it is as it should be."""

    table: Table
    chain: str
    who: Who
    what: str
    wanted: ColumnElement[bool]
    anew: Anew


def _pieces(engine: Engine, seal: Seal, kind: _Kind, at_once: int) -> Iterator[Resealed]:
    """One transaction each."""
    after, looked = "", at_once
    while looked == at_once:
        began = time.monotonic()
        with engine.begin() as connection:
            after, looked, done = _piece(connection, seal, kind, after, at_once)
        yield done
        time.sleep(min(time.monotonic() - began, MOST_PAUSE_S))


def _piece(connection: Connection, seal: Seal, kind: _Kind, after: str, most: int) -> tuple[str, int, Resealed]:
    """The last key, how many rows were looked at, and what became of them. The chain is taken first, as by all who
    write to such rows: what is read here is what is changed."""
    locked(connection, kind.chain)
    table = kind.table
    (key,) = table.primary_key.columns
    rows = connection.execute(select(table).where(kind.wanted, key > after).order_by(key).limit(most)).all()
    done, changed, entries = Resealed(), list[Values](), list[Entry]()
    for row in rows:
        before = dict(row._mapping)
        subject = subject_of(table, before)
        try:
            anew = kind.anew(seal, row)
        except SealBroken as error:
            done.stuck[subject] = error.why
            continue
        if anew:
            told = told_of(table, before), told_of(table, before | anew)
            entries.append(Entry(kind.chain, kind.who, kind.what, subject, *told))
            changed.append({"the_key": before[key.name], **anew})
    if changed:
        put: Values = {name: bindparam(name) for name in changed[0] if name != "the_key"}
        connection.execute(update(table).where(key == bindparam("the_key")).values(put), changed)
        append(connection, entries)
    done.rows = len(changed)
    return (rows[-1][0] if rows else after), len(rows), done


def _customer(seal: Seal, row: Row[Any]) -> Values:
    return hidden_anew(seal, row.ticket_id, row.sealed)


def _codes(seal: Seal, row: Row[Any]) -> Values:
    if all(seal.is_newest(text) for text in _sealed_of(row)):
        return {}

    def anew(text: str, about: str) -> str:
        return seal.seal(seal.open(text, about), about)

    secret, recovery = row.code_secret, row.recovery
    return {
        "code_secret": None if secret is None else anew(secret, sealed_about(row.id)),
        "badge": badge_anew(seal, row.id, row.badge),
        "recovery": None if recovery is None else [anew(text, recovery_about(row.id)) for text in recovery],
    }


def _has_codes() -> ColumnElement[bool]:
    return or_(staff.c.code_secret.is_not(None), staff.c.recovery.is_not(None), staff.c.badge.contains("."))


def _sealed_of(row: Row[Any]) -> list[str]:
    """What is sealed of a person."""
    known = row.code_secret, sealed_badge(row.badge), *(row.recovery or ())
    return [text for text in known if text is not None]
