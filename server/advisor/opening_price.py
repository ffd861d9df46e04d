"""What the price of opening a counter does: how many people must be there before the last one is worth opening."""

from dataclasses import dataclass, replace
from typing import Any

from server.advisor.control import Costs, Forecast, Limits, plan
from server.advisor.gamma_rate import GammaRate
from server.domain.branch import ClassPolicy

CERTAIN = 1e6  # as if so many had been counted: the rates are those that were asked about
MOST_LOOKED_AT = 20  # counters; the work grows with their square


@dataclass(frozen=True, slots=True)
class OpeningPrice:
    """The fewest customers present at which the last of the counters asked for is opened, with and without its
    price `cost`; None: at no number, it is not worth opening."""

    cost: float
    opens_at: int | None
    opens_at_if_free: int | None

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {"cost": self.cost, "opens_at": self.opens_at, "opens_at_if_free": self.opens_at_if_free}


def opening_price(arrival_rate: float, service_rate: float, costs: ClassPolicy, counters: int) -> OpeningPrice | None:
    """Of the last of `counters`, while one fewer is open and the rates stay as they are; both per minute, > 0.

    None where no price is looked at: of counters that must be open anyway, of more than 20, or where another
    policy than `lookahead` speaks. ValueError for impossible figures. About 10 ms.
    Source: the program of `control.plan`.
    """
    if costs.policy != "lookahead" or not max(1, costs.min_counters) < counters <= MOST_LOOKED_AT:
        return None
    certainly = GammaRate(CERTAIN, CERTAIN)
    served = GammaRate(CERTAIN, CERTAIN / service_rate)
    forecast, limits = Forecast(5.0, (arrival_rate,), certainly, served), Limits(costs.min_counters, counters)
    paid = Costs(costs.counter_cost, costs.waiting_cost, costs.cost_of_opening)
    at, free = (
        plan(counters - 1, counters - 1, forecast, each, limits, allowed_step=1).open_at
        for each in (paid, replace(paid, opening_cost=0.0))
    )
    return OpeningPrice(costs.cost_of_opening, at, free)
