"""A counter: who sits there, whether it is open, and which queues it serves."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from server.domain.branch import CounterClass, ProfileEntry


class Status(StrEnum):
    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Counter:
    id: str
    branch_id: str
    number: int
    counter_class: CounterClass
    profile: tuple[ProfileEntry, ...]
    status: Status = Status.CLOSED
    staff_id: str | None = None
    staff_name: str | None = None
    since: datetime | None = None
    pause_reason: str | None = None
    services: tuple[str, ...] | None = None  # that whoever sits there may serve; None: all of the profile's queues

    @property
    def is_open(self) -> bool:
        return self.status is Status.OPEN

    @property
    def is_machine(self) -> bool:
        return self.counter_class is CounterClass.SELF_SERVICE

    def serves(self, queue_id: str) -> bool:
        return any(entry.queue_id == queue_id for entry in self.profile)


def counter_from(data: dict[str, Any]) -> Counter:
    """A counter from its stored or transmitted form."""
    return Counter(
        **{
            **data,
            "counter_class": CounterClass(data["counter_class"]),
            "profile": tuple(ProfileEntry(**entry) for entry in data["profile"]),
            "status": Status(data["status"]),
            "since": datetime.fromisoformat(data["since"]) if data.get("since") else None,
            "services": None if data.get("services") is None else tuple(data["services"]),
        }
    )
