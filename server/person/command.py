"""`python -m server person find|export|erase`: what is known of one customer, on the server's own machine."""

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from server.audit.console import at_console
from server.backup.complaints import Refused, plainly
from server.backup.opening import reading
from server.domain.personal import KINDS, alike
from server.settings import Settings
from server.storage.branch_names import branch_names
from server.storage.data_key import NoDataKey
from server.storage.database import Database, open_database
from server.storage.migrate import check
from server.storage.personal import Found, PersonalRecords
from server.storage.seal import Seal, SealBroken

NOBODY, COULD_NOT = 1, 2  # exit codes beside 0
EXPLAINED = "0: done. 1: nobody is known by that. 2: it could not be done, and why is said."
TYPED = "-: asked for, so that it stands in no history of commands"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXPLAINED
    todo = parser.add_subparsers(required=True, metavar="WHAT", dest="what")
    find = todo.add_parser("find", help="their tickets, what is known of them, and until when", epilog=EXPLAINED)
    export = todo.add_parser("export", help="the same as a file of JSON, to be handed to them", epilog=EXPLAINED)
    erase = todo.add_parser("erase", help="forget who they are; their tickets stay, as anybody's", epilog=EXPLAINED)
    for one in (find, export, erase):
        by = one.add_mutually_exclusive_group(required=True)
        for kind in KINDS:
            by.add_argument(f"--{kind}", metavar=kind.upper(), help=f"as it was given ({TYPED})")
        one.add_argument("--branch", metavar="B", help="in this branch only")
    by.add_argument("--ticket", metavar="ID", action="append", help="of this ticket's visit; needs no key")
    export.add_argument("file", type=Path, metavar="FILE", help="must not be there yet")
    erase.add_argument("--yes", action="store_true", help="without asking once more")


def run(asked: argparse.Namespace) -> int:
    done = NOBODY

    def work() -> None:
        nonlocal done
        with _records() as (engine, records):
            branches = _branches(engine, asked.branch)
            try:
                done = {"find": _find, "export": _export, "erase": _erase}[asked.what](records, branches, asked)
            except (NoDataKey, SealBroken) as error:
                raise Refused(str(error)) from error

    return done if plainly("person", work) == 0 else COULD_NOT


@contextmanager
def _records() -> Iterator[tuple[Database, PersonalRecords]]:
    settings = Settings()
    with reading() as reader:
        check(reader)
        engine = open_database(settings.database_url, writing=True)
        try:
            seal = Seal(settings.data_key, settings.data_key_file, settings.database_url)
            yield engine, PersonalRecords(engine, reader, seal)
        finally:
            engine.dispose()


def _branches(engine: Database, only: str | None) -> list[str]:
    with engine.begin() as connection:
        found = [branch["id"] for branch in branch_names(connection, None if only is None else [only])]
    if only is not None and not found:
        raise Refused(f"there is no branch {only}")
    return found


def _look(records: PersonalRecords, branches: Sequence[str], asked: argparse.Namespace) -> list[Found]:
    kind, text = next((kind, getattr(asked, kind)) for kind in KINDS if getattr(asked, kind) is not None)
    if text == "-":
        print(f"{kind}: ", end="", file=sys.stderr, flush=True)
        text = sys.stdin.readline()
    if not alike(kind, text):
        raise Refused(f"there is nothing in that {kind} to look for")
    exporting = asked.what == "export"
    return [one for branch in branches for one in records.find(branch, kind, text, at_console(), exporting=exporting)]


def _find(records: PersonalRecords, branches: Sequence[str], asked: argparse.Namespace) -> int:
    found = _look(records, branches, asked)
    for one in found:
        print(_line(one))
    return _told(found)


def _line(one: Found) -> str:
    ticket, person = one.ticket, one.person
    known = ", ".join(text for text in (person.name, person.phone, person.card and f"card {person.card}") if text)
    when = f"{ticket.issued_at:%Y-%m-%d %H:%M}Z"
    return f"{ticket.id:32} {ticket.number:6} {when}  {ticket.state:10} {known}  (until {one.erase_on})"


def _told(found: Sequence[Found]) -> int:
    if not found:
        print("Nobody is known by that.", file=sys.stderr)
        return NOBODY
    print(f"{len(found)} tickets.", file=sys.stderr)
    return 0


def _export(records: PersonalRecords, branches: Sequence[str], asked: argparse.Namespace) -> int:
    if asked.file.exists():
        raise Refused(f"{asked.file} is there already")
    found = _look(records, branches, asked)
    if found:
        data = orjson.dumps({"found": found}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
        with os.fdopen(os.open(asked.file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
    return _told(found)


def _erase(records: PersonalRecords, branches: Sequence[str], asked: argparse.Namespace) -> int:
    if asked.ticket:
        wanted: dict[str, list[str]] = dict.fromkeys(branches, asked.ticket)
    else:
        wanted = {}
        for one in _look(records, branches, asked):
            print(_line(one))
            wanted.setdefault(one.ticket.branch_id, []).append(one.ticket.id)
    if wanted and not asked.yes and not _sure():
        raise Refused("nothing was erased")
    erased = [one for branch, ids in wanted.items() for one in records.erase(branch, ids, at_console())]
    if not erased:
        print("Nobody is known by that.", file=sys.stderr)
        return NOBODY
    print(f"{len(erased)} visits are nobody's now. Backups that were made before still know: see notes/privacy.md.")
    return 0


def _sure() -> bool:
    print("Erase who this was? It cannot be undone. [y/N] ", end="", file=sys.stderr, flush=True)
    answer: Any = sys.stdin.readline()
    return bool(answer.strip().lower() in {"y", "yes"})
