"""A business day in one piece: what it began with, its events just as they were stored, and a checksum."""

import hashlib
import zlib
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any, Self

import orjson
from sqlalchemy import Connection, Row, Select, select

from server.storage.tables import archived_days

VERSION = 1
PIECE = 1 << 16

Json = dict[str, Any]


class DamagedDay(RuntimeError):
    """A day that was put away cannot be read back as it was."""

    def __init__(self, branch_id: str, day: date | str, why: str) -> None:
        super().__init__(f"the log of {branch_id}, {day}: {why}")
        self.day = str(day)


class Packer:
    """Compresses line by line: a day never lies unpacked in memory, however busy it was."""

    def __init__(self, header: Json) -> None:
        self._packing = zlib.compressobj(6)
        self._pieces = [self._packing.compress(orjson.dumps({"version": VERSION} | header))]
        self.lines = 0

    def add(self, lines: Iterable[str]) -> None:
        for line in lines:
            # Between the tokens of JSON a line may end; here it may not, or one event would be read as two.
            self._pieces.append(self._packing.compress(b"\n" + line.replace("\n", " ").encode()))
            self.lines += 1

    def close(self) -> tuple[bytes, str]:
        """(the whole, its checksum)."""
        body = b"".join([*self._pieces, self._packing.flush()])
        return body, checksum(body)


def checksum(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


class DayPack:
    """A day that was put away, its checksum verified."""

    def __init__(self, row: Row[Any]) -> None:
        """DamagedDay if it is not what was written, or was written by a later version."""
        self.branch_id, self.day = row.branch_id, row.business_day
        self.first_seq, self.last_seq = row.first_seq, row.last_seq
        if checksum(row.body) != row.checksum:
            raise DamagedDay(self.branch_id, self.day, "the checksum of the archived day is wrong")
        self._body = row.body
        self.header: Json = orjson.loads(next(self._lines()))
        if self.header["version"] != VERSION:
            raise DamagedDay(self.branch_id, self.day, f"it has the form {self.header['version']}, not {VERSION}")

    def bodies(self, after: int, limit: int) -> list[Json]:
        """The events after `after`, as they were stored, at most `limit`."""
        found = []
        for seq, line in enumerate(self.lines(), self.first_seq):
            if seq > after:
                found.append(orjson.loads(line))
            if len(found) == limit:
                break
        return found

    def lines(self) -> Iterator[bytes]:
        """The events' own words, just as they were stored."""
        return islice(self._lines(), 1, None)  # the header stands before the first

    def _lines(self) -> Iterator[bytes]:
        unpacking, rest = zlib.decompressobj(), b""
        body: bytes = self._body
        while body:
            piece = unpacking.decompress(body, PIECE)
            body = unpacking.unconsumed_tail
            *whole, rest = (rest + piece).split(b"\n")
            yield from whole
        yield from (rest + unpacking.flush()).split(b"\n")

    @classmethod
    def at(cls, connection: Connection, branch_id: str, seq: int) -> Self | None:
        """The day in which `seq` is, if it was put away."""
        row = connection.execute(_packs(branch_id).where(archived_days.c.first_seq <= seq).limit(1)).one_or_none()
        return cls(row) if row is not None and row.last_seq >= seq else None

    @classmethod
    def newest(cls, connection: Connection, branch_id: str) -> Self | None:
        """The last day that was put away."""
        row = connection.execute(_packs(branch_id).limit(1)).one_or_none()
        return None if row is None else cls(row)

    @classmethod
    def of(cls, connection: Connection, branch_id: str, day: date) -> Self | None:
        found = _packs(branch_id).where(archived_days.c.business_day == day)
        row = connection.execute(found.limit(1)).one_or_none()
        return None if row is None else cls(row)

    @classmethod
    def since(cls, connection: Connection, branch_id: str, day: date) -> Iterator[Self]:
        """The days from `day` on, the newest first, read one at a time."""
        narrow = select(archived_days.c.first_seq).where(
            archived_days.c.branch_id == branch_id, archived_days.c.business_day >= day
        )
        for seq in connection.execute(narrow.order_by(archived_days.c.first_seq.desc())).scalars().all():
            found = cls.at(connection, branch_id, seq)
            assert found is not None, "within one transaction nothing goes away"
            yield found


def _packs(branch_id: str) -> Select[Any]:
    mine = select(archived_days).where(archived_days.c.branch_id == branch_id)
    return mine.order_by(archived_days.c.first_seq.desc())
