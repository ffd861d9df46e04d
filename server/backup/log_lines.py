"""A branch's log read page by page, with the business day that each event belongs to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from server.domain.branch import Branch
from server.domain.events import Event
from server.storage.event_log import events_after
from server.storage.halls import load_hall
from server.storage.log_days import seq_before

PAGE = 1000


@dataclass(frozen=True, slots=True)
class Span:
    """Business days, both included; None: no end on that side."""

    first: date | None = None
    last: date | None = None


def branch_of(connection: Any, branch_id: str) -> Branch:
    """As it is now."""
    return load_hall(connection, branch_id).branch


def events_of(connection: Any, branch_id: str, span: Span) -> Iterator[tuple[date | None, Event]]:
    """(business day, event), oldest first, from days put away as well; a page in memory at a time."""
    day: date | None = None
    seq = seq_before(connection, branch_id, span.first) if span.first else 0
    while page := events_after(connection, branch_id, seq, PAGE):
        for event in page:
            day = event.day if event.kind == "branch.day_started" else day
            if span.last and day and day > span.last:
                return
            if span.first is None or (day is not None and day >= span.first):
                yield day, event
        seq = page[-1].seq
