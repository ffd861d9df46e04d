"""What the journal holds, as the rest of the program sees it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from sqlite3 import Row
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Taken:
    """One number that somebody asked for at this kiosk, under the page's key, and what became of it."""

    key: str
    asked: Json
    asked_at: str
    state: str  # asking | online | offline | given_up
    doubt: bool
    answer: Json | None
    block_id: str | None
    serial: int | None
    hand_in: str  # none | waiting | done | refused
    cancel: str  # none | wanted | done | refused
    cancel_key: str | None
    note: str

    @property
    def ticket(self) -> Json:
        """The ticket as the page knows it. Only of one that was committed."""
        assert self.answer is not None, f"nothing was given out under {self.key}"
        return dict(self.answer["ticket"])


@dataclass(frozen=True, slots=True)
class Block:
    """Numbers that the server has set aside for this kiosk."""

    id: str
    queue_id: str
    prefix: str
    first_serial: int
    last_serial: int
    next_serial: int
    business_day: str
    leased_at: str
    seq: int

    @property
    def left(self) -> int:
        return self.last_serial + 1 - self.next_serial


@dataclass(frozen=True, slots=True)
class Paper:
    """One piece of paper: the ticket's own, or a copy that somebody asked for."""

    id: int
    key: str
    is_copy: bool
    state: str  # to_print | printing | printed | failed | unknown
    trouble: str
    at: str


@dataclass(frozen=True, slots=True)
class Lease:
    """A block that was asked for, and perhaps given: asked again under the same key until it is known."""

    queue_id: str
    key: str
    size: int


TAKEN = "key, asked, asked_at, state, doubt, answer, block_id, serial, hand_in, cancel, cancel_key, note"
BLOCK = "id, queue_id, prefix, first_serial, last_serial, next_serial, business_day, leased_at, seq"
PAPER = "id, key, is_copy, state, trouble, at"


def taken(row: "tuple[Any, ...] | Row") -> Taken:
    key, asked, asked_at, state, doubt, answer, *rest = row
    known = json.loads(answer) if answer is not None else None
    return Taken(key, json.loads(asked), asked_at, state, bool(doubt), known, *rest)


def all_taken(rows: "Iterable[tuple[Any, ...]]") -> list[Taken]:
    return [taken(row) for row in rows]


def paper(row: "tuple[Any, ...]") -> Paper:
    number, key, is_copy, state, trouble, at = row
    return Paper(number, key, bool(is_copy), state, trouble, at)
