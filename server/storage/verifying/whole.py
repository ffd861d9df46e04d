"""Goes through everything: each chain, each table that follows from one, each row that vouches for itself."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from sqlalchemy import Connection, Text, cast, func, select

from server.domain.refusals import Refusal
from server.domain.trail import INSTALLATION
from server.storage.chain import Head
from server.storage.copying import owner_of
from server.storage.row_seals import broken_seals
from server.storage.rows import KeptAnswer, seal_of
from server.storage.tables import answers, branches, installation, metadata
from server.storage.told_tables import subject_of
from server.storage.verifying import hall, trail
from server.storage.verifying.findings import Finding
from server.storage.verifying.log import LoggedWalk

Heard = Callable[[int], None]
IMPOSSIBLE = (ValueError, KeyError, TypeError, AttributeError, Refusal, AssertionError)


@dataclass(slots=True)
class Verdict:
    """What was looked at, and what was found. `wanted` are heads that were kept elsewhere, and not met on the way."""

    findings: list[Finding] = field(default_factory=list)
    branches: int = 0
    events: int = 0
    lines: int = 0
    wanted: set[Head] = field(default_factory=set)


class UnknownBranch(LookupError):
    """There is no such branch, and no trace of one."""


def size(connection: Connection) -> int:
    """About how many events there are to go through."""
    return int(connection.execute(select(func.coalesce(func.sum(branches.c.last_seq), 0))).scalar_one())


def verify(
    connection: Connection, only: str | None = None, wanted: Collection[Head] = (), told: Heard = lambda _: None
) -> Verdict:
    """As of the moment that the connection sees; `told` hears how many events more are done. `only` one branch."""
    verdict = Verdict(wanted=set(wanted))

    def met(head: Head) -> None:
        verdict.wanted.discard(head)

    known, there = _traces(connection), set(connection.execute(select(branches.c.id)).scalars())
    of_all = trail.Trail(connection, INSTALLATION, met)
    known |= {key.partition(":")[2] for key, one in of_all.told.items() if one and key.startswith("branches:")}
    if only is not None and only not in known | there:
        raise UnknownBranch(only)
    for branch_id in sorted(known | there if only is None else {only}):
        if branch_id not in there:
            verdict.findings.append(Finding("branches", branch_id, "it is missing"))
        else:
            _verify_branch(connection, branch_id, verdict, met, told)
    if only is None:
        verdict.findings += _of_installation(connection, of_all)
        verdict.lines += of_all.head.seq
        verdict.findings += _sealed_rows(connection)
    verdict.findings += _answers(connection, only)
    return verdict


def _traces(connection: Connection) -> set[str]:
    """Every branch that any row is of."""
    found: set[str] = set()
    for table in metadata.sorted_tables:
        owner = owner_of(table)
        if owner is not None and table.name != "branches":
            found |= set(connection.execute(select(owner).where(owner.is_not(None)).distinct()).scalars())
    return found - {INSTALLATION}


def _verify_branch(
    connection: Connection, branch_id: str, verdict: Verdict, met: Callable[[Head], None], told: Heard
) -> None:
    lines = trail.Trail(connection, branch_id, met)
    row = connection.execute(select(branches).where(branches.c.id == branch_id)).one()
    verdict.findings += lines.findings
    if Head.kept(row.trail) != lines.head:
        verdict.findings.append(Finding("branches", branch_id, f"trail is {row.trail}, and the trail {lines.head}"))
    verdict.findings += trail.compared(connection, branch_id, lines.told)
    epoch = (lines.told.get(f"branches:{branch_id}") or {}).get("epoch")
    if epoch != row.epoch:
        why = f"epoch is {row.epoch!r}, and by the audit trail {epoch!r}"
        verdict.findings.append(Finding("branches", branch_id, why))
    walk = LoggedWalk(connection, branch_id, met)
    replay = hall.Replay(lines.begun) if lines.begun else None
    if replay is None:
        why = "the audit trail does not tell how it was installed: its log cannot be replayed"
        verdict.findings.append(Finding("branches", branch_id, why))
    for body, pack in walk.bodies():
        if replay is not None and not walk.broken:
            try:
                replay.apply(body, pack)
            except IMPOSSIBLE as error:
                verdict.findings.append(Finding("events", f"{branch_id}/{body.get('seq')}", f"cannot be: {error}"))
                walk.broken = True
        if walk.head.seq % 1000 == 0:
            told(1000)
    verdict.findings += walk.findings
    if replay is not None and not walk.broken:
        verdict.findings += hall.compared(connection, branch_id, replay, walk.head)
    elif str(walk.head) != str(Head.kept(row.head)):
        verdict.findings.append(Finding("branches", branch_id, f"head is {row.head}, and the log {walk.head}"))
    verdict.branches += 1
    verdict.events += walk.head.seq
    verdict.lines += lines.head.seq


def _of_installation(connection: Connection, lines: trail.Trail) -> Iterator[Finding]:
    yield from lines.findings
    rows = connection.execute(select(installation)).all()
    for row in rows:
        if row.id != 1:
            yield Finding("installation", str(row.id), "there is but one row, 1")
        elif Head.kept(row.trail) != lines.head:
            yield Finding("installation", "1", f"trail is {row.trail}, and the trail {lines.head}")
    if lines.head.seq and not any(row.id == 1 for row in rows):
        yield Finding("installation", "1", "it is missing")
    yield from trail.compared(connection, INSTALLATION, lines.told)


def _sealed_rows(connection: Connection) -> Iterator[Finding]:
    for table, row in broken_seals(connection):
        name = subject_of(table, row).partition(":")[2]
        yield Finding(table.name, name, "it is not as a server wrote it: its seal is another")


def _answers(connection: Connection, only: str | None) -> Iterator[Finding]:
    body = cast(answers.c.body, Text).label("body")
    others = [column for column in answers.c if column.name != "body"]
    mine = select(*others, body) if only is None else select(*others, body).where(answers.c.branch_id == only)
    for row in connection.execute(mine, execution_options={"yield_per": 1000}):
        answer = KeptAnswer(row.branch_id, row.actor, row.key, row.fingerprint, row.body)
        if row.seal != seal_of(answer, row.at):
            name = f"{row.branch_id}/{row.actor}/{row.key}"
            yield Finding("answers", name, "it is not what was answered: its seal is another")
