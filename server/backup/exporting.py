"""`python -m server export`: the log as JSON lines, or the tickets as a table, for whoever studies what happened."""

import argparse
import csv
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from server.backup.complaints import Refused, plainly
from server.backup.log_lines import Span, branch_of, events_of
from server.backup.opening import reading
from server.backup.ticket_lines import COLUMNS, ticket_lines
from server.backup.whole_file import whole_file
from server.domain.audience import whole
from server.storage.event_log import newest
from server.storage.migrate import check

BOM = b"\xef\xbb\xbf"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--branch", help="only this one (default: all, one after the other)")
    parser.add_argument("--from", dest="first", type=date.fromisoformat, metavar="DAY", help="first business day")
    parser.add_argument("--to", dest="last", type=date.fromisoformat, metavar="DAY", help="last business day")
    parser.add_argument(
        "--format",
        choices=("jsonl", "csv"),
        default="jsonl",
        help="jsonl: a line an event, with all of it; csv: a line a ticket, with times and waits (default: jsonl)",
    )
    parser.add_argument("--bom", action="store_true", help="begin with a byte order mark, for Excel in Chinese")
    parser.add_argument("--out", type=Path, metavar="FILE", help="where to (default: the standard output)")


def run(asked: argparse.Namespace) -> int:
    return plainly("export", lambda: _export(asked))


def _export(asked: argparse.Namespace) -> None:
    span = Span(asked.first, asked.last)
    with reading() as engine:
        check(engine)
        with engine.begin() as connection, _sink(asked.out) as out:
            if asked.bom:
                out.write(BOM)
            lines = _tickets if asked.format == "csv" else _events
            for line in lines(connection, _branches(connection, asked.branch), span):
                out.write(line)


def _branches(connection: Any, wanted: str | None) -> list[str]:
    there = sorted(newest(connection))
    if wanted is None:
        return there
    if wanted not in there:
        raise Refused(f"there is no branch '{wanted}'; there are {', '.join(there) or 'none'}")
    return [wanted]


def _events(connection: Any, branches: list[str], span: Span) -> Iterator[bytes]:
    for branch_id in branches:
        for _, event in events_of(connection, branch_id, span):
            yield orjson.dumps(whole(event), option=orjson.OPT_APPEND_NEWLINE)


def _tickets(connection: Any, branches: list[str], span: Span) -> Iterator[bytes]:
    table = csv.writer(Echo(), lineterminator="\n")
    yield _row(table, COLUMNS)
    for branch_id in branches:
        lines = ticket_lines(branch_of(connection, branch_id), events_of(connection, branch_id, span))
        yield from (_row(table, line) for line in lines)


def _row(table: Any, cells: list[Any]) -> bytes:
    return bytes(table.writerow(cells))


class Echo:
    """What the csv module writes to, to get the line instead of a file."""

    def write(self, line: str) -> bytes:
        return line.encode()


@contextmanager
def _sink(to: Path | None) -> Iterator[BinaryIO]:
    if to is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    with whole_file(to) as part, part.open("wb") as file:
        yield file
