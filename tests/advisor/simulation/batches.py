"""Figures of long simulated runs, cut into batches that are as good as independent."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from statistics import fmean, stdev

from server.advisor.simulation.class_day import Customers, DayResult, simulate_class_day
from server.advisor.simulation.draw import draw_customers

BATCHES = 40  # counted; one more is left out before them, while the queue fills


@dataclass(frozen=True)
class Run:
    """One long day at the same counters all along."""

    customers: Customers
    result: DayResult
    servers: int

    @property
    def waits(self) -> list[float]:
        """By customer, until the call or until they left."""
        patience = self.customers.patience
        if patience is None:
            return list(self.result.wait_of)
        return [left if math.isnan(wait) else wait for wait, left in zip(self.result.wait_of, patience, strict=True)]

    def waits_of(self, priority: int) -> list[float]:
        """Of the customers of one priority."""
        assert self.customers.priorities is not None
        return [wait for wait, own in zip(self.waits, self.customers.priorities, strict=True) if own == priority]

    @property
    def sojourns(self) -> list[float]:
        return [wait + service for wait, service in zip(self.waits, self.customers.services, strict=True)]

    @property
    def present(self) -> list[int]:
        """Customers present, as a manager would have counted them at each review."""
        return [present for _, present, _ in self.result.trace]

    @property
    def busy(self) -> list[float]:
        """Share of the counters that serve, at each review."""
        return [min(present, self.servers) / self.servers for present in self.present]


def long_run(
    seed: int,
    load: float,
    servers: int,
    *,
    customers: int = 28_700,
    service: float = 10.0,
    cv2: float = 1.0,
    shares: Sequence[float] | None = None,
    patience: float | None = None,
    last_first: bool = False,
) -> Run:
    """About so many customers; `load` = lambda / (s mu), minutes of mean service and patience."""
    per_minute = load * servers / service
    length = customers / per_minute
    drawn = draw_customers(
        Random(seed), [per_minute], length, service, cv2=cv2, class_shares=shares, patience=patience
    )
    if last_first:
        drawn = replace(drawn, priorities=list(range(len(drawn.arrivals)))[::-1])
    review = 2 / per_minute
    result = simulate_class_day(drawn, servers, start_open=servers, closes=length, review=review, trace=True)
    return Run(drawn, result, servers)


def z_score(values: Sequence[float], exact: float) -> float:
    """How many standard errors the mean of a correlated series is from `exact`, by batch means."""
    size = len(values) // (BATCHES + 1)
    means = [fmean(values[size * batch : size * (batch + 1)]) for batch in range(1, BATCHES + 1)]
    return (fmean(means) - exact) / (stdev(means) / math.sqrt(BATCHES))


def share_above(values: Sequence[float], threshold: float) -> list[float]:
    return [float(value > threshold) for value in values]
