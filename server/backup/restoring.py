"""`python -m server restore`: fills the database from a backup of either kind; screens begin anew by themselves."""

import argparse
from pathlib import Path

from server.audit.console import at_console
from server.backup.complaints import Refused, plainly
from server.backup.filling import fill, source_in
from server.backup.opening import writing
from server.storage.copying import filling


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE", help="what `backup` has written, or a SQLite database")
    parser.add_argument("--replace", action="store_true", help="throw away what the database holds now")


def run(asked: argparse.Namespace) -> int:
    return plainly("restore", lambda: _restore(asked.file, replace=asked.replace))


def _restore(file: Path, *, replace: bool) -> None:
    with source_in(file) as source, writing() as engine, filling(engine) as here:
        there = here.branches()
        if there and not replace:
            raise Refused(
                f"the database holds {len(there)} branches already ({', '.join(sorted(there)[:5])}); "
                "--replace throws them away, `import` adds others to them"
            )
        before = here.heads()
        here.clear()
        rows = fill(here, source)
        branches = here.branches()
        here.tell(file.name, branches, before, at_console())
    print(f"{file}: {rows} rows; {len(branches)} branches, each with a new epoch")
    print("What is sealed in it (customers, second factors) opens with the key of the time: CALLBOARD_DATA_KEY.")
