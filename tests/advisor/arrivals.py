"""Days whose true arrival rates are known: what measured rates, profiles and alarms are held against."""

import random
from collections.abc import Sequence
from datetime import date, timedelta

from server.advisor.arrival_record import ArrivalRecord
from server.advisor.day_rates import SLOT_MIN, SLOTS, DayRates, Hours
from server.advisor.gamma_rate import GammaRate
from server.advisor.memory import Memory

MONDAY = date(2026, 3, 2)
OPENS, CLOSES = 510.0, 1020.0  # minutes from midnight
OPEN_MIN = [SLOT_MIN * 1.0 if OPENS <= slot * SLOT_MIN < CLOSES else 0.0 for slot in range(SLOTS)]
PEAKS = ((660.0, 720.0, 0.7), (870.0, 930.0, 0.5))  # from, to, more than usual


def two_peaks(usual: float) -> list[float]:
    """Arrivals per minute in every slot of a day like the study's, `usual` between its peaks."""
    found = []
    for slot in range(SLOTS):
        more = sum(extra for start, end, extra in PEAKS if start <= slot * SLOT_MIN < end)
        found.append(usual * (1 + more) if OPEN_MIN[slot] else 0.0)
    return found


def arrivals(
    draw: random.Random, rates: Sequence[float], times: float = 1.0, rush: tuple[float, float, float] | None = None
) -> list[float]:
    """One day's arrivals, minutes from midnight: a Poisson process of `times` the `rates`; `rush` is
    (from, to, times as many)."""
    start, end, factor = rush or (0.0, 0.0, 1.0)
    top, now, found = max(rates) * times * max(1.0, factor), OPENS, list[float]()
    while (now := now + draw.expovariate(top)) < CLOSES:
        rate = rates[int(now // SLOT_MIN)] * times * (factor if start <= now < end else 1.0)
        if draw.random() < rate / top:
            found.append(now)
    return found


def by_slot(times: Sequence[float]) -> list[float]:
    """How many came in each slot of the day."""
    found = [0.0] * SLOTS
    for now in times:
        found[int(now // SLOT_MIN)] += 1
    return found


def working_days(n: int) -> list[date]:
    """The first `n` days from a Monday on that are no weekend."""
    return [MONDAY + timedelta(days=7 * (index // 5) + index % 5) for index in range(n)]


def record_of(rates: Sequence[float], k: float | None, expected: float = 0.25) -> ArrivalRecord:
    """A class at the beginning of a day of which `rates` are expected; without `k` there is no history."""
    hours = Hours(MONDAY, 0.0, OPENS, CLOSES)
    return ArrivalRecord(OPENS, DayRates(hours, rates), k, GammaRate(expected * 10, 10.0), Memory())
