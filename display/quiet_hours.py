"""How loud it may be at which time of the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time of the day to another, over midnight where the end is earlier. The end is not in it."""

    begin: time
    end: time

    def __contains__(self, moment: time) -> bool:
        if self.begin <= self.end:
            return self.begin <= moment < self.end
        return moment >= self.begin or moment < self.end


@dataclass(frozen=True, slots=True)
class Loudness:
    """Volumes from 0 (nothing is played) to 1 (as recorded)."""

    volume: float = 1.0
    quiet_volume: float = 0.0
    quiet_hours: Sequence[Hours] = ()

    def at(self, now: datetime | None, zone: str) -> float:
        """The volume at this moment in the branch's own time zone; an unknown time is no quiet one."""
        if now is None:
            return self.volume
        local = now.astimezone(ZoneInfo(zone)).time()
        quiet = any(local in hours for hours in self.quiet_hours)
        return min(self.volume, self.quiet_volume) if quiet else self.volume


def hours_from(text: str) -> Hours:
    """ "22:00-07:30"; ValueError if it is none."""
    begin, _, end = text.partition("-")
    return Hours(time.fromisoformat(begin.strip()), time.fromisoformat(end.strip()))
