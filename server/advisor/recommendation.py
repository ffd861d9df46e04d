"""What the advisor tells the manager of one class: open or close counters, why, and what it rests on."""

from dataclasses import dataclass
from typing import Any, Literal

from server.advisor.reckoning import Reckoning


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as a code of the words "reason.<code>" and their figures."""

    code: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Open or close counters of one class. Costs per hour, waits in minutes, growth in customers per minute.

    Costs, saving and waits are means of the time that the program looks ahead: with the counters left as they are
    (`..._now`), and with the change and the program after it (`..._after`); a wait is None where no counter is
    open. `keeps_up_...`, `growth_...`, `optimum` and `reckoning` are stationary: what can be checked with a
    pencil. `confidence` is the chance that hindsight goes the same way.
    """

    counter_class: str
    action: Literal["open", "close"]
    open_now: int
    advised: int
    optimum: int
    keeps_up_now: bool
    keeps_up_after: bool
    growth_now: float
    growth_after: float
    cost_now: float | None
    cost_after: float | None
    saving: float | None
    wait_now: float | None
    wait_after: float | None
    confidence: float
    reason: Reason
    reckoning: Reckoning
    plan: dict[str, Any]  # the look ahead behind it, as plain JSON values

    def as_dict(self) -> dict[str, Any]:
        """For screens and the log: plain JSON values, the whole table and the rates used included."""
        own = {name: getattr(self, name) for name in self.__slots__ if name not in {"reason", "reckoning"}}
        return {
            **own,
            "reason": {"code": self.reason.code, "params": self.reason.params},
            **self.reckoning.as_dict(),
        }
