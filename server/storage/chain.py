"""Ties each line of a log to all that came before it by a hash, so that nothing can be changed and go unnoticed."""

import hashlib
import logging
from collections.abc import Iterable
from itertools import islice
from typing import Any, NamedTuple, Self

from sqlalchemy import Connection, Select, Text, cast, select, update

from server.storage.day_pack import DayPack
from server.storage.tables import branches, events

log = logging.getLogger(__name__)

PIECE = 1000  # events


class Head(NamedTuple):
    """How far a chain goes: the place of its newest link, and its hash. What an auditor keeps elsewhere."""

    seq: int = 0
    hash: str = ""

    def __str__(self) -> str:
        return f"{self.seq}:{self.hash}"

    def to(self, body: bytes) -> "Head":
        """After one link more."""
        return Head(self.seq + 1, link(self.hash, body))

    @classmethod
    def read(cls, text: str) -> Self:
        """Nothing is the beginning. ValueError where it is no head."""
        seq, _, found = (text or "0:").partition(":")
        return cls(int(seq), found)

    @classmethod
    def kept(cls, text: str) -> Self:
        """As the database has it: where somebody has written something else there, it is no place in any chain."""
        try:
            return cls.read(text)
        except ValueError:
            return cls(-1, text)


def link(before: str, body: bytes) -> str:
    """SHA-256 of the hash before and the bytes of this one, in hexadecimal."""
    return hashlib.sha256(before.encode() + body).hexdigest()


def linked(head: Head, bodies: Iterable[str]) -> Head:
    """After all of these."""
    for body in bodies:
        head = head.to(body.encode())
    return head


def caught_up(connection: Connection, branch_id: str, head: Head, to: int) -> Head:
    """The chain brought to `to`, which a server wrote that knew of no chain: as in the midst of an upgrade. The
    branch is ours. A hash that is there already is believed here, and looked at by `audit verify`."""
    newest = select(events.c.hash).where(events.c.branch_id == branch_id, events.c.seq == to)
    if found := connection.execute(newest).scalar_one_or_none():
        log.warning("the head of %s was %s, and is that of event %d again", branch_id, head, to)
        head = Head(to, found)
    elif not 0 <= head.seq <= to:
        head = Head()
    while head.seq < to:
        pack = DayPack.at(connection, branch_id, head.seq + 1)
        if pack is not None:
            head = linked(head, (line.decode() for line in islice(pack.lines(), head.seq + 1 - pack.first_seq, None)))
            continue
        rows = connection.execute(_after(branch_id, head.seq)).all()
        if not rows or rows[0].seq != head.seq + 1:
            raise LookupError(f"the log of {branch_id} has no event {head.seq + 1}")
        for row in rows:
            head = Head(row.seq, row.hash) if row.hash else head.to(row.body.encode())
            if not row.hash:
                mine = events.c.branch_id == branch_id, events.c.seq == row.seq
                connection.execute(update(events).where(*mine).values(hash=head.hash))
    connection.execute(update(branches).where(branches.c.id == branch_id).values(head=str(head)))
    return head


def hash_at(connection: Connection, branch_id: str, seq: int) -> str | None:
    """The hash of one event, or of the last one of a day that was put away; None where none is known."""
    if seq == 0:
        return Head().hash
    mine = events.c.branch_id == branch_id, events.c.seq == seq
    found = connection.execute(select(events.c.hash).where(*mine)).one_or_none()
    if found is not None:
        return str(found.hash) if found.hash else None
    pack = DayPack.at(connection, branch_id, seq)
    before = pack.header.get("head") if pack else None
    if pack is None or before is None or pack.last_seq != seq:
        return None
    return linked(Head(0, before), (line.decode() for line in pack.lines())).hash


def _after(branch_id: str, seq: int) -> Select[Any]:
    body = cast(events.c.body, Text).label("body")
    mine = select(events.c.seq, body, events.c.hash).where(events.c.branch_id == branch_id, events.c.seq > seq)
    return mine.order_by(events.c.seq).limit(PIECE)
