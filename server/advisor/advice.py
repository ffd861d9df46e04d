"""From the reckoning to a recommendation: open or close a counter now, or hold one's peace."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from server.advisor.class_record import ClassFigures
from server.advisor.reckoning import Limits, Reckoning, finite, reckon
from server.domain.branch import ClassPolicy

__all__ = ["Limits", "Rails", "Reason", "Recommendation", "advise"]


@dataclass(frozen=True, slots=True)
class Rails:
    """When to keep silent: the optimum alone changes with every customer, and advice that nags is not followed.

    Closing needs more than opening: a counter closed too soon makes a crowd.
    """

    dwell: timedelta = timedelta(minutes=10)  # since the class's last change or dismissal
    confidence_to_open: float = 0.6
    confidence_to_close: float = 0.7
    arrivals_needed: int = 5
    services_needed: int = 3


@dataclass(frozen=True, slots=True)
class Reason:
    """Why, as a code of the words "reason.<code>" and their figures."""

    code: str
    params: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """Open or close counters of one class. Costs per hour, waits in minutes, growth in customers per minute.

    Costs, saving and waits are None where the counters cannot keep up (`keeps_up_now`, `keeps_up_after`
    False): they are then infinite, and the growths say how fast the queue lengthens. `confidence` is the
    probability that more counters than now (fewer, for closing) are the true optimum, as far as the rates go.
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

    def as_dict(self) -> dict[str, Any]:
        """For screens and the log: plain JSON values, the whole table and the rates used included."""
        own = {name: getattr(self, name) for name in self.__slots__ if name not in {"reason", "reckoning"}}
        return {
            **own,
            "reason": {"code": self.reason.code, "params": self.reason.params},
            **self.reckoning.as_dict(),
        }


def advise(
    figures: ClassFigures,
    costs: ClassPolicy,
    limits: Limits,
    now: datetime,
    *,
    settled_at: datetime | None = None,
    rails: Rails | None = None,
) -> Recommendation | None:
    """What to do about one class of counters now; None where nothing is worth doing or too little is known.

    `settled_at` is when the class's counters last changed or an advice for it was dismissed, None if never.
    One counter at a time, unless those open cannot keep up or are fewer than the legal minimum.
    """
    rails = rails or Rails()
    if limits.most < 1 or (settled_at is not None and now - settled_at < rails.dwell):
        return None
    found, here = reckon(figures, costs, limits), figures.open_counters
    if here == 0:
        # No service can be measured here: with people before closed counters there is nothing to wait for.
        return _recommend(found, max(1, found.limits.least), 1.0) if figures.waiting else None
    if figures.arrivals < rails.arrivals_needed or figures.completions < rails.services_needed:
        return None
    if found.optimum > here:
        return _opening(found, rails)
    if found.optimum < here:
        return _closing(found, rails)
    return None


def _opening(found: Reckoning, rails: Rails) -> Recommendation | None:
    here = found.figures.open_counters
    overloaded = not found.rows[here - 1].stable
    sure = found.chance_of_more_than(here)
    if sure < rails.confidence_to_open and not overloaded:
        return None
    return _recommend(found, found.optimum if overloaded else max(here + 1, found.limits.least), sure)


def _closing(found: Reckoning, rails: Rails) -> Recommendation | None:
    figures = found.figures
    after = figures.open_counters - 1
    row, sure = found.row(after), found.chance_of_fewer_than(figures.open_counters)
    if row is None or after < found.limits.least or sure < rails.confidence_to_close:
        return None
    # The optimum knows only averages. A queue longer than fewer counters would have on average is still to be
    # served, whatever the rates: who closes on a full hall is believed no more.
    if not row.stable or figures.waiting > math.ceil(row.lq):
        return None
    return _recommend(found, after, sure)


def _recommend(found: Reckoning, advised: int, confidence: float) -> Recommendation:
    here = found.figures.open_counters
    now, after = found.row(here), found.row(advised)
    cost_now, cost_after = (finite(row.cost) if row else None for row in (now, after))
    saving = cost_now - cost_after if cost_now is not None and cost_after is not None else None
    return Recommendation(
        counter_class=found.figures.counter_class,
        action="open" if advised > here else "close",
        open_now=here,
        advised=advised,
        optimum=found.optimum,
        keeps_up_now=now is not None and now.stable,
        keeps_up_after=after is not None and after.stable,
        growth_now=found.growth(here),
        growth_after=found.growth(advised),
        cost_now=cost_now,
        cost_after=cost_after,
        saving=saving,
        wait_now=finite(now.wq) if now else None,
        wait_after=finite(after.wq) if after else None,
        confidence=confidence,
        reason=_reason(found, advised, saving),
        reckoning=found,
    )


def _reason(found: Reckoning, advised: int, saving: float | None) -> Reason:
    """The strongest ground there is: nobody serves, the law, the queue grows without end, or money."""
    figures, here = found.figures, found.figures.open_counters
    params: dict[str, Any] = {"open": here, "advised": advised}
    if here == 0:
        return Reason("advice_open_first", params | {"waiting": figures.waiting})
    now, after = found.rows[here - 1], found.rows[advised - 1]
    if not now.stable:
        params |= {
            "arrivals": round(figures.arrival_rate.mean * 60),
            "capacity": round(here * figures.service_rate.mean * 60),
            "growth": round(found.growth(here) * 60, 1),
        }
        return Reason("advice_open_overload" if after.stable else "advice_open_all", params)
    if here < found.limits.least:
        return Reason("advice_open_minimum", params | {"least": found.limits.least})
    params |= {"wait_now": round(now.wq, 1), "wait_after": round(after.wq, 1), "saving": round(saving or 0.0)}
    return Reason("advice_open_saves" if advised > here else "advice_close_saves", params)
