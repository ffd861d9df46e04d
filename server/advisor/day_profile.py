"""What a class of counters can expect of a day: the shape and level of days past, by the kind of day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from server.advisor.day_rates import SLOT_MIN, SLOTS

HALF_LIFE_DAYS = 60
LEVEL_DAYS = 4.0
SHAPE_DAYS = 15.0
NEARBY_MIN = 120.0
LEAST_RATE = 0.001  # per minute: where nobody has come yet somebody may
USUAL_K, USUAL_K_DAYS = 25.0, 4.0  # days are 20 % apart, until four of them say otherwise
LEAST_K, MOST_K = 5.0, 200.0
LEAST_DAY = 60.0  # minutes: of a shorter one, three customers in its only minute would be a crowd all day
SATURDAY = 5


@dataclass(slots=True)
class Kind:
    """Days of one weekday, older ones counting less. `counted` arrivals came where all days of the pool together
    had `expected` so many."""

    arrivals: list[float] = field(default_factory=lambda: [0.0] * SLOTS)
    minutes: list[float] = field(default_factory=lambda: [0.0] * SLOTS)
    counted: float = 0.0
    expected: float = 0.0

    def fade(self, kept: float) -> None:
        self.arrivals = [kept * value for value in self.arrivals]
        self.minutes = [kept * value for value in self.minutes]
        self.counted *= kept
        self.expected *= kept


@dataclass(slots=True)
class Pool:
    """Days that are alike but for their weekday: `n` in all, `days` with older ones counting less."""

    kinds: dict[int, Kind] = field(default_factory=dict)
    days: float = 0.0
    n: int = 0

    def rates(self) -> list[float]:
        """Arrivals per minute of an average day of the pool, smoothed across neighbouring slots."""
        kinds = self.kinds.values()
        return _smoothed(_sums(kind.arrivals for kind in kinds), _sums(kind.minutes for kind in kinds))

    def rates_of(self, weekday: int, average: list[float]) -> list[float]:
        """The same of one weekday, as far as its own days bear it out."""
        kind = self.kinds.get(weekday, Kind())
        open_min = (minutes / self.days for minutes in _sums(kind.minutes for kind in self.kinds.values()))
        usual = LEVEL_DAYS * _during(average, open_min)
        level, worth = (kind.counted + usual) / (kind.expected + usual), SHAPE_DAYS * SLOT_MIN
        return [
            (own + worth * level * rate) / (minutes + worth)
            for own, minutes, rate in zip(kind.arrivals, kind.minutes, average, strict=True)
        ]


class DayProfile:
    """Expected arrivals per slot, by the kind of day. Learning a day and asking cost O(slots), however many days
    have been learned: nothing is ever gone through again.

    Working days (Monday to Friday) and weekends are two pools: a Saturday tells nothing of a Tuesday. Within a
    pool a weekday differs from the average of all its days in two ways, each believed as far as its own days
    bear it out: in its level (the average is worth 4 days beside its own) and in its shape (worth 15). On the
    counts of a real bank (164 weekdays, thinned to 23 customers an hour) that foretold a quarter-hour better than
    the average day alone or each weekday alone did: deviance per slot 1.11, against 1.13 and 1.13; the level
    took the deviance of the day's total from 3.7 to 2.5. A day that is 60 days of its pool old counts half, so
    that a year's history follows a branch that changes; from 30 to 120 days made no difference there.
    The mean of a slot and its two neighbours is worth 120 minutes beside the slot's own time: it tells most of
    it at first (deviance on the second to fourth day 1.35 instead of 2.12) and next to nothing after sixty days.
    """

    def __init__(self) -> None:
        self._pools = (Pool(), Pool())
        self._compared = self._spread = self._weight = 0.0  # days' totals with what was expected of them

    def learn(self, day: date, arrivals: Sequence[float], minutes: Sequence[float]) -> None:
        """One day that is over: the arrivals in each of its 96 slots, and for how many minutes of it the doors
        were open and somebody counted. Days must come in order; one of less than an hour teaches nothing.
        ValueError for lists of another length."""
        if len(arrivals) != SLOTS or len(minutes) != SLOTS:
            raise ValueError(f"a day has {SLOTS} slots; got {len(arrivals)} and {len(minutes)}")
        if sum(minutes) < LEAST_DAY:
            return
        pool, weekday = self._pool(day), day.weekday()
        average = pool.rates() if pool.days else None
        total, kept = float(sum(arrivals)), 0.5 ** (1 / HALF_LIFE_DAYS)
        if average is not None:
            self._compare(total, _during(pool.rates_of(weekday, average), minutes), pool.days, kept)
        for known in pool.kinds.values():
            known.fade(kept)
        kind = pool.kinds.setdefault(weekday, Kind())
        pool.days, pool.n = kept * pool.days + 1, pool.n + 1
        kind.arrivals = [a + b for a, b in zip(kind.arrivals, arrivals, strict=True)]
        kind.minutes = [a + b for a, b in zip(kind.minutes, minutes, strict=True)]
        if average is not None:
            kind.counted += total
            kind.expected += _during(average, minutes)

    def rates(self, day: date) -> list[float] | None:
        """Expected arrivals per minute in each slot of such a day; None where no such day is known yet."""
        pool = self._pool(day)
        return pool.rates_of(day.weekday(), pool.rates()) if pool.days else None

    def days(self, day: date) -> int:
        """How many days the rates of `day` are learnt from."""
        return self._pool(day).n

    @property
    def k(self) -> float:
        """Shape of the day multiplier m ~ Gamma(k, k): 1 / k is the variance of the days' levels about what was
        expected of them, by the method of moments with the Poisson part taken off. Between 5 and 200."""
        if not self._compared:
            return USUAL_K
        usual = USUAL_K_DAYS * self._weight / self._compared
        found = (self._spread + usual / USUAL_K) / (self._weight + usual)
        return 1 / min(max(found, 1 / MOST_K), 1 / LEAST_K)

    def _compare(self, total: float, expected: float, days: float, kept: float) -> None:
        """A day against what was expected of it. An expectation from few days errs too, by 1 / `days` of the
        variance: that is no difference between days."""
        error = (total - expected) ** 2 / (1 + 1 / days)
        self._compared = kept * self._compared + 1
        self._spread = kept * self._spread + error - expected
        self._weight = kept * self._weight + expected**2

    def _pool(self, day: date) -> Pool:
        return self._pools[day.weekday() >= SATURDAY]


def _during(rates: Iterable[float], minutes: Iterable[float]) -> float:
    return sum(rate * time for rate, time in zip(rates, minutes, strict=True))


def _sums(lists: Iterable[list[float]]) -> list[float]:
    return [sum(values) for values in zip(*lists, strict=True)]


def _smoothed(arrivals: list[float], minutes: list[float]) -> list[float]:
    """Rates per minute, that of a slot and its two neighbours worth two hours of its own time. Where there is no
    time at all nobody has seen who comes: it is taken for an average slot."""
    overall = sum(arrivals) / sum(minutes)
    found = []
    for slot in range(SLOTS):
        nearby = slice(max(0, slot - 1), slot + 2)
        time = sum(minutes[nearby])
        near = sum(arrivals[nearby]) / time if time > 0 else overall
        rate = (arrivals[slot] + NEARBY_MIN * near) / (minutes[slot] + NEARBY_MIN)
        found.append(max(LEAST_RATE, rate))
    return found
