"""The row of counts that each fault leaves behind."""

from collections.abc import Callable

import pytest

from tests.faults.checker import Verdict

Tell = Callable[..., None]


@pytest.fixture
def tell(request: pytest.FixtureRequest) -> Tell:
    """`tell(fault, verdict, **figures)`: keeps the row for the table, and fails where anything is wrong."""

    def say(fault: str, verdict: Verdict, **figures: object) -> None:
        row = {"fault": fault, **verdict.row, "more": " ".join(f"{key}={value}" for key, value in figures.items())}
        request.node.user_properties.append(("fault", row))
        assert verdict.faults == [], f"{len(verdict.faults)} faults: {verdict.faults[:8]}; {row}"

    return say
