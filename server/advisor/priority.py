"""Several classes of customers at the same counters, the higher one first: who waits how long."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Literal, NamedTuple, overload

from server.advisor.arguments import count, rate
from server.advisor.erlang import erlang_b, keeps_up, must_wait
from server.advisor.spread_factor import spread_factor

if TYPE_CHECKING:
    from server.advisor.priority_chain import ChainWaits

Rung = Literal["cobham", "chain", "merged"]


@dataclass(frozen=True, slots=True)
class PriorityWaits(Sequence[float]):
    """Mean waits before service by class, the highest class first, as a sequence and as `wq`.

    `lq` are mean numbers waiting, `p_wait` the probability that all counters are busy, `w0` the mean time until
    one falls free, as every arrival finds it. A class whose load, with that of the classes above it, the
    counters cannot clear has an infinite wait; `stable` says that there is none. `rung` is the way it was found:
    "cobham" and "chain" are exact, "merged" is not (see `priority_waits`).
    """

    wq: tuple[float, ...]
    lq: tuple[float, ...]
    p_wait: float
    w0: float
    stable: bool
    rung: Rung

    def __len__(self) -> int:
        return len(self.wq)

    @overload
    def __getitem__(self, at: int) -> float: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[float, ...]: ...

    def __getitem__(self, at: int | slice) -> float | tuple[float, ...]:
        return self.wq[at]


def priority_waits(
    arrival_rates: Sequence[float], service_rates: float | Sequence[float], servers: int
) -> PriorityWaits:
    """Mean waits at `servers` counters that always call the highest class waiting, and interrupt nobody.

    `arrival_rates` >= 0 by class, the first class first; `service_rates` > 0, one for all or one per class, per the
    same unit of time. ValueError for impossible figures, no class at all, or lists of unequal length.
    Equal service rates: Cobham's formula, exact to a few 1e-15. Two classes with unequal rates: the exact Markov
    chain, to 1e-9 and better (1e-7 above a load of 0.99997), 10 ms at ten counters. More classes with unequal rates:
    two at a time, the others merged with them; within 10 % in most cases, a third off at the worst seen (rates
    1 : 5 at a load of 0.92, see the tests), and `rung` is "merged".
    A class of which nobody comes has the wait that somebody would have.
    Source: Cobham 1954, W_k = C / (s mu) / ((1 - sigma_(k-1)) (1 - sigma_k)); the chain: see `priority_chain`.
    """
    arrivals = tuple(rate(value, "arrival_rates") for value in arrival_rates)
    each = service_rates if isinstance(service_rates, Sequence) else (service_rates,) * len(arrivals)
    services = tuple(rate(value, "service_rates", zero=False) for value in each)
    servers = count(servers, "servers", least=1)
    if not arrivals or len(services) != len(arrivals):
        raise ValueError(f"every class needs two rates; got {len(arrivals)} of arrivals, {len(services)} of services")
    rates = {service for arriving, service in zip(arrivals, services, strict=True) if arriving} or set(services[:1])
    if len(rates) == 1:
        return _cobham(arrivals, rates.pop(), servers)
    if len(arrivals) == 2:
        return _chain(arrivals, services, servers)
    return _merged(arrivals, services, servers)


def _cobham(arrivals: tuple[float, ...], service: float, servers: int) -> PriorityWaits:
    """Where all together are too many, nobody ever finds a free counter: C = 1 for the classes that keep up."""
    spare = _spare(arrivals, service, servers)
    load = math.fsum(arrivals) / service
    p_wait = must_wait(erlang_b(servers, load), servers, load, spare[-1]) if spare[-1] else 1.0
    waits = [
        p_wait / service / above * (servers / left) if left else math.inf
        for above, left in zip((float(servers), *spare), spare, strict=False)
    ]
    return _waits(arrivals, waits, p_wait, p_wait / service / servers, "cobham")


def _spare(arrivals: tuple[float, ...], service: float, servers: int) -> list[float]:
    """Counters left over by each class and those above it; 0 where they cannot keep up. Summed as fractions: of the
    digits of a rounded sum few are left near full load."""
    sums = accumulate(map(Fraction, arrivals))
    left = [float(servers - total / Fraction(service)) for total in sums]
    return [each if keeps_up(servers - each, servers) else 0.0 for each in left]


def _chain(arrivals: tuple[float, ...], services: tuple[float, ...], servers: int) -> PriorityWaits:
    found = _two_classes((arrivals[0], arrivals[1]), (services[0], services[1]), servers)
    waits = (found.high / arrivals[0], found.low / arrivals[1])
    return _waits(arrivals, waits, found.p_wait, found.w0, "chain")


def _merged(arrivals: tuple[float, ...], services: tuple[float, ...], servers: int) -> PriorityWaits:
    """Each class from the chain of two in which it is the lowest of the upper one; the last is the lower one.

    Within the upper one, a class waits 1 / (1 - sigma_(k-1)) times as long as all of it do (Cobham). What merging
    hides of the services' spread is put back by the factors of M/G/s. Nobody is taken for one in a million.
    """
    some = tuple(arriving or 1e-6 * math.fsum(arrivals) for arriving in arrivals)
    spread, waits, found = Mix.of(some, services), [], []
    for at in range(1, len(some)):
        upper, lower = Mix.of(some[:at], services[:at]), Mix.of(some[at:], services[at:])
        pair = (upper.arrivals, lower.arrivals), (1 / upper.mean, 1 / lower.mean)
        found.append(_two_classes(*pair, servers))
        wider = spread.factor(servers) / Mix.of(*pair).factor(servers)
        above = math.fsum(arriving / service for arriving, service in zip(some[: at - 1], services, strict=False))
        waits.append(wider * found[-1].high / upper.arrivals / (1 - min(1.0, above / servers)))
    waits.append(wider * found[-1].low / some[-1])
    return _waits(arrivals, waits, found[0].p_wait, found[0].w0, "merged")


class Mix(NamedTuple):
    """Several classes taken as one: arrivals together, the mean of their services, its squared variation."""

    arrivals: float
    mean: float
    cv2: float

    @classmethod
    def of(cls, arrivals: Sequence[float], services: Sequence[float]) -> "Mix":
        total = math.fsum(arrivals)
        shares = [(arriving / total, 1 / service) for arriving, service in zip(arrivals, services, strict=True)]
        mean = math.fsum(share * time for share, time in shares)
        return cls(total, mean, math.fsum(2 * share * (time / mean) ** 2 for share, time in shares) - 1)

    def factor(self, servers: int) -> float:
        return spread_factor(servers, self.arrivals * self.mean / servers, self.cv2)


@lru_cache(maxsize=256)
def _two_classes(arrivals: tuple[float, float], services: tuple[float, float], servers: int) -> "ChainWaits":
    """The chain's answer, remembered: whoever asks for every number of counters asks at every event."""
    from server.advisor.priority_chain import ChainWaits, two_classes

    if not keeps_up(arrivals[0] / services[0], servers):
        return ChainWaits(math.inf, math.inf, 1.0, 1 / (servers * services[0]))
    return two_classes(arrivals, services, servers)


def _waits(
    arrivals: tuple[float, ...], waits: Sequence[float], p_wait: float, w0: float, rung: Rung
) -> PriorityWaits:
    lq = tuple(arriving * wait if arriving else 0.0 for arriving, wait in zip(arrivals, waits, strict=True))
    return PriorityWaits(tuple(waits), lq, p_wait, w0, math.inf not in waits, rung)
