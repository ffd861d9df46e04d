"""What happened in the hall. An event carries the whole new state of its subject, never a difference."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from server.domain.advice import Advice, advice_from
from server.domain.branch import Branch, branch_from
from server.domain.counter import Counter, counter_from
from server.domain.ticket import Ticket, ticket_from
from server.domain.words import say

VERSION = 1

KINDS = (
    *(
        f"ticket.{what}"
        for what in (
            "issued checked_in called recalled started completed no_show parked resumed transferred "
            "returned cancelled abandoned expired"
        ).split()
    ),
    "counter.opened",
    "counter.paused",
    "counter.closed",
    "counter.profiled",
    "advice.issued",
    "advice.accepted",
    "advice.dismissed",
    "advice.withdrawn",
    "advice.scored",
    "branch.day_started",
    "branch.changed",
)
CALL_OUTS = frozenset({"ticket.called", "ticket.recalled"})


@dataclass(frozen=True, slots=True)
class Reason:
    """Why it happened: a stable code, its figures, and the sentence in every language."""

    code: str
    params: dict[str, Any]
    words: dict[str, str]


def because(code: str, **params: Any) -> Reason:
    return Reason(code, params, say(f"reason.{code}", params))


@dataclass(frozen=True, slots=True)
class Change:
    """What an action decided: an event that has not been given its place in the log yet."""

    kind: str
    ticket: Ticket | None = None
    counter: Counter | None = None
    advice: Advice | None = None
    day: date | None = None
    branch: Branch | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a branch's log. `seq` has no gaps; `at` is UTC and never runs backwards within a branch."""

    id: str
    branch_id: str
    seq: int
    kind: str
    at: datetime
    actor: str
    version: int
    reason: Reason | None = None
    ticket: Ticket | None = None
    counter: Counter | None = None
    advice: Advice | None = None
    day: date | None = None
    branch: Branch | None = None


def event_from(data: dict[str, Any]) -> Event:
    """An event from its stored or transmitted form."""
    read = {"ticket": ticket_from, "counter": counter_from, "advice": advice_from, "branch": branch_from}
    found = {key: reader(data[key]) for key, reader in read.items() if data.get(key)}
    return Event(
        **{
            **data,
            **found,
            "at": datetime.fromisoformat(data["at"]),
            "reason": Reason(**data["reason"]) if data.get("reason") else None,
            "day": date.fromisoformat(data["day"]) if data.get("day") else None,
        }
    )
