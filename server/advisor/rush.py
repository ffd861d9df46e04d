"""Notices that a rush or a lull has begun: a sequential test of the arrivals against what was expected."""

import math
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from server.advisor.day_rates import DayRates
from server.advisor.gamma_rate import GammaRate
from server.advisor.multiplier import DayMultiplier, Faded

RUSH, LULL = 1.5, 0.6  # times as many arrivals as expected: what is looked for
MARGIN, LEAST, LEAST_K = -0.4, 2.5, 12.0  # of the threshold
RECENT = 30.0  # half-life in minutes of the rate that a rush is followed by
PRIOR_ARRIVALS = 2.0  # what the present factor is worth at the first sign: not all of a coincidence is believed


@dataclass(frozen=True, slots=True)
class Rush:
    """Since `since` (minutes since the epoch) customers come `factor` times as often as was expected then."""

    kind: str  # rush | lull
    since: float
    factor: float

    def as_dict(self) -> dict[str, Any]:
        since = datetime.fromtimestamp(self.since * 60, UTC)
        return {"kind": self.kind, "since": since.isoformat(), "factor": self.factor}


@dataclass(slots=True)
class Run:
    """What has come since the first sign of a change. `before` is the day's multiplier as it was known then."""

    factor: float
    since: float
    before: GammaRate
    recent: Faded
    n: int = 0
    expected: float = 0.0

    @property
    def evidence(self) -> float:
        """Log likelihood ratio of "all rates are `factor` times as high since then" against "as before", the
        day's multiplier being known only as a Gamma distribution and learned further under both."""
        total, known = self.before.alpha + self.n, self.before.beta
        grown = (known + self.factor * self.expected) / (known + self.expected)
        return self.n * math.log(self.factor) - total * math.log(grown)

    @property
    def rate(self) -> GammaRate:
        """The multiplier as the recent arrivals alone have it."""
        prior = PRIOR_ARRIVALS / self.before.mean
        return GammaRate(PRIOR_ARRIVALS + self.recent.n, prior + self.recent.expected)

    @property
    def over(self) -> bool:
        """Whether the recent arrivals are nearer to what was expected than to `factor` times as many."""
        times, middle = self.rate.mean / self.before.mean, math.sqrt(self.factor)
        return times < middle if self.factor > 1 else times > middle


class RushWatch:
    """Feed it the time that passes and the arrivals; `found` is the rush or lull that is on, or None.

    For each direction a run goes on while there is evidence for a change, and begins anew once there is none
    (Page's CUSUM, Biometrika 1954); at evidence h the change is taken for real, and its first sign for its
    beginning. It is over when the recent arrivals are nearer to the expected again. The day's multiplier is
    integrated out, not put in as if known: with k = 20 that halves the delay at equal false alarms.

    The more customers and the better known the day, the more chances of a false alarm and the higher h; it is
    set for one in about 80 days per class, or 20 days of a branch of four classes (simulated: 50 to 300, at 4 to
    30 customers an hour and k of 20 and 150). Found at 24 customers an hour: three times as many after 17 to 26
    minutes, twice as many after 53 to 87; at 15 an hour after 27 to 42 and 85 to 147. Half as many again is
    found in two cases of three within five hours where days are alike, and hardly ever where they are not: no
    test can be much faster.
    """

    def __init__(self, begins: float, multiplier: DayMultiplier, rates: DayRates) -> None:
        self._enough = _threshold(multiplier, rates)
        self._runs = [self._begin(factor, begins, multiplier) for factor in (RUSH, LULL)]
        self._place: int | None = None  # of the run that was found to be real

    def copied(self) -> "RushWatch":
        other = copy(self)
        other._runs = [copy(run) for run in self._runs]
        for run in other._runs:
            run.recent = copy(run.recent)
        return other

    @property
    def _on(self) -> Run | None:
        return None if self._place is None else self._runs[self._place]

    @property
    def found(self) -> Rush | None:
        run = self._on
        if run is None:
            return None
        return Rush("rush" if run.factor > 1 else "lull", run.since, run.rate.mean / run.before.mean)

    def multiplier(self, day: DayMultiplier) -> GammaRate:
        """The multiplier now: the day's, or while a rush or lull is on what the recent arrivals say."""
        return self._on.rate if self._on is not None else day.now()

    def multiplier_after(self, day: DayMultiplier) -> float:
        """Its mean once the rush or lull is over."""
        return self._on.before.mean if self._on is not None else day.now().mean

    def advance(self, rates: DayRates, start: float, end: float, multiplier: DayMultiplier) -> None:
        """Open time in which nobody came; `multiplier` has been advanced by it already."""
        for run in self._runs:
            run.recent.advance(rates, start, end)
            run.expected += rates.expected(start, end)
        self._judge(end, multiplier)

    def add(self, now: float, multiplier: DayMultiplier) -> None:
        """One arrival, that `multiplier` has counted already."""
        for run in self._runs:
            run.recent.n += 1
            run.n += 1
        self._judge(now, multiplier)

    def _judge(self, now: float, multiplier: DayMultiplier) -> None:
        run = self._on
        if run is not None:
            if run.over:
                multiplier.go_on_from(run.before, now - run.since)
                self._place = None
                self._runs = [self._begin(factor, now, multiplier) for factor in (RUSH, LULL)]
            return
        for place, run in enumerate(self._runs):
            found = run.evidence
            if found <= 0:
                self._runs[place] = self._begin(run.factor, now, multiplier)
            elif found >= self._enough and not run.over:
                self._place = place

    def _begin(self, factor: float, now: float, multiplier: DayMultiplier) -> Run:
        return Run(factor, now, multiplier.now(), Faded(RECENT))


def _threshold(multiplier: DayMultiplier, rates: DayRates) -> float:
    """The evidence at which a change is taken for real."""
    hours = rates.hours
    whole = rates.expected(hours.opens, hours.closes)
    if whole <= 0:
        return LEAST
    remembered = whole / (hours.closes - hours.opens) * multiplier.counted.half_life / math.log(2)
    found = 1.5 * math.log(whole) - math.log1p(remembered / max(LEAST_K, multiplier.k)) + MARGIN
    return max(LEAST, found)
