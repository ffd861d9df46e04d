"""`python -m server branch`: a branch's set-up as one YAML file, out and in again, and a new branch from nothing."""

import argparse
import sys
from pathlib import Path
from typing import Any

from server.actions.decision import Actor, Command
from server.actions.set_up import set_up
from server.audit.console import at_console
from server.domain.hall import Hall
from server.domain.refusals import Refusal
from server.domain.set_up.changes import changes
from server.domain.set_up.document import document_of, version_of
from server.domain.set_up.reading import read
from server.domain.set_up.templates import ORDER, templates
from server.domain.words import say
from server.settings import Settings
from server.storage.branches import has_branch
from server.storage.database import Database, open_database
from server.storage.halls import load_hall
from server.storage.migrate import SchemaError, check, migrate
from server.storage.new_branch import install_new
from server.storage.server_clock import ServerClock
from server.storage.writer import Writer
from server.web.set_up import faultless
from server.web.set_up_yaml import as_yaml, read_yaml

Json = dict[str, Any]
PATIENCE_S = 30


def add_arguments(parser: argparse.ArgumentParser) -> None:
    commands = parser.add_subparsers(title="what", dest="what", required=True, metavar="WHAT")
    out = commands.add_parser("export", help="writes the set-up of a branch, with words on what each part means")
    out.add_argument("file", nargs="?", help="where to (default: it is printed)")
    out.add_argument("--branch", default="main", help="which (default: main)")
    into = commands.add_parser("import", help="sets a branch up as the file says; one that is not there is made")
    into.add_argument("file", help="such a file")
    into.add_argument("--as", dest="branch", help="another id than the file's: a copy of that branch")
    into.add_argument(
        "--try", dest="only_try", action="store_true", help="says what would change, and changes nothing"
    )
    new = commands.add_parser("new", help="makes a branch from a template; change what it lacks in the browser")
    new.add_argument("id", help="its short name, as north: in every address and ticket, for good")
    new.add_argument("--template", choices=ORDER, default=ORDER[0], help="what to begin with (default: bank)")
    new.add_argument("--name", required=True, help="what people call it")
    new.add_argument("--name-zh", help="the same in Chinese (default: the same)")
    new.add_argument("--time-zone", help="as Asia/Shanghai (default: the template's)")


def run(asked: argparse.Namespace) -> int:
    engine = open_database(Settings().database_url, writing=True)
    try:
        if asked.what == "export":
            check(engine)
            return _export(engine, asked.branch, asked.file)
        migrate(engine)
        if asked.what == "new":
            return _make(engine, _begun(asked))
        document = read_yaml(Path(asked.file).read_text(encoding="utf-8"))
        if asked.branch:
            document["branch"] = {**_as_dict(document.get("branch")), "id": asked.branch}
        return _import(engine, document, asked.only_try)
    except Refusal as refusal:
        return _complain(refusal)
    except (SchemaError, OSError, UnicodeDecodeError) as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        engine.dispose()


def _as_dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _export(engine: Database, branch_id: str, file: str | None) -> int:
    present = _present(engine, branch_id)
    if present is None:
        print(f"There is no branch '{branch_id}'.", file=sys.stderr)
        return 1
    text = as_yaml(present)
    if file is None:
        print(text, end="")
    else:
        Path(file).write_text(text, encoding="utf-8")
        print(f"The set-up of '{branch_id}' is in {file}.")
    return 0


def _present(engine: Database, branch_id: str) -> Json | None:
    hall = _hall(engine, branch_id)
    return document_of(hall.branch, hall.counters.values()) if hall else None


def _hall(engine: Database, branch_id: str) -> Hall | None:
    if not has_branch(engine, branch_id):
        return None
    with engine.connect() as connection:
        return load_hall(connection, branch_id)


def _begun(asked: argparse.Namespace) -> Json:
    document: Json = next(one["document"] for one in templates() if one["id"] == asked.template)
    document["branch"] |= {"id": asked.id, "name": {"en": asked.name, "zh": asked.name_zh or asked.name}}
    if asked.time_zone:
        document["branch"]["time_zone"] = asked.time_zone
    return document


def _import(engine: Database, document: Json, only_try: bool) -> int:
    hall = _hall(engine, read(document).branch.id)
    wanted = faultless(document, hall.branch if hall else None)
    if hall is None:
        if only_try:
            print(f"The branch '{wanted.branch.id}' would be made.")
            return 0
        return _make(engine, document)
    present = document_of(hall.branch, hall.counters.values())
    differs = changes(present, wanted.document)
    print("\n".join(one["words"]["en"] for one in differs) or "Nothing changes.")
    if differs and not only_try:
        _set_up(engine, wanted.branch.id, wanted.document, version_of(present))
        print(f"'{wanted.branch.id}' is set up so; servers that run follow within a second.")
    return 0


def _set_up(engine: Database, branch_id: str, document: Json, version: str) -> None:
    """As a command, by the writer: people may be waiting in the branch, and other servers writing to it."""
    who = at_console()
    actor = Actor(who.kind, who.id, who.name, who.address)
    writer = Writer(engine, ServerClock(engine).now, lambda _: None)
    writer.start()
    try:
        said = {"document": document, "version": version}
        writer.submit(Command(branch_id, actor, set_up, said)).result(PATIENCE_S)
    finally:
        writer.stop()


def _make(engine: Database, document: Json) -> int:
    wanted = faultless(document)
    install_new(engine, wanted.branch, wanted.counters, at_console())
    print(f"The branch '{wanted.branch.id}' is there: {Settings().front}/office?branch={wanted.branch.id}")
    return 0


def _complain(refusal: Refusal) -> int:
    print(say(f"refusal.{refusal.code}", refusal.params)["en"], file=sys.stderr)
    for fault in refusal.params.get("faults", ()):
        print(f"  {fault['path'] or 'the whole'}: {fault['words']['en']}", file=sys.stderr)
    return 1
