"""Ways to decide how many counters should be open, by name and with the same call: what a manager can compare."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from server.advisor.control import Costs, Span, best_counters
from server.advisor.day_slots import day_slots
from server.advisor.forecast import Forecast
from server.advisor.mean_load import mean_loads
from server.advisor.queue_model import optimal_servers
from server.advisor.reckoning import Limits

NOW_MIN = 5.0  # the arrival rate "now" is the mean over so many minutes


class Congestion(NamedTuple):
    """Customers present per open counter: above `high` one is opened, below `low` one is closed."""

    high: float
    low: float


# Between the best of the backtest's branch at a low (1.3, 1.0) and at a high price of opening (1.6, 0.5).
USUAL_CONGESTION = Congestion(1.4, 0.8)


@dataclass(frozen=True, slots=True)
class Sight:
    """What a policy may look at: one class at one moment.

    `present` customers, waiting and at counters; `day_rate`: mean arrivals per minute over the whole of an
    average day; `planned`: counters that the day plan has for now, None without one.
    """

    present: int
    open_now: int
    forecast: Forecast
    costs: Costs
    limits: Limits
    day_rate: float
    planned: int | None = None
    congestion: Congestion = USUAL_CONGESTION
    span: Span | None = None


Policy = Callable[[Sight], int]


def static(sight: Sight) -> int:
    """The M/M/s optimum at the day's mean rates, all day long. Source: marginal analysis (Taha, ch. 18)."""
    return _optimum(sight, sight.day_rate)


def mms(sight: Sight) -> int:
    """The M/M/s optimum at the rates as they are known now, whoever may be waiting already."""
    expected = float(sight.forecast.expected(NOW_MIN)) / NOW_MIN
    return _optimum(sight, expected * sight.forecast.day_multiplier.mean)


def all_open(sight: Sight) -> int:
    """Every counter, always."""
    return sight.limits.most


def so_tang(sight: Sight) -> int:
    """One counter more or fewer, by the congestion that is seen; it knows no rates and no costs.

    Source: So & Tang 1996 (EJOR 92:83-98), who adjust operating capacity to congestion. That the measure is
    customers per open counter, with these two thresholds, is our reading of it and not theirs.
    """
    here = sight.open_now
    if here == 0:
        return _within(sight.limits, 1 if sight.present else 0)
    crowd = sight.present / here
    return _within(sight.limits, here + (crowd > sight.congestion.high) - (crowd < sight.congestion.low))


def day_plan(sight: Sight) -> int:
    """What was planned for this time of the day, whatever comes; the static optimum where there is no plan."""
    return static(sight) if sight.planned is None else _within(sight.limits, sight.planned)


def lookahead(sight: Sight) -> int:
    """The rolling-horizon program: see `control`. Sources: Miller 2009 (Automatica 45:1423-1430); Yang & Yi
    2009 for rates that change with the day and are re-estimated as it goes."""
    return best_counters(sight.present, sight.open_now, sight.forecast, sight.costs, sight.limits, span=sight.span)


POLICIES: dict[str, Policy] = {
    "lookahead": lookahead,
    "mms": mms,
    "so_tang": so_tang,
    "day_plan": day_plan,
    "static": static,
    "all_open": all_open,
}


def simple_day_plan(
    rates: Sequence[float], slot_min: int, service_rate: float, costs: Costs, limits: Limits
) -> tuple[int, ...]:
    """Counters per slot of an average day: in each the M/M/s optimum at the load that is really there.

    `rates`: arrivals per minute in slots of `slot_min` minutes. The load lags behind the arrivals by a service.
    Source: SIPP with modified offered load (Jennings, Mandelbaum, Massey & Whitt 1996).
    """
    slots = day_slots(
        rates,
        1 / service_rate,
        counter_cost=costs.counter_cost,
        waiting_cost=costs.waiting_cost,
        least=limits.least,
        most=limits.most,
        slot_min=slot_min,
    )
    return tuple(_best(load, 1.0, costs, limits) for load in mean_loads(slots))


def _optimum(sight: Sight, arrival_rate: float) -> int:
    return _best(arrival_rate, sight.forecast.service_rate.mean, sight.costs, sight.limits)


def _best(arrival_rate: float, service_rate: float, costs: Costs, limits: Limits) -> int:
    if limits.most < 1:
        return 0
    found = optimal_servers(
        arrival_rate,
        service_rate,
        costs.counter_cost,
        costs.waiting_cost,
        max_servers=max(limits.most, limits.least),
    )
    return _within(limits, found.servers)


def _within(limits: Limits, counters: int) -> int:
    return min(max(counters, limits.least), max(limits.most, limits.least))
