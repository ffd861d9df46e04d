"""Judges an advice when its time has passed: would the same program, knowing what came, have said the same?"""

from dataclasses import dataclass
from typing import Any

from server.advisor.control import Costs, Forecast, plan
from server.advisor.gamma_rate import GammaRate
from server.advisor.reckoning import Limits
from server.domain.branch import ClassPolicy

RIGHT, WRONG, UNKNOWN = "right", "wrong", "unknown"


@dataclass(frozen=True, slots=True)
class Passed:
    """What one class has counted between the advice and now: `minutes` long, `busy_minutes` of all counters.

    `wait_found`: mean minutes waited by those called meanwhile, None if nobody was. `followed`: the counters
    were as advised for some of the time.
    """

    minutes: float
    arrivals: int
    services: int
    busy_minutes: float
    wait_found: float | None
    followed: bool


def score(figures: dict[str, Any], costs: ClassPolicy, passed: Passed) -> dict[str, Any]:
    """The judgement of one advice, as plain JSON values; `figures` are those stored with it.

    `verdict`: "right" where the same program with what the time after it has shown goes the same way (opens,
    closes) as was advised, "wrong" where not, "unknown" for advice that holds no forecast. `hindsight`: the
    number of counters it would have now. `wait_promised`: with the change where it was followed, else without.
    """
    told = figures.get("plan")
    found: dict[str, Any] = {
        "verdict": UNKNOWN,
        "confidence": figures.get("confidence"),
        "followed": passed.followed,
        "wait_found_min": passed.wait_found,
        "minutes": passed.minutes,
    }
    if not told or "forecast" not in told:
        return found | _by_the_wait(figures, passed)
    known = _known(told["forecast"]).after(passed.minutes, passed.arrivals, passed.services, passed.busy_minutes)
    here = int(told["open_now"])
    again = plan(
        int(told["present"]),
        here,
        known,
        Costs(costs.counter_cost, costs.waiting_cost, costs.cost_of_opening),
        Limits(int(told["least"]), max(int(told["most"]), int(told["least"]), 1)),
    )
    same = _sign(again.advised - here) == _sign(int(told["advised"]) - here)
    side = "change" if passed.followed and told["change"] else "stay"
    return found | {
        "verdict": RIGHT if same else WRONG,
        "hindsight": again.advised,
        "wait_promised_min": told[side]["wait_min"],
    }


def _by_the_wait(figures: dict[str, Any], passed: Passed) -> dict[str, Any]:
    """For advice about people, not numbers: whether the wait came nearer to what was said of it, with the move
    where it was followed and without it where not, than to the other."""
    now, after, found = figures.get("wait_now"), figures.get("wait_after"), passed.wait_found
    if now is None or after is None or found is None or now == after:
        return {}
    nearer_after = abs(found - after) < abs(found - now)
    promised = after if passed.followed else now
    return {"verdict": RIGHT if nearer_after == passed.followed else WRONG, "wait_promised_min": promised}


def _known(told: dict[str, Any]) -> Forecast:
    ends = told["ends_after_min"]
    return Forecast(
        step_min=told["step_min"],
        arrival_rates=tuple(told["arrival_rates"]),
        day_multiplier=GammaRate(*told["multiplier"]),
        service_rate=GammaRate(*told["service"]),
        abandonment_rate=told["abandonment_rate"],
        ends_after_min=float("inf") if ends is None else ends,
    )


def _sign(change: int) -> int:
    return (change > 0) - (change < 0)
