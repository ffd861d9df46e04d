"""The day to be planned, in slots: who comes, how long they take, what it costs, how many counters there are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import time
from typing import TypeVar

from server.advisor.arguments import count, rate

SLOT_MIN = 30
SHORTEST_SERVICE_MIN = 0.1  # below it the reckoning would take hours, and no customer is served in six seconds

Number = TypeVar("Number", int, float)


@dataclass(frozen=True, slots=True)
class Slots:
    """One class of counters from opening to closing. Times in minutes, costs per hour, one value per slot.

    `arrivals` are customers per minute, `service_min` the mean time one occupies a counter; `counter_cost` is
    that of one open counter, `waiting_cost` that of one customer present. `least` is the legal minimum of open
    counters, `most` how many can be open; `present` customers are inside at the beginning. No slots at all:
    closed all day. Make it by `day_slots`.
    """

    opens: time
    slot_min: int
    arrivals: tuple[float, ...]
    service_min: tuple[float, ...]
    counter_cost: float
    waiting_cost: float
    least: tuple[int, ...]
    most: tuple[int, ...]
    present: int = 0

    def __post_init__(self) -> None:
        count(self.slot_min, "slot_min", least=1)
        rate(self.counter_cost, "counter_cost")
        rate(self.waiting_cost, "waiting_cost")
        count(self.present, "present")
        for values in (self.service_min, self.least, self.most):
            if len(values) != len(self.arrivals):
                raise ValueError(f"every slot needs its value; got {len(values)} for {len(self.arrivals)} slots")
        for arrivals, service, least, most in zip(
            self.arrivals, self.service_min, self.least, self.most, strict=True
        ):
            rate(arrivals, "arrivals")
            if rate(service, "service_min", zero=False) < SHORTEST_SERVICE_MIN:
                raise ValueError(f"service_min must be at least {SHORTEST_SERVICE_MIN}; got {service!r}")
            count(most, "most", least=count(least, "least"))

    def __len__(self) -> int:
        return len(self.arrivals)

    @property
    def hours(self) -> float:
        """Length of one slot in hours, the unit of the costs."""
        return self.slot_min / 60

    def checked(self, counters: Sequence[int]) -> tuple[int, ...]:
        """`counters` as whole numbers, one per slot, else ValueError; the limits do not bind who only asks."""
        if len(counters) != len(self):
            raise ValueError(f"counters must be given for {len(self)} slots; got {len(counters)}")
        return tuple(count(number, "counters") for number in counters)

    def clock(self, minute: float) -> str:
        """Local time "HH:MM" of a minute after opening."""
        whole = self.opens.hour * 60 + self.opens.minute + round(minute)
        return f"{whole // 60 % 24:02d}:{whole % 60:02d}"

    def span(self, at: int) -> dict[str, int | str]:
        """Begin and end of a slot for a REST answer: minutes after opening, and local times."""
        return self.times(at * self.slot_min, (at + 1) * self.slot_min)

    def times(self, start: int, end: int) -> dict[str, int | str]:
        """As `span`, from minute `start` to minute `end`."""
        return {"start_min": start, "end_min": end, "start": self.clock(start), "end": self.clock(end)}


def day_slots(
    arrivals: Sequence[float],
    service_min: float | Sequence[float],
    *,
    counter_cost: float,
    waiting_cost: float,
    most: int | Sequence[int],
    least: int | Sequence[int] = 0,
    opens: time = time(8, 30),
    slot_min: int = SLOT_MIN,
    present: int = 0,
) -> Slots:
    """A `Slots` from what is known: `arrivals` per minute in each slot; all else one value, or one per slot.

    ValueError for impossible figures, NaN included, for `most` below `least` and for lists of unequal length.
    """
    n = len(arrivals)
    return Slots(
        opens=opens,
        slot_min=count(slot_min, "slot_min", least=1),
        arrivals=tuple(rate(value, "arrivals") for value in arrivals),
        service_min=_each(service_min, n, lambda value: rate(value, "service_min", zero=False)),
        counter_cost=rate(counter_cost, "counter_cost"),
        waiting_cost=rate(waiting_cost, "waiting_cost"),
        least=_each(least, n, lambda value: count(value, "least")),
        most=_each(most, n, lambda value: count(value, "most")),
        present=count(present, "present"),
    )


def _each(value: Number | Sequence[Number], n: int, checked: Callable[[Number], Number]) -> tuple[Number, ...]:
    return tuple(map(checked, value)) if isinstance(value, Sequence) else (checked(value),) * n
