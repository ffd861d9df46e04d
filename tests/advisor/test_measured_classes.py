"""What is measured of a class beside its rates: services, quotes, queues; and when the branch changes meanwhile."""

import random
from dataclasses import replace
from typing import Any

import pytest

from server.advisor.quote_score import QuoteScore
from server.advisor.rates import Measurements
from server.domain.advice import Advice, AdviceState
from server.domain.branch import Branch, CounterClass, ProfileEntry, Queue, Service
from server.domain.events import Event
from tests.advisor.day import CASH, VIP, Log, at, branch, counter, first_come_day


def two_services() -> Branch:
    here = branch()
    return replace(here, services={**here.services, "slow": Service("slow", {"en": "slow"}, "cash")})


def measured(log: Log, here: Branch | None = None) -> Measurements:
    found = Measurements(here or branch())
    for event in log.in_order():
        found.apply(event)
    return found


def test_every_service_has_its_own_mean_and_who_is_being_served_counts() -> None:
    log, draw, now = Log(), random.Random(1), 0.0
    log.counter(0, 1)
    for index in range(60):
        slow = index % 3 == 0
        log.issue(now, f"A{index}", service_id="slow" if slow else "cash")
        minutes = draw.expovariate(1 / 12 if slow else 1 / 3)
        log.serve(now, minutes, f"A{index}")
        now += minutes
    found = measured(log, two_services())
    figures = found.figures(at(now))["cash"].services
    assert figures["slow"].n == 20
    assert figures["slow"].rate.mean == pytest.approx(1 / 12, rel=0.3)
    assert figures["cash"].rate.mean == pytest.approx(1 / 3, rel=0.3)
    assert found.service_min(at(now))["cash"] == {key: 1 / one.rate.mean for key, one in figures.items()}
    log.issue(now, "A60", service_id="slow")
    log.call(now, "A60")
    later = measured(log, two_services()).figures(at(now + 60))["cash"].services
    assert later["slow"].rate.mean < 0.85 * figures["slow"].rate.mean
    assert later["cash"].rate.mean == pytest.approx(figures["cash"].rate.mean, rel=0.03)


def test_a_service_that_nobody_has_asked_for_takes_as_long_as_its_class() -> None:
    figures = measured(first_come_day([0.0, 1.0], [5.0, 5.0], 2), two_services()).figures(at(10))["cash"]
    assert figures.services["slow"].rate.mean == pytest.approx(figures.service_rate.mean)
    assert figures.services["slow"].n == 0
    assert figures.as_dict()["services"]["slow"]["cv2_few"]


def test_the_walk_to_the_counter_is_told_from_the_service() -> None:
    log = Log()
    log.issue(0, "A1")
    log.call(1, "A1")
    log.move(2, "A1", "recalled", calls=2)
    log.move(4, "A1", "started", started_at=at(4))
    log.move(14, "A1", "completed", ended_at=at(14))
    figures = measured(log).figures(at(20))["cash"]
    assert (figures.walk_up_min, figures.in_service_min) == (3, 10)
    assert figures.busy_minutes == 13


def test_few_services_say_that_they_are_few() -> None:
    few = measured(first_come_day([0.0, 1.0, 2.0], [5.0, 6.0, 9.0], 3)).figures(at(30))["cash"].as_dict()
    assert few["cv2_few"]
    assert few["cv2_low"] < few["cv2"] < few["cv2_high"]
    many = measured(first_come_day([5.0 * i for i in range(40)], [4.0, 2.0] * 20, 1)).figures(at(300))["cash"]
    assert not many.as_dict()["cv2_few"]


def test_quotes_are_scored_by_the_wait_until_the_first_call() -> None:
    log = Log()
    quote: dict[str, Any] = {"quote_p10_s": 120.0, "quote_p50_s": 300.0, "quote_p90_s": 600.0}
    for name, wait in (("A1", 1.0), ("A2", 4.0), ("A3", 7.0), ("A4", 12.0)):
        log.issue(0, name, **quote)
        log.call(wait, name)
    log.issue(20, "A5", quote_p50_s=300.0, quote_p90_s=600.0)
    log.call(23, "A5")
    log.issue(20, "A6")  # nothing was promised
    log.call(30, "A6")
    log.miss(31, "A1")
    log.call(60, "A1")  # called again: its wait is known already
    found = measured(log).figures(at(70))["cash"].quotes
    assert found == QuoteScore(
        n=5, below_p50=3, below_p90=4, n_range=4, below_p10=1, in_range=2, promised_min=25, waited_min=27
    )
    assert measured(log).day_records(at(570))["cash"].quote_score == found


