"""`python -m server import`: brings branches out of a backup into a database that goes on serving others."""

import argparse
from pathlib import Path

from server.audit.console import at_console
from server.backup.complaints import Refused, plainly
from server.backup.filling import fill, source_in
from server.backup.opening import writing
from server.storage.copying import filling


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="what `backup` has written, or a SQLite database")
    parser.add_argument("--branch", action="append", metavar="B", help="only this one; may be given more than once")
    parser.add_argument("--replace", action="store_true", help="throw away what the database holds of these branches")


def run(asked: argparse.Namespace) -> int:
    return plainly("import", lambda: _import(asked.file, asked.branch, replace=asked.replace))


def _import(file: Path, wanted: list[str] | None, *, replace: bool) -> None:
    with source_in(file) as source, writing() as engine, filling(engine) as here:
        offered = {row["id"] for row in source.rows("branches")}
        chosen = set(wanted or offered)
        if chosen - offered:
            raise Refused(f"the backup has no branch {', '.join(sorted(chosen - offered))}; it has {_list(offered)}")
        there = here.branches() & chosen
        if there and not replace:
            raise Refused(f"{_list(there)} is there already; --replace throws away what the database holds of it")
        before = {key: one for key, one in here.heads().items() if key in chosen}
        here.clear(chosen)
        fill(here, source, chosen)
        here.tell(file.name, chosen, before, at_console())
    print(f"{file}: {_list(chosen)}, with a new epoch")


def _list(branches: set[str]) -> str:
    return ", ".join(sorted(branches)) or "none"
