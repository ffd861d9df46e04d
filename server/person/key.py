"""`python -m server key status|reseal`: which key has sealed what, and all of it anew with the newest."""

import argparse
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from server.audit.console import at_console
from server.backup.complaints import Refused, plainly
from server.backup.opening import reading
from server.backup.progress import bar
from server.domain.trail import INSTALLATION, Entry
from server.settings import Settings
from server.storage.data_key import NoDataKey
from server.storage.database import Database, open_database
from server.storage.migrate import check
from server.storage.personal import leave_no_trace
from server.storage.resealing import AT_ONCE, Resealed, keys_in_use, reseal
from server.storage.seal import Seal
from server.storage.trail import append

LEFT, COULD_NOT = 1, 2  # exit codes beside 0
EXPLAINED = "0: all is sealed with the newest key. 1: something is not, and why is said. 2: it could not be done."
ROUNDS = 3  # a server that was not started with the new key goes on sealing with the old one
TRIES = 10
MOST = 20  # that are told one by one
FREE = """\
Nothing is sealed with another key. The old key may be thrown away now: take it out of CALLBOARD_DATA_KEY, or the
file, at every server and start them anew. Backups that were made before open with it alone: it goes with the last of
them."""
AGAIN = """\
Some server still seals with an older key. Put the new key first at every server, start them anew, and run this again.
The old key must stay until then."""
STAY = """\
The key that sealed them must stay. Where it is lost: `python -m server person erase --ticket ID` takes a customer's
details away, `python -m server staff reset LOGIN` a person's codes."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.epilog = EXPLAINED
    todo = parser.add_subparsers(required=True, metavar="WHAT", dest="what")
    todo.add_parser("status", help="how much each key has sealed, and whether the old one may go", epilog=EXPLAINED)
    one = todo.add_parser(
        "reseal",
        help="seal with the first key what another has sealed, while the servers go on; again, if it was broken off",
        epilog=EXPLAINED,
    )
    one.add_argument(
        "--at-once", type=int, default=AT_ONCE, metavar="ROWS", help=f"in one transaction (default: {AT_ONCE})"
    )


def run(asked: argparse.Namespace) -> int:
    found = LEFT

    def work() -> None:
        nonlocal found
        with _opened() as (engine, seal):
            try:
                found = _status(engine, seal) if asked.what == "status" else _reseal(engine, seal, asked.at_once)
            except NoDataKey as error:
                raise Refused(str(error)) from error

    return found if plainly("key", work) == 0 else COULD_NOT


@contextmanager
def _opened() -> Iterator[tuple[Database, Seal]]:
    settings = Settings()
    with reading() as reader:
        check(reader)
    engine = open_database(settings.database_url, writing=True)
    try:
        yield engine, Seal(settings.data_key, settings.data_key_file, settings.database_url)
    finally:
        engine.dispose()


def _status(engine: Database, seal: Seal) -> int:
    found, names = _in_use(engine), seal.names
    for name in [*names, *sorted({name for one in found.values() for name in one} - {*names})]:
        here = "the newest" if name == names[0] else "an older one" if name in names else "NOT HERE"
        counts = ", ".join(f"{one[name]} {what}" for what, one in found.items())
        print(f"{name or '(no key)'}  {here}: {counts}")
    if _left(found, seal):
        print("The older ones must stay until `python -m server key reseal` has been run.")
        return LEFT
    print(FREE if len(names) > 1 else "All is sealed with the one key there is.")
    return 0


def _reseal(engine: Database, seal: Seal, at_once: int) -> int:
    done = Resealed()
    for _ in range(ROUNDS):
        left, before = _left(_in_use(engine), seal), done.rows
        if not left:
            break
        done.stuck.clear()
        with bar("reseal", left) as told:
            for piece in reseal(engine, seal, at_console(), max(at_once, 1)):
                done.rows += piece.rows
                done.stuck |= piece.stuck
                told(piece.rows)
        if done.rows == before:
            break
    return _end(engine, seal, done)


def _end(engine: Database, seal: Seal, done: Resealed) -> int:
    left = _left(_in_use(engine), seal)
    if done.rows:
        told = {"rows": done.rows, "left": left}
        with engine.begin() as connection:
            append(connection, [Entry(INSTALLATION, at_console(), "key.resealed", seal.names[0], None, told)])
        any(leave_no_trace(engine) for _ in range(TRIES))  # while servers read, it cannot be done at any moment
    print(f"{done.rows} rows were sealed anew.")
    for why in list(done.stuck.values())[:MOST]:
        print(why)
    if done.stuck:
        print(f"{len(done.stuck)} cannot be opened. {STAY}")
    elif left:
        print(AGAIN)
    else:
        print(FREE)
    return LEFT if left else 0


def _in_use(engine: Database) -> dict[str, Counter[str]]:
    with engine.begin() as connection:
        return keys_in_use(connection)


def _left(found: dict[str, Counter[str]], seal: Seal) -> int:
    """Rows that the newest key has not sealed."""
    return sum(number for one in found.values() for name, number in one.items() if name != seal.names[0])
