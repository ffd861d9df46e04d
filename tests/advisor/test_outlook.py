"""What is known when a wait is quoted: measured rates, who has a head start, and who was gone when called."""

from dataclasses import replace
from datetime import timedelta

import pytest

from server.advisor.outlook import Outlook, expected, outlooks
from server.advisor.queue_record import QueueRecords
from server.advisor.rates import Measurements
from server.domain.ticket import Segment
from tests.advisor.day import Log, at, branch


def known(log: Log, minute: float) -> dict[str, Outlook]:
    measurements, records = Measurements(branch()), QueueRecords(branch())
    for event in log.in_order():
        measurements.apply(event)
        records.apply(event)
    return outlooks(branch(), measurements.figures(at(minute)), records, at(minute))


def test_before_anything_is_measured_the_branch_is_believed_a_little() -> None:
    found = known(Log(), 0)["cash"]
    assert found.mean_service_s == pytest.approx(expected(branch())["cash"].mean_service_s)
    assert found.services == pytest.approx(3)
    assert (found.cv2, found.last_wait_s) == (1.0, None)


def test_services_measured_make_the_mean() -> None:
    log = Log()
    log.counter(0, 1)
    for number in range(40):
        log.issue(number * 5.0, f"A{number}")
        log.serve(number * 5.0, 5.0, f"A{number}")
    found = known(log, 200)["cash"]
    assert 300 < found.mean_service_s < 320
    assert found.services > 20
    assert found.cv2 < 0.6, "every service took five minutes"


def test_a_few_services_say_nothing_of_their_spread() -> None:
    log = Log()
    for number in range(10):
        log.issue(number * 5.0, f"A{number}")
        log.serve(number * 5.0, 5.0, f"A{number}")
    assert known(log, 50)["cash"].cv2 == 1.0


def test_arrivals_with_a_head_start_are_those_who_overtake() -> None:
    log = Log()
    for number in range(12):
        log.issue(number * 5.0, f"A{number}")
    log.events = [
        replace(event, ticket=replace(event.ticket, segment=Segment.PRIORITY))
        if event.ticket and event.ticket.id in ("A1", "A5", "A9")
        else event
        for event in log.events
    ]
    found = known(log, 60)["cash"]
    assert found.overtaking == pytest.approx(found.arrivals / 4)
    assert known(log, 60)["vip"].overtaking == 0


def gone_log(answered: int, gone: int) -> Log:
    """One call every five minutes, the missed ones among the others."""
    log = Log()
    for number in range(answered + gone):
        name = f"A{number}"
        log.issue(number * 5.0, name)
        if number * gone % (answered + gone) < gone:
            log.call(number * 5.0 + 4, name)
            log.miss(number * 5.0 + 5, name)
        else:
            log.serve(number * 5.0 + 3, 2.0, name)
    return log


@pytest.mark.parametrize(("answered", "gone", "asked"), [(36, 4, False), (30, 10, True), (8, 4, False)])
def test_the_last_wait_is_asked_once_many_are_gone(answered: int, gone: int, asked: bool) -> None:
    end = (answered + gone) * 5.0
    found = known(gone_log(answered, gone), end)["cash"].last_wait_s
    assert (found is not None) == asked
    if asked:
        assert found in (180.0, 240.0)


def test_a_wait_of_an_hour_ago_is_not_asked() -> None:
    assert known(gone_log(30, 10), 200 + 60)["cash"].last_wait_s is None


def test_a_new_day_begins_with_nothing() -> None:
    records = QueueRecords(branch())
    for event in gone_log(30, 10).in_order():
        records.apply(event)
    assert records.of("cash").first_calls == 40
    records.apply(replace(Log().events[0], at=at(0) + timedelta(days=1)))
    assert (records.of("cash").first_calls, records.of("cash").issued) == (0, 0)
