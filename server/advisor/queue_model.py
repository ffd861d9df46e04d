"""The M/M/s queue in a form that survives any size: the wait at s counters, and the s that costs least."""

import math
from dataclasses import dataclass, field
from typing import NamedTuple

from server.advisor.abandonment import erlang_a
from server.advisor.arguments import count, duration, rate
from server.advisor.confidence import advice_probabilities, load_breakpoints
from server.advisor.erlang import (
    FULL,
    blocking,
    blocking_and_empty,
    erlang_b,
    erlang_c,
    keeps_up,
    must_wait,
    spare_counters,
)
from server.advisor.priority import priority_waits

__all__ = [
    "Optimum",
    "QueueMeasures",
    "ServersCost",
    "advice_probabilities",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "load_breakpoints",
    "mms",
    "optimal_servers",
    "priority_waits",
]

# Two plans whose costs differ by less than this share of a counter's cost are equal; the smaller one wins.
TIE = 1e-9
INF = math.inf


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


# Arrival and service rate, cost of a counter and of waiting, the fewest and the most servers.
Asked = tuple[float, float, float, float, int, int]


@dataclass(slots=True)  # not frozen: that alone would take as long as finding the optimum of ten counters
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
    asked: Asked
    table: tuple[ServersCost, ...] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def costs(self) -> tuple[ServersCost, ...]:
        """All that were asked for, fewest to most; made when first read, as the optimum needs few of them."""
        if self.table is None:
            arrivals, service, open_cost, wait_cost, least, most = self.asked
            self.table = tuple(
                _row(arrivals, service, number, blocked, open_cost, wait_cost)
                for number, blocked in enumerate(blocking(arrivals / service, most), start=1)
                if number >= least
            )
        return self.table


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
    1 <= min_servers <= max_servers, else ValueError. One pass of the recursion: O(s*).
    Equal costs go to the smaller s; free counters give `max_servers`, free waiting the fewest that keep up.
    Source: marginal analysis, L(s) - L(s+1) <= c_s/c_w <= L(s-1) - L(s), L being convex in s (Taha, ch. 18).
    Compares the gain in Lq with the price and not two whole costs: those agree to nine digits long before the
    optimum when counters are nearly free. Written out, without a call for each check and step, and counted in
    floats: at ten counters all that would take as long again.
    """
    arrivals, service = float(arrival_rate), float(service_rate)
    open_cost, wait_cost = float(counter_cost), float(waiting_cost)
    asked = (arrivals, service, open_cost, wait_cost, min_servers, max_servers)
    possible = 0.0 <= arrivals < INF > service > 0.0 <= open_cost < INF > wait_cost >= 0.0
    if not (possible and type(min_servers) is type(max_servers) is int and 1 <= min_servers <= max_servers):
        return _checked(*asked)
    load = arrivals / service
    if load > max_servers * FULL:
        return _overloaded(asked)
    first = float(int(load) + 1 if load <= (int(load) + 1) * FULL else int(load) + 2)
    first, most = first if first > min_servers else float(min_servers), float(max_servers)
    tried = load * load / (1.0 + load) if first > 1.0 else load  # a B(s-1), one counter after the other
    n = 1.0
    while (n := n + 1.0) < first:
        tried = load * tried / (n + tried)
    # Where less than one counter in 128 is spare, the digits of a rounded load run out.
    spare = first - load if (first - load) * 128.0 > first else spare_counters(arrivals, service, int(first))
    # No gain is below zero: free counters are opened to the last.
    price = open_cost * (1 + TIE) if open_cost or not (arrivals and wait_cost) else -1.0
    n, fewer, here, more = first, INF, INF, INF
    while n <= most:
        tried = load * tried / (n + tried)
        more = n * tried / ((spare + tried) * spare)
        if wait_cost * (here - more) <= price:  # infinite, or not a number, as long as there is no `here`
            break
        fewer, here = here, more
        spare, n = spare + 1.0, n + 1.0
    s, above = int(n) - 1, open_cost * n + wait_cost * (more + load) if n <= most else None
    below = None if s == min_servers else INF if s == first else open_cost * (s - 1) + wait_cost * (fewer + load)
    return Optimum(s, open_cost * s + wait_cost * (here + load), below, above, True, 0.0, asked)


def _checked(arrivals: float, service: float, open_cost: float, wait_cost: float, least: int, most: int) -> Optimum:
    """Numbers of other types, or the first impossible one in words."""
    rate(arrivals, "arrival_rate")
    rate(service, "service_rate", zero=False)
    rate(open_cost, "counter_cost")
    rate(wait_cost, "waiting_cost")
    fewest = int(count(least, "min_servers", least=1))
    given = (arrivals, service, open_cost, wait_cost)
    return optimal_servers(*given, max_servers=int(count(most, "max_servers", least=fewest)), min_servers=fewest)


def _overloaded(asked: Asked) -> Optimum:
    arrivals, service, _, _, least, most = asked
    growth = max(0.0, arrivals - most * service)
    return Optimum(most, INF, INF if most > least else None, None, False, growth, asked)


def _row(
    arrivals: float, service: float, servers: int, blocked: float, open_cost: float, wait_cost: float
) -> ServersCost:
    load = arrivals / service
    if not keeps_up(load, servers):
        return ServersCost(servers, math.inf, math.inf, math.inf, math.inf, math.inf, load / servers, False)
    _, lq, present, wq, w = _steady(arrivals, service, servers, blocked)
    return ServersCost(servers, open_cost * servers + wait_cost * present, lq, present, wq, w, load / servers, True)
