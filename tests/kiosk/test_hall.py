"""The branch as a kiosk knows it without a server: its hours, and what it has given up."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest

from kiosk.hall import Hall
from kiosk.problems import Problem
from kiosk.wanted import Wanted, queue_wanted
from server.actions.customer import queue_still_there
from server.domain.audience import LOBBY, branch_view
from server.domain.branch import Branch
from tests.set_up_anew import grouped, without


def known(branch: Branch) -> Hall:
    """As the page was given it."""
    told: dict[str, Any] = orjson.loads(orjson.dumps(branch_view(branch, LOBBY)))
    return Hall(told, ("zh", "en"), {}, "kiosk-1")


@pytest.mark.parametrize("first", ["2026-03-01T16:00", "2026-09-29T16:00"])
def test_it_opens_and_closes_when_the_server_does(first: str) -> None:
    branch, begins = grouped(), datetime.fromisoformat(first).replace(tzinfo=UTC)
    hall = known(branch)
    moments = [begins + timedelta(minutes=30 * step) for step in range(48 * 8)]
    assert [hall.is_open(now) for now in moments] == [branch.is_open(now) for now in moments]
    assert len({hall.is_open(now) for now in moments}) == 2
    assert all(hall.will_open(now) for now in moments if hall.is_open(now))


def test_a_closed_day_is_told_with_the_usual_hours() -> None:
    hall = known(grouped())
    holiday, saturday = (datetime.fromisoformat(f"{day}T04:00+00:00") for day in ("2026-10-01", "2026-03-07"))
    assert [f"{time:%H:%M}" for time in hall.usual_hours(holiday)] == ["08:30", "17:00"]
    assert [f"{time:%H:%M}" for time in hall.usual_hours(saturday)] == ["09:00", "13:00"]
    assert not hall.will_open(holiday)


def test_what_was_given_up_is_neither_given_out_nor_leased() -> None:
    hall = known(without(grouped(), "exchange", "advice", queues=("vip",)))
    assert queue_wanted(hall, Wanted(services=["deposit"])) == "cash"
    with pytest.raises(Problem) as refused:
        queue_wanted(hall, Wanted(services=["exchange"]))
    assert refused.value.code == "service_not_found"
    assert hall.queue_for("card", "vip", at_machine=False) == "non_cash"
    assert "vip" not in hall.queues_served()
    gone = known(without(grouped(), queues=("self_service", "cash")))
    assert gone.queue_for("deposit", "ordinary", at_machine=True) is None
    assert gone.queue_for("deposit", "ordinary", at_machine=False) == "non_cash", "as the server decides it"


def test_who_loses_a_queue_of_people_is_not_sent_to_machines() -> None:
    branch = grouped()
    queues = {key: branch.queues[key] for key in ("self_service", "non_cash", "vip", "cash")}
    for lost in (("cash",), ("non_cash", "cash"), ("vip", "self_service")):
        left = without(replace(branch, queues=queues), queues=lost)
        hall = known(left)
        found = [hall.queue_for(service.id, "ordinary", at_machine=False) for service in left.services.values()]
        assert found == [queue_still_there(left, service.queue_id) for service in left.services.values()]
        assert "self_service" not in found
