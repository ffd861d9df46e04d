"""Goes through the log of a branch from its first event, wherever it lies now, and follows its chain of hashes."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import Connection, Text, cast, select

from server.storage.chain import PIECE, Head
from server.storage.day_pack import DamagedDay, DayPack, Json
from server.storage.tables import archived_days, events
from server.storage.verifying.findings import Finding


class LoggedWalk:
    """`bodies` gives the events' bodies in turn, as far as they can be read; `findings` is what was wrong with them.
    Where an event does not fit, the chain is followed on from the hash that stands there: one finding, not a million.
    """

    def __init__(self, connection: Connection, branch_id: str, heard: Callable[[Head], None]) -> None:
        self.findings: list[Finding] = []
        self.head = Head()
        self.broken = False  # something is missing: what comes after it cannot be replayed
        self._connection = connection
        self._branch_id = branch_id
        self._heard = heard

    def bodies(self) -> "Iterator[tuple[Json, DayPack | None]]":
        """(an event's body, the day in which it was put away)."""
        for seq in self._archived():
            yield from self._of_day(seq)
        yield from self._of_table()

    def _archived(self) -> list[int]:
        mine = select(archived_days.c.first_seq).where(archived_days.c.branch_id == self._branch_id)
        return list(self._connection.execute(mine.order_by(archived_days.c.first_seq)).scalars())

    def _of_day(self, first_seq: int) -> "Iterator[tuple[Json, DayPack | None]]":
        row = f"{self._branch_id}/{first_seq}"
        try:
            pack = DayPack.at(self._connection, self._branch_id, first_seq)
            if pack is None:
                raise DamagedDay(self._branch_id, "-", "its numbers of events contradict each other")
            self._like_its_header(pack, row)
            lines = list(pack.lines())
        except (DamagedDay, ValueError, KeyError, OSError) as error:
            self._fault("archived_days", row, str(error), gap=True)
            return
        if pack.first_seq != self.head.seq + 1:
            self._fault("archived_days", row, f"it begins with {pack.first_seq} after {self.head.seq}", gap=True)
            self.head = Head(pack.first_seq - 1, pack.header.get("head") or "")
        if pack.header.get("head") not in (None, self.head.hash):
            self._fault("archived_days", row, "its first event does not follow the one before")
            self.head = Head(self.head.seq, pack.header["head"])
        for line in lines:
            body = orjson.loads(line)
            self._step(line)
            if body.get("seq") != self.head.seq:
                self._fault("archived_days", row, f"event {body.get('seq')} stands in the place of {self.head.seq}")
            yield body, pack

    def _like_its_header(self, pack: DayPack, row: str) -> None:
        known = {"branch_id": pack.branch_id, "day": str(pack.day), "first_seq": pack.first_seq}
        for name, value in {**known, "last_seq": pack.last_seq}.items():
            if pack.header[name] != value:
                self._fault("archived_days", row, f"{name} is {value}, and in the day itself {pack.header[name]}")

    def _of_table(self) -> "Iterator[tuple[Json, DayPack | None]]":
        text = cast(events.c.body, Text).label("text")
        mine = select(*(column for column in events.c if column.name != "body"), text)
        after = -1
        while True:
            page = mine.where(events.c.branch_id == self._branch_id, events.c.seq > after).order_by(events.c.seq)
            rows = self._connection.execute(page.limit(PIECE)).all()
            if not rows:
                return
            for row in rows:
                body = self._row(row)
                if body is not None:
                    yield body, None
            after = rows[-1].seq

    def _row(self, row: Any) -> Json | None:
        name = f"{self._branch_id}/{row.seq}"
        if row.seq != self.head.seq + 1:
            gone = f"it follows {self.head.seq}, and what was between them is gone"
            why = gone if row.seq > self.head.seq else "there is another event in its place"
            self._fault("events", name, why, gap=True)
        before = self.head if row.seq == self.head.seq + 1 else None
        should = before.to(row.text.encode()).hash if before else row.hash
        self._heard(Head(row.seq, row.hash or should))
        self.head = Head(row.seq, row.hash or should)
        if row.hash != should:
            self._fault("events", name, "it is not what was written, or not after this: its hash is another")
        try:
            body: Json = orjson.loads(row.text)
            self._like_its_body(row, body, name)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self._fault("events", name, f"it cannot be read: {error}", gap=True)
            return None
        return body

    def _like_its_body(self, row: Any, body: Json, name: str) -> None:
        ticket = body.get("ticket")
        said = {key: body[key] for key in ("branch_id", "seq", "kind", "actor")}
        said |= {"at": datetime.fromisoformat(body["at"]), "ticket_id": ticket["id"] if ticket else None}
        for key, value in said.items():
            if getattr(row, key) != value:
                self._fault("events", name, f"{key} is {getattr(row, key)}, and in its body {value}")

    def _step(self, line: bytes) -> None:
        self.head = self.head.to(line)
        self._heard(self.head)

    def _fault(self, table: str, row: str, why: str, *, gap: bool = False) -> None:
        self.findings.append(Finding(table, row, why))
        self.broken = self.broken or gap
