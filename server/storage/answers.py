"""Remembers the answer to each command by its key, so that a retry is answered and never done twice."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Engine, delete, func, select

from server.actions.decision import Command
from server.storage.rows import KeptAnswer, Slot, rows_for
from server.storage.tables import answers


class Told(Mapping[str, Any]):
    """An answer as it is sent, `body`, and as it is kept. Who looks into it has it read; most only send it on."""

    __slots__ = ("_read", "body")

    def __init__(self, body: str) -> None:
        self.body = body
        self._read: dict[str, Any] | None = None

    @property
    def _whole(self) -> dict[str, Any]:
        if self._read is None:
            self._read = orjson.loads(self.body)
        return self._read

    def __getitem__(self, name: str) -> Any:
        return self._whole[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole)

    def __len__(self) -> int:
        return len(self._whole)


class Answer(NamedTuple):
    fingerprint: str
    told: Told


def slot_of(command: Command) -> Slot | None:
    return Slot(command.branch_id, str(command.actor), command.key) if command.key else None


def known_answers(connection: Connection, commands: Iterable[Command]) -> dict[Slot, Answer]:
    """The stored answers to any of these commands."""
    slots = [slot for command in commands if (slot := slot_of(command))]
    if not slots:
        return {}
    kept = rows_for(connection).find_answers(connection, slots)
    return {Slot(*one[:3]): Answer(one.fingerprint, Told(one.body)) for one in kept}


def kept_answers(new: dict[Slot, Answer]) -> list[KeptAnswer]:
    return [KeptAnswer(*slot, answer.fingerprint, answer.told.body) for slot, answer in new.items()]


def forget_old_answers(engine: Engine, before: datetime, limit: int = 1000) -> int:
    """Throws away answers given before then, about `limit` of them at once, those of one commit together; gives how
    many. A retry that comes later than that is done anew, so leave a day at least."""
    with engine.begin() as connection:
        old = answers.c.at < before
        last = select(answers.c.at).where(old).order_by(answers.c.at).offset(limit - 1).limit(1)
        until = connection.execute(last).scalar_one_or_none() or before
        return connection.execute(delete(answers).where(old, answers.c.at <= until)).rowcount


def heard_since(connection: Connection, since: datetime) -> dict[tuple[str, str], datetime]:
    """Who has given a command since then, in any process: (branch, actor) -> when last. A command that changed
    nothing counts, for it was answered."""
    newest = select(answers.c.branch_id, answers.c.actor, func.max(answers.c.at).label("at"))
    rows = connection.execute(newest.where(answers.c.at >= since).group_by(answers.c.branch_id, answers.c.actor))
    return {(row.branch_id, row.actor): row.at for row in rows}
