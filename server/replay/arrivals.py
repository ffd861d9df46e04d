"""Reads when customers came on a real day, and thins the day to the size of a branch."""

import csv
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from itertools import pairwise
from math import log1p
from pathlib import Path
from random import Random

AFTER = "arrival_s_after_"  # a column of seconds after a time of day that its name tells: arrival_s_after_0730


class Unreadable(Exception):
    """The file is not one that we know how to read."""


def read_arrivals(path: Path, *, thin: float, seed: int, day: date | None = None) -> list[float]:
    """Arrivals of one day in seconds after midnight, in order; each is kept with probability `thin`.

    Two kinds of file are known: one row per arrival (`arrival_s_after_HHMM`), and counts per interval
    (`start_utc,calls`), of which `day` is read, by default the first. A count's arrivals come at random moments
    of their interval. A thinned Poisson stream stays one.
    """
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        columns = list(rows.fieldnames or ())
        named = next((name for name in columns if name.startswith(AFTER)), None)
        rng = Random(seed)
        if named is not None:
            found = _moments(rows, named)
        elif {"start_utc", "calls"} <= set(columns):
            found = _counted(rows, day, rng)
        else:
            raise Unreadable(f"{path.name} has the columns {', '.join(columns) or 'of no table'}")
        return sorted(moment for moment in found if rng.random() < thin)


def _moments(rows: Iterable[dict[str, str]], column: str) -> list[float]:
    clock = column.removeprefix(AFTER)
    zero = int(clock[:2]) * 3600 + int(clock[2:]) * 60
    return [zero + float(row[column]) for row in rows]


def _counted(rows: Iterable[dict[str, str]], day: date | None, rng: Random) -> list[float]:
    counts = [(datetime.fromisoformat(row["start_utc"]), int(row["calls"])) for row in rows]
    wanted = day or counts[0][0].date()
    todays = [(start, calls) for start, calls in counts if start.date() == wanted]
    if not todays:
        raise Unreadable(f"there is nothing of {wanted} in it")
    steps = [after - before for (before, _), (after, _) in pairwise(todays)]
    interval = min(steps, default=timedelta(minutes=5)).total_seconds()
    return [
        (start.hour * 60 + start.minute) * 60 + start.second + rng.random() * interval
        for start, calls in todays
        for _ in range(calls)
    ]


def read_service_times(path: Path | None, mean_min: float) -> list[float]:
    """Service times in seconds, scaled to the mean; without a file, the quantiles of an exponential."""
    if path is None:
        times = [-log1p(-(place + 0.5) / 200) for place in range(200)]
    else:
        with path.open(newline="", encoding="utf-8") as file:
            times = [float(row["service_s"]) for row in csv.DictReader(file)]
    scale = mean_min * 60 * len(times) / sum(times)
    return [time * scale for time in times]
