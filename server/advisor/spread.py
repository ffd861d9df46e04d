"""How service times spread about their mean, one time at a time, and how well that is known."""

import math
from dataclasses import asdict, dataclass
from statistics import NormalDist
from typing import Any

FEW = 30  # times below which a squared coefficient of variation says little


@dataclass(slots=True)
class Spread:
    """Mean and central moments of times, one at a time (Welford 1962 and Pébay 2008: no powers to cancel).

    `squares`, `cubes` and `fourths` are sums of powers of the distances from the mean. `n` need not be whole:
    days that are over count less than today.
    """

    n: float = 0
    mean: float = 0.0
    squares: float = 0.0
    cubes: float = 0.0
    fourths: float = 0.0

    def add(self, value: float) -> None:
        self._take(Spread(1, value))

    def plus(self, other: "Spread") -> "Spread":
        """Both together, as if all had been added to one."""
        both = Spread(**asdict(self))
        both._take(other)
        return both

    def worth(self, most: float) -> "Spread":
        """The same spread, worth `most` times at most."""
        if self.n <= most:
            return Spread(**asdict(self))
        share = most / self.n
        return Spread(most, self.mean, self.squares * share, self.cubes * share, self.fourths * share)

    def _take(self, other: "Spread") -> None:
        n, m, total = self.n, other.n, self.n + other.n
        if m == 0:
            return
        step = (other.mean - self.mean) / total
        cross = step * step * n * m * total
        self.fourths += (
            other.fourths
            + cross * step * step * (n * n - n * m + m * m)
            + 6 * step * step * (n * n * other.squares + m * m * self.squares)
            + 4 * step * (n * other.cubes - m * self.cubes)
        )
        self.cubes += other.cubes + cross * step * (n - m) + 3 * step * (n * other.squares - m * self.squares)
        self.squares += other.squares + cross
        self.mean += step * m
        self.n = total

    @property
    def cv2(self) -> float | None:
        """Squared coefficient of variation, None below two values; 1 for exponential service."""
        if self.n < 2 or self.mean <= 0:
            return None
        return self.squares / (self.n - 1) / self.mean**2

    @property
    def cv2_log_error(self) -> float | None:
        """Standard error of log(cv2); None where there is no cv2, or no spread at all.

        By the delta method from the moments themselves, and never less than a Gamma distribution of the same
        cv2 would have, sqrt((2 + 2 cv2) / n): the fourth moment of few times is nearly always too small.
        """
        if not self.cv2 or self.squares <= 0:
            return None
        variance = self.squares / self.n
        kurtosis = self.fourths / self.n / variance**2
        skew = self.cubes / self.n / (variance * self.mean)
        measured = kurtosis - 1 - 4 * skew + 4 * variance / self.mean**2
        return math.sqrt(max(measured, 2 + 2 * self.cv2) / self.n)

    def cv2_interval(self, level: float = 0.8) -> tuple[float, float] | None:
        """Where the true cv2 lies with probability `level` (0 < level < 1, else ValueError); None if unknown."""
        if not 0 < level < 1:
            raise ValueError(f"level must lie between 0 and 1; got {level!r}")
        found, error = self.cv2, self.cv2_log_error
        if not found or error is None:
            return None
        reach = math.exp(NormalDist().inv_cdf((1 + level) / 2) * error)
        return found / reach, found * reach

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
