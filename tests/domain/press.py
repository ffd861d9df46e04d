"""One thing that somebody might do next, as small numbers."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tests.domain.floor import NINE


@dataclass(frozen=True, slots=True)
class Press:
    what: str
    which: int  # ticket, counter, service ...
    who: int  # 0 to 3: who should; else somebody who perhaps should not
    more: int  # whatever else there is to choose
    after_s: int  # since the press before; below zero where the clock was set back

    def time(self, now: datetime) -> datetime:
        """When it is pressed."""
        if self.what != "tomorrow":
            return now + timedelta(seconds=self.after_s)
        return NINE + timedelta(days=(now - NINE).days + 1)
