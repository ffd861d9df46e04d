"""The sheets as tables on a terminal or in Markdown, and the bar while they are played."""

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from server.backtest.calibration import Judged, bins
from server.backtest.results import Claim, Row, Sheet
from server.backtest.scenario import Day

HEADS = ("policy", "cost a day", "over known rates", "mean wait", "P90 wait", "openings")
CLAIM_HEADS = ("claim", "found", "asked", "")
BIN_HEADS = ("confidence in", "advice", "stated", "hindsight agrees")
CALIBRATION = "Advice and hindsight, an hour later"
HOLDS, FAILS = "holds", "FAILS"
STYLES = {"lookahead": "bold", FAILS: "bold red"}


class Told(Protocol):
    def __call__(self, what: str, days: int) -> None: ...


@contextmanager
def progress(console: Console, days: int) -> Iterator[Told]:
    """A bar of all days to be played; nothing where there is no terminal."""
    columns = (BarColumn(), TextColumn("{task.completed} of {task.total} days, {task.description}"))
    with Progress(
        *columns, TimeElapsedColumn(), console=console, disable=not console.is_terminal, transient=True
    ) as bar:
        task = bar.add_task("", total=days)
        yield lambda what, played: bar.update(task, advance=played, description=what)


def title(sheet: Sheet) -> str:
    game = sheet.game
    return (
        f"{sheet.scenario}; {sheet.days} days, an opening costs {game.opening:g} counter-minutes, "
        f"an hour of waiting {game.waiting:g} of a counter's"
    )


def cells(row: Row) -> tuple[str, ...]:
    margin = "" if math.isnan(row.margin) else f" ± {100 * row.margin:.2f}"
    extra = f"{100 * row.extra:+.2f}{margin} %"
    return (
        row.title,
        f"{row.cost:.1f}",
        extra if row.policy != "lookahead_known" else "-",
        f"{row.wait:.1f} min",
        f"{row.wait_p90:.1f} min",
        f"{row.openings:.1f}",
    )


def claim_cells(claim: Claim) -> tuple[str, ...]:
    sign = "<=" if claim.at_most else ">="
    verdict = HOLDS if claim.holds else FAILS
    return claim.text, f"{100 * claim.found:+.2f} %", f"{sign} {100 * claim.bound:.0f} %", verdict


def bin_rows(judged: Sequence[Judged]) -> list[tuple[str, ...]]:
    """Advice by its confidence, for the very number and for the direction alone."""
    rows: list[tuple[str, ...]] = []
    for kind, pairs in (
        ("the very number", [(one.stated, one.right) for one in judged]),
        ("open or close", [(one.stated_direction, one.right_direction) for one in judged]),
    ):
        rows += [
            (
                f"{kind}, {100 * found.low:.0f} to {100 * found.high:.0f} %",
                f"{found.n}",
                f"{100 * found.stated:.1f} %",
                f"{100 * found.right:.1f} %",
            )
            for found in bins(pairs)
        ]
    return rows


def markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; numbers to the right."""
    lines = [heads, ["---"] + ["--:"] * (len(heads) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


@dataclass(frozen=True, slots=True)
class Report:
    """All that was found. `judged`: advice by the price of an opening; `day`: the one that is drawn."""

    sheets: Sequence[Sheet]
    claims: Sequence[Claim]
    judged: Mapping[float, Sequence[Judged]]
    day: Day

    def show(self, console: Console, *, markdown: bool = False) -> None:
        show = _show_markdown if markdown else _show_table
        for sheet in self.sheets:
            show(console, title(sheet), HEADS, [cells(row) for row in sheet.rows])
        for opening, judged in self.judged.items():
            show(console, f"{CALIBRATION}; an opening costs {opening:g}", BIN_HEADS, bin_rows(judged))
        if self.claims:
            show(console, "What is claimed of the advisor", CLAIM_HEADS, [claim_cells(one) for one in self.claims])


def _show_table(console: Console, name: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    made = Table(title=name, title_justify="left")
    for at, head in enumerate(heads):
        made.add_column(head, justify="right" if at else "left", no_wrap=bool(at))
    for row in rows:
        made.add_row(*row, style=STYLES.get(row[0]) or STYLES.get(row[-1]))
    console.print(made)


def _show_markdown(console: Console, name: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print(f"**{name}**\n\n{markdown(heads, rows)}\n", file=console.file)
