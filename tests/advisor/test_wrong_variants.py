"""The reference convicts wrong formulas: each deliberate mistake fails the checks that the right formulas pass."""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from server.advisor.abandonment import AbandonmentMeasures
from server.advisor.priority import PriorityWaits
from server.advisor.queue_model import Optimum, QueueMeasures
from tests.advisor.checks import CHECKS
from tests.advisor.model import RIGHT, Model
from tests.advisor.own_cases import OWN


def faults(model: Model) -> dict[str, list[str]]:
    """What the reference figures kept here find wrong with a model, by part."""
    found = {part: [line for case in cases for line in CHECKS[part](case, model)] for part, cases in OWN.items()}
    return {part: lines for part, lines in found.items() if lines}


def test_the_right_formulas_pass_every_check() -> None:
    assert faults(RIGHT) == {}


def measures(**wrong: Callable[[QueueMeasures], float]) -> Model:
    """M/M/s with some figures taken for others."""

    def mms(lam: float, mu: float, s: int) -> QueueMeasures:
        right = RIGHT.mms(lam, mu, s)
        figures: dict[str, Any] = {name: figure(right) for name, figure in wrong.items()}
        return replace(right, **figures)

    return Model(mms=mms)


def rounded_rho(lam: float, mu: float, s: int) -> QueueMeasures:
    return RIGHT.mms(round(lam / (s * mu), 3) * s * mu, mu, s)


def factorials_in_floats(servers: int, load: float) -> float:
    try:
        terms = [load**k / float(math.factorial(k)) for k in range(servers + 1)]
    except OverflowError:
        return math.nan
    return terms[-1] / sum(terms)


def larger_of_equals(*given: float, **bounds: int) -> Optimum:
    """Of equal costs the larger number, by comparing whole costs."""
    right = RIGHT.optimal_servers(*given, **bounds)
    best = min(reversed(right.costs), key=lambda row: row.cost)
    return replace(right, servers=best.servers, cost=best.cost)


def only_those_who_wait(lam: float, mu: float, counter: float, waiting: float, **bounds: int) -> Optimum:
    right = RIGHT.optimal_servers(lam, mu, counter, waiting, **bounds)
    return replace(right, cost=right.cost - waiting * lam / mu)


def fewest_that_keep_up(lam: float, mu: float, counter: float, waiting: float, **bounds: int) -> Optimum:
    right = RIGHT.optimal_servers(lam, mu, counter, 0.0, **bounds)
    row = next((row for row in right.costs if row.stable), right.costs[-1])
    return replace(right, cost=counter * row.servers + waiting * row.l)


def nobody_gives_up(lam: float, mu: float, theta: float, s: int) -> AbandonmentMeasures:
    return RIGHT.erlang_a(lam, mu, 0.0, s)


def twenty_may_wait(lam: float, mu: float, theta: float, s: int) -> AbandonmentMeasures:
    """The sum over the queue cut off after twenty."""
    right = RIGHT.erlang_a(lam, mu, theta, s)
    term = up = queue = 1e-300
    for n in range(1, 21):
        term *= lam / (s * mu + n * theta)
        up, queue = up + term, queue + n * term
    lq = min(right.lq, right.p_wait * queue / (up + 1e-300))
    return replace(right, lq=lq, wq=lq / lam, p_abandon=theta * lq / lam)


def patience(**wrong: Callable[[AbandonmentMeasures], float]) -> Model:
    """Erlang A with some figures taken for others."""

    def erlang_a(lam: float, mu: float, theta: float, s: int) -> AbandonmentMeasures:
        right = RIGHT.erlang_a(lam, mu, theta, s)
        figures: dict[str, Any] = {name: figure(right) for name, figure in wrong.items()}
        return replace(right, **figures)

    return Model(erlang_a=erlang_a)


Rates = Sequence[float]


def last_class_first(lams: Rates, mus: float | Rates, s: int) -> PriorityWaits:
    turned = RIGHT.priority_waits(lams[::-1], mus if isinstance(mus, float) else mus[::-1], s)
    return replace(turned, wq=turned.wq[::-1], lq=turned.lq[::-1])


def all_in_one_line(lams: Rates, mus: float | Rates, s: int) -> PriorityWaits:
    right = RIGHT.priority_waits(lams, mus, s)
    wait = math.fsum(right.lq) / math.fsum(lams)
    return replace(right, wq=(wait,) * len(lams), lq=tuple(wait * lam for lam in lams))


