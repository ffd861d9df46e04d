"""The M/M/s queue in a form that survives any size: the wait at s counters, and the s that costs least."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from server.advisor.arguments import count, duration, rate
from server.advisor.erlang import (
    blocking,
    blocking_and_empty,
    erlang_b,
    erlang_c,
    keeps_up,
    must_wait,
    spare_counters,
)

__all__ = ["Optimum", "QueueMeasures", "ServersCost", "erlang_b", "erlang_c", "mms", "optimal_servers"]

# Two plans whose costs differ by less than this share of a counter's cost are equal; the smaller one wins.
TIE = 1e-9


@dataclass(frozen=True, slots=True)
class QueueMeasures:
    """The steady state of an M/M/s queue, in the time unit of the rates it was asked with.

    p0 and p_wait are probabilities (p0 is 0.0 once below 5e-324), lq and l mean numbers of customers waiting
    and present, wq and w mean times waiting and present. Where the counters cannot keep up, `stable` is
    False: p0 = 0, p_wait = 1 and lq, l, wq, w are infinite; `growth` then says how fast the queue grows.
    """

    arrival_rate: float
    service_rate: float
    servers: int
    offered_load: float
    rho: float
    stable: bool
    p0: float
    p_wait: float
    lq: float
    l: float  # noqa: E741 - the name the field uses, beside lq, w and wq
    wq: float
    w: float

    @property
    def growth(self) -> float:
        """Customers by which the queue grows per time unit when the counters cannot keep up, else 0."""
        return 0.0 if self.stable else max(0.0, self.arrival_rate - self.servers * self.service_rate)

    @property
    def spare(self) -> float:
        """Counters not needed on average, s - a; negative where they cannot keep up."""
        return spare_counters(self.arrival_rate, self.service_rate, self.servers)

    def wait_exceeds(self, t: float) -> float:
        """P(wait before service > t), in order of arrival: C exp(-(s mu - lambda) t). ValueError: t < 0."""
        t = duration(t, "t")
        if not self.stable:
            return 1.0
        return self.p_wait * math.exp(-self.spare * self.service_rate * t)

    def sojourn_exceeds(self, t: float) -> float:
        """P(wait + service > t), in order of arrival. ValueError: t < 0.

        The textbook's exp(-x)(1 + C (1 - exp(-x(d-1)))/(d-1)), x = mu t and d = s - a, overflows for d < 1
        and divides by zero at d = 1; taking the slower of the two exponentials outside does neither.
        """
        t = duration(t, "t")
        if not self.stable:
            return 1.0
        if math.isinf(self.service_rate * t):
            return 0.0
        served, spare = self.service_rate * t, self.spare
        gap = abs(spare - 1)
        both = -math.expm1(-served * gap) / gap if gap else served
        return math.exp(-served) + self.p_wait * math.exp(-served * min(1.0, spare)) * both


def mms(arrival_rate: float, service_rate: float, servers: int) -> QueueMeasures:
    """The measures of `servers` equal counters fed by one queue: Poisson arrivals, exponential service.

    `arrival_rate` >= 0 and `service_rate` > 0 (one counter's) per the same unit of time, whichever it is: rates
    per minute give waits in minutes. `servers` >= 1.
    rho > 1 - 1e-9 is a normal answer (`stable` False); ValueError only for impossible arguments.
    Source: Gross & Harris, Fundamentals of Queueing Theory, sec. 2.3, rearranged (see `erlang_c`).
    """
    arrivals, service = rate(arrival_rate, "arrival_rate"), rate(service_rate, "service_rate", zero=False)
    servers = count(servers, "servers", least=1)
    load = arrivals / service
    given = (arrivals, service, servers, load, load / servers)
    if not keeps_up(load, servers):
        return QueueMeasures(*given, False, 0.0, 1.0, math.inf, math.inf, math.inf, math.inf)
    blocked, empty, exponent = blocking_and_empty(load, servers)
    spare = spare_counters(arrivals, service, servers)
    p0 = math.ldexp(empty * spare / (spare + load * blocked), exponent)
    p_wait, lq, present, wq, w = _steady(arrivals, service, servers, blocked)
    return QueueMeasures(*given, True, p0, p_wait, lq, present, wq, w)


def _steady(
    arrivals: float, service: float, servers: int, blocked: float
) -> tuple[float, float, float, float, float]:
    """C, Lq, L, Wq, W. Wq is C / ((s-a) mu) and not Lq / lambda, which is 0/0 without arrivals."""
    load, spare = arrivals / service, spare_counters(arrivals, service, servers)
    p_wait = must_wait(blocked, servers, load, spare)
    lq, wq = p_wait * load / spare, p_wait / spare / service
    return p_wait, lq, lq + load, wq, wq + 1 / service


class ServersCost(NamedTuple):
    """What `servers` open counters would give; `cost` is infinite where they cannot keep up."""

    servers: int
    cost: float
    lq: float
    l: float  # noqa: E741 - the name the field uses, beside lq, w and wq
    wq: float
    w: float
    rho: float
    stable: bool


@dataclass(frozen=True, slots=True)
class Optimum:
    """The cheapest number of counters and its neighbours.

    `cost_below` and `cost_above` are the costs of one counter fewer and one more, None outside the bounds
    asked for. Where even the most counters cannot keep up: `keeps_up` is False, `servers` is that most,
    `cost` is infinite and `growth` the customers by which the queue grows per time unit.
    """

    servers: int
    cost: float
    cost_below: float | None
    cost_above: float | None
    keeps_up: bool
    growth: float
    costs: tuple[ServersCost, ...]


def optimal_servers(
    arrival_rate: float,
    service_rate: float,
    counter_cost: float,
    waiting_cost: float,
    *,
    max_servers: int,
    min_servers: int = 1,
) -> Optimum:
    """The s with the least `counter_cost` * s + `waiting_cost` * L(s), and the cost of every other.

    Rates as in `mms`; both costs >= 0, of one open counter and of one customer present, per any unit of time
    (it need not be that of the rates: costs per hour give costs per hour).
    1 <= min_servers <= max_servers, else ValueError. One pass of the recursion: O(max_servers).
    Equal costs go to the smaller s; free counters give `max_servers`, free waiting the fewest that keep up.
    Source: marginal analysis, L(s) - L(s+1) <= c_s/c_w <= L(s-1) - L(s), L being convex in s (Taha, ch. 18).
    """
    arrivals, service = rate(arrival_rate, "arrival_rate"), rate(service_rate, "service_rate", zero=False)
    open_cost, wait_cost = rate(counter_cost, "counter_cost"), rate(waiting_cost, "waiting_cost")
    least = count(min_servers, "min_servers", least=1)
    most = count(max_servers, "max_servers", least=least)
    rows = tuple(
        _row(arrivals, service, number, blocked, open_cost, wait_cost)
        for number, blocked in enumerate(blocking(arrivals / service, most), start=1)
        if number >= least
    )
    at = _cheapest(rows, open_cost, wait_cost if arrivals else 0.0)
    best = rows[at]
    return Optimum(
        servers=best.servers,
        cost=best.cost,
        cost_below=rows[at - 1].cost if at > 0 else None,
        cost_above=rows[at + 1].cost if at + 1 < len(rows) else None,
        keeps_up=best.stable,
        growth=0.0 if best.stable else max(0.0, arrivals - best.servers * service),
        costs=rows,
    )


def _row(
    arrivals: float, service: float, servers: int, blocked: float, open_cost: float, wait_cost: float
) -> ServersCost:
    load = arrivals / service
    if not keeps_up(load, servers):
        return ServersCost(servers, math.inf, math.inf, math.inf, math.inf, math.inf, load / servers, False)
    _, lq, present, wq, w = _steady(arrivals, service, servers, blocked)
    return ServersCost(servers, open_cost * servers + wait_cost * present, lq, present, wq, w, load / servers, True)


def _cheapest(rows: tuple[ServersCost, ...], open_cost: float, wait_cost: float) -> int:
    """Where in `rows` the optimum is: the first s whose next counter saves no more waiting than it costs.

    Compares the gain in Lq with the price and not two whole costs: those agree to nine digits long before the
    optimum when counters are nearly free.
    """
    last = len(rows) - 1
    if open_cost == 0.0 and wait_cost > 0.0:
        return last
    for at, row in enumerate(rows[:-1]):
        if row.stable and wait_cost * (row.lq - rows[at + 1].lq) <= open_cost * (1 + TIE):
            return at
    return last
