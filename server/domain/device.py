"""A device of the hall as it has told of itself: a kiosk, a display, a machine, and what is wrong with it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

WELL = frozenset({"ok", "here"})
SILENT = {"line": "silent"}  # all that is known of one that went without a word


@dataclass(frozen=True, slots=True)
class Device:
    """`parts` is part -> state, of those that it has told of since it came online; `at` the last change."""

    id: str
    kind: str  # kiosk display machine
    name: str
    parts: dict[str, str]
    online: bool
    at: datetime
    wrong_since: datetime | None = None  # None while all is well
    note: str = ""

    @property
    def is_silent(self) -> bool:
        """Whether it went without a word."""
        return self.parts == SILENT

    @property
    def wrong(self) -> dict[str, str]:
        """The parts that are not well."""
        return {part: state for part, state in self.parts.items() if state not in WELL}

    @property
    def condition(self) -> str:
        """The worst of what is wrong, as the events name it: paper_out trouble paper_low well."""
        wrong = self.wrong
        paper = wrong.pop("printer", "") if self.parts.get("printer") in ("paper_low", "paper_out") else ""
        if paper == "paper_out" or not wrong:
            return paper or "well"
        return "trouble"


def device_from(data: dict[str, Any]) -> Device:
    """A device from its stored or transmitted form."""
    since = data.get("wrong_since")
    times = {
        "at": datetime.fromisoformat(data["at"]),
        "wrong_since": datetime.fromisoformat(since) if since else None,
    }
    return Device(**{**data, **times})
