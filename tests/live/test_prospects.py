"""What each of a long queue can expect: the same as quoted one by one where it is near, and in between further on."""

from datetime import timedelta
from typing import Any

import pytest

from server.advisor.outlook import expected
from server.advisor.quotes import promise
from server.domain.hall import Counters, Hall
from server.domain.ticket import Segment
from server.live import prospects
from server.live.prospects import Prospects, told
from tests.domain.floor import Floor, counter


def long_queue(size: int = 400) -> tuple[Floor, list[str]]:
    floor = Floor(counter(1, "cash"), counter(2, "cash"))
    floor.hall.counters = Counters(floor.hall.counters)
    floor.open(1, 2)
    return floor, [floor.take() for _ in range(size)]


def test_the_range_is_the_quoted_one_near_the_turn_and_hardly_another_far_from_it() -> None:
    floor, tickets = long_queue()
    known, found = expected(floor.hall.branch), Prospects()
    ends = [0.0, 0.0]
    for ahead, ticket in enumerate(tickets):
        wait = found.wait(floor.hall, floor.ticket(ticket), ahead, known)
        quoted, _ = promise(floor.hall, "cash", ahead, Segment.ORDINARY, known)
        assert wait is not None
        assert quoted is not None
        assert wait == pytest.approx((quoted.p10, quoted.p90), rel=0 if ahead <= prospects.NEAR else 0.02, abs=20)
        assert wait[0] >= ends[0]
        assert wait[1] >= ends[1]
        ends = list(wait)


def test_few_quotes_are_made_for_many_phones(monkeypatch: pytest.MonkeyPatch) -> None:
    floor, tickets = long_queue()
    known, found = expected(floor.hall.branch), Prospects()
    made: list[int] = []

    def counted(hall: Hall, queue_id: str, ahead: int, *more: Any) -> Any:
        made.append(ahead)
        return promise(hall, queue_id, ahead, *more)

    monkeypatch.setattr(prospects, "promise", counted)
    for _ in range(3):
        for ahead, ticket in enumerate(tickets):
            found.wait(floor.hall, floor.ticket(ticket), ahead, known)
    assert len(made) < 50
    floor.next(1)
    for ahead, ticket in enumerate(tickets[1:]):
        found.wait(floor.hall, floor.ticket(ticket), ahead, known)
    assert len(made) < 50 + prospects.NEAR + 2


def test_without_an_open_counter_there_is_no_honest_promise() -> None:
    floor = Floor(counter(1, "cash"))
    ticket = floor.ticket(floor.take())
    known = expected(floor.hall.branch)
    for ahead in (0, 50, 1_000_000):
        assert Prospects().wait(floor.hall, ticket, ahead, known) is None
    assert Prospects().wait(floor.hall, ticket, 0, {}) is None


def test_places_are_worked_out_once_for_one_state_of_the_hall() -> None:
    floor, tickets = long_queue(5)
    found = Prospects()
    first = found.places(floor.hall, "cash", floor.now)
    assert found.places(floor.hall, "cash", floor.now) is first
    assert found.places(floor.hall, "cash", floor.now + timedelta(minutes=1)) is not first
    floor.next(1)
    assert list(found.places(floor.hall, "cash", floor.now)) == tickets[1:]


@pytest.mark.parametrize(
    ("found", "words"), [(None, None), ((0.0, 0.0), (0, 0)), ((31.0, 61.0), (30, 90)), ((60.0, 60.0), (60, 60))]
)
def test_the_range_that_is_told_holds_the_one_that_was_found(
    found: tuple[float, float] | None, words: tuple[int, int] | None
) -> None:
    assert told(found) == words
