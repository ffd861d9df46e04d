"""What every number of open counters would cost and how long people would wait, at the rates measured now."""

import math
from dataclasses import dataclass
from typing import Any

from server.advisor.class_record import ClassFigures
from server.advisor.confidence import advice_probabilities
from server.advisor.queue_model import ServersCost, optimal_servers
from server.domain.branch import ClassPolicy


@dataclass(frozen=True, slots=True)
class Limits:
    """How many counters the class may have open: the legal minimum, and how many there are. least <= most."""

    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Reckoning:
    """The stationary optimum of one class and the table behind it. Costs per hour, times in minutes.

    `rows` holds s = 1 ... most, `chances` the probability of each to be the true optimum, given how uncertain
    the rates are. Where not even all counters keep up, `keeps_up` is False and `optimum` is all of them.
    """

    figures: ClassFigures
    limits: Limits
    optimum: int
    rows: tuple[ServersCost, ...]
    chances: tuple[float, ...]

    @property
    def keeps_up(self) -> bool:
        return self.rows[self.optimum - 1].stable

    def row(self, servers: int) -> ServersCost | None:
        """The figures of `servers` counters; None for none at all."""
        return self.rows[servers - 1] if servers else None

    def growth(self, servers: int) -> float:
        """Customers a minute by which the queue grows at `servers` counters, 0 where they keep up."""
        row = self.row(servers)
        if row is not None and row.stable:
            return 0.0
        return max(0.0, self.figures.arrival_rate.mean - servers * self.figures.service_rate.mean)

    def chance_of_more_than(self, servers: int) -> float:
        """Probability that more than `servers` should be open, within the limits."""
        if servers < self.limits.least:
            return 1.0
        return 0.0 if servers >= self.limits.most else max(0.0, 1.0 - math.fsum(self.chances[:servers]))

    def chance_of_fewer_than(self, servers: int) -> float:
        """Probability that fewer than `servers` should be open, within the limits."""
        return 0.0 if servers <= self.limits.least else math.fsum(self.chances[: servers - 1])

    def as_dict(self) -> dict[str, Any]:
        """For screens and the log: plain JSON values, None where JSON has no infinity."""
        return {
            "optimum": self.optimum,
            "keeps_up": self.keeps_up,
            "rates": self.figures.as_dict(),
            "table": [
                {
                    "servers": row.servers,
                    "cost": finite(row.cost),
                    "wait_min": finite(row.wq),
                    "waiting": finite(row.lq),
                    "rho": row.rho,
                    "keeps_up": row.stable,
                    "growth_per_min": self.growth(row.servers),
                    "chance": chance,
                }
                for row, chance in zip(self.rows, self.chances, strict=True)
            ],
        }


def finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def reckon(figures: ClassFigures, costs: ClassPolicy, limits: Limits) -> Reckoning:
    """The M/M/s optimum at the mean rates, within the limits, and how sure it is.

    Costs per hour as the policy has them; they need no conversion, L being a plain number of people.
    """
    most = max(limits.most, limits.least, figures.open_counters, 1)
    held = Limits(min(max(limits.least, 0), most), most)
    arrivals, services = figures.arrival_rate, figures.service_rate
    plan = optimal_servers(arrivals.mean, services.mean, costs.counter_cost, costs.waiting_cost, max_servers=most)
    ratio = costs.counter_cost / costs.waiting_cost if costs.waiting_cost else math.inf
    chances = advice_probabilities(arrivals.alpha, arrivals.beta, services.alpha, services.beta, ratio, most)
    # Convex costs: the best within the limits is the best of all, or the limit next to it.
    return Reckoning(figures, held, max(plan.servers, held.least), plan.costs, chances)
