"""How service times spread: moments one at a time, merged days, and an interval that says how little is known."""

import random
from collections.abc import Callable
from statistics import mean, variance

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.advisor.spread import Spread

TIMES = st.lists(st.floats(0.1, 100.0), min_size=2, max_size=30)


def spread(values: list[float]) -> Spread:
    found = Spread()
    for value in values:
        found.add(value)
    return found


@settings(max_examples=50, deadline=None)
@given(TIMES)
def test_the_moments_are_those_of_all_values_at_once(values: list[float]) -> None:
    found, middle = spread(values), mean(values)
    assert found.mean == pytest.approx(middle)
    assert found.squares == pytest.approx(sum((v - middle) ** 2 for v in values), abs=1e-6)
    assert found.cubes == pytest.approx(sum((v - middle) ** 3 for v in values), abs=1e-3, rel=1e-6)
    assert found.fourths == pytest.approx(sum((v - middle) ** 4 for v in values), abs=1e-3, rel=1e-6)
    assert found.cv2 == pytest.approx(variance(values) / middle**2, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(TIMES, TIMES)
def test_two_days_together_are_one_long_day(first: list[float], second: list[float]) -> None:
    both, one = spread(first).plus(spread(second)), spread(first + second)
    assert (both.n, both.mean) == pytest.approx((one.n, one.mean))
    assert both.fourths == pytest.approx(one.fourths, rel=1e-6, abs=1e-3)
    assert both.cubes == pytest.approx(one.cubes, rel=1e-6, abs=1e-3)


def test_earlier_days_are_worth_so_many_values_and_no_more() -> None:
    found = spread([random.Random(1).expovariate(0.1) for _ in range(500)])
    worth = found.worth(100)
    assert worth.n == 100
    assert worth.mean == found.mean
    assert worth.cv2 == pytest.approx(found.cv2, rel=0.02)
    assert spread([1.0, 2.0]).worth(100).n == 2


@pytest.mark.parametrize(
    ("service", "cv2"),
    [
        (lambda draw: draw.expovariate(0.1), 1.0),
        (lambda draw: draw.gammavariate(2.0, 5.0), 0.5),
        (lambda draw: draw.gammavariate(3.5, 0.3), 1 / 3.5),
    ],
)
def test_the_interval_of_cv2_covers_the_truth(service: Callable[[random.Random], float], cv2: float) -> None:
    draw, covered = random.Random(2), 0
    for _ in range(150):
        interval = spread([service(draw) for _ in range(40)]).cv2_interval(0.8)
        assert interval is not None
        covered += interval[0] <= cv2 <= interval[1]
    assert 0.7 < covered / 150 < 0.92


def test_too_few_values_have_no_interval() -> None:
    assert spread([]).cv2_interval() is None
    assert spread([4.0]).cv2_interval() is None
    assert spread([4.0, 4.0, 4.0]).cv2_interval() is None


@pytest.mark.parametrize("level", [0.0, 1.0, float("nan")])
def test_an_impossible_level_is_refused_in_words(level: float) -> None:
    with pytest.raises(ValueError, match="level must lie between 0 and 1"):
        spread([1.0, 2.0]).cv2_interval(level)
