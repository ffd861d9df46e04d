"""Measured rates against streams whose true rates are known, and against days counted by hand."""

import json
import random
from dataclasses import replace
from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import gamma

from server.advisor.gamma_rate import Counted, GammaRate
from server.advisor.rates import ClassFigures, Measurements, Memory
from server.domain.branch import CounterClass
from server.domain.counter import Status
from tests.advisor.day import CASH, VIP, Log, at, branch, counter, first_come_day

FORGETTING_NOTHING = Memory(
    arrival_half_life=1e9, service_half_life=1e9, prior_arrival_time=1e-6, prior_services=1e-6
)


def measurements(log: Log, minute: float = 1e6, memory: Memory | None = None) -> Measurements:
    found = Measurements(branch(), memory=memory)
    for event in log.in_order():
        if event.at <= at(minute):
            found.apply(event)
    return found


def measured(log: Log, minute: float, memory: Memory | None = None) -> ClassFigures:
    return measurements(log, minute, memory).figures(at(minute))["cash"]


def poisson(draw: random.Random, rate: float, until: float) -> list[float]:
    return [t for t in accumulate(draw.expovariate(rate) for _ in range(int(rate * until * 2) + 20)) if t < until]


def test_the_interval_is_the_gammas() -> None:
    low, high = GammaRate(15, 60).interval(0.8)
    assert low == pytest.approx(gamma.ppf(0.1, 15, scale=1 / 60))
    assert high == pytest.approx(gamma.ppf(0.9, 15, scale=1 / 60))


@pytest.mark.parametrize("level", [0.0, 1.0, -0.5, float("nan")])
def test_an_impossible_level_is_refused_in_words(level: float) -> None:
    with pytest.raises(ValueError, match="level must lie between 0 and 1"):
        GammaRate(15, 60).interval(level)


@pytest.mark.parametrize(("alpha", "beta"), [(0, 1), (1, 0), (float("nan"), 1)])
def test_an_impossible_rate_is_refused_in_words(alpha: float, beta: float) -> None:
    with pytest.raises(ValueError, match="must be a finite number, more than zero"):
        GammaRate(alpha, beta)


def test_the_interval_covers_the_true_rates_as_often_as_it_says() -> None:
    draw, days, covered = random.Random(11), 150, {"arrivals": 0, "services": 0}
    for _ in range(days):
        arrivals = poisson(draw, 0.25, 120)
        services = [draw.expovariate(0.1) for _ in arrivals]
        found = measured(first_come_day(arrivals, services, 4), 120, FORGETTING_NOTHING)
        low, high = found.arrival_rate.interval(0.8)
        covered["arrivals"] += low <= 0.25 <= high
        low, high = found.service_rate.interval(0.8)
        covered["services"] += low <= 0.1 <= high
    # 150 days at 80 %: two standard errors are 6.5 points.
    assert covered["arrivals"] / days == pytest.approx(0.8, abs=0.08)
    assert covered["services"] / days == pytest.approx(0.8, abs=0.08)


def test_services_still_running_keep_the_service_rate_from_coming_out_too_high() -> None:
    draw, completions, busy, finished = random.Random(5), 0, 0.0, 0.0
    for _ in range(200):  # 12 minutes after opening a third of the services begun still run: the long ones
        services = [draw.expovariate(0.1) for _ in range(20)]
        found = measurements(first_come_day([0.0] * 20, services, 3), 12, FORGETTING_NOTHING)
        figures, slots = found.figures(at(12))["cash"], found.history(at(12))["cash"]
        completions += figures.completions
        busy += figures.busy_minutes
        finished += sum(slot.completed * (slot.mean_service_min or 0) for slot in slots)
    assert completions / finished > 0.18  # what leaving the running ones out would say: half as long as it is
    assert completions / busy == pytest.approx(0.1, rel=0.08)
    assert busy == pytest.approx(200 * 3 * 12)


def test_one_long_service_is_seen_while_it_runs() -> None:
    log = Log()
    log.counter(0, 1)
    log.issue(0, "A1")
    log.issue(0, "A2")
    log.serve(0, 4, "A1", 1)
    log.call(4, "A2", 1)
    found = measured(log, 40, FORGETTING_NOTHING)
    assert (found.completions, found.busy_minutes, found.busy_counters) == (1, 40, 1)
    assert found.mean_service_min == pytest.approx(40, rel=1e-3)


