"""Prints what the checker counted after every fault, at the end of the run and whichever worker ran it."""

import pytest

from tests.faults.checker import COLUMNS

WIDTHS = [max(len(name), 8) for name in COLUMNS]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    rows = [
        value
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        for name, value in report.user_properties
        if name == "fault" and (report.when == "call" or outcome == "failed")
    ]
    if not rows:
        return
    wide = max(len(row["fault"]) for row in rows)
    terminalreporter.section("faults: what the checker counted")
    terminalreporter.write_line(_line("", wide, COLUMNS))
    for row in sorted(rows, key=lambda row: row["fault"]):
        line = _line(row["fault"], wide, [row[name] for name in COLUMNS])
        terminalreporter.write_line(f"{line}  {row['more']}")


def _line(first: str, wide: int, cells: list[object] | list[str]) -> str:
    return first.ljust(wide) + "".join(str(cell).rjust(width + 1) for cell, width in zip(cells, WIDTHS, strict=True))
