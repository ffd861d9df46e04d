"""How many counters a changing day keeps busy on average, slot by slot."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from server.advisor.arguments import rate
from server.advisor.day_slots import Slots

EMPTY = 1e-3  # a load below this is nobody: what lingers for ever after the last arrival
FULL = 1 - 1e-3  # a load of four comes ever nearer to four and never is; four counters do not keep up with it


@dataclass(frozen=True, slots=True)
class SlotLoad:
    """Counters that would be in use, were there enough, in erlangs: the mean over the slot, and at its end."""

    mean: float
    end: float


def offered_load_over(
    arrival_rates: Sequence[float], service_rate: float, step: float, start: float = 0.0
) -> tuple[SlotLoad, ...]:
    """The offered load m of each slot of length `step`, exactly: m' = lambda - mu m, m = `start` at first.

    `arrival_rates` >= 0, one per slot, constant within it; `service_rate` > 0 of one counter; `step` > 0 in the same
    unit of time; `start` >= 0 erlangs. ValueError otherwise. m lags behind lambda / mu by about one service.
    Source: Eick, Massey & Whitt 1993, the M(t)/M/infinity queue.
    """
    service, step = rate(service_rate, "service_rate", zero=False), rate(step, "step", zero=False)
    load, services, found = rate(start, "start"), service * step, []
    for arrivals in arrival_rates:
        load, area = _phase(load, services, rate(arrivals, "arrival_rates") / service, math.inf, full=False)
        found.append(SlotLoad(area / services, load))
    return tuple(found)


def mean_loads(slots: Slots) -> tuple[float, ...]:
    """The offered load of each slot in erlangs: the mean over it of m' = lambda - mu m.

    m is how many counters would be in use, were there enough; it lags behind the arrivals by a service.
    Source: modified offered load (Jennings, Mandelbaum, Massey & Whitt 1996), solved exactly in each slot.
    """
    return _loads(slots, (math.inf,) * len(slots))


def carried_loads(slots: Slots) -> tuple[float, ...]:
    """As `mean_loads`, with m' = lambda - mu min(m, most): where all counters are too few, their backlog stays
    in the load, so that the slots after a rush help to clear it."""
    return _loads(slots, slots.most)


def needed(load: float) -> int:
    """The fewest counters that keep up with `load` erlangs: floor(load) + 1, and none for nobody."""
    return 0 if load < EMPTY else math.floor(load / FULL) + 1


def _loads(slots: Slots, limits: tuple[float, ...]) -> tuple[float, ...]:
    m, found = float(slots.present), []
    for arrivals, service, most in zip(slots.arrivals, slots.service_min, limits, strict=True):
        services = slots.slot_min / service
        m, area = _through(m, services, arrivals * service, most)
        found.append(area / services)
    return tuple(found)


def _through(m: float, services: float, steady: float, most: float) -> tuple[float, float]:
    """m after the time of so many mean `services`, and its integral over that time."""
    full = m > most or m == most < steady
    until = min(_until_most(m, steady, most), services)
    m, area = _phase(m, until, steady, most, full)
    if until < services:
        m, more = _phase(most, services - until, steady, most, not full)
        area += more
    return m, area


def _until_most(m: float, steady: float, most: float) -> float:
    """Mean services until m reaches `most` from either side; infinity where it never does."""
    if m > most > steady:
        return (m - most) / (most - steady)
    if m < most < steady:
        return math.log((steady - m) / (steady - most))
    return math.inf


def _phase(m: float, services: float, steady: float, most: float, full: bool) -> tuple[float, float]:
    if full:
        growth = steady - most
        return m + growth * services, services * (m + growth * services / 2)
    faded = -math.expm1(-services)
    return m + (steady - m) * faded, steady * services + (m - steady) * faded
