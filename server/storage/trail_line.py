"""A line of the audit trail as it is stored, with the hash that ties it to the lines before."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from server.domain.trail import Entry
from server.storage.chain import Head

TRAIL = "branch_id, seq, at, who_kind, who_id, who_name, address, what, subject, before, after, hash"


class Line(NamedTuple):
    """`before` and `after` as JSON."""

    branch_id: str
    seq: int
    at: datetime
    who_kind: str
    who_id: str
    who_name: str
    address: str
    what: str
    subject: str
    before: str | None
    after: str | None
    hash: str

    def said(self) -> bytes:
        """All of it but the hash: what the hash is of."""
        return orjson.dumps([*self[:9], *map(_fragment, self[9:11])])

    def state_after(self) -> Any:
        return None if self.after is None else orjson.loads(self.after)

    def as_row(self) -> dict[str, Any]:
        """For JSON that the database takes apart."""
        return {**self._asdict(), "before": _fragment(self.before), "after": _fragment(self.after)}


def lines_of(head: Head, entries: Iterable[Entry], at: datetime) -> tuple[list[Line], Head]:
    """The next lines of one chain, and where it then stands."""
    lines = []
    for entry in entries:
        who = entry.who
        line = Line(
            entry.branch_id,
            head.seq + 1,
            at,
            plain(who.kind, 20),
            plain(who.id, 120),
            plain(who.name, 200),
            plain(who.address, 80),
            entry.what,
            plain(entry.subject, 200),
            _text(entry.before),
            _text(entry.after),
            "",
        )
        head = head.to(line.said())
        lines.append(line._replace(hash=head.hash))
    return lines, head


def plain(text: str, longest: int) -> str:
    """What others have said, as every database can keep it."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[:longest])


def _text(state: Any) -> str | None:
    return None if state is None else orjson.dumps(state).decode()


def _fragment(text: str | None) -> orjson.Fragment | None:
    return None if text is None else orjson.Fragment(text)
