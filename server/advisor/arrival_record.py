"""Today's arrivals of one class: their present rate, and what is to be expected of the hours to come."""

from bisect import insort
from collections import Counter
from copy import copy
from itertools import pairwise

from server.advisor.day_rates import SLOTS, DayRates, Hours
from server.advisor.gamma_rate import Counted, GammaRate
from server.advisor.memory import Memory
from server.advisor.multiplier import DayMultiplier, Faded
from server.advisor.rush import Rush, RushWatch

RUSH_FADES = 60.0  # minutes after which half of what a rush brings more is expected to be gone
EVEN_SHARE = 2.0  # arrivals that all queues of a class share evenly before any have come


class ArrivalRecord:
    """Times in minutes since the epoch. No time passes here while the doors are shut.

    `rates` are what the day is expected to bring: the profile, if `k` tells how far days differ from it. Without
    history `k` is None: `rates` are the branch's own flat expectation, which serves only to notice a change, and
    the rate is what has been counted of late, with `prior` standing in for what has not been measured.

    Arrivals may be told late (a kiosk hands in what it printed while the server was away): then all of the day is
    counted anew, at the next question, in the order in which they came.
    """

    def __init__(self, begins: float, rates: DayRates, k: float | None, prior: GammaRate, memory: Memory) -> None:
        self.rates = rates
        self.prior = prior
        self.known = k is not None
        self._begins, self._memory = begins, memory
        self._k = prior.alpha if k is None else k
        self._come: list[tuple[float, str]] = []  # in order of time
        self._late = False  # somebody came before one who has been counted
        self._count_nobody()

    def _count_nobody(self) -> None:
        self.counted = Counted(self._memory.arrival_half_life, self._begins, running=1)
        self.slots = [0] * SLOTS
        self.queues: Counter[str] = Counter()
        self._multiplier = DayMultiplier(self._k, Faded(self._memory.level_half_life))
        self._watch = RushWatch(self._begins, self._multiplier, self.rates)

    def take_hours(self, hours: Hours) -> None:
        """The doors are open at other times of this day than was thought: what has come is counted anew by them."""
        self.rates = DayRates(hours, self.rates.per_min)
        self._late = True

    def add(self, now: float, queue_id: str) -> None:
        """One arrival, in order of time or late."""
        if not self._late and (not self._come or self._come[-1][0] <= now):
            self._come.append((now, queue_id))
            self._count(now, queue_id)
            return
        self._late = True
        insort(self._come, (now, queue_id))

    def _settle(self) -> None:
        """Counts anew if somebody was told of late: once, however many there were."""
        if self._late:
            self._late = False
            self._count_nobody()
            for now, queue_id in self._come:
                self._count(now, queue_id)

    def _count(self, now: float, queue_id: str) -> None:
        """The few that are transferred after closing time are no part of the day's profile."""
        hours = self.rates.hours
        inside = hours.clamp(now)
        self._advance(inside)
        self.counted.add(inside)
        self.queues[queue_id] += 1
        if hours.opens <= now < hours.closes:
            self._multiplier.counted.n += 1
            self._watch.add(now, self._multiplier)
            self.slots[hours.slot(now)] += 1

    def at(self, now: float) -> "ArrivalRecord":
        """The same record at a later time, in which nobody has come."""
        self._settle()
        later = copy(self)
        later.counted = copy(self.counted)
        later._multiplier = DayMultiplier(self._multiplier.k, copy(self._multiplier.counted))
        later._watch = self._watch.copied()
        later._advance(self.rates.hours.clamp(now))
        return later

    def rate(self) -> GammaRate:
        """Arrivals per minute."""
        self._settle()
        if not self.known:
            return self.counted.rate(self.prior)
        found = self._watch.multiplier(self._multiplier)
        return GammaRate(found.alpha, found.beta / self.rates.at(self.counted.clock))

    def multiplier(self) -> GammaRate:
        """How many times as many as expected come now."""
        found = self.rate()
        return GammaRate(found.alpha, found.beta * self.rates.at(self.counted.clock))

    def ahead(self, now: float, steps: int, step_min: float) -> list[float]:
        """Arrivals per minute in the steps from `now` on, of a day on which as many come as expected: times the
        multiplier's mean it is what today will bring. A rush is not expected to last."""
        self._settle()
        edges = [now + step * step_min for step in range(steps + 1)]
        mean = [self.rates.expected(a, b) / step_min for a, b in pairwise(edges)]
        if not self.known:
            return mean
        now = self._watch.multiplier(self._multiplier).mean
        after = self._watch.multiplier_after(self._multiplier)
        kept = [0.5 ** ((step + 0.5) * step_min / RUSH_FADES) for step in range(steps)]
        return [rate * (after + (now - after) * part) / now for rate, part in zip(mean, kept, strict=True)]

    @property
    def rush(self) -> Rush | None:
        self._settle()
        return self._watch.found

    def queue_shares(self, queue_ids: list[str]) -> dict[str, float]:
        """Which part of the class's arrivals comes to each of its queues; sums to 1."""
        self._settle()
        even = EVEN_SHARE / len(queue_ids) if queue_ids else 0.0
        total = sum(self.queues[key] for key in queue_ids) + EVEN_SHARE
        return {key: (self.queues[key] + even) / total for key in queue_ids}

    def _advance(self, now: float) -> None:
        start = self.counted.clock
        if now <= start:
            return
        self.counted.advance(now)
        self._multiplier.counted.advance(self.rates, start, now)
        self._watch.advance(self.rates, start, now, self._multiplier)
