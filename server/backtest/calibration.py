"""Whether the advice is as sure as it says: of that at 80 % confidence, hindsight should confirm about 80 %."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from server.advisor.control import Forecast, Plan, plan
from server.advisor.plan_confidence import HINDSIGHT_MIN, Confidence, confidence, hindsight_plan
from server.advisor.simulation.class_day import Moment
from server.backtest.contest import Game, believed, simulated
from server.backtest.scenario import Scenario, draw_day

EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class Judged:
    """One advice to open or to close: what was said of it, and what hindsight found."""

    stated: float
    right: bool
    stated_direction: float
    right_direction: bool


@dataclass(frozen=True, slots=True)
class Bin:
    """Advice of about the same confidence: how sure it was on average, and the share that was right."""

    low: float
    high: float
    n: int
    stated: float
    right: float


def judged_day(scenario: Scenario, game: Game, seed: int, index: int) -> list[Judged]:
    """Every advice of one day on which it is followed, judged by what the hour after it has shown."""
    day = draw_day(scenario, seed, index)
    knows = believed(day)
    given: list[tuple[Moment, Plan, Confidence]] = []
    seen: list[Moment] = []

    def follow(moment: Moment) -> int:
        forecast: Forecast = knows.at(moment)
        found = plan(moment.present, moment.open_counters, forecast, game.costs, game.limits)
        seen.append(moment)
        if found.change:
            given.append((moment, found, confidence(found)))
        return found.advised

    simulated(day, follow)
    return [_judge(*one, later) for one in given if (later := _after(seen, one[0].now + HINDSIGHT_MIN))]


def _after(seen: Sequence[Moment], time: float) -> Moment | None:
    return next((moment for moment in seen if moment.now >= time), None)


def _judge(moment: Moment, found: Plan, sure: Confidence, later: Moment) -> Judged:
    again = hindsight_plan(
        found,
        arrivals=later.arrivals - moment.arrivals,
        completions=later.completions + later.no_shows - moment.completions - moment.no_shows,
        busy_minutes=later.busy_minutes - moment.busy_minutes,
        minutes=later.now - moment.now,
    )
    return Judged(
        stated=sure.same,
        right=again.advised == found.advised,
        stated_direction=sure.same_direction,
        right_direction=(again.change > 0) - (again.change < 0) == (found.change > 0) - (found.change < 0),
    )


def calibrate(
    scenario: Scenario, game: Game, days: int, seed: int, each: Callable[..., Iterable[list[Judged]]]
) -> list[Judged]:
    """Every advice of so many days; `each` as from `run.workers`."""
    return [one for found in each(partial(judged_day, scenario, game, seed), range(days)) for one in found]


def bins(pairs: Sequence[tuple[float, bool]]) -> list[Bin]:
    """By confidence; empty ones are left out."""
    made = []
    for low, high in pairwise(EDGES):
        found = [(sure, right) for sure, right in pairs if low <= sure < high or sure == high == EDGES[-1]]
        if found:
            n = len(found)
            made.append(Bin(low, high, n, sum(sure for sure, _ in found) / n, sum(right for _, right in found) / n))
    return made
