"""The backup's file: a zip archive with one file of JSON lines a table, and a manifest that vouches for them."""

import hashlib
import zlib
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

import orjson

from server.storage.copying import Row, Source
from server.storage.loading import as_text

FORMAT = 1
MANIFEST = "manifest.json"
LEVEL = 4  # half the time of the usual 6, and a twentieth larger
CHUNK = 1 << 20

Told = Callable[[int], None]


class Damaged(Exception):
    """The file is not what was once written."""


@dataclass(frozen=True, slots=True)
class TableFile:
    name: str
    columns: list[str]
    rows: int
    sha256: str

    @property
    def path(self) -> str:
        return f"{self.name}.jsonl"


def write_backup(source: Source, to: BinaryIO, told: Told) -> list[TableFile]:
    """All of it, in constant memory. `told` hears how many rows were written."""
    with ZipFile(to, "w", ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        written = [_write_table(archive, source, name, told) for name in source.columns]
        manifest = {
            "format": FORMAT,
            "program": version("callboard"),
            "made_at": datetime.now(UTC),
            "revision": source.revision,
            "tables": [asdict(table) for table in written],
        }
        # Last: an archive that was broken off has none.
        archive.writestr(MANIFEST, orjson.dumps(manifest, option=orjson.OPT_INDENT_2))
    return written


def _write_table(archive: ZipFile, source: Source, name: str, told: Told) -> TableFile:
    digest, rows, waiting = hashlib.sha256(), 0, bytearray()
    with archive.open(f"{name}.jsonl", "w", force_zip64=True) as file:

        def flush() -> None:
            digest.update(waiting)
            file.write(waiting)
            waiting.clear()

        for row in source.rows(name):
            waiting += orjson.dumps(row, default=as_text, option=orjson.OPT_APPEND_NEWLINE)
            rows += 1
            if rows % 1000 == 0:
                told(1000)
            if len(waiting) > CHUNK:
                flush()
        flush()
    return TableFile(name, source.columns[name], rows, digest.hexdigest())


class BackupFile:
    """A backup that is read: a Source. Damaged where it is none, or not whole."""

    def __init__(self, file: Path) -> None:
        self._file = file
        try:
            with ZipFile(file) as archive:
                manifest = orjson.loads(archive.read(MANIFEST))
            if manifest["format"] != FORMAT:
                raise Damaged(f"{file} has format {manifest['format']}; this version reads {FORMAT}")
            self.tables = {table["name"]: TableFile(**table) for table in manifest["tables"]}
            self.revision: str = manifest["revision"]
            self.made_at = datetime.fromisoformat(manifest["made_at"])
        except (BadZipFile, zlib.error, EOFError, KeyError, TypeError, ValueError) as error:
            raise Damaged(f"{file} is no backup, or not the whole of one ({error})") from error
        self.columns = {table.name: table.columns for table in self.tables.values()}

    def count(self, table: str) -> int:
        return self.tables[table].rows

    def verify(self, told: Told) -> None:
        """Reads all of it once, before anything is changed for its sake."""
        for table in self.tables.values():
            digest, rows = hashlib.sha256(), 0
            for chunk in self._chunks(table):
                digest.update(chunk)
                rows += chunk.count(b"\n")
                told(chunk.count(b"\n"))
            if (rows, digest.hexdigest()) != (table.rows, table.sha256):
                raise Damaged(f"{self._file} is damaged: {table.name} is not what the manifest says")

    def rows(self, table: str) -> Iterator[Row]:
        waiting = b""
        for chunk in self._chunks(self.tables[table]):
            *lines, waiting = (waiting + chunk).split(b"\n")
            for line in lines:
                row: dict[str, Any] = orjson.loads(line)
                yield row

    def _chunks(self, table: TableFile) -> Iterator[bytes]:
        try:
            with ZipFile(self._file) as archive, archive.open(table.path) as file:
                while chunk := file.read(CHUNK):
                    yield chunk
        except (BadZipFile, zlib.error, EOFError, KeyError) as error:
            raise Damaged(f"{self._file} is damaged: {error}") from error
