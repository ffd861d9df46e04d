"""The busiest hour of a week is looked for once a day, and anew when the branch is set up otherwise."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from server.advisor.known_rates import BusiestHour
from server.live import place as places
from server.live.place import Place
from tests.live.hall_at_work import HallAtWork


def test_it_holds_for_the_day_and_for_the_set_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def look(_branch: Any, _measured: Any, counter_class: str, now: datetime) -> BusiestHour | None:
        asked.append(counter_class)
        return BusiestHour(float(len(asked)), now, 5) if counter_class == "cash" else None

    monkeypatch.setattr(places, "busiest_of_week", look)
    work = HallAtWork()
    place = Place(work.hall, [], work.measurements)
    first = place.busiest_hour("cash", work.now)
    assert place.busiest_hour("cash", work.now + timedelta(hours=2)) is first
    assert place.busiest_hour("vip", work.now) is place.busiest_hour("vip", work.now) is None
    assert asked == ["cash", "vip"]
    assert place.busiest_hour("cash", work.now + timedelta(days=1)) is not first
    place.hall.branch = replace(place.hall.branch, currency="$")
    place.busiest_hour("cash", work.now + timedelta(days=1))
    assert asked == ["cash", "vip", "cash", "cash"]
