"""What is kept of a class of counters when its day is over: sums, from which the next days are judged."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from server.advisor.day_rates import SLOTS
from server.advisor.quote_score import QuoteScore
from server.advisor.spread import Spread

VERSION = 1


@dataclass(frozen=True, slots=True)
class ServiceDay:
    """One service: how many times a counter was occupied for it and for how many minutes, and how that spread."""

    n: int = 0
    minutes: float = 0.0
    durations: Spread = field(default_factory=Spread)


@dataclass(frozen=True, slots=True)
class ClassDay:
    """Times in minutes. `first_slot` (of 15 minutes, from local midnight) is that of `arrivals` and `open_min`,
    one value per slot: who came, and how long the doors were open and the system counted.

    `services` counts ends of a time at the counter, served or not, and `busy_min` those times; `durations`,
    `walk_up` and `service` are of customers served: in all, until they had come, and from then on. `left` of
    `decided` customers who had to wait did not stay, and `waited_min` is what all had waited by then.
    """

    first_slot: int = 0
    arrivals: tuple[int, ...] = ()
    open_min: tuple[float, ...] = ()
    queues: Mapping[str, int] = field(default_factory=dict)
    services: int = 0
    no_shows: int = 0
    busy_min: float = 0.0
    durations: Spread = field(default_factory=Spread)
    walk_up: Spread = field(default_factory=Spread)
    service: Spread = field(default_factory=Spread)
    by_service: Mapping[str, ServiceDay] = field(default_factory=dict)
    calls: int = 0  # of those called for the first time
    call_wait_min: float = 0.0  # the sum of their waits
    left: int = 0
    decided: int = 0
    waited_min: float = 0.0
    quotes: dict[str, Any] = field(default_factory=dict)
    version: int = VERSION

    def whole_day(self) -> tuple[list[float], list[float]]:
        """Arrivals and open minutes of all 96 slots."""
        before = [0.0] * self.first_slot
        after = [0.0] * (SLOTS - self.first_slot - len(self.arrivals))
        return [*before, *map(float, self.arrivals), *after], [*before, *self.open_min, *after]

    @property
    def quote_score(self) -> QuoteScore:
        return QuoteScore(**self.quotes)

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {**asdict(self), "arrivals": list(self.arrivals), "open_min": list(self.open_min)}


def class_day_from(data: Mapping[str, Any]) -> ClassDay | None:
    """A day from its stored form; None where another version wrote it in a way that this one cannot read."""
    if data.get("version") != VERSION:
        return None
    spreads = {name: Spread(**data[name]) for name in ("durations", "walk_up", "service")}
    services = {
        key: ServiceDay(**{**found, "durations": Spread(**found["durations"])})
        for key, found in data["by_service"].items()
    }
    slots = {name: tuple(data[name]) for name in ("arrivals", "open_min")}
    return ClassDay(**{**data, **spreads, **slots, "by_service": services})
