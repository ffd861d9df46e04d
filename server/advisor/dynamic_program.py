"""Backward through the horizon: what each number of counters costs if every later decision is the best one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.advisor.transitions import Array


class Prices(NamedTuple):
    """Money: of one counter and of one customer present, for one mean service time; of one opening."""

    counter: float
    presence: float
    opening: float


def remaining(prices: Sequence[Prices], size: int, lump: int, most: int) -> Array:
    """What the customers still present at the end of the horizon will cost, at each of the prices: (D, size).

    Each takes a counter for a service and is present meanwhile, and those behind wait for it. Were they free, the
    program would close counters at the end of its sight and leave the crowd there.
    """
    n = lump * np.arange(size)
    waits = n * np.maximum(n - 1, 0) / (2 * max(most, 1))
    counter, presence, _ = np.array(prices).T[..., None]
    cost: Array = ((counter + presence) * n + presence * waits).astype(np.float32)
    return cost


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Of a first step with s counters, from n customers present: shapes (S, size), whole horizon.

    `cost` if every later decision is the best, the opening of the first s not included; `wait` the sum of
    the steps' integrals of an arrival's wait, times `weights`, meanwhile. `kept_cost` and `kept_wait` if the s
    counters stay open throughout.
    """

    cost: Array
    wait: Array
    kept_cost: Array
    kept_wait: Array


def best_costs(
    chains: Sequence[Sequence[Array]],
    lengths: Sequence[float],
    prices: Sequence[Prices],
    servers: NDArray[np.int64],
    lump: int = 1,
) -> Array:
    """Cost of s counters in the first step and the best decisions after it, for every chain: (D, S, size).

    `chains[d][t]` are the `step_matrices` of step t, `lengths[t]` mean service times long, under the d-th pair
    of rates, and `prices[d]` its prices; `servers` the numbers of counters, consecutive and all allowed. Not
    included: opening the first s. Backward: W(s, n) = c_s s + c_w E[integral of customers] + E[V(s, .)],
    V(s, n) = min over s' of K (s' - s)+ + W(s', n). Source: Miller 2009 (Automatica 45:1423-1430).
    """
    size, most = chains[0][0].shape[1], int(servers[-1])
    rent = np.array([p.counter * servers for p in prices], np.float32)[..., None]
    climb = np.maximum(servers - servers[:, None], 0)
    opening = (np.array([p.opening for p in prices])[:, None, None] * climb).astype(np.float32)[..., None]
    every = np.empty((len(chains), len(servers), len(servers), size), np.float32)
    values = np.empty((len(chains), len(servers), size + 2, 1), np.float32)
    values[:, :, :size, 0] = remaining(prices, size, lump, most)[:, None]
    values[:, :, size:, 0] = np.array([(p.presence, 0.0) for p in prices])[:, None]
    costs = np.empty((len(chains), len(servers), size), np.float32)
    rooms = list(zip(chains, values, costs[..., None], strict=True))
    for step in range(len(lengths) - 1, -1, -1):
        for chain, value, cost in rooms:
            np.matmul(chain[step], value, cost)
        costs += lengths[step] * rent
        if step:
            np.add(opening, costs[:, None], out=every)  # from s to s', the second axis to the third
            every.min(axis=2, out=values[:, :, :size, 0])
    return costs


def kept_throughout(
    chain: Sequence[Array],
    lengths: Sequence[float],
    prices: Prices,
    counters: int,
    weights: Sequence[float],
    lump: int,
    most: int,
) -> Array:
    """Cost and wait, as in `Evaluation`, of counters that stay open for the whole horizon: (size, 2).

    `chain[t]` is the matrix of step t at this one number: (size, size + 2). `most` could be open afterwards.
    """
    size = chain[0].shape[0]
    after = np.zeros((size + 2, 2), np.float32)
    after[:size, 0] = remaining([prices], size, lump, most)[0]
    after[size, 0] = prices.presence
    for step in range(len(chain) - 1, -1, -1):
        after[size + 1, 1] = weights[step]
        after[:size] = chain[step] @ after
        after[:size, 0] += lengths[step] * prices.counter * counters
    return after[:size]


def evaluate(
    chain: Sequence[Array],
    lengths: Sequence[float],
    prices: Prices,
    servers: NDArray[np.int64],
    allowed: NDArray[np.bool_],
    weights: Sequence[float],
    lump: int = 1,
) -> Evaluation:
    """The whole account under one pair of rates. `servers` may hold numbers that are not `allowed`: they can be
    left, and kept as they are, but never chosen. `weights[t]`: how many arrivals step t counts for."""
    counters, size = servers.astype(np.float32), chain[0].shape[1]
    states = np.arange(size)
    climb = prices.opening * np.maximum(counters - counters[:, None], 0)
    barred = (climb + np.where(allowed, 0.0, np.inf).astype(np.float32))[:, :, None]
    rent = np.zeros((len(servers), 1, 4), np.float32)
    rent[..., ::2] = prices.counter * counters[:, None, None]
    # Columns: cost and wait under the program, cost and wait if the counters are kept.
    after = np.zeros((len(servers), size + 2, 4), np.float32)
    after[:, :size, ::2] = remaining([prices], size, lump, int(servers[-1]))[0, :, None]
    after[:, size, ::2] = prices.presence
    found = after[:, :size]
    for step in range(len(chain) - 1, -1, -1):
        after[:, size + 1, 1::2] = weights[step]
        found = chain[step] @ after
        found += lengths[step] * rent
        if step:
            totals = barred + found[..., 0]
            chosen = totals.argmin(axis=1)
            after[:, :size, 0] = totals.min(axis=1)
            after[:, :size, 1] = found[chosen, states, 1]
            after[:, :size, 2:] = found[..., 2:]
    return Evaluation(found[..., 0], found[..., 1], found[..., 2], found[..., 3])
