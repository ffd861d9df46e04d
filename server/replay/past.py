"""The days before the one that is played: what the branch has learnt of them when the doors open."""

import csv
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random

from server.advisor.class_day import ClassDay

SLOT_S = 15 * 60


def days_in(path: Path) -> list[date]:
    """The days that a file of counts tells of, in order; none for a file of single arrivals."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = csv.DictReader(file)
        if "start_utc" not in (rows.fieldnames or ()):
            return []
        return sorted({datetime.fromisoformat(row["start_utc"]).date() for row in rows})


def past_days(
    path: Path, day: date, count: int, *, thin: float, seed: int, opens_s: float, closes_s: float
) -> dict[date, ClassDay]:
    """The last `count` days of the file before `day`, thinned like it: how many came in each quarter-hour.

    Nothing is known of their services: the file does not tell. Times in seconds after midnight.
    """
    chosen = [one for one in days_in(path) if one < day][-count:] if count else []
    counts = _by_slot(path, set(chosen), thin, Random(f"{seed}:past"))
    first, last = int(opens_s // SLOT_S), int(closes_s // SLOT_S)
    return {
        one: ClassDay(first_slot=first, arrivals=tuple(counts[one][first:last]), open_min=(15.0,) * (last - first))
        for one in chosen
    }


def _by_slot(path: Path, chosen: set[date], thin: float, rng: Random) -> dict[date, list[int]]:
    found = {one: [0] * (24 * 3600 // SLOT_S) for one in chosen}
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file) if chosen else ():
            start = datetime.fromisoformat(row["start_utc"])
            if start.date() in chosen:
                kept = sum(rng.random() < thin for _ in range(int(row["calls"])))
                found[start.date()][(start.hour * 3600 + start.minute * 60) // SLOT_S] += kept
    return found


def shifted(days: dict[date, ClassDay], day: date, to: date) -> dict[date, ClassDay]:
    """The same days in another calendar, where `day` is called `to`."""
    return {to + (one - day): record for one, record in days.items()}


def same_weekday(monday: datetime, day: date | None) -> datetime:
    """The midnight of that week's day that has the weekday of `day`: Mondays are like Mondays."""
    return monday if day is None else monday + timedelta(days=day.weekday())


def chosen_days(path: Path, first: date | None, count: int) -> Sequence[date | None]:
    """The days to play, from `first` on; [None] for a file that tells of one day."""
    known = days_in(path)
    if not known:
        return [first]
    return [one for one in known if one >= (first or known[0])][:count]
