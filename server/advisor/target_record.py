"""Whether customers are called within the wait that the branch has set itself: SL(T), counted one at a time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

ROUNDING = 1e-6  # minutes: a time is kept in minutes since the epoch, and whoever waited just the target is in it


def past(waited: float, target: float) -> bool:
    """Whether a wait of `waited` minutes is longer than its target."""
    return waited > target + ROUNDING


@dataclass(frozen=True, slots=True)
class TargetFigures:
    """One class today: SL(T) = `within` / (`called` + `left`), after Cleveland's service level with abandonment.

    Of `called` customers, each counted at the first call, `within` had not waited past their target; `left` gave up
    after it, or were never called before their day expired. Those put back before their first call, and those
    without any target, are not in it. `late` wait for their first call past their target at this moment. `low` and
    `high` are the least and the greatest target in minutes of those in force and those counted.
    """

    low: float
    high: float
    within: int
    called: int
    left: int
    late: int

    @property
    def counted(self) -> int:
        """The denominator."""
        return self.called + self.left

    @property
    def share(self) -> float | None:
        """SL(T); None while nobody has been counted."""
        return self.within / self.counted if self.counted else None

    def as_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return {
            "low_min": self.low,
            "high_min": self.high,
            "share": self.share,
            "within": self.within,
            "called": self.called,
            "left": self.left,
            "counted": self.counted,
            "late": self.late,
        }


@dataclass(slots=True)
class TargetRecord:
    """The counts of one class. Each wait is judged by the target of its own moment: a target that is changed at noon
    makes nobody late who was in time."""

    within: int = 0
    called: int = 0
    left: int = 0
    targets: set[float] = field(default_factory=set)

    def call(self, waited: float, target: float | None) -> None:
        """Called for the first time after so many minutes."""
        if target is not None:
            self.called += 1
            self.within += not past(waited, target)
            self.targets.add(target)

    def leave(self, waited: float, target: float | None) -> None:
        """Gone without having been called. Who left earlier says nothing of the target."""
        if target is not None and past(waited, target):
            self.left += 1
            self.targets.add(target)

    def figures(self, in_force: Iterable[float], late: int) -> TargetFigures | None:
        """None where no target is in force, whatever was counted before it was given up."""
        known = set(in_force)
        if not known:
            return None
        known |= self.targets
        return TargetFigures(min(known), max(known), self.within, self.called, self.left, late)
