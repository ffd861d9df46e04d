"""A histogram of plain integers: what the hot path counts into, made into a metric only when somebody asks."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Histogram:
    """Bounds ascending, in the unit of what is observed. One thread observes; any may read, a moment behind."""

    __slots__ = ("bounds", "counts", "total")

    def __init__(self, bounds: Sequence[float] = SECONDS) -> None:
        self.bounds = tuple(bounds)
        self.counts = [0] * (len(self.bounds) + 1)  # one for each bound, and what lies above the last
        self.total = 0.0

    def observe(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.total += value

    def add(self, other: "Histogram") -> None:
        """What another histogram of the same bounds has counted."""
        self.counts = [mine + theirs for mine, theirs in zip(self.counts, other.counts, strict=True)]
        self.total += other.total

    def buckets(self) -> list[tuple[str, float]]:
        """(upper bound as text, how many were at most that), as Prometheus has it."""
        found, running = list[tuple[str, float]](), 0
        for bound, count in zip((*map(str, self.bounds), "+Inf"), list(self.counts), strict=True):
            running += count
            found.append((bound, float(running)))
        return found


def summed(histograms: Iterable[Histogram], bounds: Sequence[float] = SECONDS) -> Histogram:
    total = Histogram(bounds)
    for one in histograms:
        total.add(one)
    return total
