"""Erlang's recursion, from which every figure of the queue follows: no factorial that could overflow."""

import math
from collections.abc import Iterator

from server.advisor.arguments import count, rate

# 0.3/0.1 is 2.9999999999999996 in floats: three counters would "keep up" with a wait of millions of years.
FULL = 1 - 1e-9
_STEP = 512


def keeps_up(offered_load: float, servers: int) -> bool:
    """Whether `servers` counters can clear an offered load (erlangs): rho <= 1 - 1e-9."""
    return offered_load <= servers * FULL


def spare_counters(arrivals: float, service: float, servers: int) -> float:
    """Counters left over, s - a, to the last digit. Near full load a rounded a would leave few true ones.

    With a = n + r / mu, n whole, the remainder r of IEEE 754 is exact (Python's math.remainder).
    """
    rest = math.remainder(arrivals, service)
    whole = (arrivals - rest) / service
    return servers - round(whole) - rest / service if whole < math.inf else -math.inf


def blocking(offered_load: float, servers: int) -> Iterator[float]:
    """Erlang B for 1, 2, ... `servers` counters; no factorials, so nothing overflows at any size."""
    blocked = 1.0
    for number in range(1, servers + 1):
        tried = offered_load * blocked
        blocked = tried / (number + tried)
        yield blocked


def erlang_b(servers: int, offered_load: float) -> float:
    """Share of arrivals lost when nobody may wait (M/M/s/s).

    `servers` >= 0; `offered_load` = arrival rate / service rate, in erlangs, >= 0; the answer lies in 0..1.
    Relative error a few 1e-15 up to 100,000 servers. ValueError for impossible arguments.
    Source: recursion B(0) = 1, B(k) = a B(k-1) / (k + a B(k-1)), Erlang 1917 (Cooper 1981, sec. 3.3).
    """
    servers, load = count(servers, "servers"), rate(offered_load, "offered_load")
    blocked = 1.0
    for blocked in blocking(load, servers):
        if blocked == 0.0:  # underflow: it can only stay zero, and 100,000 more steps would cost 10 ms
            break
    return blocked


def erlang_c(servers: int, offered_load: float) -> float:
    """Share of arrivals that must wait when everybody does wait (M/M/s); 1.0 at and above full load.

    `servers` >= 1; `offered_load` in erlangs, >= 0; the answer lies in 0..1. ValueError as for `erlang_b`.
    Source: C = s B / (s - a + a B), so 1 - rho is never formed from a rounded rho.
    """
    servers, load = count(servers, "servers", least=1), rate(offered_load, "offered_load")
    return must_wait(erlang_b(servers, load), servers, load, servers - load) if load < servers else 1.0


def must_wait(blocked: float, servers: int, load: float, spare: float) -> float:
    """Erlang C from Erlang B and the counters left over."""
    return servers * blocked / (spare + load * blocked)


def blocking_and_empty(load: float, servers: int) -> tuple[float, float, int]:
    """Erlang B and P(nobody present | nobody may wait), the latter as a number and a binary exponent.

    1 - B(k) = k / (k + a B(k-1)), and their product is 1 / sum(a^j / j!). It leaves the range of floats near
    a = 700, hence the exponent.
    """
    blocked, empty, exponent = 1.0, 1.0, 0
    for number in range(1, servers + 1):
        tried = load * blocked
        blocked = tried / (number + tried)
        empty *= number / (number + tried)
        if empty < 2.0**-_STEP:
            empty, exponent = empty * 2.0**_STEP, exponent - _STEP
        if blocked == 0.0:
            break
    return blocked, empty, exponent