def test_what_was_promised_for_one_queue_is_not_held_against_another() -> None:
    log = Log()
    log.issue(0, "A1", quote_p50_s=300.0, quote_p90_s=600.0)
    log.move(10, "A1", "transferred", queue_id="vip", arrived_at=at(10))
    log.call(50, "A1")
    assert all(figures.quotes.n == 0 for figures in measured(log).figures(at(60)).values())


def test_a_class_shares_its_arrivals_out_among_its_queues_as_they_are_used() -> None:
    here = branch()
    here = replace(here, queues={**here.queues, "business": Queue("business", "B", CASH, {"en": "business"})})
    log = Log()
    for minute in range(60):
        log.issue(minute, f"A{minute}", "cash" if minute % 4 else "business")
    found = measured(log, here)
    rates, figures = found.queue_rates(at(60)), found.figures(at(60))
    assert rates["cash"] + rates["business"] == pytest.approx(figures["cash"].arrival_rate.mean)
    assert rates["business"] / rates["cash"] == pytest.approx(1 / 3, rel=0.1)
    assert rates["vip"] == pytest.approx(figures["vip"].arrival_rate.mean)


def changed(log: Log, minute: float, here: Branch) -> None:
    log.events.append(log._event(minute, "branch.changed", branch=here))


def test_new_settings_are_taken_over_and_no_count_is_lost() -> None:
    log = Log()
    log.issue(0, "A1")
    log.serve(5, 6, "A1")
    slower = replace(branch(), policies={**branch(service_min=20.0).policies})
    changed(log, 20, slower)
    log.issue(25, "A2")
    figures = measured(log).figures(at(30))["cash"]
    assert (figures.arrivals, figures.completions, figures.waiting) == (2, 1, 1)
    assert figures.mean_service_min > 13


def test_a_class_that_is_new_is_measured_and_one_that_is_gone_disturbs_nobody() -> None:
    here, log = branch(), Log()
    log.issue(0, "A1")
    log.issue(1, "V1", "vip")
    kept = {key: value for key, value in here.policies.items() if key != "vip"}
    queues = {key: queue for key, queue in here.queues.items() if key != "vip"}
    new = CounterClass.NON_CASH
    other = replace(
        here,
        policies={**kept, new.value: here.policies["cash"]},
        queues={**queues, "new": Queue("new", "N", new, {"en": "new"})},
    )
    changed(log, 5, other)
    log.call(6, "V1")
    log.move(9, "V1", "transferred", queue_id="new", counter_id=None, called_at=None, arrived_at=at(9))
    log.issue(10, "V2", "vip")
    log.counter(11, 7, counter_class=VIP)
    log.counter(11, 8, counter_class=new)
    figures = measured(log).figures(at(12))
    assert set(figures) == {"cash", "self_service", "non_cash"}
    assert (figures["non_cash"].waiting, figures["non_cash"].open_counters) == (1, 1)
    assert figures["cash"].waiting == 1


def test_events_that_say_nothing_of_customers_change_no_figure() -> None:
    log = first_come_day([0.0, 1.0], [5.0, 5.0], 2)
    before = measured(log).figures(at(20))
    profiled = replace(counter(1), profile=(ProfileEntry("vip"),))
    advice = Advice("a", "main", CASH, "open", None, 1, 2, AdviceState.ISSUED, at(10), {})
    more = [
        log._event(12, "counter.profiled", counter=profiled),
        log._event(13, "advice.issued", advice=advice),
        log._event(14, "advice.scored", advice=replace(advice, score={"verdict": "unknown"})),
    ]
    found = Measurements(branch())
    events: list[Event] = [*log.in_order(), *more]
    for event in sorted(events, key=lambda event: event.at):
        found.apply(event)
    assert found.figures(at(20)) == before
