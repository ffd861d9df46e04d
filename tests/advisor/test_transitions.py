"""One step of a class: where its customers go, against the matrix exponential itself."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from server.advisor import transitions
from server.advisor.transitions import CLOCK_GRID, GRID, PATIENCE_GRID, Law, place, places, step_matrices, value_at

SIZE = 24


def law(load: float, length: float = 0.5, patience: float = 0.0, lump: int = 1) -> Law:
    step = place(length, CLOCK_GRID)
    assert step is not None
    return (place(load, GRID), step, place(patience, PATIENCE_GRID), 1, 4, SIZE, lump)


def exact(asked: Law, counters: int) -> NDArray[np.float64]:
    """exp of the generator, with a column that gathers the customers present."""
    from scipy.linalg import expm

    load, patience = value_at(asked[0], GRID), value_at(asked[2], PATIENCE_GRID)
    generator = np.zeros((SIZE + 1, SIZE + 1))
    for n in range(SIZE):
        if n < SIZE - 1:
            generator[n, n + 1] = load
        if n:
            generator[n, n - 1] = min(n, counters) + patience * max(n - counters, 0)
        generator[n, n] = -generator[n].sum()
        generator[n, SIZE] = n
    found: NDArray[np.float64] = expm(generator * value_at(asked[1], CLOCK_GRID))
    return found


@pytest.mark.parametrize(
    "asked", [law(0.0), law(3.0), law(12.0), law(3.0, 0.05), law(2.0, 4.0), law(3.0, patience=0.3)]
)
def test_a_step_is_the_exponential_of_its_rates(asked: Law) -> None:
    found = step_matrices(asked)
    for counters in range(1, 5):
        want = exact(asked, counters)
        assert np.abs(found[counters - 1, :, :SIZE] - want[:SIZE, :SIZE]).max() < 1e-6
        assert found[counters - 1, :, SIZE] == pytest.approx(want[:SIZE, SIZE], rel=1e-5, abs=1e-5)


def test_nobody_is_lost_within_a_step() -> None:
    assert step_matrices(law(5.0))[:, :, :SIZE].sum(axis=2) == pytest.approx(1.0, abs=1e-5)


def test_the_wait_of_an_arrival_is_the_services_ahead_of_it() -> None:
    """Over a short step nothing moves: (n - s + 1)+ / s times its length."""
    asked = law(1e-6, 0.001)
    length = value_at(asked[1], CLOCK_GRID)
    waits = step_matrices(asked)[:, :, SIZE + 1] / length
    assert waits[1, [0, 1, 2, 3, 9]] == pytest.approx([0, 0, 0.5, 1, 4], abs=0.02)


def test_lumps_of_customers_drain_as_fast_as_customers() -> None:
    step = place(0.5, CLOCK_GRID)
    assert step is not None
    single = step_matrices((place(2.0, GRID), step, None, 4, 4, 160, 1))[0]
    lumped = step_matrices((place(2.0, GRID), step, None, 4, 4, 40, 4))[0]
    n = np.arange(160)
    assert lumped[25, :40] @ (4 * np.arange(40)) == pytest.approx(single[100, :160] @ n, rel=1e-4)


def test_numbers_on_a_grid_are_found_again_and_zero_stays_zero() -> None:
    table = np.array([[0.0, 1.0], [2.5, 1e-3]])
    found = [[value_at(at, GRID) for at in row] for row in places(table, GRID)]
    assert found[0][0] == 0.0
    assert np.array(found) == pytest.approx(table, rel=math.expm1(GRID / 2) * 1.01)


def test_what_is_kept_is_bounded_and_the_newest_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    transitions.forget_matrices()
    size = step_matrices(law(1.0)).nbytes
    monkeypatch.setattr(transitions, "KEPT_BYTES", 3 * size)
    newest = [step_matrices(law(load)) for load in (2.0, 3.0, 4.0, 5.0)][-1]
    assert len(transitions._kept) == 3
    assert step_matrices(law(5.0)) is newest
