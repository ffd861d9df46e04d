"""Two classes that take unequally long at the same counters: their waits exactly, by the Markov chain itself."""

import math
from fractions import Fraction
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from server.advisor.erlang import keeps_up

Real = NDArray[np.float64]
Complex = NDArray[np.complex128]

NEAREST = 3e-5  # share of spare counters below which the answer is extrapolated
_ALIKE = 1e-9  # by which a matrix of probabilities may miss its sum
_AT_ONCE = 2**19  # numbers in one batch of matrices


class ChainWaits(NamedTuple):
    """Mean numbers waiting of the high and the low class, P(all counters busy), and the mean time until one falls
    free as an arrival finds it. `low` is infinite where the counters cannot keep up with both."""

    high: float
    low: float
    p_wait: float
    w0: float


class Busy:
    """All counters busy, i = 0 ... s of them by high customers: the phase, one of m = s + 1.

    As long as a high customer waits, a counter that falls free takes a high one, so i never falls. `passage(z)`
    has the phases in which the high queue is for the first time one shorter, by the phase now, each weighted with
    z for every low customer who comes meanwhile. It solves c P = rises + lambda1 P^2, c = lambda1 + lambda2 (1 - z)
    + the rate of service ends, and is upper triangular, so that its entries follow from each other.
    """

    def __init__(self, arrivals: tuple[float, float], services: tuple[float, float], servers: int) -> None:
        self.first, self.second = arrivals
        phase = np.arange(servers + 1)
        self.high, self.low = phase * services[0], (servers - phase) * services[1]  # rates of service ends
        # A counter falls free and takes a low customer: i falls by one where it had served a high one.
        self.call_low = np.diag(self.low) + np.diag(self.high[1:], -1)

    def rates_out(self, z: Complex) -> Complex:
        out: Complex = self.first + self.second * (1 - z)[:, None] + self.high + self.low
        return out

    def passage(self, z: Complex) -> Complex:
        out, m = self.rates_out(z), len(self.high)
        root = np.sqrt(out * out - 4 * self.first * self.high)
        root = np.where((root * out.conj()).real < 0, -root, root)
        level = (2 * self.high / (out + root)).T
        found = np.zeros((m, m, len(z)), complex)
        for end in range(m):
            found[end, end] = level[end]
            for start in range(end - 1, -1, -1):
                between = slice(start + 1, end)
                by_two = self.first * np.einsum("kn,kn->n", found[start, between], found[between, end])
                rises = self.low[start] if start == end - 1 else 0.0
                found[start, end] = (rises + by_two) / (out[:, start] - self.first * (level[start] + level[end]))
        return np.moveaxis(found, 2, 0)

    def flow(self, z: Complex) -> Complex:
        """c - lambda1 P: what leaves the states in which no high customer waits, net of who comes back."""
        return self.rates_out(z)[:, :, None] * np.eye(len(self.high)) - self.first * self.passage(z)

    def margin(self) -> float:
        """How far beyond z = 1 the sums over all low customers still converge, to a few per cent, from below."""
        wide = float(np.min(self.first + self.high + self.low)) / self.second
        near = wide
        while not self._converges(near):
            near /= 2
            if near < 1e-13:
                raise ArithmeticError("the counters cannot keep up")
        far = 2 * near
        for _ in range(5):
            middle = math.sqrt(near * far)
            near, far = (middle, far) if self._converges(middle) else (near, middle)
        return near

    def _converges(self, margin: float) -> bool:
        z = np.array([1 + margin], complex)
        out = self.rates_out(z).real[0]
        inside = out * out - 4 * self.first * self.high
        if out.min() <= 0 or inside.min() <= 0:
            return False
        root = np.sqrt(inside)
        shrinks, grows = 2 * self.high / (out + root), (out + root) / (2 * self.first)
        if (grows <= np.maximum.accumulate(shrinks[::-1])[::-1]).any():
            return False
        turn = (self.first * self.passage(z)[0].real + self.call_low / (1 + margin)) / out[:, None]
        return bool(np.abs(np.linalg.eigvals(turn)).max() < 1)


