"""A few pairs of rates that stand for all that an arrival rate and a service rate may be."""

from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from server.advisor.gamma_rate import GammaRate

_GOLDEN = (5**0.5 - 1) / 2  # in the order of i * golden the pairs fill the square evenly, however many there are


def rate_pairs(first: GammaRate, second: GammaRate, pairs: int) -> list[tuple[float, float]]:
    """`pairs` equally likely pairs of two independent rates, by quantiles on a lattice; always the same ones.

    Wilson & Hilferty 1931: within 1 % from 3 events on, 0.1 % from 20, and no table or search.
    """
    below, above = _levels(pairs)
    return list(zip(_quantiles(first, below), _quantiles(second, above), strict=True))


@lru_cache(maxsize=16)
def _levels(pairs: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The same quantiles of two standard normal distributions."""
    even = np.array([NormalDist().inv_cdf((i + 0.5) / pairs) for i in range(pairs)])
    return even, even[np.argsort(np.argsort(np.arange(1, pairs + 1) * _GOLDEN % 1))]


def _quantiles(known: GammaRate, z: NDArray[np.float64]) -> list[float]:
    small = 1 / (9 * known.alpha)
    cubed = np.maximum(1 - small + z * small**0.5, 0.05) ** 3
    found: list[float] = (known.mean * cubed / cubed.mean()).tolist()
    return found
