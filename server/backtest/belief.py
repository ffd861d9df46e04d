"""What the advisor could know at each moment of a day, from the days before and from what has come so far."""

import math
from dataclasses import dataclass

from server.advisor.day_profile import DayProfile
from server.advisor.day_rates import SLOT_MIN, SLOTS
from server.advisor.experience import SERVICES_WORTH
from server.advisor.forecast import Forecast, forecast, level_forecast
from server.advisor.gamma_rate import Counted, GammaRate
from server.advisor.simulation.class_day import Moment
from server.backtest.scenario import Day

GUESSED_SERVICES = 3.0
GUESS_MIN = 10.0
HALF_LIFE_MIN = 30.0


@dataclass(frozen=True, slots=True)
class Belief:
    """Before the day: arrivals per minute of an average day in slots of `slot_min` from opening on, how far days
    differ from it (level ~ Gamma(k, k)), and one counter's service rate."""

    rates: tuple[float, ...]
    slot_min: float
    k: float
    service: GammaRate
    closes: float

    @property
    def mean_rate(self) -> float:
        return self.expected(self.closes) / self.closes

    def expected(self, until: float) -> float:
        """Arrivals of an average day until so many minutes after opening."""
        whole = int(until // self.slot_min)
        rest = self.rates[whole] * (until - whole * self.slot_min) if whole < len(self.rates) else 0.0
        return sum(self.rates[:whole]) * self.slot_min + rest

    def at(self, moment: Moment) -> Forecast:
        """What is expected of the rest of the day."""
        return forecast(
            self.rates,
            self.slot_min,
            moment.now,
            k=self.k,
            seen=moment.arrivals,
            expected_so_far=self.expected(moment.now),
            service_rate=served(self.service, moment),
            closes=self.closes,
        )


def served(prior: GammaRate, moment: Moment) -> GammaRate:
    """A counter's service rate; services that still run count with their time, or the long ones were left out."""
    ends = moment.completions + moment.no_shows
    return GammaRate(prior.alpha + ends, prior.beta + moment.busy_minutes)


def learned(day: Day) -> Belief:
    """From the days before `day`, by the same learner as in the live branch."""
    profile, first = DayProfile(), int(day.opens_min // SLOT_MIN)
    slots = math.ceil(day.closes / SLOT_MIN)
    minutes = [float(SLOT_MIN if first <= slot < first + slots else 0) for slot in range(SLOTS)]
    for when, arrivals in day.history:
        counts = [0.0] * SLOTS
        for arrival in arrivals:
            counts[min(first + int(arrival // SLOT_MIN), SLOTS - 1)] += 1
        profile.learn(when, counts, minutes)
    rates = profile.rates(day.on) or [day.mean_rate] * SLOTS
    return Belief(
        rates=tuple(rates[first : first + slots]),
        slot_min=float(SLOT_MIN),
        k=profile.k,
        service=GammaRate(SERVICES_WORTH, SERVICES_WORTH * day.believed_min),
        closes=day.closes,
    )


class FirstDay:
    """A day without history: the rate of the last half-hour goes on. Ask it in the order of time."""

    def __init__(self, guessed_rate: float, occupied_min: float, closes: float) -> None:
        self.mean_rate, self.closes = guessed_rate, closes
        self._prior = GammaRate(guessed_rate * GUESS_MIN, GUESS_MIN)
        self._service = GammaRate(GUESSED_SERVICES, GUESSED_SERVICES * occupied_min)
        self._counted = Counted(HALF_LIFE_MIN, 0.0, running=1)

    def at(self, moment: Moment) -> Forecast:
        # Those who came since the last look, at the middle of that time on average.
        new = moment.arrivals - self._counted.n
        middle = (self._counted.clock + moment.now) / 2
        for _ in range(new):
            self._counted.add(middle)
        self._counted.advance(moment.now)
        return level_forecast(
            self._counted.rate(self._prior),
            served(self._service, moment),
            ends_after_min=self.closes - moment.now,
        )
