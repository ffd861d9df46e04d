"""How a branch has been set up, found again from its audit trail: every version, and what made it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from server.domain.branch import Branch, branch_from
from server.domain.counter import Counter, counter_from
from server.domain.set_up.document import Json, document_of
from server.domain.set_up.reading import read
from server.storage.tables import audit

INSTALLED, SET_UP, CHANGED, PROFILED = "branch.installed", "branch.set_up", "branch.changed", "counter.profiled"
PAGE = 20
KINDS = (SET_UP, CHANGED, PROFILED, INSTALLED)


@dataclass(frozen=True, slots=True)
class Version:
    """One line of the trail; `pair` the documents before and after it, of the part that it changed."""

    seq: int
    at: datetime
    who: Json
    what: str
    pair: tuple[Json, Json] | None


def versions(connection: Connection, branch: Branch, before: int | None, limit: int) -> list[Version]:
    """The newest (before a place in the trail), newest first."""
    mine = [audit.c.branch_id == branch.id, audit.c.what.in_(KINDS)]
    if before is not None:
        mine.append(audit.c.seq < before)
    rows = connection.execute(select(audit).where(*mine).order_by(audit.c.seq.desc()).limit(limit))
    return [_version(row, branch) for row in rows]


def _version(row: Any, branch: Branch) -> Version:
    who = {name: getattr(row, f"who_{name}") for name in ("kind", "id", "name")}
    return Version(row.seq, row.at, who, row.what, _pair(row, branch))


def _pair(row: Any, branch: Branch) -> tuple[Json, Json] | None:
    if row.before is None or row.after is None:
        return None
    if row.what == SET_UP:
        return row.before, row.after
    if row.what == CHANGED:
        return document_of(branch_from(row.before), ()), document_of(branch_from(row.after), ())
    counters = counter_from(row.before), counter_from(row.after)
    return document_of(branch, counters[:1]), document_of(branch, counters[1:])


def document_at(connection: Connection, branch_id: str, seq: int) -> Json | None:
    """The whole set-up as this line of the trail left it; None where the line made none."""
    found = list(_back_to_the_whole(connection, branch_id, seq))
    if not found or found[0].seq != seq or found[-1].what not in (INSTALLED, SET_UP):
        return None
    branch, counters = _whole(found[-1])
    for row in reversed(found[:-1]):
        if row.what == CHANGED:
            branch = branch_from(row.after)
        else:
            counter = counter_from(row.after)
            counters[counter.number] = counter
    return document_of(branch, counters.values())


def _back_to_the_whole(connection: Connection, branch_id: str, seq: int) -> Iterator[Any]:
    """The lines that tell of the set-up, from this one back to the newest that tells all of it."""
    while True:
        mine = audit.c.branch_id == branch_id, audit.c.what.in_(KINDS), audit.c.seq <= seq
        page = connection.execute(select(audit).where(*mine).order_by(audit.c.seq.desc()).limit(PAGE)).all()
        for row in page:
            yield row
            if row.what in (INSTALLED, SET_UP):
                return
        if len(page) < PAGE:
            return
        seq = page[-1].seq - 1


def _whole(row: Any) -> tuple[Branch, dict[int, Counter]]:
    if row.what == SET_UP:
        wanted = read(row.after)
        return wanted.branch, {counter.number: counter for counter in wanted.counters}
    counters = map(counter_from, row.after["counters"])
    return branch_from(row.after["settings"]), {counter.number: counter for counter in counters}
