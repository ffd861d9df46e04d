"""`python -m server audit verify|head|accept`: goes through all there is, and says in plain words what was found."""

import argparse

from server.audit.console import at_console
from server.backup.complaints import Refused, plainly
from server.backup.opening import reading, writing
from server.backup.progress import bar
from server.domain.trail import INSTALLATION
from server.storage.chain import Head
from server.storage.migrate import check
from server.storage.trail import heads
from server.storage.verifying.accepting import accept
from server.storage.verifying.whole import UnknownBranch, Verdict, size, verify

MOST = 50  # findings that are told one by one
COULD_NOT_LOOK = 2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    todo = parser.add_subparsers(required=True, metavar="WHAT")
    one = todo.add_parser("verify", help="look at everything; 0: all is as it was written, 1: it is not, 2: no look")
    one.add_argument("--branch", metavar="B", help="this branch only")
    one.add_argument("--head", action="append", default=[], metavar="HEAD", help="as `head` printed it; must be met")
    one.set_defaults(do=_verify)
    two = todo.add_parser("head", help="print the newest hash of every chain, to be kept elsewhere")
    two.set_defaults(do=_head)
    three = todo.add_parser("accept", help="take what `verify` finds in tables outside the log as it is, and say so")
    three.set_defaults(do=_accept)
    for each in (one, two, three):
        each.add_argument("--database", metavar="URL", help="default: CALLBOARD_DATABASE_URL")


def run(asked: argparse.Namespace) -> int:
    found = 0

    def work() -> None:
        nonlocal found
        found = asked.do(asked)

    code = plainly("audit", work)
    return {0: found, 1: COULD_NOT_LOOK}.get(code, code)


def _verify(asked: argparse.Namespace) -> int:
    try:
        wanted = {Head.read(text) for text in asked.head}
    except ValueError as error:
        raise Refused(f"a head is SEQ:HASH, as `audit head` prints it ({error})") from error
    with reading(asked.database) as engine:
        check(engine)
        with engine.begin() as connection, bar("verify", size(connection)) as told:
            try:
                verdict = verify(connection, asked.branch, wanted, told)
            except UnknownBranch as error:
                raise Refused(f"there is no branch {error}") from error
    return _say(verdict)


def _say(verdict: Verdict) -> int:
    for finding in verdict.findings[:MOST]:
        print(finding)
    if len(verdict.findings) > MOST:
        print(f"... and {len(verdict.findings) - MOST} more")
    for head in sorted(verdict.wanted):
        print(f"the head {head} is in no chain: what was behind it is not what is there now")
    looked = f"{verdict.branches} branches, {verdict.events} events, {verdict.lines} lines of the audit trail"
    if verdict.findings or verdict.wanted:
        print(f"NOT AS WRITTEN: {len(verdict.findings) + len(verdict.wanted)} findings in {looked}.")
        return 1
    print(f"All is as it was written: {looked}.")
    return 0


def _head(asked: argparse.Namespace) -> int:
    with reading(asked.database) as engine:
        check(engine)
        with engine.begin() as connection:
            for branch, chains in heads(connection).items():
                for name, head in chains.items():
                    if head:
                        print(f"{'installation' if branch == INSTALLATION else branch} {name} {head}")
    return 0


def _accept(asked: argparse.Namespace) -> int:
    with reading(asked.database) as engine:
        check(engine)
    with writing(asked.database) as engine, engine.begin() as connection:
        accepted = accept(connection, at_console())
    for subject in accepted:
        print(f"taken as it is: {subject}")
    print(f"{len(accepted)} rows; the audit trail says so.")
    return 0
