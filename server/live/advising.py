"""Asks the advisor about the hall as it is, and compares with the advice that stands."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from server.advisor.rates import Measurements
from server.domain.hall import Hall


def news_of_advice(
    hall: Hall, measurements: Measurements, now: datetime, new_id: Callable[[], str]
) -> dict[str, Any] | None:
    return None


def figures_for_screens(hall: Hall, measurements: Measurements, now: datetime) -> dict[str, Any]:
    return {
        "classes": {key: found.as_dict() for key, found in measurements.figures(now).items()},
        "history": measurements.history(now),
        "advice_table": {},
    }
