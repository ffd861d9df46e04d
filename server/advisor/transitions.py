"""What one step of the program does to a class: where the number of customers goes, and how many waited meanwhile."""

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Wide = NDArray[np.float64]

GRID = math.log(1.025)  # loads closer than this share a matrix; the rates themselves are known to a tenth at best
CLOCK_GRID = math.log(1.1)
PATIENCE_GRID = math.log(1.2)
KEPT_BYTES = 160 * 2**20  # of all matrices together, 50 to 150 kB each
# In 32 bits a smaller one may be denormal, and the processor takes thirty times as long for each of those.
_NEVER = 1e-12
_FIRST_JUMPS, _TERMS = 0.5, 9  # events in the shortest step; P(more than 8 of them) is 4e-9


# (load, step, patience, first, last, size, lump) names one set of matrices. All times are counted in mean service
# times: load = arrival rate / service rate, the step's length, and patience = abandonment rate / service rate are
# places on their grids (None: zero). The counters are first ... last; state i of `size` is i * lump customers.
Law = tuple[int | None, int, int | None, int, int, int, int]


def place(value: float, grid: float) -> int | None:
    """The place of a number on a logarithmic grid; None for zero."""
    return round(math.log(value) / grid) if value > 0 else None


def places(values: Wide, grid: float) -> list[list[int | None]]:
    """The same of a table of numbers, row by row, in one go."""
    found: list[list[int | None]] = np.rint(np.log(np.maximum(values, _NEVER)) / grid).astype(int).tolist()
    if values.all():
        return found
    nobody = (values == 0).tolist()
    return [
        [None if none else at for at, none in zip(*rows, strict=True)] for rows in zip(found, nobody, strict=True)
    ]


def value_at(at: int | None, grid: float) -> float:
    return 0.0 if at is None else math.exp(at * grid)


def step_matrices(law: Law) -> Array:
    """One step at every number of counters s, from every state: (S, size, size + 2).

    [s, i, j]: P(state j at its end | i at its start). The last two columns are expected integrals over the step:
    of the customers present, and of the wait of who would arrive then, (n - s + 1)+ / s (s = 0 waits as for
    one). So times a column of values with two prices below it, it gives the cost of the step and all after it.

    Births at rate load, none in the last state; deaths min(n, s) + patience * (n - s)+. exp(Q t) by
    uniformisation over a short step, squared until the step is whole; the integrals are doubled along with it.
    Absolute error of a probability below 1e-6. Built when first asked for (about 1 ms), then kept.
    Source: Jensen 1953 (uniformisation); Moler & Van Loan 2003, method 3 (scaling and squaring).
    """
    found = _kept.get(law)
    return _keep(law) if found is None else found


def step_chain(laws: Sequence[Law]) -> list[Array]:
    """The `step_matrices` of one law after the other."""
    return [_keep(law) if found is None else found for law, found in zip(laws, map(_kept.get, laws), strict=True)]


_kept: dict[Law, Array] = {}


def _keep(law: Law) -> Array:
    """Those built first go first. Each call on a dict is atomic: two threads may at worst build the same."""
    found = _kept[law] = _build(law)
    spent = sum(each.nbytes for each in list(_kept.values()))
    for oldest in list(_kept)[:-1]:
        if spent <= KEPT_BYTES:
            break
        gone = _kept.pop(oldest, None)
        spent -= 0 if gone is None else gone.nbytes
    return found


def forget_matrices() -> None:
    """Drops all that is kept, as at a start."""
    _kept.clear()


def _build(law: Law) -> Array:
    load, length, patience, first, last, size, lump = law
    step = value_at(length, CLOCK_GRID)
    jump, fastest = _jump_chain(value_at(load, GRID), value_at(patience, PATIENCE_GRID), first, last, size, lump)
    doublings = max(0, math.ceil(math.log2(max(fastest * step, 1e-9) / _FIRST_JUMPS)))
    events = fastest * step / 2**doublings
    p = [math.exp(-events) * events**k / math.factorial(k) for k in range(_TERMS)]
    square = jump @ jump
    cube = square @ jump
    identity = np.eye(size)
    # p0 + p1 x + ... + p8 x^8 in two products more.
    moves = p[6] * identity + p[7] * jump + p[8] * square
    moves = p[3] * identity + p[4] * jump + p[5] * square + cube @ moves
    moves = p[0] * identity + p[1] * jump + p[2] * square + cube @ moves
    costs = _integrals(jump, _integrands(first, last, size, lump), p, fastest)
    for _ in range(doublings):
        costs += moves @ costs
        moves = moves @ moves
        moves[moves < _NEVER] = 0.0  # at every doubling: numbers too small for floats are a hundred times slower
    return np.concatenate([moves, costs], axis=-1).astype(np.float32)


def _integrals(jump: Wide, integrands: Wide, p: list[float], fastest: float) -> Wide:
    """Expected integrals over the short step: the k-th state of the jump chain lasts P(more than k events) /
    fastest on average."""
    total, beyond = np.zeros_like(integrands), 1.0
    for share in p:
        beyond -= share
        total += beyond / fastest * integrands
        integrands = jump @ integrands
    return total


def _jump_chain(load: float, patience: float, first: int, last: int, size: int, lump: int) -> tuple[Wide, float]:
    """The uniformised chain, shape (S, size, size), and the rate of its events."""
    counters, n = np.arange(first, last + 1)[:, None], lump * np.arange(size)
    deaths = (np.minimum(n, counters) + patience * np.maximum(n - counters, 0)) / lump
    births = np.full(size, load / lump)
    births[-1] = 0.0  # who comes then is not counted: `size` is chosen so that hardly anybody does
    fastest = max(float((births + deaths).max()), 1e-9)
    jump = np.zeros((last + 1 - first, size, size))
    here = np.arange(size)
    jump[:, here, here] = 1 - (births + deaths) / fastest
    jump[:, here[:-1], here[1:]] = births[:-1] / fastest
    jump[:, here[1:], here[:-1]] = deaths[:, 1:] / fastest
    return jump, fastest


@lru_cache(maxsize=64)
def _integrands(first: int, last: int, size: int, lump: int) -> Wide:
    """Customers present, and the wait of an arrival (at one counter where there is none): (S, size, 2)."""
    counters, n = np.arange(first, last + 1)[:, None], lump * np.arange(size)
    present = np.broadcast_to(n, (last + 1 - first, size))
    return np.stack([present, np.maximum(n - counters + 1, 0) / np.maximum(counters, 1)], axis=-1).astype(float)
