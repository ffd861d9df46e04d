"""How many come and how long each takes, as well as it is known: in the busiest hour, now, or as expected."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from server.advisor.class_figures import DAYS_NEEDED, ClassFigures
from server.advisor.day_rates import SLOT_MIN, DayRates
from server.domain.branch import Branch, ClassPolicy

if TYPE_CHECKING:
    from server.advisor.rates import Measurements

HOUR, WEEK_DAYS = 60.0, 7

Source = Literal["busiest", "now", "expected"]


@dataclass(frozen=True, slots=True)
class BusiestHour:
    """The hour of a week in which most customers are expected: `arrivals` from `begins` on (the next such day, by
    the branch's own clock), learnt from `days` days of its kind."""

    arrivals: float
    begins: datetime
    days: int


@dataclass(frozen=True, slots=True)
class KnownRates:
    """Customers an hour, and the minutes for which each occupies a counter; `hour` is that of `busiest`."""

    source: Source
    arrivals_per_hour: float
    service_min: float
    hour: BusiestHour | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values; Monday is weekday 0."""
        hour = self.hour
        return {
            "source": self.source,
            "arrivals_per_hour": self.arrivals_per_hour,
            "service_min": self.service_min,
            "weekday": None if hour is None else hour.begins.weekday(),
            "begins": None if hour is None else f"{hour.begins:%H:%M}",
            "days": None if hour is None else hour.days,
        }


def known_rates(
    branch: Branch,
    figures: ClassFigures | None,
    busiest: BusiestHour | None,
    now: datetime,
    expected: ClassPolicy,
) -> tuple[KnownRates, ...]:
    """All that is known of a class, the best to judge its costs by first: they matter when most people come. Last
    what is `expected`, which is always known. `figures` are None of a class that is not in force yet."""
    found = [KnownRates("expected", expected.expected_arrivals_per_hour, expected.expected_service_min)]
    if figures is None:
        return tuple(found)
    if figures.enough_seen and branch.is_open(now):
        found.insert(0, KnownRates("now", figures.arrival_rate.mean * HOUR, figures.mean_service_min))
    if busiest is not None:
        found.insert(0, KnownRates("busiest", busiest.arrivals, figures.mean_service_min, busiest))
    return tuple(found)


def busiest_of_week(
    branch: Branch, measurements: "Measurements", counter_class: str, now: datetime
) -> BusiestHour | None:
    """The busiest hour of the next seven days on which the doors open and whose kind is known well enough; None
    where there is none. About 10 ms: it holds for the whole day, for nothing is learnt while it lasts."""
    today, found = branch.business_day(now), list[BusiestHour]()
    for ahead in range(WEEK_DAYS):
        day = today + timedelta(days=ahead)
        learnt = measurements.profile(counter_class, day) if branch.hours_on(day) else None
        if learnt is not None and learnt[1] >= DAYS_NEEDED:
            arrivals, begin = busiest_hour(learnt[0])
            found.append(BusiestHour(arrivals, branch.local(datetime.fromtimestamp(begin * 60, UTC)), learnt[1]))
    return max(found, key=lambda hour: hour.arrivals, default=None)


def busiest_hour(rates: DayRates) -> tuple[float, float]:
    """(arrivals, begin in minutes since the epoch) of the hour of the day in which most are expected, the earliest
    of equals. A day shorter than an hour has less than an hour's."""
    hours, begin = rates.hours, rates.hours.opens
    begins = [begin]
    while (begin := begin + SLOT_MIN) + HOUR <= hours.closes:
        begins.append(begin)
    return max(((rates.expected(each, each + HOUR), each) for each in begins), key=lambda hour: (hour[0], -hour[1]))
