"""`make bench`: every benchmark in turn, each a table of ratios measured within this one run, kept in a file."""

import io
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import redirect_stdout
from importlib import import_module
from typing import TextIO

from tests.bench.machine import description
from tests.running import ROOT

PARTS = (
    "ticket_lives",
    "tellers",
    "fan_out",
    "hall",
    "history_size",
    "start_up",
    "bank",
    "call_outs",
    "advice",
    "optimum",
    "simulator",
)
KEPT = ROOT / "deploy" / "BENCHMARKS.md"
HEAD = """# What was measured

Written by `make bench`, which printed every figure below; nothing here was typed by hand. Ratios say more than
absolute figures: what is compared was measured in turn within the same minutes, so that whatever else the machine
did fell on both. `NO` says that a figure did not reach what was asked of it.
"""


class Both(io.TextIOBase):
    """What is printed is kept too."""

    def __init__(self, screen: TextIO) -> None:
        self._screen = screen
        self._kept: list[str] = []

    def write(self, text: str) -> int:
        self._kept.append(text)
        self._screen.flush()
        return self._screen.write(text)

    def flush(self) -> None:
        self._screen.flush()

    @property
    def text(self) -> str:
        """Without the blanks that a table leaves at the ends of its lines."""
        return "\n".join(line.rstrip() for line in "".join(self._kept).splitlines()).strip("\n")


def run(part: str) -> tuple[str, bool]:
    """What it printed, as a chapter, and whether it came to its end."""
    module = import_module(f"tests.bench.{part}")
    printed, began, good = Both(sys.stdout), time.monotonic(), True
    print(f"== {part}", flush=True)
    with redirect_stdout(printed):
        try:
            module.main()
        except Exception:
            traceback.print_exc()
            print("This benchmark broke off: see what it said.")
            good = False
    title = (module.__doc__ or part).splitlines()[0]
    return f"## {part}\n\n{title}\n\n```text\n{printed.text}\n```\n\n{time.monotonic() - began:.0f} s.\n", good


def main(asked: Sequence[str]) -> int:
    unknown = sorted(set(asked) - set(PARTS))
    if unknown:
        print(f"No benchmark {', '.join(unknown)}: there are {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    machine, began = description(), time.monotonic()
    print("\n".join(machine), flush=True)
    found = [run(part) for part in asked or PARTS]
    print(f"{time.monotonic() - began:.0f} s in all.")
    if not asked:
        chapters = [HEAD, "\n".join(machine) + "\n", *(chapter for chapter, _ in found)]
        KEPT.write_text("\n".join(chapters))
    return 0 if all(good for _, good in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
