"""The days that are played: a branch like the source's, and what may be otherwise than its advisor believes."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from server.advisor.simulation.customers import Customers
from server.advisor.simulation.draw import draw_arrivals, draw_customers

THE_DAY = date(2026, 3, 2)  # a Monday like any other
OPENS_MIN = 510.0  # 8:30; the branch closes at 17:00
SLOT_MIN = 30.0
# Arrivals per minute by the half-hour; the peaks are 11:00-12:00 and 14:30-15:00, the mean is 0.46.
RATES = (0.28, 0.32, 0.38, 0.46, 0.56, 0.70, 0.70, 0.50, 0.38, 0.36, 0.44, 0.56, 0.70, 0.52, 0.42, 0.34, 0.28)
DAYS_OF_HISTORY = 20
NO_SHOW_MIN = 1.0
FIRST_DAY = "first day, nothing known"


@dataclass(frozen=True, slots=True)
class Scenario:
    """A kind of day. Rates per minute, times in minutes.

    Each day's arrivals are those of `rates` times a level that varies with `level_cv` from day to day.
    `believed`: the mean service that the days before make one expect, as a multiple of the true one.
    `history`: how many such days are known before.
    """

    name: str
    service_min: float = 10.0
    cv2: float = 1.0
    no_show_share: float = 0.0
    believed: float = 1.0
    history: int = DAYS_OF_HISTORY
    level_cv: float = 0.18
    rates: tuple[float, ...] = RATES

    @property
    def occupied_min(self) -> float:
        """Mean time for which a ticket occupies a counter."""
        return (1 - self.no_show_share) * self.service_min + self.no_show_share * NO_SHOW_MIN


SCENARIOS = (
    Scenario("base"),
    Scenario("lognormal service, CV^2 0.5", cv2=0.5),
    Scenario("service believed 20 % longer", believed=1.2),
    Scenario("service believed 20 % shorter", believed=0.8),
    Scenario("10 % no-shows", no_show_share=0.1),
    Scenario(FIRST_DAY, history=0),
)


@dataclass(frozen=True, slots=True)
class Day:
    """One day to be played. Times in minutes since opening, which is `opens_min` after midnight.

    `rates`: the true ones by slots of `slot_min`, the day's level included. `service_min`: the true mean time for
    which a ticket occupies a counter; `believed_min`: what one would take it for; `guessed_rate`: arrivals per minute
    that one would expect without history. `history`: arrivals of the days before.
    """

    customers: Customers
    rates: tuple[float, ...]
    slot_min: float
    service_min: float
    believed_min: float
    guessed_rate: float
    on: date = THE_DAY
    opens_min: float = OPENS_MIN
    history: tuple[tuple[date, list[float]], ...] = ()

    @property
    def closes(self) -> float:
        return self.slot_min * len(self.rates)

    @property
    def mean_rate(self) -> float:
        return sum(self.rates) / len(self.rates)


def draw_day(scenario: Scenario, seed: int, index: int) -> Day:
    """The same for the same seed and index, whoever plays it and in which process: common random numbers.

    Scenarios share levels and arrivals, so that they too can be compared. The days before are the same weekday of
    the weeks before.
    """
    rng = Random(f"{seed}:{index}:level")
    rates = _todays(scenario, rng)
    customers = draw_customers(
        Random(f"{seed}:{index}:customers"),
        rates,
        SLOT_MIN,
        scenario.service_min,
        cv2=scenario.cv2,
        no_show_share=scenario.no_show_share,
    )
    before = [draw_arrivals(rng, _todays(scenario, rng), SLOT_MIN) for _ in range(scenario.history)]
    return Day(
        customers=customers,
        rates=rates,
        slot_min=SLOT_MIN,
        service_min=scenario.occupied_min,
        believed_min=scenario.believed * scenario.occupied_min,
        guessed_rate=sum(scenario.rates) / len(scenario.rates),
        history=tuple(
            (THE_DAY - timedelta(weeks=len(before) - week), arrivals) for week, arrivals in enumerate(before)
        ),
    )


def _todays(scenario: Scenario, rng: Random) -> tuple[float, ...]:
    shape = 1 / scenario.level_cv**2 if scenario.level_cv else 0.0
    level = rng.gammavariate(shape, 1 / shape) if shape else 1.0
    return tuple(level * rate for rate in scenario.rates)
