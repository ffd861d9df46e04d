"""Installs a branch, and connects devices and staff to it by tokens kept only as hashes."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, insert, select, update

from server.domain.audience import whole
from server.domain.branch import Branch
from server.domain.counter import Counter
from server.domain.roles import ROLES
from server.domain.trail import INSTALLATION, SERVER, Entry, Who
from server.storage.tables import branches, counters, tokens
from server.storage.trail import append, telling

TOKEN_KINDS = ("kiosk", "display", "machine", *ROLES)


@dataclass(frozen=True, slots=True)
class Holder:
    """Whom a token stands for. `session` is that of a person who has signed in."""

    id: str
    kind: str
    branch_id: str
    name: str
    session: str = ""
    how: str = ""  # they have signed in


def install_branch(engine: Engine, branch: Branch, hall_counters: Iterable[Counter], who: Who = SERVER) -> None:
    """A new branch with its counters. Raises IntegrityError where the branch is there already, and ValueError
    where two queues have one prefix: they would print the same numbers."""
    with engine.begin() as connection:
        put_branch(connection, branch, hall_counters, who)


def put_branch(connection: Connection, branch: Branch, hall_counters: Iterable[Counter], who: Who) -> None:
    """As `install_branch`, within a transaction of somebody else's."""
    if len({queue.prefix for queue in branch.queues.values()}) < len(branch.queues):
        raise ValueError("every queue needs a prefix of its own")
    epoch, there = secrets.token_hex(4), [whole(counter) for counter in hall_counters]
    begun = {"epoch": epoch, "settings": whole(branch), "counters": there}
    connection.execute(
        insert(branches).values(id=branch.id, epoch=epoch, last_seq=0, settings=whole(branch), state={})
    )
    connection.execute(insert(counters), there)
    append(connection, [Entry(branch.id, who, "branch.installed", f"branches:{branch.id}", None, begun)])
    # That it ever was is said elsewhere too: a branch that is taken away whole takes its own trail with it.
    known = {"epoch": epoch}
    append(connection, [Entry(INSTALLATION, who, "branch.installed", f"branches:{branch.id}", None, known)])


def has_branch(engine: Engine, branch_id: str) -> bool:
    with engine.connect() as connection:
        found = connection.execute(select(branches.c.id).where(branches.c.id == branch_id))
        return found.one_or_none() is not None


def create_token(
    engine: Engine, kind: str, branch_id: str, name: str, holder_id: str | None = None, who: Who = SERVER
) -> str:
    """A token for a device or a person; shown once, kept as its hash."""
    if kind not in TOKEN_KINDS:
        raise ValueError(f"kind must be one of {', '.join(TOKEN_KINDS)}; got {kind!r}")
    token_id = holder_id or f"{kind}-{secrets.token_hex(3)}"
    with engine.begin() as connection:
        return put_token(connection, kind, branch_id, name, token_id, who)


def put_token(connection: Connection, kind: str, branch_id: str, name: str, token_id: str, who: Who) -> str:
    """As `create_token`, within a transaction of somebody else's."""
    token = secrets.token_urlsafe(24)
    with telling(connection, who, "token.created", tokens, branch_id, id=token_id):
        connection.execute(
            insert(tokens).values(
                id=token_id,
                hash=_hash(token),
                kind=kind,
                branch_id=branch_id,
                name=name,
                created_at=datetime.now(UTC),
            )
        )
    return token


def revoke_token(engine: Engine, token_id: str, who: Who = SERVER) -> bool:
    """Takes a token back, for good: screens that use it are told so within a second or two. False where there is none
    of this id, or it was taken back before."""
    with engine.begin() as connection:
        mine = tokens.c.id == token_id, tokens.c.revoked_at.is_(None)
        branch_id = connection.execute(select(tokens.c.branch_id).where(*mine)).scalar_one_or_none()
        if branch_id is None:
            return False
        with telling(connection, who, "token.revoked", tokens, branch_id, id=token_id):
            connection.execute(update(tokens).where(*mine).values(revoked_at=datetime.now(UTC)))
    return True


def holder_of(connection: Connection, token: str) -> Holder | None:
    """Whose token this is; None for a token that is unknown or was taken back."""
    row = connection.execute(
        select(tokens).where(tokens.c.hash == _hash(token), tokens.c.revoked_at.is_(None))
    ).one_or_none()
    return Holder(row.id, row.kind, row.branch_id, row.name) if row else None


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
