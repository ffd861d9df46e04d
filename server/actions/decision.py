"""What an action gives back, and who may act."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from server.domain.announcement import Announcement
from server.domain.events import Change, Reason
from server.domain.trail import Who

MANAGING = frozenset({"senior_teller", "supervisor", "lobby_manager", "manager", "operator"})


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts, as the server knows them from their token; never as the client says."""

    kind: str  # kiosk display machine phone clock, or a role
    id: str
    name: str = ""
    address: str = field(default="", compare=False)  # from where they act, for the audit trail

    @property
    def manages(self) -> bool:
        return self.kind in MANAGING

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


def who_of(actor: Actor) -> Who:
    return Who(actor.kind, actor.id, actor.name, actor.address)


@dataclass(frozen=True, slots=True)
class Decision:
    """The changes, and what the answer shows: the ticket, counter, device ... that the action was about."""

    changes: list[Change]
    ticket_id: str | None = None
    counter_id: str | None = None
    advice_id: str | None = None
    note: Reason | None = None
    block_id: str | None = None
    device_id: str | None = None
    announcement: Announcement | None = None
    more: dict[str, Any] = field(default_factory=dict)  # what the answer says besides


Action = Callable[..., Decision]  # (hall, actor, now, **arguments)


@dataclass(frozen=True, slots=True)
class Command:
    """An action with its arguments, on its way to the branch."""

    branch_id: str
    actor: Actor
    action: Action
    arguments: dict[str, Any]
    key: str | None = None  # the Idempotency-Key
    fingerprint: str = ""  # of what was asked, so that a key used for something else is noticed
