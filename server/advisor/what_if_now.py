"""What if it were busier, or slower, or other counters were open now: the manager's sliders, at the present rates."""

import math
from dataclasses import dataclass
from typing import Any

from server.advisor.arguments import count, rate
from server.advisor.queue_model import ServersCost, optimal_servers
from server.advisor.reckoning import Limits, finite
from server.domain.branch import ClassPolicy


@dataclass(frozen=True, slots=True)
class NowRow:
    """The steady state of one number of counters, and what it means for those who are here now.

    `growth` is the customers a minute by which the queue lengthens, 0 where the counters keep up. `next_wait`
    is the mean wait in minutes of who comes now, `clears_in` the minutes until nobody waits any more, on
    average; infinite where the counters cannot keep up.
    """

    steady: ServersCost
    growth: float
    next_wait: float
    clears_in: float

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values, None for infinity."""
        steady = self.steady
        return {
            "servers": steady.servers,
            "cost": finite(steady.cost),
            "wait_min": finite(steady.wq),
            "waiting": finite(steady.lq),
            "present": finite(steady.l),
            "rho": steady.rho,
            "keeps_up": steady.stable,
            "growth_per_min": self.growth,
            "next_wait_min": finite(self.next_wait),
            "clears_in_min": finite(self.clears_in),
        }


@dataclass(frozen=True, slots=True)
class NowWhatIf:
    """The answer to the sliders. `rows` holds s = 1 ... most; `counters` is the number asked about."""

    arrival_rate: float
    service_rate: float
    counters: int
    optimum: int
    rows: tuple[NowRow, ...]

    @property
    def row(self) -> NowRow:
        return self.rows[self.counters - 1]

    def as_dict(self) -> dict[str, Any]:
        """For a REST answer: plain JSON values, costs per hour, times in minutes, None for infinity."""
        asked = self.row.as_dict()
        return {
            "counters": self.counters,
            "arrivals_per_hour": self.arrival_rate * 60,
            "service_min": 1 / self.service_rate,
            "cost_per_hour": asked["cost"],
            **{name: value for name, value in asked.items() if name not in {"servers", "cost"}},
            "optimum": self.optimum,
            "table": [row.as_dict() for row in self.rows],
        }


def what_if_now(
    arrival_rate: float,
    service_rate: float,
    costs: ClassPolicy,
    limits: Limits,
    *,
    present: int = 0,
    arrivals_factor: float = 1.0,
    service_factor: float = 1.0,
    counters: int | None = None,
    shown: int = 1,
) -> NowWhatIf:
    """Stationary waits and costs at changed rates, for every number of counters.

    Rates per minute as measured, `service_rate` of one counter. Arrivals are multiplied by `arrivals_factor`
    >= 0, service times by `service_factor` > 0 (1.2: everybody takes a fifth longer). `present` customers are
    here now. `counters` is the number asked about (None: the optimum), 1 ... most; there are at least `shown`
    rows, also beyond the limits. ValueError otherwise.
    About 0.1 ms. Source: M/M/s, see `optimal_servers`; `clears_in` is the fluid one, (n - s)+ / (s mu - lambda).
    """
    arrivals = rate(arrival_rate, "arrival_rate") * rate(arrivals_factor, "arrivals_factor")
    slower = rate(service_factor, "service_factor", zero=False)
    service, here = rate(service_rate, "service_rate", zero=False) / slower, count(present, "present")
    asked = None if counters is None else count(counters, "counters", least=1)
    most = max(limits.most, limits.least, asked or 1, count(shown, "shown", least=1))
    found = optimal_servers(arrivals, service, costs.counter_cost, costs.waiting_cost, max_servers=most)
    # Costs are convex: the best within the limits is the best of all, or the limit next to it.
    optimum = min(max(found.servers, limits.least), max(limits.most, 1))
    rows = tuple(_row(steady, arrivals, service, here) for steady in found.costs)
    return NowWhatIf(arrivals, service, asked or optimum, optimum, rows)


def _row(steady: ServersCost, arrivals: float, service: float, present: int) -> NowRow:
    spare = steady.servers * service - arrivals
    waiting = max(0, present - steady.servers)
    return NowRow(
        steady=steady,
        growth=0.0 if steady.stable else max(0.0, -spare),
        next_wait=max(0, present - steady.servers + 1) / (steady.servers * service),
        clears_in=waiting / spare if steady.stable else math.inf,
    )