def test_a_day_counted_by_hand() -> None:
    log = Log()
    log.counter(-5, 1)
    log.counter(-5, 2)
    log.counter(-5, 7, counter_class=VIP)
    for name in ("A1", "A2", "A3", "A4"):
        log.issue(1, name)
    log.serve(2, 6, "A1", 1)
    log.serve(2, 10, "A2", 2)
    log.call(12, "A3", 2)
    log.counter(15, 1, "paused")
    found = measured(log, 20)
    assert (found.arrivals, found.completions, found.waiting) == (4, 2, 1)
    assert (found.busy_counters, found.open_counters) == (1, 1)
    assert found.busy_minutes == pytest.approx(6 + 10 + 8)
    assert found.cv2 == pytest.approx(8 / 64)
    assert found.cv2_n == 2
    assert found.arrival_rate.beta == pytest.approx(20, rel=0.3)


def test_a_transfer_is_an_arrival_in_its_new_class_and_a_departure_from_the_old() -> None:
    log = Log()
    log.issue(0, "A1")
    log.call(5, "A1")
    log.move(9, "A1", "transferred", queue_id="vip", counter_id=None, called_at=None, arrived_at=at(9))
    found = measurements(log)
    cash, vip = (found.figures(at(10))[key] for key in ("cash", "vip"))
    assert (cash.arrivals, cash.completions, cash.waiting) == (1, 1, 0)
    assert (vip.arrivals, vip.completions, vip.waiting) == (1, 0, 1)
    assert (cash.busy_minutes, vip.busy_minutes) == pytest.approx((4, 0))


def test_a_missed_number_put_back_is_no_arrival_but_its_calls_have_taken_their_time() -> None:
    log = Log()
    log.issue(0, "A1")
    log.call(5, "A1")
    log.miss(7, "A1")
    log.call(10, "A1")
    log.move(11, "A1", "no_show", ended_at=at(11))
    found = measured(log, 20)
    assert (found.arrivals, found.completions, found.no_shows) == (1, 0, 1)
    assert found.busy_minutes == pytest.approx(3)
    assert (found.busy_counters, found.waiting) == (0, 0)


def test_a_parked_customer_occupies_no_counter_until_resumed() -> None:
    log = Log()
    log.issue(0, "A1")
    log.call(0, "A1")
    log.move(3, "A1", "parked")
    log.move(30, "A1", "resumed", counter_id="main.1")
    log.move(34, "A1", "completed", ended_at=at(34))
    found = measured(log, 40)
    assert found.busy_minutes == pytest.approx(7)
    done = [slot for slot in measurements(log).history(at(40))["cash"] if slot.completed]
    assert [slot.mean_service_min for slot in done] == [pytest.approx(7)]


def test_time_before_the_doors_open_and_after_they_close_says_nothing_of_arrivals() -> None:
    found = Measurements(branch())
    found.apply(Log().events[0])  # the day began; then nobody until the doors open
    early = found.figures(at(0))["cash"]
    assert early.arrival_rate.mean == pytest.approx(12 / 60)
    assert early.arrival_rate.beta == pytest.approx(10)
    closed, later = found.figures(at(510))["cash"], found.figures(at(700))["cash"]
    assert later.arrival_rate == closed.arrival_rate


def test_a_system_set_up_at_noon_has_not_seen_a_quiet_morning() -> None:
    found = Measurements(branch())
    began = replace(Log().events[0], at=at(210))
    found.apply(began)
    assert found.figures(at(210))["cash"].arrival_rate == GammaRate(2, 10)
    assert found.figures(at(240))["cash"].arrival_rate.mean < 0.1  # half an hour in which nobody came


def test_the_first_minutes_are_what_the_branch_expects_and_an_hour_later_it_is_what_was_seen() -> None:
    draw = random.Random(2)
    arrivals = [minute / 2 for minute in range(240)]  # two a minute, ten times what is expected
    log = first_come_day(arrivals, [draw.expovariate(2) for _ in arrivals], 4)
    assert measured(log, 0.0).mean_service_min == pytest.approx(10, rel=0.01)
    later = measured(log, 120)
    assert later.arrival_rate.mean == pytest.approx(2, rel=0.06)
    assert later.mean_service_min == pytest.approx(0.5, rel=0.5)


def test_what_is_one_half_life_old_counts_half() -> None:
    counted = Counted(30.0, 0.0, running=1)
    for _ in range(8):
        counted.add(0.0)
    later = counted.at(30.0)
    assert (later.recent_n, later.n, later.minutes) == pytest.approx((4, 8, 30))
    assert later.recent_minutes == pytest.approx(30 / 0.6931471805599453 * 0.5)
    assert counted.recent_n == 8  # asking changes nothing


