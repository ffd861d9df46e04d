"""What the manager's charts draw: the day in slots of five minutes, one line per class of counters."""

from dataclasses import dataclass
from datetime import UTC, datetime

LONGEST = 24 * 60  # minutes kept, so that a branch that never closes does not fill the memory


@dataclass(slots=True)
class Slot:
    """Counts within one slot; waiting and open counters as they were at its end."""

    arrivals: int = 0
    calls: int = 0
    wait_sum: float = 0.0  # minutes, of those called for the first time
    waits: int = 0
    completions: int = 0
    service_sum: float = 0.0  # minutes, of those completed
    waiting: int = 0
    open_counters: int = 0


@dataclass(frozen=True, slots=True)
class SlotFigures:
    """One slot as the charts show it; a mean is None where there was nobody. Times in minutes."""

    start: datetime
    arrivals: int
    called: int
    completed: int
    mean_wait_min: float | None
    mean_service_min: float | None
    waiting: int
    open_counters: int


class DayHistory:
    """The slots of one class. Whoever counts calls `slot(now, ...)` first, with the levels as they were until
    then: they are what the slots that have ended meanwhile ended with."""

    def __init__(self, slot_min: int = 5) -> None:
        self._length = slot_min
        self._start: float | None = None
        self._slots: list[Slot] = []

    def slot(self, now: float, waiting: int, open_counters: int) -> Slot:
        """The slot in which `now` (minutes since the epoch) lies; slots before it are closed."""
        if self._start is None:
            self._start = now // self._length * self._length
            self._slots = [Slot()]
        while now >= self._start + len(self._slots) * self._length:
            self._slots[-1].waiting, self._slots[-1].open_counters = waiting, open_counters
            self._slots.append(Slot())
            if len(self._slots) * self._length > LONGEST:
                del self._slots[0]
                self._start += self._length
        return self._slots[-1]

    def joined(self, came: float) -> Slot:
        """The slot in which somebody came who waits; in those that have ended since, they waited at the end too."""
        at = len(self._slots) - 1
        if self._start is not None and came < self._start + at * self._length:
            first = max(0, int((came - self._start) // self._length))
            for slot in self._slots[first:at]:
                slot.waiting += 1
            at = first
        return self._slots[at]

    def figures(self, now: float, waiting: int, open_counters: int) -> list[SlotFigures]:
        """The day so far, the slot that is under way included."""
        if self._start is None:
            return []
        missing = int((now - self._start) // self._length) + 1 - len(self._slots)
        ended = [_figures(self._at(i), slot) for i, slot in enumerate(self._slots[:-1])]
        levels = {"waiting": waiting, "open_counters": open_counters}
        last = self._slots[-1]
        current = Slot(
            last.arrivals, last.calls, last.wait_sum, last.waits, last.completions, last.service_sum, **levels
        )
        open_ended = [current, *(Slot(**levels) for _ in range(min(missing, LONGEST // self._length)))]
        return ended + [_figures(self._at(len(ended) + i), slot) for i, slot in enumerate(open_ended)]

    def _at(self, index: int) -> datetime:
        assert self._start is not None
        return datetime.fromtimestamp((self._start + index * self._length) * 60, UTC)


def _figures(start: datetime, slot: Slot) -> SlotFigures:
    return SlotFigures(
        start=start,
        arrivals=slot.arrivals,
        called=slot.calls,
        completed=slot.completions,
        mean_wait_min=slot.wait_sum / slot.waits if slot.waits else None,
        mean_service_min=slot.service_sum / slot.completions if slot.completions else None,
        waiting=slot.waiting,
        open_counters=slot.open_counters,
    )
