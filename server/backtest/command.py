"""`python -m server backtest`: what following the advisor would have cost, beside every other policy."""

import argparse
import os
import sys
import time
from datetime import date
from pathlib import Path

from rich.console import Console

from server.backtest.calibration import calibrate
from server.backtest.contest import Game, play
from server.backtest.logged_day import day_from_log
from server.backtest.picture import picture
from server.backtest.real_day import day_from_file
from server.backtest.report import Report, progress
from server.backtest.results import claims, policies_of, sheet_of
from server.backtest.run import backtest, workers
from server.backtest.scenario import SCENARIOS, THE_DAY, Day, draw_day
from server.replay.arrivals import Unreadable

WIDTH = 110  # of the tables where there is no terminal to say so
REPEATS = 20  # of a real day from a file: each time other customers of it, and other service times


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--days", type=int, default=200, help="days of each scenario (default: 200)")
    parser.add_argument("--seed", type=int, default=1, help="of all that is random (default: 1)")
    parser.add_argument(
        "--cost-ratio", type=float, default=0.5, help="cost of a customer present / of an open counter (default: 0.5)"
    )
    parser.add_argument(
        "--k", type=float, nargs="+", default=[4.0, 30.0], help="cost of opening, in counter-minutes (default: 4 30)"
    )
    parser.add_argument("--most", type=int, default=10, help="counters there are (default: 10)")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default: 2)")
    parser.add_argument("--scenarios", type=int, default=len(SCENARIOS), help="only the first N of them")
    parser.add_argument("--calibration", type=int, default=0, metavar="N", help="judge the advice of N days as well")
    parser.add_argument("--picture", type=Path, metavar="FILE", help="draw a day and the costs, as SVG")
    parser.add_argument("--markdown", action="store_true", help="print Markdown")
    parser.add_argument("--check", action="store_true", help="end with 1 if a claim does not hold")
    real = parser.add_argument_group("a day that really was")
    real.add_argument("--log", metavar="FILE|URL", help="arrivals as `replay` reads them, or a branch's database")
    real.add_argument("--day", type=date.fromisoformat, help="which day (default: a file's first, a log's last)")
    real.add_argument("--thin", type=float, default=1.0, help="share of a file's customers that come (default: 1)")
    real.add_argument("--service", type=Path, help="service times: a CSV with service_s (default: exponential)")
    real.add_argument("--service-mean", type=float, default=10.0, help="minutes they are scaled to (default: 10)")
    real.add_argument("--branch", default="main", help="branch of a database (default: main)")
    real.add_argument("--class", dest="counter_class", default="cash", help="class of counters (default: cash)")


def run(asked: argparse.Namespace) -> int:
    console = Console()
    if not console.is_terminal and not os.environ.get("COLUMNS"):
        console.width = WIDTH
    began = time.monotonic()
    try:
        report = _real(asked) if asked.log else _drawn(asked, console)
    except (OSError, ValueError, KeyError, Unreadable) as error:
        print(f"backtest: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    report.show(console, markdown=asked.markdown)
    if asked.picture:
        asked.picture.write_text(picture(report.day, report.sheets), encoding="utf-8")
    console.print(f"{time.monotonic() - began:.0f} s, {asked.jobs} processes", highlight=False)
    return 1 if asked.check and not all(claim.holds for claim in report.claims) else 0


def _drawn(asked: argparse.Namespace, console: Console) -> Report:
    """The branch like the source's, in every scenario."""
    scenarios = SCENARIOS[: asked.scenarios]
    judged = {}
    with workers(asked.jobs) as each, progress(console, asked.days * len(scenarios) * len(asked.k)) as told:
        common = {"waiting": asked.cost_ratio, "most": asked.most}
        sheets = list(backtest(scenarios, asked.k, asked.days, asked.seed, each, told=told, **common))
        if asked.calibration:
            told("the advice judged by hindsight", 0)
            for opening in asked.k:
                game = Game(asked.cost_ratio, opening, asked.most)
                judged[opening] = calibrate(scenarios[0], game, asked.calibration, asked.seed, each)
    return Report(
        sheets=sheets,
        claims=[claim for sheet in sheets for claim in claims(sheet)],
        judged=judged,
        day=draw_day(scenarios[0], asked.seed, 0),
    )


def _real(asked: argparse.Namespace) -> Report:
    """A day that really was. The thresholds of `so_tang` are those of the branch that is made up."""
    days = _real_days(asked)
    # Not the address of a database: it may hold its password.
    where = f"{asked.branch}, {asked.counter_class}" if "://" in asked.log else Path(asked.log).name
    name = where if days[0].on == THE_DAY else f"{days[0].on}, {where}"
    sheets = []
    for opening in asked.k:
        game = Game(asked.cost_ratio, opening, asked.most)
        names = policies_of(game)
        sheets.append(sheet_of(name, game, [play(day, game, names) for day in days]))
    return Report(sheets=sheets, claims=[], judged={}, day=days[0])


def _real_days(asked: argparse.Namespace) -> list[Day]:
    if "://" in asked.log:
        return [day_from_log(asked.log, asked.branch, asked.counter_class, day=asked.day, seed=asked.seed)]
    return [
        day_from_file(
            Path(asked.log),
            day=asked.day,
            thin=asked.thin,
            seed=asked.seed + repeat,
            service=asked.service,
            service_mean=asked.service_mean,
        )
        for repeat in range(min(asked.days, REPEATS))
    ]
