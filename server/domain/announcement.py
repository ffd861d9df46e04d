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
    stands: bool  # this is what is now to be said of a ticket at its counter; else something better was said before


def announcement_from(data: dict[str, Any]) -> Announcement:
    """An announcement from its stored or transmitted form."""
    return Announcement(**{**data, "by": tuple(data["by"]), "at": datetime.fromisoformat(data["at"])})
