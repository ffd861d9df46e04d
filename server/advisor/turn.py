"""When a customer's turn comes, where counters serve other queues besides and others may go before."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from server.advisor.arguments import count, duration, rate

# Who goes before may take nine tenths of the counters: beyond it the turn would never come.
MOST_OVERTAKEN = 0.9
NEVER = 1e-9  # calls per mean service: nobody lives to see a turn at such a pace, and figures overflow on the way


class Calls(NamedTuple):
    """How many of a queue's customers a counter has called after t mean services: max(0, share * t - first).

    `first` >= 0 is the work, in mean services, that goes before; `share` in 0..1 what is left of the counter
    after that; `random` >= 0 how much of what it calls for others, per mean service, are people not here yet.
    """

    share: float = 1.0
    first: float = 0.0
    random: float = 0.0


# What one counter calls for the queue: the larger of its lines. A second one says what it calls at the least.
CounterCalls = tuple[Calls, ...]
ALL_OF_IT: CounterCalls = (Calls(),)


@dataclass(frozen=True, slots=True)
class Turn:
    """The calls at `servers` counters until the customer's own, that one included.

    `pace` of them per mean service are for the customer's queue at the end, less those who then overtake;
    `chance` are expected for people who are not here yet. The mean wait is calls / servers mean services.
    """

    calls: float
    servers: int
    pace: float
    chance: float

    @property
    def is_plain(self) -> bool:
        """Nothing but whole counters, and a known number of people: the wait is Erlang."""
        return self.chance == 0 and self.pace == self.servers and self.calls == int(self.calls)


def next_turn(
    ahead: int,
    counters: Sequence[CounterCalls],
    *,
    overtaking: float = 0.0,
    head_start: float = math.inf,
) -> Turn | None:
    """The turn of a customer with `ahead` >= 0 people in front, all of `counters` being busy.

    `overtaking` >= 0 customers per mean service join the queue in front of the customer, for the first
    `head_start` >= 0 mean services of the wait; they are taken for no more than nine tenths of the counters.
    None where no counter gets to this queue, or not in this life. ValueError for impossible arguments. Source: a
    fluid model; with r = overtaking / counters and no end to the head start, mean and variance are those of
    Cobham's queue (1954): n / (1 - r) and n (1 + r) / (1 - r)^3 ends of service.
    """
    n = count(ahead, "ahead") + 1
    head_start, overtaking = duration(head_start, "head_start"), rate(overtaking, "overtaking")
    shared = _alike(counter for counter in counters if counter is not ALL_OF_IT)
    whole = len(counters) - sum(shared.values())
    if not shared and not overtaking:
        return Turn(n, whole, whole, 0.0) if whole else None
    return _fluid_turn(n, whole, shared, overtaking if head_start else 0.0, head_start)


def _alike(counters: Iterable[CounterCalls]) -> dict[CounterCalls, int]:
    """How many counters there are of each kind: those of one kind are named by the same object, one after the
    other, so few are compared by what they hold."""
    found: dict[CounterCalls, int] = {}
    last: CounterCalls | None = None
    times = 0
    for counter in counters:
        if counter is last:
            times += 1
            continue
        if last is not None:
            found[last] = found.get(last, 0) + times
        last, times = counter, 1
    if last is not None:
        found[last] = found.get(last, 0) + times
    return found


def _fluid_turn(
    n: int, whole: int, shared: Mapping[CounterCalls, int], overtaking: float, head_start: float
) -> Turn | None:
    """When as many are called as were ahead or overtake: Newton on a convex curve of straight pieces. From its
    last piece it goes down to the one that crosses zero, and ends there."""
    ends = [(max(counter), times) for counter, times in shared.items()]
    pace = whole + sum(line.share * times for line, times in ends)
    if pace <= NEVER:
        return None
    overtaking = min(overtaking, MOST_OVERTAKEN * pace)
    missing = n + sum(line.first * times for line, times in ends)
    endless = math.isinf(head_start)
    t = missing / (pace - overtaking) if endless else (missing + overtaking * head_start) / pace
    pieces = 2 + sum(len(counter) + 1 for counter in shared)  # more steps than that are roundings
    while True:
        still = t < head_start
        called = whole * t - overtaking * min(t, head_start)
        pace, chance, servers = whole - overtaking * still, overtaking * min(t, head_start), whole
        for counter, times in shared.items():
            line, most = counter[0], counter[0].share * t - counter[0].first
            for other in counter[1:]:
                if other.share * t - other.first > most:
                    line, most = other, other.share * t - other.first
            if most > 0:
                called += most * times
                pace += line.share * times
                chance += line.random * t * times
                servers += times
        step = (called - n) / pace if pace > 0 else 0.0
        pieces -= 1
        if step <= 1e-9 * t or pieces <= 0:
            return Turn(servers * t, servers, pace, chance)
        t -= step
