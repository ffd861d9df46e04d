"""A hash in the row itself, of what changes too often for the trail: whoever alters the row must know of it."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Table, select

from server.storage.tables import pairings, processes, sightings
from server.storage.told_tables import told_of

Values = Mapping[str, Any]

# A device that asks: the trail tells of it once somebody has approved it, and of nothing that is in the seal.
APPROVED_LATER = {"pairings": {"branch_id", "name", "approved_by", "collected_at"}}


def sealed(table: Table, row: Values) -> dict[str, Any]:
    """The row's values and its seal, to be stored. `row` has all columns but those that are filled in later."""
    return {**row, "seal": _seal_of(table, row)}


def broken_seals(connection: Connection) -> Iterator[tuple[Table, Values]]:
    """Rows that are not as a server wrote them."""
    for table in (processes, sightings, pairings):
        for found in connection.execute(select(table)):
            row = dict(found._mapping)
            if row["seal"] != _seal_of(table, row) or _is_half_approved(table, row):
                yield table, row


def _is_half_approved(table: Table, row: Values) -> bool:
    later = [row[name] is None for name in APPROVED_LATER.get(table.name, ())]
    return bool(later) and row["branch_id"] is None and not all(later)


def _seal_of(table: Table, row: Values) -> str:
    left = {"seal", *APPROVED_LATER.get(table.name, ())}
    told = told_of(table, {column.name: _in_utc(row.get(column.name)) for column in table.c})
    said = "\n".join(f"{name}: {told[name]}" for name in sorted(told) if name not in left)
    return hashlib.sha256(f"{table.name}\n{said}".encode()).hexdigest()


def _in_utc(value: Any) -> Any:
    """A time as it comes back from the database."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value
