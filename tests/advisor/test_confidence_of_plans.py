"""Confidence means what it says: of situations drawn from what is known, hindsight agrees with as many as stated."""

import math
from dataclasses import replace

import numpy as np
import pytest

from server.advisor.control import Plan
from server.advisor.plan_confidence import Confidence, confidence, hindsight_plan
from tests.advisor.judged import figures, judged

DRAWS = 50
HOUR = 60.0
SITUATIONS = [
    figures(16, 10, 3, hours=1, waiting=2),
    figures(12, 10, 3, hours=1, waiting=3),
    figures(14, 10, 4, hours=0.6, busy_counters=2),
    figures(12, 10, 4, hours=1, busy_counters=3),
    figures(14, 10, 3, hours=1, waiting=2),
    figures(16, 10, 4, hours=2, busy_counters=2),
]


def decisions() -> list[tuple[Plan, Confidence]]:
    """As they would be told: within the rails."""
    found = [judged(measured) for measured in SITUATIONS]
    return [(replace(one.plan, advised=one.advised), one.sure) for one in found]


def hindsight_agrees(asked: Plan, rng: np.random.Generator) -> bool:
    """One hour, at rates drawn from what is known of them: whether it would be decided the same way after it."""
    known = asked.situation.forecast
    times = rng.gamma(known.day_multiplier.alpha) / known.day_multiplier.beta
    service = rng.gamma(known.service_rate.alpha) / known.service_rate.beta
    arrivals = rng.poisson(times * float(known.expected(HOUR)))
    busy = min(asked.advised * HOUR, (asked.situation.present + arrivals) / service)
    again = hindsight_plan(asked, int(arrivals), int(rng.poisson(service * busy)), busy, HOUR)
    return bool(np.sign(again.change) == np.sign(asked.change))


def test_the_share_that_hindsight_agrees_with_is_the_confidence_stated() -> None:
    rng = np.random.default_rng(20260302)
    stated, agreed = [], []
    for asked, sure in decisions():
        stated.append(sure.same_direction)
        agreed.append(np.mean([hindsight_agrees(asked, rng) for _ in range(DRAWS)]))
    assert 0.3 < min(stated) < max(stated) < 1  # doubtful ones: of the sure ones nothing is learnt
    error = math.sqrt(sum(p * (1 - p) for p in agreed) / DRAWS) / len(agreed)
    assert np.mean(stated) == pytest.approx(np.mean(agreed), abs=3 * error)
    for said, found in zip(stated, agreed, strict=True):
        assert said == pytest.approx(found, abs=0.07 + 3 * math.sqrt(0.25 / DRAWS)), (stated, agreed)


def test_shares_are_shares_and_the_same_is_said_twice() -> None:
    for asked, sure in decisions():
        assert 0 <= sure.same <= sure.same_direction + 1e-12
        assert sure.same_direction <= 1 + 1e-12
        assert sure.loss_if_wrong >= 0
        assert sure.regret == pytest.approx(sure.chance_wrong * sure.loss_if_wrong)
        assert confidence(asked) == sure


def test_what_will_not_be_looked_at_again_changes_no_mind() -> None:
    for asked, _ in decisions():
        if asked.change == asked.situation.open_now - asked.advised:
            continue
        blind = confidence(asked, hindsight_min=0.0)
        again = hindsight_plan(asked, 0, 0, 0.0, 0.0)
        assert blind.same_direction == float(np.sign(again.change) == np.sign(asked.change))
