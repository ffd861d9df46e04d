"""The customers of a day, drawn once and used under every policy: common random numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Customers:
    """One entry per customer, times in minutes.

    `arrivals` since opening, ascending; `services` for which the customer occupies a counter; `patience` after
    which they leave the queue, and their ticket with them (None: they stay); `appears` False for those who
    have gone when they are called (their ticket waits, they do not); `priorities` 0 for those who go first,
    without interrupting a service (None: all alike). ValueError where lengths differ or a figure is impossible.
    """

    arrivals: Sequence[float]
    services: Sequence[float]
    patience: Sequence[float] | None = None
    appears: Sequence[bool] | None = None
    priorities: Sequence[int] | None = None

    def __post_init__(self) -> None:
        check_times(self.arrivals, self.services, self.patience)
        check_lengths(len(self.arrivals), self.appears, self.priorities)
        if self.priorities and min(self.priorities) < 0:
            raise ValueError("priorities must be zero or more")


def check_times(
    arrivals: Sequence[float],
    services: Sequence[float],
    patience: Sequence[float] | None,
    *,
    earliest: float = 0.0,
) -> None:
    """ValueError unless these are possible times of customers, in order of arrival."""
    check_lengths(len(arrivals), services, patience)
    for name, times, least in (
        ("arrivals", arrivals, earliest),
        ("services", services, 0.0),
        ("patience", patience or (), 0.0),
    ):
        # A NaN may hide from min(), but not from sum(); only patience may be without end.
        if times and not (min(times) >= least and not math.isnan(total := sum(times))):
            raise ValueError(f"{name} must be {least:g} minutes or more each")
        if times and name != "patience" and math.isinf(total):
            raise ValueError(f"{name} must be finite")
    if sorted(arrivals) != list(arrivals):
        raise ValueError("arrivals must be in ascending order")


def check_lengths(customers: int, *given: Sequence[Any] | None) -> None:
    """ValueError unless each has one entry per customer."""
    for entries in given:
        if entries is not None and len(entries) != customers:
            raise ValueError(f"one entry per customer: {customers} arrivals, but {len(entries)} of another")