class Contour(NamedTuple):
    """Points round the unit disc and their weights in (1 / 2 pi i) times the integral of a real function."""

    z: Complex
    weight: Complex


def two_classes(arrivals: tuple[float, float], services: tuple[float, float], servers: int) -> ChainWaits:
    """The waits of a high and a low class, non-preemptive, all four rates > 0; the high class alone keeps up.

    Relative error about 1e-10. Queues are not cut off anywhere: all busy and nobody high waiting, the low queue's
    generating function F solves F(z) M(z) = z enter - called, M(z) = z flow(z) - call_low, and is finite inside
    the unit disc, though M has zeros there. Means are Cauchy's integrals on a circle beyond it.
    Source: Markov chains of M/G/1 type (Neuts 1989); the unit disc and the half-plane of the other singularities
    made concentric, the error falls as exp(-n sqrt(margin / 2)) with n points (own derivation, see the tests).
    """
    spare = float(servers - sum(Fraction(each) / Fraction(by) for each, by in zip(arrivals, services, strict=True)))
    if not keeps_up(servers - spare, servers):
        return _low_never_empty(Busy(arrivals, services, servers))
    if spare < NEAREST * servers:
        return _extrapolated(arrivals, services, servers, spare / servers)
    busy = Busy(arrivals, services, servers)
    enter, free = _some_free(arrivals, services, servers)
    margin, digits = busy.margin(), 18.0
    while True:
        found, doubt = _solved(busy, _contour(margin, digits), enter, free)
        if doubt < _ALIKE or digits > 60:
            return found
        digits *= 1.5


def _extrapolated(
    arrivals: tuple[float, float], services: tuple[float, float], servers: int, idle: float
) -> ChainWaits:
    """At a share `idle` of spare counters so small that the contour would need thousands of points and lose as many
    digits: on a straight line from two lighter loads, the low queue as its product with the spare counters."""
    near, far = (
        two_classes((arrivals[0] * less, arrivals[1] * less), services, servers)
        for less in ((1 - share) / (1 - idle) for share in (1.5 * NEAREST, 3 * NEAREST))
    )
    there = 1 - idle / (1.5 * NEAREST)
    near, far = (found._replace(low=found.low * share) for found, share in ((near, 1.5), (far, 3.0)))
    at = ChainWaits(*(n + there * (n - f) for n, f in zip(near, far, strict=True)))
    return at._replace(low=at.low * NEAREST / idle)


def _contour(margin: float, digits: float) -> Contour:
    """Half a circle between the unit disc and the half-plane right of 1 + margin; the other half mirrors it.

    All zeros of M lie in the one or the other: where Re z = x is between 1 and 1 + margin, or |z| > 1 and x < 1,
    no entry of passage(z) or 1 / z exceeds its value at max(x, 1) in size.
    """
    inner = 1 / (1 + margin + math.sqrt(margin * (2 + margin)))
    half = math.ceil(digits * math.log(10) / -math.log(inner)) + 8
    at = math.sqrt(inner) * np.exp(1j * np.pi * (np.arange(half) + 0.5) / half)
    return Contour((inner - at / inner) / (1 - at), (inner - 1 / inner) / (1 - at) ** 2 * at / half)


