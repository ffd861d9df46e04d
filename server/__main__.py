"""The command line: python -m server serve|migrate|seed|token, and the programs around it."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from server.settings import Settings
from server.storage.database import Database


def main(arguments: Sequence[str] | None = None) -> int:
    given = sys.argv[1:] if arguments is None else list(arguments)
    asked = _parser(given[0] if given else None).parse_args(given)
    result = asked.run(asked)
    return int(result or 0)


def _parser(chosen: str | None) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m server",
        description="Callboard: live queue-ticketing for halls with counters.",
        epilog="Settings come from CALLBOARD_* environment variables; see server/settings.py.",
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    serve = commands.add_parser("serve", help="run the server (migrates its database first)")
    serve.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--port", type=int, help="port to listen on (default: 8000)")
    serve.add_argument("--speed", type=float, help="run the server's clock faster, for simulated days")
    serve.add_argument("--start", type=_time, help="the server's clock at its first start (ISO 8601, with zone)")
    serve.add_argument("--no-migrate", action="store_true", help="refuse to start on an older schema")
    serve.set_defaults(run=_serve)

    migrate = commands.add_parser("migrate", help="bring the database to this version's schema, or to another")
    migrate.add_argument("--to", metavar="REVISION", help="up or down to this one, as 0002 (default: the newest)")
    migrate.set_defaults(run=_migrate)

    seed = commands.add_parser("seed", help="install the example branch and print a token for each screen")
    seed.set_defaults(run=_seed)

    token = commands.add_parser("token", help="make a token for a device or a person")
    token.add_argument("--revoke", metavar="ID", help="take back the one of this id instead")
    token.add_argument("--kind", help="kiosk, display, machine, teller, manager or operator")
    token.add_argument("--branch", default="main", help="the branch it is for (default: main)")
    token.add_argument("--name", default="", help="what people call it: 'Lobby', 'Li Wei'")
    token.set_defaults(run=_token)
    _add_programs(commands, chosen)
    return parser


PROGRAMS = {
    "demo": "a living branch to look at, on a simulated day",
    "replay": "send a real day through the server and check that nothing is lost",
    "backtest": "what following the advisor would have cost, beside every other policy",
    "backup": "write all there is to a file, while the servers go on",
    "restore": "fill the database, of either kind, from such a file",
    "import": "take branches from such a file into a database that has others",
    "staff": "who may sign in, as what, and the links by which they choose a password",
    "permissions": "who may do what: every route, socket and screen beside every role and kind of device",
    "person": "what is known of one customer: find, export, erase",
    "key": "the key that seals what is personal and second factors: status, reseal",
    "branch": "a branch's set-up as one file, out and in again; a new branch: export, import, new",
    "audit": "whether anything was changed behind the server's back: verify, head",
    "export": "what happened, as lines for whoever studies it: events, or tickets with their waits",
}
MODULES = {
    "staff": "server.people.command",
    "branch": "server.setting_up.command",
    "permissions": "server.people.permissions",
    "key": "server.person.key",
    "backup": "server.backup.backing_up",
    "restore": "server.backup.restoring",
    "import": "server.backup.importing",
    "export": "server.backup.exporting",
}


def _add_programs(commands: "argparse._SubParsersAction[argparse.ArgumentParser]", chosen: str | None) -> None:
    """Only the chosen one is loaded: a server that starts does not wait for what it does not need."""
    for name, text in PROGRAMS.items():
        parser = commands.add_parser(name, help=text, description=text)
        if name == chosen:
            program = import_module(MODULES.get(name, f"server.{name}.command"))
            program.add_arguments(parser)
            parser.set_defaults(run=program.run)


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("a time needs its zone, as in 2026-03-02T08:00+08:00")
    return moment


def _opened(settings: Settings, *, to: str | None = None, migrating: bool = True) -> Database:
    """The database, made where it is missing and brought to this version's schema, or to `to`; where it must not be
    changed it is only looked at. Ends the program with what is wrong, if it cannot be served."""
    from server.storage.database import open_database
    from server.storage.migrate import SchemaError, check, migrate

    if settings.database_url.startswith("sqlite:///"):
        Path(settings.database_url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
    engine = open_database(settings.database_url, writing=True)
    try:
        if migrating:
            migrate(engine, to)
        else:
            check(engine)
    except SchemaError as error:
        engine.dispose()
        sys.exit(str(error))
    return engine


@contextmanager
def _open(settings: Settings) -> Iterator[Database]:
    """Closed again at the end: what is left open is complained of, by the database's library and by the database."""
    engine = _opened(settings)
    try:
        yield engine
    finally:
        engine.dispose()


