"""The tables at the end of a replay, and the bar while it runs."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from server.demo.hours import local
from server.replay.audit import Audit
from server.replay.calibration import AROUND_80, BINS, Calibration
from server.replay.ledger import ClassDay
from server.replay.play import Replay

REFRESH_S = 0.25
LINES = 10  # where there is no terminal, so many lines tell how it goes


async def show_progress(console: Console, replay: Replay, total: int) -> None:
    """Until it is cancelled."""
    columns = (
        TextColumn("{task.fields[clock]}", style="bold"),
        BarColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
    )
    told = 0
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as progress:
        bar = progress.add_task("", total=total, clock="--:--")
        while True:
            served = len(replay.course.tickets) - replay.in_the_hall()
            progress.update(bar, completed=served, description=words(replay, total), clock=clock(replay))
            if not console.is_terminal and served * LINES >= told * total:
                console.print(f"{clock(replay)}  {words(replay, total)}")
                told += 1
            await asyncio.sleep(REFRESH_S)


def words(replay: Replay, total: int) -> str:
    course, issued = replay.course, len(replay.course.tickets)
    stale = "" if replay.lobby is None or replay.lobby.state == "fresh" else ", display stale"
    return (
        f"{issued} of {total} issued, {replay.in_the_hall('waiting')} waiting, "
        f"{issued - replay.in_the_hall()} served; "
        f"{course.cuts} cuts, {course.restarts} restarts{stale}"
    )


def clock(replay: Replay) -> str:
    floor = replay.floor
    return f"{local(floor.branch, floor.time.now()):%H:%M}" if floor.branch else "--:--"


def tables(audit: Audit) -> list[Table]:
    found = [summary(audit), waits(audit.ledger.classes), faults(audit)]
    return found if not audit.comparisons else [*found[:2], rates(audit), found[2]]


def summary(audit: Audit) -> Table:
    ledger, course, line = audit.ledger, audit.course, audit.line
    table = Table(title="The day", title_justify="left", show_header=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    for name, value in (
        ("customers sent", course.sent),
        ("refused", ", ".join(f"{n} {code}" for code, n in course.refused.items()) or 0),
        ("tickets issued", ledger.issued),
        ("tickets served", ledger.completed),
        ("missed for good", ledger.no_shows),
        ("left over", ledger.left_over),
        ("call-outs in the log", len(ledger.call_outs)),
        ("call-outs seen by the display", audit.display_calls),
        ("events in the log / for the lobby", f"{ledger.events} / {audit.lobby_events}"),
        ("events seen by the display", audit.display_events),
        ("display cut off / reconnected", f"{course.cuts} / {line.reconnects}"),
        ("frames out of order, snapshots", f"{line.gaps}, {line.snapshots}"),
        ("server restarts", f"{course.restarts} ({course.down_s:.1f} s away)"),
        ("requests / sent again", f"{audit.api.requests} / {audit.api.retries}"),
        ("commands refused", ", ".join(f"{n} {code}" for code, n in audit.api.refusals.items()) or 0),
        ("advice", ", ".join(f"{n} {what}" for what, n in ledger.advice.items()) or "none"),
    ):
        table.add_row(name, str(value))
    return table


def waits(classes: dict[str, ClassDay]) -> Table:
    table = Table(title="Waits until the first call, in minutes", title_justify="left")
    table.add_column("class", style="bold")
    for name in ("tickets", "called", "mean", "P50", "P90", "max", "service"):
        table.add_column(name, justify="right")
    for key, day in sorted(classes.items()):
        minutes = sorted(wait / 60 for wait in day.waits)
        mean = sum(minutes) / len(minutes) if minutes else 0.0
        took = sum(seconds for _, seconds in day.occupied) / 60 / max(1, len(day.occupied))
        figures = (mean, quantile(minutes, 0.5), quantile(minutes, 0.9), quantile(minutes, 1.0), took)
        table.add_row(key, str(day.issued), str(len(minutes)), *(f"{figure:.1f}" for figure in figures))
    return table


def rates(audit: Audit) -> Table:
    table = Table(title="Measured against true rates", title_justify="left")
    for name in ("class", "what", "at", "measured", "80 % interval", "true"):
        table.add_column(name, justify="left" if name in {"class", "what"} else "right")
    names = {"arrivals": "arrivals per min, last hour", "service": "minutes at a counter, last 3 hours"}
    for found in audit.comparisons:
        true = "-" if found.true is None else f"{found.true:.3f}"
        interval = f"{found.low:.3f} to {found.high:.3f}"
        at = local(audit.branch, found.at)
        table.add_row(found.counter_class, names[found.what], f"{at:%H:%M}", f"{found.measured:.3f}", interval, true)
    return table


def calibration_tables(found: Calibration) -> list[Table]:
    """What was said against what came: advice by confidence, and the waits on the tickets."""
    advice = Table(title="Advice, an hour later", title_justify="left")
    for name in ("confidence", "advices", "hindsight agrees", "share"):
        advice.add_column(name, justify="left" if name == "confidence" else "right")
    rows = [(f"{low:.1f} to {high:.1f}", low, high) for low, high in pairwise(BINS)]
    for name, low, high in [*rows, ("around 0.8 (0.7 to 0.9)", *AROUND_80), ("all", 0.0, 1.0)]:
        total, right = found.agreeing(low, high)
        advice.add_row(name, str(total), str(right), f"{right / total:.2f}" if total else "-")
    waits = Table(title="Waits on the tickets (of those who were told to wait)", title_justify="left")
    for name in ("tickets", "up to P10", "up to P50", "up to P90", "P10 to P90"):
        waits.add_column(name, justify="right")
    shares = [found.share(place) for place in range(3)]
    waits.add_row(str(len(found.waits)), *(f"{share:.3f}" for share in (*shares, found.inside)))
    return [advice, waits]


def faults(audit: Audit) -> Table:
    table = Table(title="Nothing lost, nothing doubled", title_justify="left", show_header=False)
    table.add_column()
    table.add_column(justify="right")
    for name, count in audit.faults.items():
        table.add_row(name, str(count), style="bold red" if count else "green")
    return table


def quantile(ordered: Sequence[float], share: float) -> float:
    """The smallest value that `share` of all do not exceed; 0 for none."""
    if not ordered:
        return 0.0
    return ordered[min(len(ordered) - 1, max(0, -int(-share * len(ordered) // 1) - 1))]
