"""What became of a call in the lobby: a display has told it, let it go, or failed to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

MADE = "made"


@dataclass(frozen=True, slots=True)
class Announcement:
    """One call-out as one display dealt with it. `by` are the outputs that told it: voice, board ..."""

    call_seq: int  # the event that called
    ticket_id: str
    number: str
    counter_id: str
    device_id: str
    outcome: str  # made dropped failed
    by: tuple[str, ...]
    note: str
    at: datetime

    def supersedes(self, other: "Announcement | None") -> bool:
        """Whether this is what is now to be said of the ticket: of its newest call, and heard if anyone heard it."""
        if other is None or self.call_seq != other.call_seq:
            return other is None or self.call_seq > other.call_seq
        return self.outcome == MADE or other.outcome != MADE


def announcement_from(data: dict[str, Any]) -> Announcement:
    """An announcement from its stored or transmitted form."""
    return Announcement(**{**data, "by": tuple(data["by"]), "at": datetime.fromisoformat(data["at"])})
