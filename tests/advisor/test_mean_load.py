"""A load that follows the day: exact where it can be checked, and laws of conservation where it cannot."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.advisor.mean_load import offered_load_over

rates = st.lists(st.floats(0, 2), min_size=1, max_size=8)
quick = settings(max_examples=40, deadline=None)


@quick
@given(rates, st.floats(0.05, 1), st.floats(1, 60), st.floats(0, 10))
def test_the_load_is_what_small_steps_come_to(lams: list[float], mu: float, step: float, start: float) -> None:
    found, m, parts = offered_load_over(lams, mu, step, start), start, 400
    for lam, slot in zip(lams, found, strict=True):
        area, h = 0.0, step / parts
        for _ in range(parts):  # midpoint rule
            middle = m + h / 2 * (lam - mu * m)
            area, m = area + middle * h, m + h * (lam - mu * middle)
        assert (slot.mean, slot.end) == pytest.approx((area / step, m), rel=2e-3, abs=1e-3)


@quick
@given(rates, st.floats(0.05, 1), st.floats(1, 60))
def test_who_comes_is_in_service_or_has_been_served(lams: list[float], mu: float, step: float) -> None:
    loads = offered_load_over(lams, mu, step)
    assert loads[-1].end == pytest.approx(
        step * math.fsum(lam - mu * load.mean for lam, load in zip(lams, loads, strict=True)), abs=1e-9
    )


def test_the_load_lags_behind_a_peak_and_settles_at_a_steady_rate() -> None:
    loads = offered_load_over((0.1, 0.6, 0.1), 0.1, 30, start=1.0)
    assert loads[1].mean < 6
    assert loads[2].mean > 1
    assert offered_load_over((0.3,), 0.1, 30, start=3.0)[0].mean == pytest.approx(3.0)
    assert offered_load_over((0.3,) * 20, 0.1, 30)[-1].end == pytest.approx(3.0)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"arrival_rates": (0.1, -1.0)}, "arrival_rates must be a finite number, zero or more"),
        ({"service_rate": 0.0}, "service_rate must be a finite number, more than zero"),
        ({"step": math.nan}, "step must be a finite number"),
        ({"start": -1.0}, "start must be a finite number, zero or more"),
    ],
)
def test_impossible_loads_are_refused_in_words(changes: dict[str, Any], words: str) -> None:
    known: dict[str, Any] = {"arrival_rates": (0.1, 0.2), "service_rate": 0.1, "step": 30}
    with pytest.raises(ValueError, match=words):
        offered_load_over(**known | changes)
