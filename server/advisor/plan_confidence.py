"""How sure the decision is: how often hindsight would decide the same, and what it costs where it does not."""

from dataclasses import dataclass

import numpy as np

from server.advisor.arguments import count, rate
from server.advisor.control import Plan, Situation, decide, plan
from server.advisor.dynamic_program import best_costs
from server.advisor.gamma_rate import GammaRate
from server.advisor.rate_pairs import rate_pairs

HINDSIGHT_MIN = 60.0
DRAWS = 12


@dataclass(frozen=True, slots=True)
class Confidence:
    """Of one plan. Shares and chances in 0..1, money over the horizon.

    `same`: the chance that hindsight advises the same number of counters; `same_direction`: that it would open
    (close, keep) too. `loss_if_wrong`: what following the advice costs, on average, where hindsight would have
    decided otherwise, over that decision; `regret`: chance times loss.
    """

    same: float
    same_direction: float
    loss_if_wrong: float
    regret: float

    @property
    def chance_wrong(self) -> float:
        return 1.0 - self.same


def confidence(asked: Plan, *, draws: int = DRAWS, hindsight_min: float = HINDSIGHT_MIN) -> Confidence:
    """How the plan would look with the rates as the next `hindsight_min` minutes will show them.

    Hindsight knows what the counts of that time add, and no more: its rates are posterior means that are not
    drawn yet. The mean to come of a rate Gamma(alpha, beta) that is observed for x more varies about the present
    one with the share x / (beta + x) of its variance, whatever is counted; as a Gamma again, `draws` pairs of
    quantiles on a lattice stand for it. Deterministic; about 2 ms. ValueError for impossible arguments.
    """
    here = asked.situation
    pairs = _rates_to_come(here, asked.advised, count(draws, "draws", least=1), rate(hindsight_min, "hindsight_min"))
    scope = here.choosing
    within = scope.servers
    prices = [here.prices(service) for _, service in pairs]
    costs = best_costs(here.steps_at(pairs, scope), here.lengths.tolist(), prices, within, scope.lump)
    costs = costs[:, :, scope.state(here.present)].T
    verdicts = decide(costs, within, here)
    wrong = verdicts != asked.advised
    totals = costs + here.costs.opening_cost * np.maximum(within - here.open_now, 0)[:, None]
    cases = np.arange(len(pairs))
    losses = np.maximum(totals[asked.advised - within[0]] - totals[verdicts - within[0], cases], 0)[wrong]
    return Confidence(
        same=float(1 - wrong.mean()),
        same_direction=float((np.sign(verdicts - here.open_now) == np.sign(asked.change)).mean()),
        loss_if_wrong=float(losses.mean()) if losses.size else 0.0,
        regret=float(losses.sum() / len(pairs)),
    )


def hindsight_plan(asked: Plan, arrivals: int, completions: int, busy_minutes: float, minutes: float) -> Plan:
    """The same decision, taken again with what the `minutes` after it have shown: the judge of `confidence`.

    Counted in that time: `arrivals`, `completions`, and the `busy_minutes` of all counters. ValueError for
    impossible figures.
    """
    counts = count(arrivals, "arrivals"), count(completions, "completions"), rate(busy_minutes, "busy_minutes")
    here = asked.situation
    return plan(
        here.present,
        here.open_now,
        here.forecast.after(rate(minutes, "minutes"), *counts),
        here.costs,
        here.limits,
        allowed_step=here.allowed_step,
        span=here.span,
    )


def _rates_to_come(here: Situation, advised: int, draws: int, minutes: float) -> list[tuple[float, float]]:
    day, service = here.forecast.day_multiplier, here.forecast.service_rate
    expected = float(here.forecast.expected(minutes))
    work = (here.present + expected * day.mean) / service.mean
    return rate_pairs(_mean_to_come(day, expected), _mean_to_come(service, min(advised * minutes, work)), draws)


def _mean_to_come(known: GammaRate, exposure: float) -> GammaRate:
    """How a rate's posterior mean will vary once it has been observed for `exposure` more."""
    more = (known.beta + exposure) / max(exposure, 1e-6)
    return GammaRate(known.alpha * more, known.beta * more)
