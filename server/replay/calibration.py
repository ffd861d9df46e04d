"""Whether what was said came true: confidence of advice against hindsight, waits on tickets against waits found."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

Json = dict[str, Any]

BINS = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
AROUND_80 = (0.7, 0.9)


@dataclass(slots=True)
class Calibration:
    """`verdicts`: (confidence, whether hindsight agreed) of every advice that could be judged. `waits`: minutes
    promised (P10, P50, P90) and found, of tickets that were told to wait and called."""

    verdicts: list[tuple[float, bool]] = field(default_factory=list)
    waits: list[tuple[float, float, float, float]] = field(default_factory=list)
    unknown: int = 0

    def read(self, events: Iterable[Json]) -> None:
        """One more day."""
        for event in events:
            if event["kind"] == "advice.scored":
                self._judge(event["advice"])
            elif event["kind"] == "ticket.called" and not _put_back(event["ticket"]):
                self._wait(event["ticket"], datetime.fromisoformat(event["at"]))

    def add(self, other: "Calibration") -> None:
        self.verdicts += other.verdicts
        self.waits += other.waits
        self.unknown += other.unknown

    def _judge(self, advice: Json) -> None:
        sure, verdict = advice["figures"].get("confidence"), advice["score"]["verdict"]
        if sure is None or verdict == "unknown":
            self.unknown += 1
        else:
            self.verdicts.append((sure, verdict == "right"))

    def _wait(self, ticket: Json, at: datetime) -> None:
        promised = [ticket[f"quote_{name}_s"] for name in ("p10", "p50", "p90")]
        if None in promised or promised[2] <= 0:
            return
        found = (at - datetime.fromisoformat(ticket["arrived_at"])).total_seconds()
        low, middle, high = (value / 60 for value in promised)
        self.waits.append((low, middle, high, found / 60))

    def agreeing(self, low: float, high: float) -> tuple[int, int]:
        """(advices with a confidence in [low, high), how many of them hindsight agreed with); 1.0 is in the last."""
        within = [right for sure, right in self.verdicts if low <= sure < high or sure == high == 1.0]
        return len(within), sum(within)

    def share(self, place: int) -> float:
        """Of the waits that did not exceed the P10 (0), P50 (1) or P90 (2)."""
        return sum(one[3] <= one[place] for one in self.waits) / max(1, len(self.waits))

    @property
    def inside(self) -> float:
        """Share of the waits from P10 to P90."""
        return sum(low <= found <= high for low, _, high, found in self.waits) / max(1, len(self.waits))


def _put_back(ticket: Json) -> bool:
    """Missed, or asked for more time: it was called when it was for another reason than was foretold."""
    return ticket["misses"] > 0 or ticket.get("deferred_to") is not None
