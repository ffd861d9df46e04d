"""A day that really was: its customers from a file or from a branch's log, with the days before as history."""

import csv
import math
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from server.advisor.simulation.customers import Customers
from server.backtest.scenario import THE_DAY, Day
from server.replay.arrivals import read_arrivals, read_service_times

SLOT_MIN = 30.0  # of the rates that the yardstick knows: the day's own, by the half-hour
HISTORY_DAYS = 60


def day_from_file(
    path: Path,
    *,
    day: date | None = None,
    thin: float = 1.0,
    seed: int = 1,
    service: Path | None = None,
    service_mean: float = 10.0,
) -> Day:
    """The day of a file as `server.replay.arrivals` reads it; earlier days of the file are its history.

    Service times are drawn from those of the file `service`, scaled to the mean asked for, or exponential.
    Raises what `read_arrivals` raises.
    """
    dates = _dates(path)
    chosen = day or (dates[0] if dates else THE_DAY)
    seconds = read_arrivals(path, thin=thin, seed=seed, day=chosen if dates else None)
    before = [when for when in dates if when < chosen][-HISTORY_DAYS:]
    history = {when: read_arrivals(path, thin=thin, seed=_seed(seed, when), day=when) for when in before}
    rng = Random(seed)
    if service is None:
        lasting = [rng.expovariate(1 / service_mean) for _ in seconds]
    else:
        known = [time / 60 for time in read_service_times(service, service_mean)]
        lasting = [rng.choice(known) for _ in seconds]
    minutes = [second / 60 for second in seconds]
    return make_day(chosen, minutes, lasting, {when: [s / 60 for s in found] for when, found in history.items()})


def make_day(
    chosen: date,
    minutes: list[float],
    lasting: list[float],
    history: dict[date, list[float]],
    *,
    appears: list[bool] | None = None,
    hours: tuple[float, float] | None = None,
) -> Day:
    """Arrivals in minutes after midnight, services in minutes. `hours`: when the doors open and close, minutes
    after midnight; without them the half-hours in which anybody came."""
    if not minutes:
        raise ValueError(f"nobody came on {chosen}")
    everybody = [*minutes, *(minute for found in history.values() for minute in found)]
    opens, slots = _opening(*(hours or (min(everybody), max(everybody))))
    closes = slots * SLOT_MIN
    inside = sorted(
        (minute - opens, service, there)
        for minute, service, there in zip(minutes, lasting, appears or [True] * len(minutes), strict=True)
        if 0 <= minute - opens < closes
    )
    counts = Counter(int(arrival // SLOT_MIN) for arrival, _, _ in inside)
    mean = sum(service for _, service, _ in inside) / len(inside)
    return Day(
        customers=Customers(
            arrivals=[arrival for arrival, _, _ in inside],
            services=[service for _, service, _ in inside],
            appears=[there for _, _, there in inside] if appears else None,
        ),
        rates=tuple(counts[slot] / SLOT_MIN for slot in range(slots)),
        slot_min=SLOT_MIN,
        service_min=mean,
        believed_min=mean,
        guessed_rate=len(inside) / closes,
        on=chosen,
        opens_min=opens,
        history=tuple(
            (when, [minute - opens for minute in found if 0 <= minute - opens < closes])
            for when, found in sorted(history.items())
        ),
    )


def _opening(first: float, last: float) -> tuple[float, int]:
    """The half-hour in which the day begins, and how many there are until it ends."""
    opens = first // SLOT_MIN * SLOT_MIN
    return opens, max(1, math.ceil((last - opens + 1e-9) / SLOT_MIN))


def _dates(path: Path) -> list[date]:
    """The days of a file of counts; none for a file of a single day's arrivals."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        if "start_utc" not in (rows.fieldnames or ()):
            return []
        return sorted({datetime.fromisoformat(row["start_utc"]).date() for row in rows})


def _seed(seed: int, when: date) -> int:
    return seed + 1 + (when - date(2000, 1, 1)) // timedelta(days=1)