def one_mean_rate(lams: Rates, mus: float | Rates, s: int) -> PriorityWaits:
    """Cobham at the mean service time, whatever the classes need."""
    each = [mus] * len(lams) if isinstance(mus, float) else mus
    mean = math.fsum(lam / mu for lam, mu in zip(lams, each, strict=True)) / math.fsum(lams)
    return RIGHT.priority_waits(lams, mus if isinstance(mus, float) else 1 / mean, s)


def counters_now_and_then_free(lams: Rates, mus: float | Rates, s: int) -> PriorityWaits:
    """C below 1 although all classes together are too many."""
    right = RIGHT.priority_waits(lams, mus, s)
    return right if right.stable else replace(right, p_wait=0.9, w0=right.w0 * 0.9)


def one_counter_late(ratio: float, n: int) -> Sequence[float]:
    return RIGHT.load_breakpoints(ratio, n + 1)[1:]


def rates_exchanged(al: float, bl: float, am: float, bm: float, ratio: float, n: int) -> Sequence[float]:
    return RIGHT.advice_probabilities(am, bl, al, bm, ratio, n)


def certain(al: float, bl: float, am: float, bm: float, ratio: float, n: int) -> Sequence[float]:
    """The optimum at the mean rates, as if these were known."""
    best = RIGHT.optimal_servers(al / bl, am / bm, ratio, 1, max_servers=n).servers
    return [float(s == best) for s in range(1, n + 1)]


WRONG: dict[str, tuple[str, Model]] = {
    "Erlang B taken for C": ("mms", Model(erlang_c=RIGHT.erlang_b)),
    "Erlang C taken for B": ("mms", Model(erlang_b=RIGHT.erlang_c)),
    "factorials in floats": ("mms", Model(erlang_b=factorials_in_floats)),
    "P(wait) is Erlang B": ("mms", measures(p_wait=lambda m: RIGHT.erlang_b(m.servers, m.offered_load))),
    "W is the wait alone": ("mms", measures(w=lambda m: m.wq)),
    "Wq is W": ("mms", measures(wq=lambda m: m.w)),
    "L leaves out those being served": ("mms", measures(l=lambda m: m.lq)),
    "Lq counts those being served": ("mms", measures(lq=lambda m: m.l)),
    "rho of one counter": ("mms", measures(rho=lambda m: m.offered_load)),
    "a rounded rho": ("mms", Model(mms=rounded_rho)),
    "of equals the larger": ("optimizer", Model(optimal_servers=larger_of_equals)),
    "the cost of those who wait alone": ("optimizer", Model(optimal_servers=only_those_who_wait)),
    "the fewest that keep up": ("optimizer", Model(optimal_servers=fewest_that_keep_up)),
    "theta ignored": ("erlang_a", Model(erlang_a=nobody_gives_up)),
    "a short waiting room": ("erlang_a", Model(erlang_a=twenty_may_wait)),
    "everybody's wait for that of the served": ("erlang_a", patience(wq_served=lambda m: m.wq)),
    "those who give up, of those who wait": ("erlang_a", patience(p_abandon=lambda m: m.p_abandon / m.p_wait)),
    "counters busy as if nobody gave up": ("erlang_a", patience(utilization=lambda m: m.offered_load / m.servers)),
    "the last class first": ("priority_nonpreemptive", Model(priority_waits=last_class_first)),
    "no priority at all": ("priority_nonpreemptive", Model(priority_waits=all_in_one_line)),
    "free counters in a full hall": ("priority_nonpreemptive", Model(priority_waits=counters_now_and_then_free)),
    "one mean rate for all": ("priority_unequal_rates_ctmc", Model(priority_waits=one_mean_rate)),
    "breakpoints one counter late": ("breakpoints", Model(load_breakpoints=one_counter_late)),
    "arrivals for services": ("advice_confidence", Model(advice_probabilities=rates_exchanged)),
    "rates as if they were known": ("advice_confidence", Model(advice_probabilities=certain)),
}


@pytest.mark.parametrize("mistake", WRONG)
def test_a_mistake_is_found_where_it_was_made(mistake: str) -> None:
    part, model = WRONG[mistake]
    assert part in faults(model)


def test_there_are_mistakes_for_every_part_with_figures_of_its_own() -> None:
    assert {part for part, _ in WRONG.values()} == set(OWN)


def test_a_figure_that_is_not_a_number_is_a_fault() -> None:
    def no_number(*given: Any) -> Any:
        return replace(RIGHT.mms(*given), lq=math.nan)

    assert list(faults(Model(mms=no_number))) == ["mms"]
