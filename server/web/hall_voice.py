"""One voice in a hall: which of its pages speaks, unless the program on a device does."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal

from server.domain.device import Device

Speaker = Literal["here", "page", "program", "nobody"]

GONE_S = 10.0  # pages ask every four seconds; one that has not is off
MOST_PAGES = 200  # of one zone: a page with a new name at every reload must not fill the memory


@dataclass(slots=True)
class _Page:
    asked_at: float
    can: bool  # its browser lets it make a sound
    insists: bool  # its address says voice=on: it speaks whoever else does


@dataclass(slots=True)
class HallVoices:
    """Of this process. Where several serve one branch, a page that is sent to another of them may not be known there:
    a proxy keeps a branch together by its header `Callboard-Branch`, or one page is told `voice=on`, the others off.

    A zone is a part of a branch with loudspeakers of its own; its key is the branch and the page's word for it.
    """

    _pages: dict[str, dict[str, _Page]] = field(default_factory=dict)
    _speaks: dict[str, str] = field(default_factory=dict)

    def ask(
        self, zone: str, page: str, *, can: bool, insists: bool, program: bool, now: float | None = None
    ) -> Speaker:
        """Who is to speak in the zone, as this page should know it. Whoever speaks goes on until it is gone."""
        now = time.monotonic() if now is None else now
        pages = {name: one for name, one in self._pages.get(zone, {}).items() if now - one.asked_at < GONE_S}
        if len(pages) >= MOST_PAGES and page not in pages:
            return "page"
        pages[page] = _Page(now, can, insists)
        self._pages[zone] = pages
        if insists:
            return "here"
        if program:
            return "program"
        if any(one.insists and one.can for one in pages.values()):
            return "page"
        speaking = self._speaks.get(zone, "")
        if speaking not in pages or not pages[speaking].can:
            speaking = next((name for name, one in pages.items() if one.can), "")
            self._speaks[zone] = speaking
        if not speaking:
            return "nobody"
        return "here" if speaking == page else "page"


def program_speaks(devices: Iterable[Device]) -> bool:
    """Whether `python -m display` has told that it plays sound here."""
    return any(device.online and device.parts.get("sound") == "ok" for device in devices)
