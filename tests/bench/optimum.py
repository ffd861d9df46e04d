"""The cheapest number of counters against pyworkforce's Erlang C, at the same loads."""

import statistics
import sys
from collections.abc import Callable, Sequence
from time import perf_counter
from typing import NamedTuple

from server.advisor.queue_model import optimal_servers

ROUNDS = 201


class Size(NamedTuple):
    """A hall: the load in the middle of those asked, the most counters it may open, calls in one round."""

    name: str
    load: float
    most: int
    calls: int


SIZES = (Size("about 10 counters", 8.0, 15, 100), Size("about 1,000 counters", 970.0, 1100, 1))


def measure() -> list[tuple[str, str]]:
    """What was measured, and the result in words: for each size, how many times faster one optimum is found.

    Both are asked in turn, round by round within this process, so that whatever else the machine does falls on
    both; the ratio is that of the medians. pyworkforce finds the fewest counters at which four in five customers
    wait for no longer than 20 seconds, `optimal_servers` those of least cost. A service takes ten minutes; every
    call has a load of its own.
    """
    try:
        from pyworkforce.queuing import ErlangC
    except ImportError:
        sys.exit("This compares with pyworkforce, which is not installed here: `make bench` brings it.")

    def others(arrivals: Sequence[float], _: int) -> int:
        for per_min in arrivals:
            calls = ErlangC(transactions=per_min * 30, aht=10, asa=1 / 3, interval=30)
            found = calls.required_positions(service_level=0.8)
        return int(found["raw_positions"])

    return [(size.name, compared(size, others)) for size in SIZES]


def ours(arrivals: Sequence[float], most: int) -> int:
    for per_min in arrivals:
        found = optimal_servers(per_min, 0.1, 1.0, 1.0, max_servers=most)
    return found.servers


def compared(size: Size, others: Callable[[Sequence[float], int], int]) -> str:
    """The ratio of the medians, the medians themselves, and what was found for the middle of the loads."""
    arrivals = [size.load / 10 * (1 + ((at + 0.5) / size.calls - 0.5) / 10) for at in range(size.calls)]
    asked, times = (ours, others), (list[float](), list[float]())
    for _ in range(ROUNDS):
        for function, taken in zip(asked, times, strict=True):
            began = perf_counter()
            function(arrivals, size.most)
            taken.append((perf_counter() - began) / size.calls * 1e6)
    mine, theirs = (statistics.median(taken) for taken in times)
    found = " and ".join(str(function([size.load / 10], size.most)) for function in asked)
    return f"{theirs / mine:.1f} times as fast ({mine:.1f} us, pyworkforce {theirs:.1f} us; {found} counters)"


def main() -> None:
    for name, result in measure():
        print(f"optimum, {name}: {result}")


if __name__ == "__main__":
    main()
