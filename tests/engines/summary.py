"""Prints how large every target is and what axe-core was not sure of, at the end and whichever worker ran it."""

import pytest

SMALLEST = 12

Row = tuple[str, str, str, str, float, float]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    told = [
        (name, value)
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        for name, value in report.user_properties
        if report.when == "call" and name in ("targets", "unsure")
    ]
    rows: list[Row] = [tuple(row) for name, value in told if name == "targets" for row in value]
    if rows:
        terminalreporter.section("targets: width x height in mm, the smallest of each page first")
        for screen in dict.fromkeys(row[0] for row in rows):
            for line in lines([row for row in rows if row[0] == screen]):
                terminalreporter.write_line(line)
    unsure = [value for name, value in told if name == "unsure"]
    if unsure:
        terminalreporter.section("axe-core: what it could not judge, in all modes together")
        for page in unsure:
            terminalreporter.write_line(f"{page['page']}: {page['steps']} looks, {len(page['remarks'])} unsure")
            for remark in page["remarks"]:
                terminalreporter.write_line(f"    {remark[:200]}")


def lines(rows: list[Row]) -> list[str]:
    """A line for each target, where it is smallest; of each page as many as are worth reading."""
    smallest: dict[tuple[str, str], Row] = {}
    for row in sorted(rows, key=lambda row: (min(row[4:]), row)):
        smallest.setdefault((row[1], row[3]), row)
    found = list(smallest.values())
    told = [f"{row[0]:<8}{row[4]:7.1f} x {row[5]:5.1f}  {row[1]}  {row[2]}: {row[3]}" for row in found[:SMALLEST]]
    return [*told, f"{rows[0][0]:<8}{len(rows)} measured, {len(found)} of their own"]
