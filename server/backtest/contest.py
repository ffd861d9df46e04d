"""One day under every policy, with the same customers: what each would have cost."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Protocol

from server.advisor.control import Costs, Limits, Span
from server.advisor.forecast import Forecast, forecast
from server.advisor.gamma_rate import GammaRate
from server.advisor.policies import (
    POLICIES,
    USUAL_CONGESTION,
    Congestion,
    Policy,
    Sight,
    all_open,
    day_plan,
    simple_day_plan,
    so_tang,
)
from server.advisor.rails import Rails, within_rails
from server.advisor.simulation.class_day import Controller, DayResult, Moment, simulate_class_day
from server.backtest.belief import Belief, FirstDay, learned
from server.backtest.scenario import NO_SHOW_MIN, Day

KNOWN = "lookahead_known"
RAILED = "lookahead, within the rails"
SHORT = "lookahead, 30 minutes ahead"
COMPARED = ("lookahead", "so_tang", "mms", "day_plan", "all_open")
BLIND = (so_tang, all_open, day_plan)  # these look at no forecast, and are spared the making of it
OPENING = Moment(0.0, 0, 0, 1, 0, 0, 0.0, 0)
SURE = 1e9  # events behind a rate that is known
SHORT_SPAN = Span(least_min=30.0, paybacks=0.0)
PLAN_SLOT_MIN = 30


@dataclass(frozen=True, slots=True)
class Game:
    """What a day is played for. Money is counted in minutes of one counter: an hour of a customer present costs
    `waiting` hours of a counter, an opening `opening` minutes of one. At most `most` counters, one at least;
    with one the day begins, so that every policy pays for each of the others that it opens."""

    waiting: float = 0.5
    opening: float = 4.0
    most: int = 10
    congestion: Congestion = USUAL_CONGESTION
    rails: Rails = field(default_factory=Rails)

    @property
    def costs(self) -> Costs:
        return Costs(60.0, 60.0 * self.waiting, self.opening)

    @property
    def limits(self) -> Limits:
        return Limits(1, self.most)

    def cost(self, result: DayResult) -> float:
        return result.counter_minutes + self.waiting * result.customer_minutes + self.opening * result.openings


@dataclass(frozen=True, slots=True)
class Score:
    """One day under one policy; `waits` in minutes, of those served."""

    cost: float
    openings: int
    waits: tuple[float, ...]


class Knows(Protocol):
    """What a policy is told: the mean rate of an average day, and what is expected of the rest of this one."""

    @property
    def mean_rate(self) -> float: ...

    def at(self, moment: Moment) -> Forecast: ...


class Truth:
    """The yardstick's belief: the rates from which the day was drawn. It does not know who will come when."""

    def __init__(self, day: Day) -> None:
        self._day = day
        self._service = GammaRate(SURE, SURE * day.service_min)
        self.mean_rate = day.mean_rate

    def at(self, moment: Moment) -> Forecast:
        day = self._day
        return forecast(
            day.rates,
            day.slot_min,
            moment.now,
            k=SURE,
            seen=0.0,
            expected_so_far=0.0,
            service_rate=self._service,
            closes=day.closes,
        )


def play(day: Day, game: Game, names: Sequence[str]) -> dict[str, Score]:
    """The scores of the day under each of `names`: policies, `KNOWN`, `RAILED`, `SHORT`, or a number of counters
    that is kept all day."""
    found: dict[str, Score] = {}
    belief = believed(day)
    for name in names:
        if isinstance(belief, FirstDay):
            belief = believed(day)  # it remembers what it has seen
        controller = int(name) if name.isdecimal() else CONTROLLERS[name](game, day, belief)
        result = simulated(day, controller)
        found[name] = Score(game.cost(result), result.openings, result.waits)
    return found


def simulated(day: Day, controller: Controller | int, *, trace: bool = False) -> DayResult:
    return simulate_class_day(
        day.customers, controller, start_open=1, closes=day.closes, no_show_min=NO_SHOW_MIN, trace=trace
    )


def believed(day: Day) -> Knows:
    """What the days before have taught of this one; without any, the branch's own guess at its average."""
    if not day.history:
        return FirstDay(day.guessed_rate, day.believed_min, day.closes)
    return learned(day)


def follow(policy: Policy, game: Game, belief: Knows, span: Span | None = None) -> Controller:
    """The policy as the simulation asks it: what can be seen in, a number out."""
    planned, blind = _planned(game, belief), policy in BLIND
    first = belief.at(OPENING)

    def decide(moment: Moment) -> int:
        sight = Sight(
            present=moment.present,
            open_now=moment.open_counters,
            forecast=first if blind else belief.at(moment),
            costs=game.costs,
            limits=game.limits,
            day_rate=belief.mean_rate,
            planned=planned[min(int(moment.now // PLAN_SLOT_MIN), len(planned) - 1)] if planned else None,
            congestion=game.congestion,
            span=span,
        )
        return policy(sight)

    return decide


def on_rails(game: Game, belief: Knows) -> Controller:
    """The program as a branch follows it: one counter at a time, no closing soon after a change."""
    changed, follows = -1e9, follow(POLICIES["lookahead"], game, belief)

    def decide(moment: Moment) -> int:
        nonlocal changed
        here, service_rate = moment.open_counters, belief.at(moment).service_rate.mean
        wanted = within_rails(
            follows(moment), moment.present, here, service_rate, game.limits, moment.now - changed, game.rails
        )
        if wanted != here:
            changed = moment.now
        return wanted

    return decide


def _planned(game: Game, belief: Knows) -> tuple[int, ...]:
    """The day plan by half-hours; none on a first day."""
    if not isinstance(belief, Belief):
        return ()
    ends = [min(end, belief.closes) for end in range(0, int(belief.closes) + PLAN_SLOT_MIN, PLAN_SLOT_MIN)]
    expected = [belief.expected(end) for end in ends]
    rates = [(after - before) / PLAN_SLOT_MIN for before, after in pairwise(expected)]
    return simple_day_plan(rates, PLAN_SLOT_MIN, belief.service.mean, game.costs, game.limits)


Maker = Callable[[Game, Day, Knows], Controller]


def _following(policy: Policy, span: Span | None = None) -> Maker:
    return lambda game, day, belief: follow(policy, game, belief, span)


CONTROLLERS: Mapping[str, Maker] = {
    **{name: _following(policy) for name, policy in POLICIES.items()},
    KNOWN: lambda game, day, belief: follow(POLICIES["lookahead"], game, Truth(day)),
    SHORT: _following(POLICIES["lookahead"], SHORT_SPAN),
    RAILED: lambda game, day, belief: on_rails(game, belief),
}
