"""The Poisson distribution as whole vectors, for sums over how many came or were served within a time."""

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Vector = npt.NDArray[np.float64]
Matrix = npt.NDArray[np.float64]


@lru_cache(maxsize=4096)
def poisson(mean: float) -> Vector:
    """P(N = 0), P(N = 1), ... for N ~ Poisson(`mean` >= 0), as far as they matter: 1e-11 is left out."""
    size = _size(mean)
    if mean == 0:
        chances = np.ones(1)
    else:
        chances = np.exp(np.arange(size) * math.log(mean) - mean - _log_factorials(1 << size.bit_length())[:size])
    chances.flags.writeable = False  # it is remembered, and shared
    return chances


@lru_cache(maxsize=1024)
def poisson_exceeds(mean: float) -> Vector:
    """P(N > 0), P(N > 1), ... for N ~ Poisson(`mean` >= 0), as many as `poisson` has."""
    chances = poisson(mean)
    # Summed from the far end: one minus a sum near one would leave no digits of a small probability.
    beyond = np.append(np.cumsum(chances[:0:-1])[::-1], 0.0)
    beyond.flags.writeable = False
    return beyond


def _size(mean: float) -> int:
    return math.ceil(mean + 7 * math.sqrt(mean) + 12)


@lru_cache(maxsize=32)
def _log_factorials(size: int) -> Vector:
    return np.concatenate(([0.0], np.cumsum(np.log(np.arange(1, size)))))
