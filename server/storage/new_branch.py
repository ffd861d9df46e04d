"""A branch that somebody makes over the network: once, however often they ask for it."""

from datetime import datetime

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import IntegrityError

from server.actions.decision import Actor, who_of
from server.domain.branch import Branch
from server.domain.counter import Counter
from server.domain.refusals import Refusal
from server.domain.trail import Who
from server.storage.answers import Told
from server.storage.branches import install_branch, put_branch
from server.storage.rows import KeptAnswer, Slot, Writing, rows_for, text_of


def install_new(engine: Engine, branch: Branch, counters: list[Counter], who: Who) -> None:
    """As `install_branch`; Refusal `branch_exists` where there is one of this id."""
    try:
        install_branch(engine, branch, counters, who)
    except IntegrityError:
        raise Refusal("branch_exists", branch=branch.id) from None


def make_branch(
    engine: Engine, branch: Branch, counters: list[Counter], actor: Actor, key: str, fingerprint: str, now: datetime
) -> Told:
    """The answer; the same to the same key. Refusal `branch_exists` where there is one of this id."""
    slot, told = Slot(branch.id, str(actor), key), Told(text_of({"branch": branch.id}))
    try:
        with engine.begin() as connection:
            if (kept := _kept(connection, slot, fingerprint)) is not None:
                return kept
            put_branch(connection, branch, counters, who_of(actor))
            answer = KeptAnswer(*slot, fingerprint, told.body)
            rows_for(connection).write(connection, Writing(now, answers=[answer]))
    except IntegrityError:
        with engine.begin() as connection:  # the same may have been asked of another process a moment before
            if (kept := _kept(connection, slot, fingerprint)) is not None:
                return kept
        raise Refusal("branch_exists", branch=branch.id) from None
    return told


def _kept(connection: Connection, slot: Slot, fingerprint: str) -> Told | None:
    for answer in rows_for(connection).find_answers(connection, [slot]):
        if answer.fingerprint != fingerprint:
            raise Refusal("key_reused")
        return Told(answer.body)
    return None