def _integrals(busy: Busy, contour: Contour) -> tuple[Real, Real]:
    """Of M^-1: (4, m, m), plain, times z, over (z - 1), times z over (z - 1): the last two are values at z = 1.
    Of M^-1 h over (z - 1)^2: (2, m), plain and times z; h sums over phase and high queue."""
    m = len(busy.high)
    whole, summed = np.zeros((4, m, m)), np.zeros((2, m))
    batch = max(1, _AT_ONCE // (m * m))
    for start in range(0, len(contour.z), batch):
        z, weight = (each[start : start + batch] for each in contour)
        flow = busy.flow(z)
        inverse = np.linalg.inv(z[:, None, None] * flow - busy.call_low)
        h = np.linalg.solve(flow - busy.first * np.eye(m), flow.sum(axis=2)[:, :, None])
        beyond = weight / (z - 1)
        whole += np.tensordot([weight, weight * z, beyond, beyond * z], inverse, 1).real
        beyond /= z - 1
        summed += np.tensordot([beyond, beyond * z], (inverse @ h)[:, :, 0], 1).real
    return whole, summed


def _solved(busy: Busy, contour: Contour, enter: Real, free: Real) -> tuple[ChainWaits, float]:
    """The waits, and by how much probabilities miss what they must be: the doubt about the contour's points."""
    (plain, by_z, at_one, at_one_by_z), (mean, mean_by_z) = _integrals(busy, contour)
    shorter = np.linalg.solve(plain.T, by_z.T).T  # the phases when the low queue is for the first time one shorter
    doubt = max(float(np.abs(shorter.sum(axis=1) - 1).max()), -float(shorter.min()))
    leave = _stationary(enter @ shorter[:, :-1])
    enters, called = leave @ enter, np.append(leave, 0.0)
    phases, high = _high_queue(busy, enters @ at_one_by_z - called @ at_one)
    low = float(enters @ mean_by_z - called @ mean)
    total = float(phases.sum() + leave @ free)
    w0 = float((phases / (busy.high + busy.low)).sum())
    return ChainWaits(high / total, low / total, float(phases.sum()) / total, w0 / total), doubt


def _high_queue(busy: Busy, none_high: Real) -> tuple[Real, float]:
    """Weights of the phases, and the high queue's, from those of the states in which no high customer waits."""
    flow = busy.flow(np.ones(1, complex))[0].real
    left = flow - busy.first * np.eye(len(busy.high))
    phases = none_high @ np.linalg.solve(left, flow)
    return phases, float(phases @ np.linalg.solve(left, np.full(len(busy.high), busy.first)))


def _low_never_empty(busy: Busy) -> ChainWaits:
    """The counters keep up with the high class alone: the low queue grows for ever, and no counter is ever free."""
    flow = busy.flow(np.ones(1, complex))[0].real
    phases, high = _high_queue(busy, _stationary(np.eye(len(flow)) - (flow - busy.call_low) / flow.max()))
    total = float(phases.sum())
    return ChainWaits(high / total, math.inf, 1.0, float((phases / (busy.high + busy.low)).sum()) / total)


def _stationary(moves: Real) -> Real:
    """The probabilities p = p `moves`."""
    n = len(moves)
    system = moves.T - np.eye(n)
    system[-1] = 1.0
    return np.linalg.solve(system, np.eye(n)[-1])


def _some_free(arrivals: tuple[float, float], services: tuple[float, float], servers: int) -> tuple[Real, Real]:
    """Excursions in which a counter is free, by how many of s - 1 busy ones serve high customers at the start.

    (s, m): the phases in which all are busy again; (s,): mean length. From the empty hall upwards, each number of
    busy counters taken out in turn.
    """
    again, lasts = np.zeros((0, 1)), np.zeros(0)
    for occupied in range(servers):
        high = np.arange(occupied + 1)
        ends = high * services[0], (occupied - high) * services[1]
        fall = (np.diag(ends[1]) + np.diag(ends[0][1:], -1))[:, :-1]
        rise = np.eye(occupied + 1, occupied + 2) * arrivals[1] + np.eye(occupied + 1, occupied + 2, 1) * arrivals[0]
        stay = np.linalg.inv(np.diag(sum(arrivals) + ends[0] + ends[1]) - fall @ again)
        # A visit ends by an arrival, after 1 / lambda at this number; unsaid, a nearly empty hall loses its digits.
        stay /= stay.sum(axis=1, keepdims=True) * sum(arrivals)
        again, lasts = stay @ rise, stay @ (1 + fall @ lasts)
    return again, lasts
