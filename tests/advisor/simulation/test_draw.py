"""Drawn customers are those that were asked for: as many, when, how long, and who of them stays."""

import math
from itertools import pairwise
from random import Random
from statistics import fmean, variance
from typing import Any

import pytest

from server.advisor.simulation.crowd import NEVER, Flow, draw_crowd
from server.advisor.simulation.draw import draw_arrivals, draw_customers, draw_services
from server.domain.ticket import Segment

RATES = (0.5, 0.5, 0.0, 2.0)


def test_each_slot_has_its_own_rate() -> None:
    found = draw_arrivals(Random(1), RATES, 1000.0)
    assert found == sorted(found)
    for slot, per_minute in enumerate(RATES):
        there = sum(1000 * slot <= at < 1000 * (slot + 1) for at in found)
        assert abs(there - 1000 * per_minute) <= 4 * math.sqrt(1000 * per_minute)


def test_gaps_are_those_of_a_poisson_process() -> None:
    found = draw_arrivals(Random(2), (0.5, 0.25, 0.5), 10_000.0)
    gaps = [later - sooner for sooner, later in pairwise(found) if later < 10_000]
    assert fmean(gaps) == pytest.approx(2.0, rel=0.05)
    assert variance(gaps) == pytest.approx(4.0, rel=0.12)


@pytest.mark.parametrize("cv2", [0.0, 0.3, 1.0, 1.7])
def test_services_have_the_mean_and_the_spread_asked_for(cv2: float) -> None:
    found = draw_services(Random(3), 60_000, 8.0, cv2)
    assert fmean(found) == pytest.approx(8.0, rel=0.02)
    assert variance(found) / 64 == pytest.approx(cv2, rel=0.08)


def test_no_shows_classes_and_patience_come_in_the_shares_asked_for() -> None:
    found = draw_customers(Random(4), [1.0], 20_000.0, 8.0, no_show_share=0.1, patience=15.0, class_shares=(1, 0, 3))
    assert fmean(found.appears or ()) == pytest.approx(0.9, abs=0.01)
    assert fmean(found.patience or ()) == pytest.approx(15.0, rel=0.03)
    shares = [(found.priorities or []).count(each) / len(found.arrivals) for each in range(3)]
    assert shares == [pytest.approx(0.25, abs=0.015), 0.0, pytest.approx(0.75, abs=0.015)]


def test_a_crowd_is_its_flows_in_order_of_arrival() -> None:
    flows = [Flow("cash", [0.5], 6.0), Flow("vip", [0.25], 12.0, Segment.VIP)]
    found = draw_crowd(Random(5), flows, 20_000.0, no_show_share=0.2, patience=9.0)
    assert list(found.arrivals) == sorted(found.arrivals)
    assert list(found.places) == [("cash", Segment.ORDINARY), ("vip", Segment.VIP)]
    assert fmean(found.kinds) == pytest.approx(1 / 3, abs=0.02)
    for kind, mean in enumerate((6.0, 12.0)):
        services = [service for service, own in zip(found.services, found.kinds, strict=True) if own == kind]
        assert fmean(services) == pytest.approx(mean, rel=0.04)
    assert set(found.missed_calls or ()) == {0, NEVER}
    assert fmean(found.missed_calls or ()) / NEVER == pytest.approx(0.2, abs=0.015)


def test_nobody_comes_where_nobody_is_expected() -> None:
    assert draw_customers(Random(6), [], 30.0, 8.0).arrivals == []
    assert draw_crowd(Random(6), [Flow("cash", [0.0, 0.0], 8.0)], 30.0).arrivals == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"rate_by_slot": [0.1, -0.1]}, "rate_by_slot must be"),
        ({"slot_min": 0.0}, "slot_min must be"),
        ({"mean_service": 0.0}, "mean_service must be"),
        ({"cv2": math.nan}, "cv2 must be"),
        ({"no_show_share": 1.1}, "no_show_share must lie"),
        ({"patience": 0.0}, "patience must be"),
        ({"class_shares": (0.0, 0.0)}, "class_shares must be"),
        ({"class_shares": (1.0, -0.5)}, "class_shares must be"),
    ],
)
def test_impossible_wishes_are_refused(changes: dict[str, Any], words: str) -> None:
    wishes: dict[str, Any] = {"rate_by_slot": [0.1], "slot_min": 30.0, "mean_service": 8.0} | changes
    with pytest.raises(ValueError, match=words):
        draw_customers(Random(7), **wishes)


def test_a_crowd_with_an_impossible_share_of_no_shows_is_refused() -> None:
    with pytest.raises(ValueError, match="no_show_share must lie"):
        draw_crowd(Random(8), [], 30.0, no_show_share=-0.1)
