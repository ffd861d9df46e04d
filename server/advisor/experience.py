"""What the days that are over have taught of a class of counters, so that no morning begins with a guess."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from server.advisor.class_day import ClassDay
from server.advisor.day_profile import DayProfile
from server.advisor.gamma_rate import GammaRate
from server.advisor.patience import PRIOR, PatienceCount
from server.advisor.spread import Spread

SERVICES_WORTH = 30.0  # a day in which everything takes longer is noticed before noon
SERVICES_KEPT = 0.5  # of each day's weight, on the next
SPREAD_WORTH = 200.0  # how services spread changes less than how long they take
PATIENCE_KEPT = 0.8  # few leave on any one day: the last five count together


@dataclass(slots=True)
class Carried:
    """Ends of services and the minutes they took, over the last days."""

    n: float = 0.0
    minutes: float = 0.0
    durations: Spread = field(default_factory=Spread)

    def learn(self, n: float, minutes: float, durations: Spread) -> None:
        self.n, self.minutes = SERVICES_KEPT * self.n + n, SERVICES_KEPT * self.minutes + minutes
        self.durations = self.durations.worth(SPREAD_WORTH).plus(durations)

    def prior(self, guess: GammaRate) -> GammaRate:
        """The rate to begin a day with, `guess` being known of it otherwise; worth 30 services at most."""
        n, minutes = self.n + guess.alpha, self.minutes + guess.beta
        share = min(1.0, SERVICES_WORTH / n)
        return GammaRate(share * n, share * minutes)

    def spread(self) -> Spread:
        return self.durations.worth(SPREAD_WORTH)


@dataclass(slots=True)
class ClassExperience:
    """One class of counters."""

    profile: DayProfile = field(default_factory=DayProfile)
    carried: Carried = field(default_factory=Carried)
    by_service: dict[str, Carried] = field(default_factory=lambda: defaultdict(Carried))
    left: float = 0.0
    decided: float = 0.0
    waited_min: float = 0.0

    def learn(self, day: date, record: ClassDay) -> None:
        self.profile.learn(day, *record.whole_day())
        self.carried.learn(record.services, record.busy_min, record.durations)
        for key, found in record.by_service.items():
            self.by_service[key].learn(found.n, found.minutes, found.durations)
        self.left = PATIENCE_KEPT * self.left + record.left
        self.decided = PATIENCE_KEPT * self.decided + record.decided
        self.waited_min = PATIENCE_KEPT * self.waited_min + record.waited_min

    def patience(self, begins: float) -> PatienceCount:
        """The count of a day that begins."""
        known = GammaRate(PRIOR.alpha + PATIENCE_KEPT * self.left, PRIOR.beta + PATIENCE_KEPT * self.waited_min)
        return PatienceCount(begins, known, PATIENCE_KEPT * self.left, PATIENCE_KEPT * self.decided)


class Experience:
    """Every class of a branch. Days are learned in order and once each: one that is not after the last is not
    learned again. A day costs the same however many have been learned, and so does what is kept of them."""

    def __init__(self) -> None:
        self._classes: dict[str, ClassExperience] = defaultdict(ClassExperience)
        self.last_day: date | None = None

    def of(self, counter_class: str) -> ClassExperience:
        return self._classes[counter_class]

    def learn(self, day: date, records: Mapping[str, ClassDay]) -> bool:
        """Whether the day was new."""
        if self.last_day is not None and day <= self.last_day:
            return False
        self.last_day = day
        for key, record in records.items():
            self._classes[key].learn(day, record)
        return True
