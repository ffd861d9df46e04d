"""The simulated day is the study's: its rate by the hour, its customers, its service times."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from statistics import mean
from typing import Any

import pytest

from server.demo import day
from server.demo.branch import source_branch
from tests.demo.hall import NINE, ticket

OPENS = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def days(count: int) -> list[list[day.Arrival]]:
    rng = Random(7)
    found = []
    for _ in range(count):
        arrivals, at = [], OPENS
        while (arrival := day.next_arrival(rng, at)).at.hour < 17:
            arrivals.append(arrival)
            at = arrival.at
        found.append(arrivals)
    return found


@pytest.fixture(scope="module")
def month() -> list[day.Arrival]:
    return [arrival for arrivals in days(30) for arrival in arrivals]


@pytest.mark.parametrize(("hour", "rate"), [(8.5, 0.40), (11.0, 0.98), (11.5, 0.98), (13.0, 0.40), (14.75, 0.98)])
def test_the_rate_is_the_study_s_at_its_hours(hour: float, rate: float) -> None:
    assert day.rate_per_min(hour) == pytest.approx(rate)


def test_the_rate_has_no_jumps() -> None:
    rates = [day.rate_per_min(minute / 60) for minute in range(8 * 60, 18 * 60)]
    assert max(abs(after - before) for before, after in pairwise(rates)) < 0.02


def test_arrivals_follow_the_rate(month: list[day.Arrival]) -> None:
    by_hour = Counter(arrival.at.hour for arrival in month)
    assert by_hour[11] / 30 / 60 == pytest.approx(0.98, rel=0.1)
    assert by_hour[9] / 30 / 60 == pytest.approx(0.40, rel=0.1)


def test_one_customer_in_ten_is_a_vip_and_one_in_twelve_has_priority(month: list[day.Arrival]) -> None:
    segments = Counter(arrival.segment for arrival in month)
    assert segments["vip"] / len(month) == pytest.approx(0.10, abs=0.02)
    assert segments["priority"] / len(month) == pytest.approx(0.08, abs=0.02)


def test_everybody_comes_for_services_that_the_branch_has(month: list[day.Arrival]) -> None:
    wanted = {service for arrival in month for service in arrival.services}
    assert wanted == set(source_branch().services)
    assert all(len(set(arrival.services)) == len(arrival.services) <= 2 for arrival in month)


def test_the_same_seed_makes_the_same_day() -> None:
    assert days(1) == days(1)


def fates(count: int, *, at_machine: bool = False, **more: Any) -> list[day.Fate]:
    return [day.fate(1, ticket(f"A{n:05d}", **more), at_machine=at_machine) for n in range(count)]


def test_service_takes_ten_minutes_at_a_counter_and_five_at_a_machine() -> None:
    assert mean(f.service_s for f in fates(4000)) / 60 == pytest.approx(10, rel=0.05)
    assert mean(f.service_s for f in fates(4000, at_machine=True)) / 60 == pytest.approx(5, rel=0.05)


def test_a_ticket_s_fate_does_not_change_when_it_is_asked_again() -> None:
    assert day.fate(1, ticket(), at_machine=False) == day.fate(1, ticket(), at_machine=False)


def test_most_come_when_called_and_a_few_never() -> None:
    answers = Counter(f.answers for f in fates(4000))
    assert answers["call"] > 3600
    assert 60 < answers["never"] < 200


def test_whoever_is_transferred_once_is_served_where_they_are_sent() -> None:
    sent_on = (NINE + timedelta(minutes=5)).isoformat()
    endings = {f.ending for f in fates(2000, queue_id="non_cash", arrived_at=sent_on)}
    assert endings == {"finish", "park"}


def test_nobody_is_parked_or_transferred_at_a_machine() -> None:
    assert {f.ending for f in fates(1000, at_machine=True)} == {"finish"}


def test_whoever_waited_past_their_patience_does_not_come() -> None:
    late = (NINE + timedelta(days=2)).isoformat()
    assert {f.answers for f in fates(50, called_at=late)} == {"never"}
