"""Remembers the answer to each command by its key, so that a retry is answered and never done twice."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from server.actions.decision import Command
from server.storage.tables import answers

Slot = tuple[str, str]  # (actor, key)


@dataclass(frozen=True, slots=True)
class Answer:
    fingerprint: str
    body: dict[str, Any]


def slot_of(command: Command) -> Slot | None:
    return (str(command.actor), command.key) if command.key else None


def known_answers(connection: Connection, branch_id: str, commands: Iterable[Command]) -> dict[Slot, Answer]:
    """The stored answers to any of these commands."""
    keys = {command.key for command in commands if command.key}
    if not keys:
        return {}
    rows = connection.execute(select(answers).where(answers.c.branch_id == branch_id, answers.c.key.in_(keys)))
    return {(row.actor, row.key): Answer(row.fingerprint, row.body) for row in rows}


def save_answers(connection: Connection, branch_id: str, new: dict[Slot, Answer], now: datetime) -> None:
    rows = [
        {
            "branch_id": branch_id,
            "actor": actor,
            "key": key,
            "fingerprint": answer.fingerprint,
            "body": answer.body,
            "at": now,
        }
        for (actor, key), answer in new.items()
    ]
    if rows:
        connection.execute(insert(answers), rows)