def test_a_change_of_rate_is_followed_within_the_half_life() -> None:
    slow, fast = [minute * 5.0 for minute in range(24)], [120 + minute * 1.0 for minute in range(60)]
    log = first_come_day(slow + fast, [1.0] * 84, 3)
    assert measured(log, 119).arrival_rate.mean == pytest.approx(0.2, rel=0.1)
    assert 0.55 < measured(log, 150).arrival_rate.mean < 0.75
    assert measured(log, 180).arrival_rate.mean > 0.75


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.01, 20), min_size=1, max_size=15), st.integers(1, 4), st.integers(1, 9))
def test_asking_often_changes_no_figure(gaps: list[float], counters: int, asked: int) -> None:
    arrivals = list(accumulate(gaps))
    log = first_come_day(arrivals, [3.0] * len(gaps), counters)
    quiet, busy = Measurements(branch()), Measurements(branch())
    for event in log.in_order():
        quiet.apply(event)
        busy.apply(event)
        for _ in range(asked):
            busy.figures(event.at)
            busy.history(event.at)
    end = at(arrivals[-1] + 60)
    assert busy.figures(end) == quiet.figures(end)
    assert busy.history(end) == quiet.history(end)
    found = quiet.figures(end)["cash"]
    assert (found.completions, found.waiting, found.busy_counters) == (len(gaps), 0, 0)
    assert found.busy_minutes == pytest.approx(3.0 * len(gaps))


def test_the_history_adds_up_to_the_day_and_tells_levels_at_the_end_of_each_slot() -> None:
    log = Log()
    log.counter(1, 1)
    for index in range(6):
        log.issue(2 + index, f"A{index}")
    log.serve(4, 9, "A0")
    log.serve(13, 4, "A1")
    log.counter(18, 2)
    slots = measurements(log).history(at(26))["cash"]
    assert [slot.start for slot in slots] == [at(5 * index) for index in range(6)]
    assert [slot.arrivals for slot in slots] == [3, 3, 0, 0, 0, 0]
    assert [slot.called for slot in slots] == [1, 0, 1, 0, 0, 0]
    assert [slot.completed for slot in slots] == [0, 0, 1, 1, 0, 0]
    assert [slot.waiting for slot in slots] == [2, 5, 4, 4, 4, 4]
    assert [slot.open_counters for slot in slots] == [1, 1, 1, 2, 2, 2]
    assert [slot.mean_wait_min for slot in slots] == [2, None, pytest.approx(10), None, None, None]
    assert [slot.mean_service_min for slot in slots][2:4] == [pytest.approx(9), pytest.approx(4)]


def test_the_history_never_holds_more_than_a_day() -> None:
    log = Log()
    log.issue(1, "A1")
    log.issue(60 * 24 * 3, "A2")
    slots = measurements(log).history(at(60 * 24 * 3))["cash"]
    assert len(slots) == 288
    assert slots[-1].arrivals == 1


def test_a_new_day_begins_anew_but_machines_stay_open() -> None:
    found = Measurements(branch(), [counter(1), counter(9, CounterClass.SELF_SERVICE)])
    log = Log()
    log.issue(3, "A1")
    began, issued = log.events
    found.apply(issued)
    assert found.figures(at(3))["cash"].open_counters == 1
    found.apply(began)
    after = found.figures(at(3))
    assert (after["cash"].arrivals, after["cash"].waiting, after["cash"].open_counters) == (0, 0, 0)
    assert after["self_service"].open_counters == 1


def test_counters_known_from_before_count_as_open() -> None:
    found = Measurements(branch(), [counter(1), counter(2), counter(3, CASH, Status.CLOSED), counter(4, VIP)])
    assert found.figures(at(1))["cash"].open_counters == 2
    assert found.figures(at(1))["vip"].open_counters == 1


def test_the_mean_service_for_quotes_is_in_seconds() -> None:
    expected = {"cash": 600, "vip": 600, "self_service": 600}
    assert Measurements(branch()).mean_service_s(at(0)) == pytest.approx(expected)


def test_figures_for_screens_hold_plain_values_and_intervals_around_the_means() -> None:
    view = measured(first_come_day([1.0, 2.0, 3.0], [5.0, 6.0, 7.0], 2), 12).as_dict()
    assert json.loads(json.dumps(view, allow_nan=False)) == view
    assert view["arrivals_per_min_low"] < view["arrivals_per_min"] < view["arrivals_per_min_high"]
    assert view["mean_service_min_low"] < view["mean_service_min"] < view["mean_service_min_high"]


def test_nothing_is_kept_of_a_ticket_that_has_gone() -> None:
    found = measurements(first_come_day([minute * 1.0 for minute in range(300)], [0.5] * 300, 2))
    assert found._stays == {}


def test_a_clock_that_turns_back_counts_nothing_twice() -> None:
    counted = Counted(30.0, 0.0, running=2)
    counted.advance(10.0)
    counted.advance(4.0)
    assert counted.minutes == 20.0
    assert counted.clock == 10.0
