"""Who sits where: the morning's plan, and what accepted advice makes of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class Duty:
    """Whether the teller of a counter is to be there, and since when that holds."""

    on: bool
    since: datetime


class Roster:
    """The duties of a branch's tellers, by counter."""

    def __init__(self, counter_ids: Iterable[str], morning: Iterable[str], now: datetime) -> None:
        self._morning = frozenset(morning)
        self.duties = {key: Duty(key in self._morning, now) for key in counter_ids}

    def begin_day(self, now: datetime) -> None:
        for counter_id in self.duties:
            self.assign(counter_id, counter_id in self._morning, now)

    def assign(self, counter_id: str, on: bool, now: datetime) -> bool:
        """True if that changes anything."""
        duty = self.duties.get(counter_id)
        if duty is None or duty.on == on:
            return False
        duty.on, duty.since = on, now
        return True
