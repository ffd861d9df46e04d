"""How long customers wait on a day whose arrivals and counters change by slot: a backlog is carried on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import numpy as np

from server.advisor.plan_passage import Passage, Piece, pass_through
from server.advisor.poisson import Vector, poisson, poisson_exceeds

NODES = 3  # instants per panel, Gauss-Legendre


@dataclass(frozen=True, slots=True)
class PieceWaits:
    """What one piece comes to, and how long who arrives in it waits.

    `present` and `waiting` are mean numbers over the piece, `wait` the mean wait in minutes, `long` P(wait > w)
    for each w asked for; `end` is the distribution of customers present at its end.
    """

    present: float
    waiting: float
    wait: float
    long: tuple[float, ...]
    end: Vector


@dataclass(frozen=True, slots=True)
class Instants:
    """Minutes into a piece at which customers are asked how long they will wait, and weights that sum to 1."""

    minutes: tuple[float, ...]
    weights: Vector


def plan_waits(pieces: Sequence[Piece], long_waits: tuple[float, ...], present: int = 0) -> list[PieceWaits]:
    """Waits of an M(t)/M/s(t) queue that begins with `present` customers, piece after piece.

    First come, first served. Numbers present are exact to 1e-10; waits are averaged over a few instants of each
    piece (relative error below 1e-3). A counter that closes hands its customer back to the head of the queue;
    as services are exponential, that changes nobody's wait but theirs. After the last piece its counters, one
    at least, go on until the hall is empty. A wait lasts until the first call. About 1 ms per half-hour.
    Source: an arrival sees the hall as it is at that time (forward equations), and while it waits services
    end as a Poisson process, of which it needs as many as are in front of it.
    """
    start = np.zeros(present + 1)
    start[present] = 1.0
    passages = []
    for piece in pieces:
        passages.append(pass_through(piece, start, _instants(piece.minutes, long_waits).minutes))
        start = passages[-1].end
    widest = max((passage.rows.shape[1] for passage in passages), default=0)
    means = _mean_waits(pieces, long_waits, widest)
    return [
        _piece_waits(pieces, at, passage, mean, long_waits)
        for at, (passage, mean) in enumerate(zip(passages, means, strict=True))
    ]


def _piece_waits(
    pieces: Sequence[Piece], at: int, passage: Passage, mean: Sequence[Vector], long_waits: tuple[float, ...]
) -> PieceWaits:
    instants = _instants(pieces[at].minutes, long_waits)
    size = passage.rows.shape[1]
    present = np.arange(size)

    def averaged(by_present: Sequence[Vector]) -> float:
        seen = [row @ values[:size] for row, values in zip(passage.rows, by_present, strict=True)]
        return float(instants.weights @ seen)

    return PieceWaits(
        present=float(passage.average @ present),
        waiting=float(passage.average @ np.maximum(present - pieces[at].servers, 0)),
        wait=averaged(mean),
        long=tuple(
            averaged([_unserved(tuple(_parts(pieces, at, minutes, wait)), size) for minutes in instants.minutes])
            for wait in long_waits
        ),
        end=passage.end,
    )


@lru_cache(maxsize=64)
def _instants(minutes: float, long_waits: tuple[float, ...]) -> Instants:
    # P(wait > w) jumps where the counters change w later: a panel that reached across would be wrong.
    ends = sorted({0.0, minutes, *(-wait % minutes for wait in long_waits)})
    points, shares = np.polynomial.legendre.leggauss(NODES)
    at = np.concatenate([(low + high + (high - low) * points) / 2 for low, high in pairwise(ends)])
    weights = np.concatenate([(high - low) / (2 * minutes) * shares for low, high in pairwise(ends)])
    return Instants(tuple(at.tolist()), weights)


def _mean_waits(pieces: Sequence[Piece], long_waits: tuple[float, ...], size: int) -> list[list[Vector]]:
    """For every piece and instant: the mean wait of who finds 0, 1, ... size - 1 present. From the end back."""
    if not pieces:
        return []
    last = after_closing(pieces[-1])
    later = np.maximum(np.arange(size) - last.servers + 1, 0) / last.capacity
    found = []
    for piece in reversed(pieces):
        instants = _instants(piece.minutes, long_waits).minutes
        found.append([_mean_wait(piece, piece.minutes - instant, later) for instant in instants])
        later = _mean_wait(piece, piece.minutes, later)
    return found[::-1]


def _mean_wait(piece: Piece, minutes: float, later: Vector) -> Vector:
    """Mean wait by number present, `minutes` before the piece ends; `later` is what it is at that end."""
    waits = _still_in_front(piece, minutes, later)
    if piece.servers == 0:
        return waits + minutes
    if len(waits) <= piece.servers:
        return waits
    # Of those minutes one waits as long as fewer services have ended than it takes: E min(T, minutes).
    until = waits[piece.servers :]
    beyond = np.zeros(len(until))
    known = poisson_exceeds(piece.capacity * minutes)[: len(until)]
    beyond[: len(known)] = known
    until += np.cumsum(beyond) / piece.capacity
    return waits


@lru_cache(maxsize=1024)
def _unserved(parts: tuple[tuple[Piece, float], ...], size: int) -> Vector:
    """P(not yet called) at the end of `parts` of who found 0, 1, ... size - 1 present at their beginning.

    Remembered: whoever changes one slot of a plan asks for the others again.
    """
    unserved = np.ones(size)
    unserved[: parts[-1][0].servers] = 0.0
    for piece, minutes in reversed(parts):
        unserved = _still_in_front(piece, minutes, unserved)
    unserved.flags.writeable = False
    return unserved


def _parts(pieces: Sequence[Piece], at: int, instant: float, wait: float) -> Iterator[tuple[Piece, float]]:
    """The pieces through which a wait leads, and how long in each; nobody's arrivals matter to it."""
    rest = wait
    for piece in pieces[at:]:
        inside = min(rest, piece.minutes - instant)
        yield piece._replace(arrival_rate=0.0), inside
        rest, instant = rest - inside, 0.0
        if rest <= 0:
            return
    yield after_closing(pieces[-1]), rest


def after_closing(last: Piece) -> Piece:
    """Who is inside is served: by the counters of the last slot, or by one where none was open."""
    return last._replace(arrival_rate=0.0, servers=max(1, last.servers))


def _still_in_front(piece: Piece, minutes: float, later: Vector) -> Vector:
    """The mean of `later` by how many are still in front after `minutes`; 0 for who is being served by then."""
    if len(later) <= piece.servers:
        return np.zeros(len(later))
    waiting = later.copy()
    waiting[: piece.servers] = 0.0
    return np.convolve(waiting, poisson(piece.capacity * minutes))[: len(later)]
