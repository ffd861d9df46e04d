"""The wait shown to a customer: a range that half and nine tenths of people in that place will not exceed."""

import math
from dataclasses import dataclass
from functools import lru_cache

from server.advisor.arguments import count, rate

_MEDIAN_Z = 0.0
_NINETY_Z = 1.2815515655446004
# Beyond this the start is within 1e-5 of the answer already, and the exact sum would hold a ticket up.
_EXACT_UP_TO = 200


@dataclass(frozen=True, slots=True)
class WaitQuote:
    """Waiting time before the call, in the unit of the mean service time: median, ninth decile and mean."""

    p50: float
    p90: float
    mean: float


_AT_ONCE = WaitQuote(0.0, 0.0, 0.0)


def quote(ahead: int, servers: int, mean_service: float) -> WaitQuote | None:
    """What to promise a customer who finds every counter busy and `ahead` people in front of them.

    `servers` >= 0 counters are open; `mean_service` >= 0 is the mean time a customer occupies one, in any
    unit. Free counters are taken off `ahead`: with 2 free and 1 waiting it is -1, and below zero the wait is
    nil. The call comes at the (ahead + 1)-th next end of a service: Erlang, rate servers / mean_service.
    None when no counter is open: there is no honest promise then. ValueError for impossible arguments.
    Relative error of p50 and p90 below 1e-12 up to 200 ahead, below 1e-5 beyond; about 1 us, as the quantiles
    of a place are remembered. Source: ends of service at busy counters form a Poisson process (M/M/s).
    """
    ahead, servers = count(ahead, "ahead", least=None), count(servers, "servers")
    mean_service = rate(mean_service, "mean_service")
    if servers == 0:
        return None
    if ahead < 0:
        return _AT_ONCE
    per_stage = mean_service / servers
    p50, p90 = _unit_quantiles(ahead + 1)
    return WaitQuote(p50 * per_stage, p90 * per_stage, (ahead + 1) * per_stage)


@lru_cache(maxsize=1024)
def _unit_quantiles(stages: int) -> tuple[float, float]:
    return _erlang_quantile(stages, 0.5, _MEDIAN_Z), _erlang_quantile(stages, 0.9, _NINETY_Z)


def _erlang_quantile(stages: int, probability: float, z: float) -> float:
    """Quantile of a sum of `stages` exponentials of mean 1: Wilson-Hilferty's start, sharpened by Newton.

    The start alone is 1.3 % off for one stage and 0.1 % for ten (Wilson & Hilferty 1931).
    """
    guess = stages * (1 - 1 / (9 * stages) + z / (3 * math.sqrt(stages))) ** 3
    if stages > _EXACT_UP_TO:
        return guess
    for _ in range(4):
        term = density = math.exp(-guess)
        survival = term
        for stage in range(1, stages):
            term *= guess / stage
            survival += term
            density = term
        guess += (survival - (1 - probability)) / density
    return guess
