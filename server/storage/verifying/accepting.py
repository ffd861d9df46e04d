"""Takes rows that the audit trail does not tell of, or tells otherwise, as they are; it then says who did so."""

from typing import Any

import orjson
from sqlalchemy import Connection, select

from server.domain.trail import INSTALLATION, Entry, Who
from server.storage.copying import owner_of
from server.storage.days import setup_before
from server.storage.tables import branches, metadata
from server.storage.told_tables import TOLD, as_stored, subject_of, told_of
from server.storage.trail import append
from server.storage.verifying.trail import Trail

WHAT = "found.accepted"


def accept(connection: Connection, who: Who) -> list[str]:
    """For what older versions wrote, and after a restore by the database's own means. What follows from the log, and
    the chains themselves, cannot be accepted. Gives the names of the rows."""
    there = sorted(connection.execute(select(branches.c.id)).scalars())
    chains = {key: Trail(connection, key, lambda _: None) for key in [*there, INSTALLATION]}
    entries = [entry for key in there for entry in _of_branch(connection, key, chains, who)]
    for key, trail in chains.items():
        entries += _rows(connection, key, dict(trail.told), who)
    append(connection, entries)
    return sorted({entry.subject for entry in entries})


def _of_branch(connection: Connection, key: str, chains: dict[str, Trail], who: Who) -> list[Entry]:
    """Its epoch; and how it was installed, where nobody has told that."""
    epoch = connection.execute(select(branches.c.epoch).where(branches.c.id == key)).scalar_one()
    subject, found = f"branches:{key}", []
    told = chains[key].told.get(subject)
    state: dict[str, Any] = {"epoch": epoch}
    if chains[key].begun is None:
        state |= orjson.loads(orjson.dumps({**_begun(connection, key)}))
    if chains[key].begun is None or (told or {}).get("epoch") != epoch:
        found.append(Entry(key, who, WHAT, subject, told, state))
    if chains[INSTALLATION].told.get(subject) is None:
        found.append(Entry(INSTALLATION, who, WHAT, subject, None, {"epoch": epoch}))
    return found


def _begun(connection: Connection, key: str) -> dict[str, Any]:
    setup = setup_before(connection, key, 1)
    return {"settings": setup.branch, "counters": list(setup.counters.values())}


def _rows(connection: Connection, chain: str, told: dict[str, Any], who: Who) -> list[Entry]:
    entries = []
    for name in TOLD:
        table = metadata.tables[name]
        owner = owner_of(table)
        if (owner is None) != (chain == INSTALLATION):
            continue
        statement = select(table) if owner is None else select(table).where(owner == chain)
        for row in connection.execute(statement):
            known = dict(row._mapping)
            subject, state = subject_of(table, known), told_of(table, known)
            before = told.pop(subject, None)
            if before is None or as_stored(before) != state:
                entries.append(Entry(chain, who, WHAT, subject, before, state))
    gone = {key: state for key, state in told.items() if state is not None and not key.startswith("branches:")}
    return entries + [Entry(chain, who, WHAT, key, state, None) for key, state in gone.items()]
