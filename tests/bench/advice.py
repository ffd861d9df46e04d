"""How long one full advice takes: four classes, twenty counters, and all that the manager is shown of it."""

import statistics
import time
from collections.abc import Callable

from rich.console import Console
from rich.table import Table

from server.advisor.class_figures import ClassFigures
from server.advisor.gamma_rate import GammaRate
from server.advisor.judgement import judge
from server.advisor.question import Question
from server.advisor.reckoning import Limits
from server.advisor.recommend import as_dict, recommend
from server.domain.branch import ClassPolicy

LIMIT_MS = 20.0
ROUNDS = 200
CLASSES = (
    ("cash", 7, 0.62, 10.0),
    ("non_cash", 6, 0.40, 12.0),
    ("vip", 3, 0.14, 12.0),
    ("self_service", 4, 0.5, 5.0),
)


def question(key: str, counters: int, per_min: float, service_min: float, turn: int) -> Question:
    """A class in the middle of a day; rates and queue differ from turn to turn, as they do in a hall."""
    arrivals, services = 60 + turn % 17, 55 + turn % 13
    wobble = 1 + 0.1 * ((turn * 7) % 11 - 5) / 5
    figures = ClassFigures(
        counter_class=key,
        arrivals=arrivals,
        arrival_rate=GammaRate(arrivals, arrivals / (per_min * wobble)),
        completions=services,
        no_shows=2,
        busy_minutes=services * service_min,
        service_rate=GammaRate(services, services * service_min),
        cv2=0.8,
        cv2_n=services,
        waiting=turn % 9,
        busy_counters=counters - 1,
        open_counters=counters - 1,
    )
    day = [per_min * (1 + 0.4 * ((turn + step) % 24 > 12)) for step in range(48)]
    policy = ClassPolicy(60.0, 30.0, service_min, per_min * 60)
    return Question(figures, policy, Limits(1, counters), 5.0, tuple(day), GammaRate(80 * wobble, 80.0))


def full_advice(turn: int) -> None:
    for known in CLASSES:
        judged = judge(question(*known, turn))
        recommend(judged)
        as_dict(judged, bands=True)


def times(work: Callable[[int], None], turns: range) -> list[float]:
    found = []
    for turn in turns:
        began = time.perf_counter()
        work(turn)
        found.append((time.perf_counter() - began) * 1e3)
    return found


def main() -> None:
    cold = times(full_advice, range(1))[0]
    warming, warm = times(full_advice, range(1, 40)), times(full_advice, range(40, 40 + ROUNDS))
    table = Table(title="One full advice: 4 classes, 20 counters (ms)", title_justify="left")
    for name in ("the first of all", "median of the first 40", "median", "P90", "asked for"):
        table.add_column(name, justify="right")
    p90 = statistics.quantiles(warm, n=10)[-1]
    figures = (cold, statistics.median(warming), statistics.median(warm), p90)
    table.add_row(*(f"{figure:.1f}" for figure in figures), f"< {LIMIT_MS:.0f}")
    Console().print(table)


if __name__ == "__main__":
    main()
