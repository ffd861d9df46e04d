"""Arrival rates that change within the day: the load that follows them, the counters for it, and the waits then."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from server.advisor.arguments import count, rate
from server.advisor.queue_model import Optimum, optimal_servers


@dataclass(frozen=True, slots=True)
class SlotLoad:
    """Counters that would be in use, were there enough, in erlangs: the mean over the slot, and at its end."""

    mean: float
    end: float


@dataclass(frozen=True, slots=True)
class SlotWait:
    """Customers `present` and of these `waiting`, means over the slot; of those who arrive in it, the mean wait
    and, for each time asked for, the chance to wait longer. `present_end` is the mean at the slot's end."""

    present: float
    present_end: float
    waiting: float
    wait: float
    exceeds: tuple[float, ...]


def offered_load_over(
    arrival_rates: Sequence[float], service_rate: float, step: float, start: float = 0.0
) -> tuple[SlotLoad, ...]:
    """The offered load m of each slot of length `step`, exactly: m' = lambda - mu m, m = `start` at first.

    `arrival_rates` >= 0, one per slot, constant within it; `service_rate` > 0 of one counter; `step` > 0 in the same
    unit of time; `start` >= 0 erlangs. ValueError otherwise. m lags behind lambda / mu by about one service.
    Source: Eick, Massey & Whitt 1993, the M(t)/M/infinity queue.
    """
    service, step = rate(service_rate, "service_rate", zero=False), rate(step, "step", zero=False)
    load, found = rate(start, "start"), []
    faded = -math.expm1(-service * step)
    for arrivals in arrival_rates:
        steady = rate(arrivals, "arrival_rates") / service
        mean = steady + (load - steady) * faded / (service * step)
        load += (steady - load) * faded
        found.append(SlotLoad(mean, load))
    return tuple(found)


def staffing_mol(
    arrival_rates: Sequence[float],
    service_rate: float,
    step: float,
    cost_ratio: float,
    *,
    max_servers: int,
    min_servers: int = 1,
    start: float = 0.0,
) -> tuple[Optimum, ...]:
    """The M/M/s optimum of each slot at its modified offered load: arrivals taken for mu times the mean of m.

    As `offered_load_over`; `cost_ratio` is the cost of an open counter over that of a customer present, finite and
    >= 0; the bounds as in `optimal_servers`. Costs count in customers present.
    Source: Jennings, Mandelbaum, Massey & Whitt 1996, "Server staffing to meet time-varying demand".
    """
    ratio = rate(cost_ratio, "cost_ratio")
    loads = offered_load_over(arrival_rates, service_rate, step, start)
    return tuple(
        optimal_servers(
            load.mean * service_rate, service_rate, ratio, 1.0, max_servers=max_servers, min_servers=min_servers
        )
        for load in loads
    )


def transient(
    arrival_rates: Sequence[float],
    service_rate: float,
    servers_by_slot: Sequence[int],
    step: float,
    present: int = 0,
    exceeding: Sequence[float] = (),
) -> tuple[SlotWait, ...]:
    """What a plan of counters comes to, slot by slot, with the backlog of one slot carried into the next.

    Rates and `step` as in `offered_load_over`; `servers_by_slot` >= 0, one per slot; `present` customers at the
    beginning; `exceeding` are times >= 0. ValueError otherwise. Exact but for 1e-10 (waits: 1e-3): the forward
    equations of the M(t)/M/s(t) queue, see `plan_waits`.
    """
    service, step = rate(service_rate, "service_rate", zero=False), rate(step, "step", zero=False)
    if len(servers_by_slot) != len(arrival_rates):
        raise ValueError(f"every slot needs its servers; got {len(servers_by_slot)} for {len(arrival_rates)} slots")
    from server.advisor.plan_passage import Piece
    from server.advisor.plan_waits import plan_waits

    pieces = [
        Piece(step, rate(arrivals, "arrival_rates"), service, count(servers, "servers_by_slot"))
        for arrivals, servers in zip(arrival_rates, servers_by_slot, strict=True)
    ]
    asked = tuple(rate(each, "exceeding") for each in exceeding)
    found = plan_waits(pieces, asked, count(present, "present"))
    ends = (math.fsum(n * chance for n, chance in enumerate(each.end.tolist())) for each in found)
    return tuple(
        SlotWait(one.present, end, one.waiting, one.wait, one.long) for one, end in zip(found, ends, strict=True)
    )
