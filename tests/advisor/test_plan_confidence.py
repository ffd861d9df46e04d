"""How sure a plan is: against hindsight itself, played out many times, and at the two ends of knowledge."""

import math
from random import Random

import pytest

from server.advisor.control import Costs, Plan, plan
from server.advisor.gamma_rate import GammaRate
from server.advisor.plan_confidence import confidence, hindsight_plan
from server.advisor.rate_pairs import rate_pairs
from tests.advisor.situations import COSTS, LIMITS, guessed, known, planned

UNSURE = [(3, 2, 3.0, 4.0), (5, 3, 3.4, 10.0), (1, 3, 3.0, 10.0), (7, 3, 2.6, 30.0)]


def poisson(rng: Random, mean: float) -> int:
    number, passed = 0, rng.expovariate(1.0)
    while passed < mean:
        number, passed = number + 1, passed + rng.expovariate(1.0)
    return number


def an_hour_later(found: Plan, rng: Random) -> Plan:
    """Rates are drawn from what is known, an hour's counts from the rates, and the decision taken again."""
    here = found.situation
    day, service = here.forecast.day_multiplier, here.forecast.service_rate
    level = rng.gammavariate(day.alpha, 1 / day.beta)
    rate = rng.gammavariate(service.alpha, 1 / service.beta)
    expected = float(here.forecast.expected(60.0))
    busy = min(60.0 * found.advised, (here.present + expected * level) / rate)
    return hindsight_plan(found, poisson(rng, level * expected), poisson(rng, rate * busy), busy, 60.0)


@pytest.mark.parametrize(("present", "open_now", "load", "opening"), UNSURE)
def test_confidence_is_the_share_of_hindsights_that_agree(
    present: int, open_now: int, load: float, opening: float
) -> None:
    found = plan(present, open_now, guessed(load), Costs(60, 30, opening), LIMITS)
    rng, plays = Random(5), 150
    later = [an_hour_later(found, rng) for _ in range(plays)]
    agreeing = sum(again.advised == found.advised for again in later) / plays
    same_way = sum((again.change > 0) - (again.change < 0) == _sign(found) for again in later) / plays
    sure = confidence(found, draws=60)
    # Four standard errors of the plays, and one of the sixty pairs.
    assert sure.same == pytest.approx(agreeing, abs=4 * math.sqrt(0.25 / plays) + 1 / 60)
    assert sure.same_direction == pytest.approx(same_way, abs=4 * math.sqrt(0.25 / plays) + 1 / 60)
    assert 0.2 < sure.same < 0.98


def _sign(found: Plan) -> int:
    return (found.change > 0) - (found.change < 0)


def test_who_knows_the_rates_is_sure_and_has_nothing_to_regret() -> None:
    sure = confidence(planned(9, 3, known(3.0)))
    assert (sure.same, sure.same_direction, sure.chance_wrong, sure.loss_if_wrong, sure.regret) == (1, 1, 0, 0, 0)


def test_the_less_is_known_the_less_is_sure_and_the_more_is_at_stake() -> None:
    little = confidence(planned(9, 3, guessed(3.0, days=5.0, services=5.0)), draws=40)
    much = confidence(planned(9, 3, guessed(3.0, days=400.0, services=400.0)), draws=40)
    assert little.same < much.same
    assert little.regret > much.regret
    assert little.regret == pytest.approx(little.chance_wrong * little.loss_if_wrong)


def test_a_minutes_hindsight_changes_no_mind() -> None:
    assert confidence(planned(9, 3, guessed(3.0)), hindsight_min=0.01).same == 1.0


def test_the_same_plan_is_as_sure_each_time() -> None:
    found = planned(9, 3, guessed(3.0))
    assert confidence(found) == confidence(found)


def test_one_counter_at_a_time_is_judged_by_one_counter_at_a_time() -> None:
    crowd = plan(25, 1, guessed(3.0), COSTS, LIMITS, allowed_step=1)
    assert crowd.advised == 2
    assert confidence(crowd).same == 1.0


def test_pairs_of_rates_have_the_mean_and_the_spread_of_what_they_stand_for() -> None:
    first, second = GammaRate(12, 24), GammaRate(40, 400)
    pairs = rate_pairs(first, second, 64)
    for known_rate, drawn in zip((first, second), zip(*pairs, strict=True), strict=True):
        mean = sum(drawn) / 64
        spread = math.sqrt(sum((rate - mean) ** 2 for rate in drawn) / 64)
        assert mean == pytest.approx(known_rate.mean, rel=1e-9)
        assert spread == pytest.approx(math.sqrt(known_rate.alpha) / known_rate.beta, rel=0.05)
    products = sum(one * other for one, other in pairs) / 64
    assert products == pytest.approx(first.mean * second.mean, rel=0.01)  # independent


@pytest.mark.parametrize("draws", [0, -3])
def test_without_draws_there_is_no_confidence(draws: int) -> None:
    with pytest.raises(ValueError, match="draws must be at least 1"):
        confidence(planned(9, 3, guessed(3.0)), draws=draws)
