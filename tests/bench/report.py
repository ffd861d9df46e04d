"""How a benchmark shows what it found: medians with their least and most, and whether what was asked is reached."""

import statistics
from collections.abc import Callable, Sequence
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

WIDTH = 116


class Row(NamedTuple):
    """One thing measured; `values` has a figure for each round. `reached` None: nobody asked for anything."""

    name: str
    values: Sequence[float]
    form: Callable[[float], str] = "{:,.0f}".format
    asked: str = ""
    reached: bool | None = None


def share(value: float) -> str:
    return f"{value:.0%}"


def times(value: float) -> str:
    return f"{value:.1f}x"


def ms(value: float) -> str:
    return f"{value:.1f} ms"


def seconds(value: float) -> str:
    return f"{value:.2f} s"


def megabytes(value: float) -> str:
    return f"{value:.1f} MB"


def at_least(name: str, values: Sequence[float], form: Callable[[float], str], limit: float) -> Row:
    return Row(name, values, form, f">= {form(limit)}", statistics.median(values) >= limit)


def under(name: str, values: Sequence[float], form: Callable[[float], str], limit: float) -> Row:
    return Row(name, values, form, f"< {form(limit)}", statistics.median(values) < limit)


def none_of(name: str, values: Sequence[float], form: Callable[[float], str] = "{:.0f}".format) -> Row:
    return Row(name, values, form, form(0), not any(values))


def listed(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Prints a plain table."""
    table = Table(*columns, title=title, title_justify="left")
    for column in table.columns:
        column.justify = "right"
    for row in rows:
        table.add_row(*row)
    console = Console(width=WIDTH)
    console.print(table)
    console.print()


def show(title: str, rows: Sequence[Row], *notes: str) -> None:
    """Prints a table; the notes below it say what was measured, and what was not."""
    several = any(len(row.values) > 1 for row in rows)
    asked = any(row.asked for row in rows)
    table = Table(title=title, title_justify="left")
    table.add_column("")
    names = (["median", "min", "max"] if several else ["measured"]) + (["asked", "reached"] if asked else [])
    for name in names:
        table.add_column(name, justify="right")
    for row in rows:
        shown = [row.form(found(row.values)) for found in (statistics.median, min, max)] if row.values else [""] * 3
        if len(row.values) < 2:
            shown[1:] = ["", ""]
        judged = [row.asked, {None: "", True: "yes", False: "NO"}[row.reached]]
        table.add_row(row.name, *(shown if several else shown[:1]), *(judged if asked else ()))
    console = Console(width=WIDTH)
    console.print(table)
    for note in notes:
        console.print(note, highlight=False, markup=False)
    console.print()
