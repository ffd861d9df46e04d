"""Plays all days of all scenarios, on as many processors as are given."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from server.advisor.policies import Congestion
from server.backtest.contest import RAILED, SHORT, Game, Score, play
from server.backtest.results import Sheet, policies_of, sheet_of
from server.backtest.scenario import Scenario, draw_day

BATCH = 5  # days that a process plays in one go
TUNING_DAYS = 40
TUNED_APART = 1_000_003  # added to the seed: thresholds are not tuned on the days they are judged by
TUNING = Scenario("tuning", history=0)
HIGHS = (1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2.0, 2.3, 2.6, 3.0)
LOWS = (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1)


@dataclass(frozen=True, slots=True)
class Task:
    """Some days of one scenario, under some policies."""

    scenario: Scenario
    game: Game
    seed: int
    days: range
    names: tuple[str, ...]


def work(task: Task) -> list[dict[str, Score]]:
    return [play(draw_day(task.scenario, task.seed, day), task.game, task.names) for day in task.days]


Each = Callable[..., Iterator[Any]]  # `map`, or what a pool has of it


@contextmanager
def workers(jobs: int) -> Iterator[Each]:
    """Does tasks and hands over what came of them, in order. With more than one job, each process keeps its own
    matrices."""
    if jobs <= 1:
        yield map
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield pool.map


def backtest(
    scenarios: Sequence[Scenario],
    openings: Sequence[float],
    days: int,
    seed: int,
    each: Each,
    *,
    waiting: float = 0.5,
    most: int = 10,
    told: Callable[[str, int], None] = lambda what, days: None,
) -> Iterator[Sheet]:
    """The sheets of every scenario at every price of opening, as they are finished.

    `told` hears how many days have been played of what.
    """
    for opening in openings:
        told(f"tuning so_tang for an opening of {opening:g}", 0)
        game = tuned(Game(waiting, opening, most), seed + TUNED_APART, min(TUNING_DAYS, 4 * days), each)
        for scenario in scenarios:
            names = policies_of(game, more=(RAILED, SHORT) if scenario == scenarios[0] else ())
            found: list[dict[str, Score]] = []
            for played in each(work, tasks(scenario, game, seed, days, names)):
                found += played
                told(f"{scenario.name}, opening {opening:g}", len(played))
            yield sheet_of(scenario.name, game, found)


def tasks(scenario: Scenario, game: Game, seed: int, days: int, names: Iterable[str]) -> list[Task]:
    starts = range(0, days, BATCH)
    return [Task(scenario, game, seed, range(at, min(at + BATCH, days)), tuple(names)) for at in starts]


def tuned(game: Game, seed: int, days: int, each: Each) -> Game:
    """The game with the two thresholds of `so_tang` that cost least on so many days of their own."""
    pairs = [Congestion(high, low) for high in HIGHS for low in LOWS if low < high]
    tried = [replace(game, congestion=pair) for pair in pairs]
    played = each(work, [Task(TUNING, one, seed, range(days), ("so_tang",)) for one in tried])
    costs = [sum(score["so_tang"].cost for score in scores) for scores in played]
    return tried[costs.index(min(costs))]
