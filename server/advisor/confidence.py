"""How sure an advice may be: the rates come from a handful of customers, and the optimum shifts with them."""

from functools import lru_cache
from itertools import pairwise

from server.advisor.arguments import count, rate
from server.advisor.special import beta_below


@lru_cache(maxsize=64)
def load_breakpoints(cost_ratio: float, n: int) -> tuple[float, ...]:
    """The offered loads a_1 < a_2 < ... < a_n (erlangs) above which 2, 3, ... n+1 counters are the optimum.

    `cost_ratio` = cost of an open counter / cost of a customer present, >= 0 (infinity: waiting is free and
    a_k = k; zero: counters are free and a_k = 0); `n` >= 0. Exact to the last digits. ValueError otherwise.
    Source: marginal analysis; L(k) - L(k+1) rises from 0 to infinity on (0, k) and is `cost_ratio` at a_k.
    """
    if not cost_ratio >= 0:
        raise ValueError(f"cost_ratio must be zero or more; got {cost_ratio!r}")
    if cost_ratio == 0:
        return (0.0,) * count(n, "n")
    return tuple(_breakpoint(cost_ratio, servers) for servers in range(1, count(n, "n") + 1))


def _breakpoint(cost_ratio: float, servers: int) -> float:
    low, high = 0.0, float(servers)
    while low < (middle := (low + high) / 2) < high:
        if _saved_by_one_more(middle, servers) < cost_ratio:
            low = middle
        else:
            high = middle
    return high


def _saved_by_one_more(load: float, servers: int) -> float:
    """L(s) - L(s+1) at a load below s; the load itself cancels, so the difference is taken of Lq."""
    blocked = 1.0
    for number in range(1, servers + 1):
        tried = load * blocked
        blocked = tried / (number + tried)
    spare, tried = servers - load, load * blocked
    waiting = servers * tried / ((spare + tried) * spare)
    blocked = tried / (servers + 1 + tried)
    spare, tried = spare + 1, load * blocked
    return waiting - (servers + 1) * tried / ((spare + tried) * spare)


def advice_probabilities(
    alpha_l: float, beta_l: float, alpha_m: float, beta_m: float, cost_ratio: float, n: int
) -> tuple[float, ...]:
    """P(the optimum is s) for s = 1 ... n, when the rates are known only as Gamma distributions.

    Arrival rate ~ Gamma(alpha_l, beta_l) and one counter's service rate ~ Gamma(alpha_m, beta_m), all > 0:
    alpha counts events, beta the time they took. What is missing to 1 belongs to more than n counters.
    `cost_ratio` as in `load_breakpoints`. ValueError for impossible arguments. Relative error about 1e-13.
    Source: the ratio of two Gammas is a scaled beta prime, P(lambda/mu < x) = I_z(alpha_l, alpha_m) with
    z = x beta_l / (beta_m + x beta_l); P(s* = s) = F(a_s) - F(a_(s-1)). A stationary cost is never averaged
    over the rates: any chance of overload makes that average infinite.
    """
    known = {"alpha_l": alpha_l, "beta_l": beta_l, "alpha_m": alpha_m, "beta_m": beta_m}
    rates = [rate(value, name, zero=False) for name, value in known.items()]
    shares = [(0.0, 1.0), *(_load_below(load, *rates) for load in load_breakpoints(cost_ratio, n))]
    # In the upper tail every F is 1 to the last digit; their complements still differ.
    return tuple(
        max(0.0, below - before if below < 0.5 else beyond - above)
        for (before, beyond), (below, above) in pairwise(shares)
    )


def _load_below(load: float, alpha_l: float, beta_l: float, alpha_m: float, beta_m: float) -> tuple[float, float]:
    """P(lambda/mu < load) and its complement, each to full relative precision."""
    # Dividing both by the larger first: two exposures near the end of the floats must not add up to infinity.
    largest = max(beta_l, beta_m)
    scaled, other = load * (beta_l / largest), beta_m / largest
    total = scaled + other
    return beta_below(alpha_l, alpha_m, scaled / total), beta_below(alpha_m, alpha_l, other / total)
