"""The queue whose customers lose patience, Erlang A: finite answers even where the counters cannot keep up."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from server.advisor.arguments import count, rate
from server.advisor.erlang import blocking_and_empty, keeps_up, spare_counters

# A queue of more terms than this is integrated: patience of days would need millions of them.
_TERMS = 20_000
_SMALL = 1e-18
_STEP = 512


@dataclass(frozen=True, slots=True)
class AbandonmentMeasures:
    """The steady state of an M/M/s+M queue, in the time unit of the rates it was asked with.

    p0, p_wait and p_abandon are probabilities (p0 is 0.0 once below 5e-324), lq and l mean numbers of customers
    waiting and present. wq is the mean wait of everybody, whether it ends at a counter or at the door, wq_served
    that of those who were served. `utilization` is the share of their time that the counters are busy.
    """

    arrival_rate: float
    service_rate: float
    abandonment_rate: float
    servers: int
    offered_load: float
    p0: float
    p_wait: float
    p_abandon: float
    lq: float
    l: float  # noqa: E741 - the name the field uses, beside lq and wq
    wq: float
    wq_served: float
    utilization: float


class Queue(NamedTuple):
    """Sums over the states in which every counter is busy, "no one waits" having weight 2 ** -`exponent`.

    `waits` is the weight of these states; `wait` is it times the mean wait of who arrives in them, `served`
    times the chance to be served, `served_wait` times the mean of the wait where it ends at a counter, else 0.
    """

    waits: float
    wait: float
    served: float
    served_wait: float
    exponent: int = 0


def erlang_a(arrival_rate: float, service_rate: float, abandonment_rate: float, servers: int) -> AbandonmentMeasures:
    """The measures of `servers` equal counters whose customers leave after an exponential patience.

    `arrival_rate` >= 0, `service_rate` > 0 (one counter's) and `abandonment_rate` >= 0 (1 / mean patience) per
    the same unit of time; `servers` >= 1; else ValueError. With patience every load is stable; without (rate 0)
    this is M/M/s, and where the counters cannot keep up lq, l, wq and wq_served are infinite and p_wait is 1.
    Relative error about 1e-13; 0.1 ms at a branch's size, a few ms at the worst.
    Source: Palm 1957; Mandelbaum & Zeltyn 2007, "Service engineering in action". Sums are taken relative to the
    state in which all counters are busy and nobody waits: below it they are 1 / Erlang B.
    """
    arrivals, service = rate(arrival_rate, "arrival_rate"), rate(service_rate, "service_rate", zero=False)
    leaving, servers = rate(abandonment_rate, "abandonment_rate"), count(servers, "servers", least=1)
    load = rate(arrivals / service, "arrival_rate / service_rate")
    given = (arrivals, service, leaving, servers, load)
    patience = leaving if _countable(arrivals, service, leaving, servers) else 0.0
    if patience == 0.0 and not keeps_up(load, servers):
        return AbandonmentMeasures(*given, 0.0, 1.0, 0.0, math.inf, math.inf, math.inf, math.inf, 1.0)
    queue = _queue(arrivals, service, patience, servers)
    blocked, empty, exponent = blocking_and_empty(load, servers)
    # The states with a free counter weigh 1 / B - 1 against "nobody waits"; B itself may be too small to divide by.
    free = math.ldexp(_not_blocked(blocked, load, servers), -queue.exponent)
    total, served = free + queue.waits * blocked, free + queue.served * blocked
    wq = queue.wait * blocked / total
    return AbandonmentMeasures(
        *given,
        p0=math.ldexp(empty / total, exponent - queue.exponent),
        p_wait=queue.waits * blocked / total,
        p_abandon=patience * wq,
        lq=arrivals * wq,
        l=arrivals * wq + load * (served / total),
        wq=wq,
        wq_served=queue.served_wait * blocked / served,
        utilization=load / servers * (served / total),
    )


def _countable(arrivals: float, service: float, leaving: float, servers: int) -> bool:
    """Whether the patience is shorter than eternity, as far as floats can tell."""
    return leaving > 0 and math.isfinite(arrivals / leaving) and math.isfinite(servers * service / leaving)


def _not_blocked(blocked: float, load: float, servers: int) -> float:
    """1 - B as s / (s + a B(s-1)): nothing cancels where nearly everybody is blocked."""
    if blocked < 0.5:
        return 1 - blocked
    before = 1.0
    for number in range(1, servers):
        tried = load * before
        before = tried / (number + tried)
    return servers / (servers + load * before)


def _queue(arrivals: float, service: float, patience: float, servers: int) -> Queue:
    full = servers * service
    if patience == 0.0:
        spare = spare_counters(arrivals, service, servers)
        waits, wait = servers / spare, servers / spare / spare / service
        return Queue(waits, wait, waits, wait)
    ahead = arrivals - full
    terms = max(0.0, ahead / patience) + math.sqrt(90 * max(arrivals, full) / patience)
    if ahead < 0:
        terms = min(terms, -45 * full / ahead)
    if terms < _TERMS:
        return _summed(arrivals, full, patience)
    from server.advisor.patience_integral import busy_sums

    return Queue(*busy_sums(arrivals, service, patience, servers))


def _summed(arrivals: float, full: float, patience: float) -> Queue:
    """Term by term; all are positive, so nothing cancels.

    Who finds n waiting is served with probability full / (full + (n+1) theta), and waits, if so, the sum of
    1 / (full + k theta), k = 1 ... n+1: the times to the next departure from the queue, oneself among it.
    """
    rate_out = full + patience
    term = waits = 1.0
    hope = served = full / rate_out
    until = 1 / rate_out
    served_wait, wait, exponent, number = hope * until, 0.0, 0, 0
    while True:
        number += 1
        gone = term / rate_out
        wait += number * gone
        term = arrivals * gone
        rate_out = full + (number + 1) * patience
        hope = full / rate_out * term
        until += 1 / rate_out
        waits += term
        served += hope
        served_wait += hope * until
        if term * (number + 1) <= _SMALL * arrivals * wait:
            return Queue(waits, wait, served, served_wait, exponent)
        if term > 2.0**_STEP:
            term, waits, wait, served, served_wait = (
                math.ldexp(value, -_STEP) for value in (term, waits, wait, served, served_wait)
            )
            exponent += _STEP
