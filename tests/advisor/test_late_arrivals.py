"""Who is told of late is counted at their own time: after a cut the figures are as if there had been none."""

import random
from dataclasses import replace
from datetime import timedelta
from itertools import accumulate

import pytest

from server.advisor.rates import DayRecords, Measurements
from server.domain.events import Event
from tests.advisor.arrivals import arrivals, record_of, two_peaks
from tests.advisor.day import Log, at, branch

CUT, BACK = 100.0, 130.0  # minutes after opening
ASKED = 240.0


def a_morning() -> Log:
    """Forty customers an hour; nobody is called before the cut is over, and some leave without a word."""
    draw, log = random.Random(3), Log()
    log.counter(0.0, 1)
    times = [t for t in accumulate(draw.expovariate(40 / 60) for _ in range(140)) if t < 200]
    for number, minute in enumerate(times):
        log.issue(minute, f"A{number}")
    for number in range(20):
        minute = 200.0 + 2 * number
        if number % 5:
            log.serve(minute, 1.5, f"A{number}")
        else:
            log.call(minute, f"A{number}")
            log.move(minute + 1, f"A{number}", "no_show", ended_at=log.at(minute + 1))
    log.move(BACK + 10, "A30", "cancelled", ended_at=log.at(BACK + 10))
    return log


def told_late(event: Event) -> Event:
    """As it comes to be told: half of those of the cut had numbers of a kiosk that was alone."""
    came = (event.at - at(0)) / timedelta(minutes=1)
    alone = event.kind == "ticket.issued" and CUT <= came < BACK and int(event.id[1:]) % 2
    return replace(event, at=at(BACK)) if alone else event


def measured(events: list[Event], asked_meanwhile: bool = False) -> Measurements:
    found = Measurements(branch())
    for event in sorted(events, key=lambda event: event.at):
        found.apply(event)
        if asked_meanwhile:
            found.figures(event.at)
    return found


@pytest.mark.parametrize("asked_meanwhile", [False, True])
def test_the_figures_are_those_of_a_day_without_a_cut(asked_meanwhile: bool) -> None:
    log = a_morning().in_order()
    late = [told_late(event) for event in log]
    assert sum(event.at != other.at for event, other in zip(log, late, strict=True)) > 5
    whole, cut = measured(log), measured(late, asked_meanwhile)
    expected, found = (one.figures(at(ASKED))["cash"] for one in (whole, cut))
    assert found.arrivals == expected.arrivals
    assert found.arrival_rate.mean == pytest.approx(expected.arrival_rate.mean)
    assert found.rush == expected.rush
    assert found.patience is not None
    assert expected.patience is not None
    assert found.patience.hazard.mean == pytest.approx(expected.patience.hazard.mean)
    assert found.patience.decided == expected.patience.decided
    assert found.service_rate.mean == pytest.approx(expected.service_rate.mean)
    assert found.waiting == expected.waiting
    assert kept(cut.day_records(at(ASKED))) == kept(whole.day_records(at(ASKED)))


def kept(records: DayRecords) -> tuple[object, ...]:
    day = records["cash"]
    return day.first_slot, day.arrivals, day.queues, day.calls, day.left, pytest.approx(day.waited_min)


def test_the_charts_show_them_when_they_came_and_waiting_since() -> None:
    log = a_morning().in_order()
    whole, cut = (one.history(at(ASKED))["cash"] for one in (measured(log), measured([told_late(e) for e in log])))
    assert [slot.arrivals for slot in cut] == [slot.arrivals for slot in whole]
    assert [slot.waiting for slot in cut] == [slot.waiting for slot in whole]
    assert max(slot.waiting for slot in whole) > 50


def test_a_rush_that_was_told_late_is_seen_as_one_that_was_told_at_once() -> None:
    draw, rates = random.Random(6), two_peaks(0.3)
    times = arrivals(draw, rates, rush=(735.0, 855.0, 3.0))
    whole, cut = record_of(rates, 100.0), record_of(rates, 100.0)
    there = [now for now in times if now < 800]
    for now in there:
        whole.add(now, "cash")
    for now in [*(t for t in there if not 740 < t < 780), *(t for t in there if 740 < t < 780)]:
        cut.add(now, "cash")
    assert whole.rush is not None
    assert cut.rush == whole.rush
    assert cut.at(830.0).rate() == whole.at(830.0).rate()
    assert (cut.at(830.0).slots, cut.at(830.0).queues) == (whole.at(830.0).slots, whole.at(830.0).queues)
