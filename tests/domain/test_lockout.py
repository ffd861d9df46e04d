"""Wrong tries: a few are free, then each waits longer; and names without end fill no memory."""

from datetime import UTC, datetime

import pytest

from server.domain.lockout import FREE_TRIES, Tries


def test_names_without_end_fill_no_memory_and_each_waits_by_itself() -> None:
    found, now = Tries(most=100), datetime.now(UTC)
    for at in range(1000):
        assert found.begin(f"name {at}", now) == 0
        assert len(found) <= 100
    for _ in range(FREE_TRIES):
        found.begin("name", now)
    assert found.begin("name", now) == pytest.approx(30)
    found.spare("name", now)
    assert found.begin("name", now) == 0
    found.forgive("name")
    assert [found.begin("name", now) for _ in range(FREE_TRIES)] == [0] * FREE_TRIES
