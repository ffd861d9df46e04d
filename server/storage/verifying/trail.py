"""Follows the audit trail's own chain, and compares the tables that it alone tells of."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Text, cast, select

from server.domain.trail import INSTALLATION
from server.storage.chain import PIECE, Head
from server.storage.copying import owner_of
from server.storage.tables import audit, metadata
from server.storage.told_tables import TOLD, Json, as_stored, subject_of, told_of
from server.storage.trail_line import Line
from server.storage.verifying.findings import Finding, unlike

BY = "the audit trail"


class Trail:
    """One chain, read to its end: `told` is what it last said of each row, by its name."""

    def __init__(self, connection: Connection, chain: str, heard: Callable[[Head], None]) -> None:
        self.findings: list[Finding] = []
        self.head = Head()
        self.told: dict[str, Json | None] = {}
        self.begun: Json | None = None  # how the branch was installed
        self._chain = chain
        for line in _lines(connection, chain):
            self._read(line)
            heard(self.head)

    def _read(self, line: Line) -> None:
        name = f"{self._chain}/{line.seq}"
        if line.seq != self.head.seq + 1:
            self.findings.append(Finding("audit", name, f"it follows {self.head.seq}: what was between them is gone"))
        elif self.head.to(line.said()).hash != line.hash:
            self.findings.append(
                Finding("audit", name, "it is not what was written, or not after this: its hash is another")
            )
        self.head = Head(line.seq, line.hash)
        if line.subject.partition(":")[0] in {*TOLD, "branches"}:
            state = self.told[line.subject] = line.state_after()
            if state and "counters" in state:
                self.begun = state


def _lines(connection: Connection, chain: str) -> Iterator[Line]:
    states = [cast(audit.c[name], Text).label(name) for name in ("before", "after")]
    others = [column for column in audit.c if column.name not in {"before", "after"}]
    after = -1
    while True:
        page = select(*others, *states).where(audit.c.branch_id == chain, audit.c.seq > after).order_by(audit.c.seq)
        rows = connection.execute(page.limit(PIECE)).all()
        yield from (Line(**row._mapping) for row in rows)
        if len(rows) < PIECE:
            return
        after = rows[-1].seq


def compared(connection: Connection, chain: str, told: dict[str, Json | None]) -> Iterator[Finding]:
    """The rows of this branch, or those of none, in every table that the trail alone tells of."""
    left = {key: state for key, state in told.items() if state is not None and not key.startswith("branches:")}
    for name in TOLD:
        table = metadata.tables[name]
        owner = owner_of(table)
        if (owner is None) != (chain == INSTALLATION):
            continue
        rows: Any = select(table) if owner is None else select(table).where(owner == chain)
        for row in connection.execute(rows, execution_options={"yield_per": 8}):
            known = dict(row._mapping)
            subject = subject_of(table, known)
            state = left.pop(subject, None)
            if state is None:
                yield Finding(name, subject.partition(":")[2], "the audit trail does not tell of it")
            else:
                yield from unlike(name, subject.partition(":")[2], told_of(table, known), as_stored(state), BY)
    yield from (Finding(*key.partition(":")[::2], "it is missing") for key in left)
