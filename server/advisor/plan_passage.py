"""How many customers are present while arrivals and counters keep to one rate: the forward equations of one slot."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from server.advisor.poisson import Matrix, Vector, poisson, poisson_exceeds

CUT = 1e-11  # probability given up at the far end of a distribution


class Piece(NamedTuple):
    """A stretch of constant rates: `minutes` long, arrivals and services (one counter's) per minute."""

    minutes: float
    arrival_rate: float
    service_rate: float
    servers: int

    @property
    def capacity(self) -> float:
        """Customers a minute that leave while every counter is busy."""
        return self.servers * self.service_rate


@dataclass(frozen=True, slots=True)
class Passage:
    """Distributions of customers present in one piece: a row per instant, the mean over it, and at its end."""

    rows: Matrix
    average: Vector
    end: Vector


def pass_through(piece: Piece, start: Vector, instants: tuple[float, ...]) -> Passage:
    """From the distribution `start` through `piece`, with the distributions at `instants` minutes into it.

    Exact but for 1e-11 cut off at the far end. Source: Kolmogorov's forward equations by uniformisation
    (Jensen 1953): the jumps are counted once, and each instant only weighs them anew.
    """
    # Room for all who may come, so that nobody is lost at the far end; BLAS refuses fewer than three states.
    first = np.concatenate((start, np.zeros(len(poisson(piece.arrival_rate * piece.minutes)) + 1)))
    busy = np.minimum(np.arange(len(first)), piece.servers)
    jump_rate = piece.arrival_rate + float(busy[-1]) * piece.service_rate
    if jump_rate == 0:
        return Passage(np.tile(first, (len(instants), 1)), first, start)
    jumps = jump_rate * piece.minutes
    beyond = poisson_exceeds(jumps)
    weights = np.zeros((len(instants) + 2, len(beyond)))
    weights[0] = beyond / jumps
    for row, minutes in enumerate((piece.minutes, *instants), start=1):
        chances = poisson(jump_rate * minutes)
        weights[row, : len(chances)] = chances
    # As a plain sum: a product of matrices this small only waits for BLAS's other threads.
    found = np.einsum("ij,jk->ik", weights, _after_jumps(piece, first, len(beyond), jump_rate))
    found /= found.sum(axis=1, keepdims=True)
    end = found[1]
    kept = len(end) - int(np.searchsorted(np.cumsum(end[::-1]), CUT))
    return Passage(found[2:], found[0], end[:kept])


def _after_jumps(piece: Piece, first: Vector, n: int, jump_rate: float) -> Matrix:
    """The distribution after 0, 1, ... n - 1 jumps of the uniformised chain."""
    from scipy.linalg.blas import dgbmv

    size = len(first)
    up = piece.arrival_rate / jump_rate
    down = np.minimum(np.arange(size), piece.servers) * piece.service_rate / jump_rate
    # The three diagonals, as BLAS wants them; one call per jump is three times as fast as numpy's five.
    chain = np.zeros((3, size), order="F")
    chain[0, 1:], chain[1], chain[2, :-1] = down[1:], 1 - up - down, up
    after = np.empty((n, size))
    after[0] = state = first
    for jump in range(1, n):
        after[jump] = state = dgbmv(size, size, 1, 1, 1.0, chain, state)
    return after
