"""What a branch can expect of a day that is to be planned: who comes, and how long they take."""

import math
from dataclasses import dataclass
from datetime import date, datetime

from server.advisor.day_rates import SLOTS, DayRates, hours_of
from server.advisor.day_slots import SLOT_MIN
from server.live.place import Place


@dataclass(frozen=True, slots=True)
class ExpectedClass:
    """One class of counters: customers per minute in each half-hour from opening on, and minutes each takes.

    `days` is how many days of its kind that was learnt from; 0: arrivals are what the branch itself expects.
    """

    arrivals_per_min: tuple[float, ...]
    service_min: float
    days: int


def expected_day(place: Place, day: date, now: datetime) -> dict[str, ExpectedClass]:
    """Every class that has counters. On a day on which the branch does not open there are no half-hours."""
    branch, measured = place.hall.branch, place.measurements.mean_service_s(now)
    used = {counter.counter_class.value for counter in place.hall.counters.values()}
    found = {}
    for key in used & branch.policies.keys():
        profile = place.measurements.profile(key, day)
        own = [branch.policies[key].expected_arrivals_per_hour / 60] * SLOTS
        rates, days = profile or (DayRates(hours_of(branch, day), own), 0.0)
        found[key] = ExpectedClass(_by_half_hour(rates), _steady(measured[key] / 60), math.ceil(days))
    return {key: found[key] for key in branch.policies if key in found}


def _steady(minutes: float) -> float:
    """To a tenth of a minute: a plan need not change with each customer who is served."""
    return max(0.1, round(minutes, 1))


def _by_half_hour(rates: DayRates) -> tuple[float, ...]:
    """A last half-hour that is cut short by closing time has fewer customers, and counts as a whole one."""
    opens, closes = rates.hours.opens, rates.hours.closes
    starts = [opens + SLOT_MIN * at for at in range(math.ceil((closes - opens) / SLOT_MIN))]
    return tuple(rates.expected(start, start + SLOT_MIN) / SLOT_MIN for start in starts)
