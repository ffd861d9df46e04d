"""Whether a call-out waits for the advisor: calls to a server that thinks every second, and to one that rests."""

import statistics
import tempfile
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.running import Caller, install, server_process

THINKING = 120.0  # times real time: the advisor looks at the hall every second
RESTING = 1.0  # it looks twice a minute
ROUNDS, CALLS = 6, 90
PAUSE_S = 0.004


def calls(ask: Caller, count: int) -> list[float]:
    """How long each of so many call-outs took, in ms."""
    found = []
    for _ in range(count):
        ask.ticket()
        began = time.perf_counter()
        ask.done("teller", "counters/main.1/call-next")
        found.append((time.perf_counter() - began) * 1e3)
        time.sleep(PAUSE_S)
    return found


def main() -> None:
    found: dict[float, list[float]] = {THINKING: [], RESTING: []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        offices = {speed: install(f"sqlite:///{folder / f'{speed}.db'}", speed=speed) for speed in found}
        with (
            server_process(offices[THINKING], folder) as busy,
            server_process(offices[RESTING], folder) as idle,
            Caller(busy.url, offices[THINKING].tokens) as one,
            Caller(idle.url, offices[RESTING].tokens) as other,
        ):
            callers = {THINKING: one, RESTING: other}
            for ask in callers.values():
                for number in (2, 4):
                    ask.done("manager", f"counters/main.{number}/open")
                ask.done("teller", "counters/main.1/open")
                calls(ask, 50)
            for _ in range(ROUNDS):
                for speed, ask in callers.items():
                    found[speed] += calls(ask, CALLS)
    _show(found[THINKING], found[RESTING])


def _show(busy: list[float], idle: list[float]) -> None:
    table = Table(title="One call-out over HTTP (ms)", title_justify="left")
    for name in ("", "median", "P90", "P99", "calls"):
        table.add_column(name, justify="right" if name else "left")
    rows = [("advice every second", busy), ("advice twice a minute", idle)]
    shares = [[_quantile(times, share) for share in (0.5, 0.9, 0.99)] for _, times in rows]
    for (name, times), found in zip(rows, shares, strict=True):
        table.add_row(name, *(f"{value:.2f}" for value in found), str(len(times)))
    table.add_row("ratio", *(f"{one / other:.2f}" for one, other in zip(*shares, strict=True)), "")
    Console().print(table)


def _quantile(times: list[float], share: float) -> float:
    return statistics.quantiles(times, n=100)[round(share * 100) - 1]


if __name__ == "__main__":
    main()