def _serve(asked: argparse.Namespace) -> None:
    from server.app import create_app
    from server.storage.server_clock import ServerClock, start_clock
    from server.watch.logs import SettingRefused, set_up_logging
    from server.web.serving import make_server

    settings = Settings()
    if asked.host:
        settings.host = asked.host
    if asked.port is not None:
        settings.port = asked.port
    try:
        set_up_logging(settings.log_level, settings.log_format)
        app = create_app(settings)
    except SettingRefused as error:
        sys.exit(str(error))
    engine = _opened(settings, migrating=not asked.no_migrate)
    if asked.start and not ServerClock(engine).is_set:
        start_clock(engine, asked.start, asked.speed or 1.0)
    elif asked.speed:
        ServerClock(engine).set(speed=asked.speed)
    _greet(settings, engine)
    engine.dispose()
    make_server(app, settings).run()


def _greet(settings: Settings, engine: Database) -> None:
    from server.people.links import first_link, waits_for_its_first

    lost = waits_for_its_first(engine)
    if found := first_link(settings, engine, datetime.now(UTC)):
        print(f"Nobody can sign in yet. The administrator chooses a password here, once:\n  {found}", flush=True)
    elif lost:
        again = "python -m server staff link admin"
        print(f"Nobody has used the administrator's link yet. If it is lost, make another: {again}", flush=True)


def _migrate(asked: argparse.Namespace) -> None:
    _opened(Settings(), to=asked.to).dispose()
    print(f"The database is at {asked.to}." if asked.to else "The database is ready for this version.")


def _seed(asked: argparse.Namespace) -> int:
    from server.demo.branch import BRANCH_ID, source_branch, source_counters
    from server.storage.branches import create_token, has_branch, install_branch

    settings = Settings()
    with _open(settings) as engine:
        if has_branch(engine, BRANCH_ID):
            print(f"The branch '{BRANCH_ID}' is there already.", file=sys.stderr)
            return 1
        install_branch(engine, source_branch(), source_counters())
        print("The branch is installed. Open each screen once on its device:")
        for kind, name in (
            ("kiosk", "Entrance"),
            ("display", "Lobby"),
            ("teller", "Teller"),
            ("manager", "Manager"),
        ):
            token = create_token(engine, kind, BRANCH_ID, name)
            print(f"  {kind:8} {settings.front}/{kind}?token={token}")
        return 0


def _token(asked: argparse.Namespace) -> int:
    from server.audit.console import at_console
    from server.storage.branches import create_token, has_branch, revoke_token

    with _open(Settings()) as engine:
        if asked.revoke:
            done = revoke_token(engine, asked.revoke, at_console())
            print(f"{asked.revoke} is taken back." if done else f"Nobody holds a token as {asked.revoke}.")
            return 0 if done else 1
        if not asked.kind:
            print("Say for what it is: --kind", file=sys.stderr)
            return 2
        if not has_branch(engine, asked.branch):
            print(f"There is no branch '{asked.branch}'. Install one first: python -m server seed", file=sys.stderr)
            return 1
        try:
            print(create_token(engine, asked.kind, asked.branch, asked.name or asked.kind, who=at_console()))
        except ValueError as error:
            print(error, file=sys.stderr)
            return 2
        return 0


if __name__ == "__main__":
    sys.exit(main())
