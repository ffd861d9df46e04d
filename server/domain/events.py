"""What happened in the hall. An event carries the whole new state of its subject, never a difference."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from server.domain.advice import Advice, advice_from
from server.domain.announcement import Announcement, announcement_from
from server.domain.block import Block, block_from
from server.domain.branch import Branch, branch_from
from server.domain.counter import Counter, counter_from
from server.domain.device import Device, device_from
from server.domain.ticket import Ticket, ticket_from
from server.domain.words import say

VERSION = 1

KINDS = (
    *(
        f"ticket.{what}"
        for what in (
            "issued checked_in called recalled started completed no_show parked resumed transferred "
            "returned deferred cancelled abandoned expired"
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
    "branch.set_up",
    "numbers.leased",
    "numbers.returned",
    *(f"device.{what}" for what in "online offline paper_low paper_out trouble well".split()),
    *(f"announcement.{what}" for what in "made dropped failed".split()),
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
    block: Block | None = None
    device: Device | None = None
    announcement: Announcement | None = None
    counters: tuple[Counter, ...] | None = None  # all of them, where the branch was set up anew

    @property
    def of_device(self) -> bool:
        """Whether its event is a `DeviceEvent`."""
        return self.block is not None or self.device is not None or self.announcement is not None


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

    @property
    def block(self) -> Block | None:
        return None

    @property
    def device(self) -> Device | None:
        return None

    @property
    def announcement(self) -> Announcement | None:
        return None

    @property
    def counters(self) -> tuple[Counter, ...] | None:
        return None


@dataclass(frozen=True, slots=True)
class DeviceEvent(Event):
    """An event in which a device of the hall has a part. What it says more is not written into every other event:
    a server of the version before, serving the same log, would not know what to do with it."""

    block: Block | None = None
    device: Device | None = None
    announcement: Announcement | None = None


@dataclass(frozen=True, slots=True)
class SetUpEvent(Event):
    """The branch was set up anew, and here are all its counters: their furniture, and who sits there."""

    counters: tuple[Counter, ...] | None = None


READ: dict[str, Callable[[dict[str, Any]], Any]] = {
    "ticket": ticket_from,
    "counter": counter_from,
    "advice": advice_from,
    "branch": branch_from,
    "block": block_from,
    "device": device_from,
    "announcement": announcement_from,
}


def event_from(data: dict[str, Any]) -> Event:
    """An event from its stored or transmitted form."""
    found = {key: read(data[key]) for key, read in READ.items() if data.get(key)}
    if data.get("counters") is not None:
        found["counters"] = tuple(counter_from(counter) for counter in data["counters"])
    kind = DeviceEvent if "block" in data else SetUpEvent if "counters" in data else Event
    return kind(
        **{
            **data,
            **found,
            "at": datetime.fromisoformat(data["at"]),
            "reason": Reason(**data["reason"]) if data.get("reason") else None,
            "day": date.fromisoformat(data["day"]) if data.get("day") else None,
        }
    )
