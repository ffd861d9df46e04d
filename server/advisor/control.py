"""The decision: how many counters now, by a program that looks ninety minutes ahead and decides anew each time."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from server.advisor.arguments import count
from server.advisor.dynamic_program import Evaluation, best_costs, evaluate, kept_throughout
from server.advisor.forecast import Forecast
from server.advisor.reckoning import Limits
from server.advisor.situation import Costs, Scope, Situation, Span

__all__ = ["Choice", "Costs", "Forecast", "Limits", "Plan", "Situation", "Span", "best_counters", "plan"]

EVEN = 1e-5  # share of a plan's cost below which two plans are equal, and the one that changes least wins


@dataclass(frozen=True, slots=True)
class Choice:
    """What so many counters from now on would come to, over the horizon. Money; minutes, None for no counter.

    `cost` if every later decision is the best, `kept_cost` if they stay so throughout; both with the opening.
    `wait` and `kept_wait`: mean wait of those who arrive within the horizon.
    """

    counters: int
    cost: float
    wait: float | None
    kept_cost: float
    kept_wait: float | None


@dataclass(frozen=True)
class Plan:
    """What the program would do now, and what that is worth. Money over the horizon, waits in minutes.

    `advised` counters now. `choices` holds every number that may be open or is. `open_at`: the fewest customers
    present at which it would open one or more now, `close_at`: the most at which it would close, None for
    never; between them it leaves the counters alone. `costs[s, i]`: what the s-th number of `situation.servers`
    costs if i * `situation.room.lump` customers are present, without its opening; the best decisions follow.
    """

    situation: Situation
    advised: int
    choices: tuple[Choice, ...]
    open_at: int | None
    close_at: int | None
    costs: NDArray[np.float32] = field(repr=False, compare=False)

    def choice(self, counters: int) -> Choice:
        """ValueError where so many can neither be open nor are."""
        at = counters - self.choices[0].counters
        if not 0 <= at < len(self.choices):
            raise ValueError(f"{counters} counters are out of bounds")
        return self.choices[at]

    @property
    def change(self) -> int:
        """Counters to open (positive) or to close now."""
        return self.advised - self.situation.open_now

    @property
    def cost_if_kept(self) -> float:
        """If the counters stay as they are for the whole horizon."""
        return self.choice(self.situation.open_now).kept_cost

    @property
    def cost_if_later(self) -> float:
        """If they stay as they are for one step, and the program is followed from then on."""
        return self.choice(self.situation.open_now).cost

    @property
    def cost_if_followed(self) -> float:
        return self.choice(self.advised).cost

    @property
    def saving(self) -> float:
        """Of following the program from now on, over leaving the counters as they are throughout."""
        return self.cost_if_kept - self.cost_if_followed

    @property
    def wait_if_kept(self) -> float | None:
        return self.choice(self.situation.open_now).kept_wait

    @property
    def wait_if_followed(self) -> float | None:
        return self.choice(self.advised).wait

    @property
    def horizon_min(self) -> float:
        return float(self.situation.ends[-1]) / self.situation.service_rate


def plan(
    present: int,
    open_now: int,
    forecast: Forecast,
    costs: Costs,
    limits: Limits,
    *,
    allowed_step: int | None = None,
    span: Span | None = None,
) -> Plan:
    """The best number of counters now, at the means of the forecast's rates.

    `present` customers are waiting or at counters, `open_now` counters are open; `allowed_step`: how many may be
    opened or closed at once (None: any). Costs nearly equal go to the smaller change. About 1 ms.
    ValueError for impossible arguments. Source: finite-horizon dynamic programming of a controlled Markov
    chain under non-stationary input (Miller 2009, Automatica 45:1423-1430), run anew at every decision.
    """
    limits = Limits(count(limits.least, "least"), count(limits.most, "most", least=max(1, limits.least)))
    if allowed_step is not None:
        count(allowed_step, "allowed_step")
    numbers = count(present, "present"), count(open_now, "open_now")
    here = Situation(*numbers, forecast, costs, limits, span or Span(), allowed_step)
    room, found = here.room, _evaluated(here)
    chosen = decide(found.cost, here.servers, here)
    changes = chosen - here.open_now
    opens, closes = np.flatnonzero(changes > 0), np.flatnonzero(changes < 0)
    return Plan(
        situation=here,
        advised=int(chosen[room.state(present)]),
        choices=_choices(here, found),
        open_at=int(opens[0]) * room.lump if opens.size else None,
        close_at=int(closes[-1]) * room.lump if closes.size else None,
        costs=found.cost,
    )


def best_counters(
    present: int, open_now: int, forecast: Forecast, costs: Costs, limits: Limits, *, span: Span | None = None
) -> int:
    """The number that `plan` advises, without what it would be worth: a third of the work."""
    here = Situation(present, open_now, forecast, costs, limits, span or Span())
    scope = here.choosing
    prices = here.prices(here.service_rate)
    found = best_costs([here.mean_steps(scope)], here.lengths.tolist(), [prices], scope.servers, scope.lump)
    at = scope.state(present)
    return int(decide(found[0, :, at : at + 1], scope.servers, here)[0])


def _evaluated(here: Situation) -> Evaluation:
    scope = Scope(int(here.servers[0]), int(here.servers[-1]), *here.room)
    prices, lengths = here.prices(here.service_rate), here.lengths.tolist()
    return evaluate(here.mean_steps(scope), lengths, prices, here.servers, here.allowed, here.weights, scope.lump)


def decide(costs: NDArray[np.float32], servers: NDArray[np.int64], here: Situation) -> NDArray[np.int64]:
    """The best number of counters now; `costs` of each of `servers` in many cases: (S, cases) -> (cases,)."""
    least, most = here.limits.least, here.limits.most
    may = (servers >= least) & (servers <= most)
    if here.allowed_step is not None:
        may &= np.abs(servers - min(max(here.open_now, least), most)) <= here.allowed_step
    change = servers - here.open_now
    totals = costs + here.costs.opening_cost * np.maximum(change, 0)[:, None]
    totals = np.where(may[:, None], totals, np.inf)
    best = totals.min(axis=0)
    good = totals <= best + EVEN * np.abs(best)
    return np.asarray(servers[np.argmin(np.where(good, np.abs(change)[:, None], np.inf), axis=0)])


def _choices(here: Situation, found: Evaluation) -> tuple[Choice, ...]:
    at = here.room.state(here.present)
    opening = here.costs.opening_cost * np.maximum(here.servers - here.open_now, 0)
    kept = np.stack([found.kept_cost[:, at], found.kept_wait[:, at]], axis=1)
    for place, counters in enumerate(here.servers.tolist()):
        # Fewer than one below what is open is no question that anybody asks.
        if counters >= here.open_now - 1 and here.room_with(counters) != here.room:
            kept[place] = _kept(here, counters)
    service_min = 1 / here.service_rate
    columns: Sequence[list[float]] = [
        (found.cost[:, at] + opening).tolist(),
        (found.wait[:, at] * service_min).tolist(),
        (kept[:, 0] + opening).tolist(),
        (kept[:, 1] * service_min).tolist(),
    ]
    return tuple(
        Choice(s, cost, wait if s else None, kept_cost, kept_wait if s else None)
        for s, cost, wait, kept_cost, kept_wait in zip(here.servers.tolist(), *columns, strict=True)
    )


def _kept(here: Situation, counters: int) -> NDArray[np.float32]:
    """Cost and wait with so many counters for the whole horizon, in states enough for the crowd to come."""
    scope = here.scope(counters, counters)
    prices, most = here.prices(here.service_rate), int(here.servers[-1])
    alone = [matrices[counters - scope.first] for matrices in here.mean_steps(scope)]
    found = kept_throughout(alone, here.lengths.tolist(), prices, counters, here.weights, scope.lump, most)
    kept: NDArray[np.float32] = found[scope.state(here.present)]
    return kept
