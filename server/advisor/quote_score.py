"""Whether the waits that were promised came true: each ticket's first quote against its first call."""

from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(slots=True)
class QuoteScore:
    """Counts of waits below what was quoted; times in minutes.

    Of `n` quotes, `below_p50` and `below_p90` waits did not exceed what half and nine tenths of people should
    not; of `n_range` that had a P10 too, `below_p10` were shorter than it and `in_range` lay from P10 to P90.
    A good quote has below_p50 / n near 0.5, below_p90 / n near 0.9 and in_range / n_range near 0.8.
    `promised_min` is the sum of the P50s, `waited_min` that of the waits.
    """

    n: int = 0
    below_p50: int = 0
    below_p90: int = 0
    n_range: int = 0
    below_p10: int = 0
    in_range: int = 0
    promised_min: float = 0.0
    waited_min: float = 0.0

    def add(self, waited: float, p10: float | None, p50: float, p90: float) -> None:
        """One wait and its quote, in minutes."""
        self.n += 1
        self.below_p50 += waited <= p50
        self.below_p90 += waited <= p90
        self.promised_min += p50
        self.waited_min += waited
        if p10 is not None:
            self.n_range += 1
            self.below_p10 += waited < p10
            self.in_range += p10 <= waited <= p90

    def merge(self, other: "QuoteScore") -> None:
        """What was counted elsewhere is added."""
        for count in fields(self):
            setattr(self, count.name, getattr(self, count.name) + getattr(other, count.name))

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
