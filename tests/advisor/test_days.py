"""Days that are over: what is kept of them, what the next morning begins with, and that a year costs no more."""

import json
import pickle
import random
import sys
from collections.abc import Iterator
from datetime import timedelta

import pytest

from server.advisor.class_day import ClassDay, class_day_from
from server.advisor.class_figures import ClassFigures
from server.advisor.day_rates import SLOTS
from server.advisor.experience import Experience
from server.advisor.rates import Measurements
from server.domain.events import Event
from tests.advisor.arrivals import OPENS, arrivals, two_peaks
from tests.advisor.day import DAY, Log, at, branch, first_come_day


def a_day(number: int, usual: float = 0.2, service_min: float = 6.0, like: int | None = None) -> Log:
    """The study's day: peaks at noon and in the afternoon, four counters; `like` another day, if asked for."""
    draw = random.Random(number if like is None else like)
    came = [now - OPENS for now in arrivals(draw, two_peaks(usual))]
    return first_come_day(came, [draw.expovariate(1 / service_min) for _ in came], 4, number)


def live(found: Measurements, log: Log, until: float = 1e6) -> None:
    for event in log.in_order():
        if event.at <= log.at(until):
            found.apply(event)


def weeks(n: int) -> Iterator[int]:
    """The numbers of the working days of `n` weeks."""
    for week in range(n):
        yield from range(7 * week, 7 * week + 5)


@pytest.fixture(scope="module")
def month() -> Experience:
    """Four weeks that a branch has lived through; tests must not teach it more."""
    experience = Experience()
    found = Measurements(branch(), experience=experience)
    for number in weeks(4):
        live(found, a_day(number))
    return experience


def morning_after(experience: Experience) -> tuple[Measurements, Log]:
    """A Monday that nobody has lived through, not begun."""
    return Measurements(branch(), experience=pickle.loads(pickle.dumps(experience))), a_day(35)


def cash(found: Measurements, log: Log, minute: float) -> ClassFigures:
    return found.figures(log.at(minute))["cash"]


def test_a_day_is_kept_as_sums_that_add_up() -> None:
    log, found = a_day(0), Measurements(branch())
    live(found, log)
    record, figures = found.day_records(log.at(600))["cash"], cash(found, log, 600)
    assert sum(record.arrivals) == figures.arrivals == record.services == record.calls
    assert 0 < record.decided < record.calls  # the others did not have to wait
    assert record.first_slot == 34
    assert sum(record.open_min) == 510
    assert record.busy_min == pytest.approx(figures.busy_minutes)
    assert record.durations.n == figures.completions
    assert record.by_service["cash"].minutes == pytest.approx(record.busy_min)
    assert record.walk_up.mean == 0
    assert record.service.mean == pytest.approx(record.durations.mean)
    assert dict(record.queues) == {"cash": figures.arrivals}
    assert record.call_wait_min == pytest.approx(record.waited_min)


def test_a_kept_day_is_plain_json_and_comes_back_as_it_was() -> None:
    found = Measurements(branch())
    live(found, a_day(0))
    record = found.day_records(at(600))["cash"]
    assert class_day_from(json.loads(json.dumps(record.as_dict(), allow_nan=False))) == record
    assert class_day_from({**record.as_dict(), "version": 2}) is None
    assert class_day_from(ClassDay().as_dict()) == ClassDay()


def test_the_present_day_is_over_when_its_last_tickets_have_expired() -> None:
    log, found = Log(), Measurements(branch())
    log.issue(480, "A1")
    log.move(571, "A1", "expired", ended_at=at(571))
    live(found, log, 570)
    assert found.unstored(at(569)) == {}
    assert found.unstored(at(570)) == {}  # the clock has not cleared the hall yet
    found.apply(log.events[-1])
    over = found.unstored(at(571))
    assert list(over) == [DAY]
    assert set(over[DAY]) == {"cash", "vip", "self_service"}
    found.stored(DAY)
    assert found.unstored(at(600)) == {}
    live(found, a_day(1), 10)
    assert found.unstored(at(1500)) == {}


def test_a_day_that_was_not_stored_before_the_next_began_is_still_told_of() -> None:
    found = Measurements(branch())
    live(found, a_day(0))
    live(found, a_day(1), 10)
    assert list(found.unstored(a_day(1).at(10))) == [DAY]
    found.stored(DAY)
    assert found.unstored(a_day(1).at(10)) == {}


def test_a_day_without_an_event_is_no_day() -> None:
    found = Measurements(branch())
    found.figures(at(300))
    live(found, a_day(2), 10)
    assert found.unstored(a_day(2).at(20)) == {}


def test_a_process_that_was_away_all_afternoon_has_seen_no_quiet_afternoon() -> None:
    found, log = Measurements(branch()), a_day(0)
    live(found, log, 200)
    kept = found.day_records(log.at(570))["cash"]
    assert 190 < sum(kept.open_min) < 201


def test_who_was_forgotten_at_the_counter_is_no_service_of_ten_hours() -> None:
    log, found = Log(), Measurements(branch())
    log.counter(0, 1)
    log.issue(10, "A1")
    log.serve(10, 7, "A1")
    log.issue(20, "A2")
    log.call(20, "A2")
    log.move(600, "A2", "expired", ended_at=at(600))
    live(found, log)
    kept = found.day_records(at(600))["cash"]
    assert (kept.services, kept.busy_min) == pytest.approx((1, 7))
    assert kept.by_service["cash"].minutes == pytest.approx(7)


def test_without_history_it_is_as_it_was_and_says_so() -> None:
    figures = cash(Measurements(branch()), Log(), 0.0)
    assert (figures.history_days, figures.multiplier, figures.expected, figures.rush) == (0, None, (), None)


def test_a_morning_begins_with_what_the_days_before_have_shown(month: Experience) -> None:
    found, log = morning_after(month)
    live(found, log, 0)
    figures = cash(found, log, 0)
    assert figures.mean_service_min == pytest.approx(6, rel=0.25)  # the branch itself believes in ten
    assert figures.service_rate.alpha == pytest.approx(30)
    assert figures.cv2 == pytest.approx(1, rel=0.35)
    assert figures.cv2_n >= 200
    assert figures.arrival_rate.mean == pytest.approx(0.2, rel=0.3)
    assert figures.services["cash"].rate.mean == pytest.approx(1 / 6, rel=0.25)
    assert figures.history_days == 19  # the last of the twenty has not ended
    assert sum(n for _, n in figures.expected) == pytest.approx(0.2 * 582, rel=0.12)
    assert figures.multiplier is not None
    assert figures.multiplier.mean == 1
    view = figures.as_dict()
    assert json.loads(json.dumps(view, allow_nan=False)) == view
    assert len(view["expected"]) == 34


def test_the_rate_follows_the_time_of_day_before_anyone_has_come(month: Experience) -> None:
    found, log = morning_after(month)
    live(found, log, 120)
    early, noon = cash(found, log, 149), cash(found, log, 160)  # eleven o'clock is minute 150
    assert noon.arrival_rate.mean > 1.2 * early.arrival_rate.mean


def test_before_anything_has_happened_the_morning_is_a_new_day_all_the_same(month: Experience) -> None:
    found = morning_after(month)[0]
    live(found, a_day(35))
    night, day = a_day(35).at(600), a_day(36)
    assert cash(found, a_day(35), 600).arrivals > 50
    figures = found.figures(day.at(5))["cash"]
    assert (figures.arrivals, figures.waiting, figures.history_days) == (0, 0, 19)
    assert found.outlook_inputs(day.at(5), 60)["cash"].ends_after_min == 505
    assert found.outlook_inputs(night, 60)["cash"].ends_after_min == 0


def test_a_busy_day_is_seen_in_its_multiplier(month: Experience) -> None:
    found, _ = morning_after(month)
    log = a_day(35, usual=0.35)
    live(found, log, 240)
    figures = cash(found, log, 240)
    assert figures.multiplier is not None
    assert 1.3 < figures.multiplier.mean < 2.2
    low, high = figures.multiplier.interval(0.8)
    assert low > 1.1
    assert figures.as_dict()["multiplier_high"] == high


def test_the_outlook_is_the_profile_times_today_until_the_doors_close(month: Experience) -> None:
    found, log = morning_after(month)
    live(found, log, 120)
    outlook = found.outlook_inputs(log.at(120), 240)["cash"]
    assert len(outlook.arrival_rates) == 48
    assert outlook.ends_after_min == 390
    assert sum(outlook.mean_rates[6:18]) * 5 > 1.2 * sum(outlook.mean_rates[20:32]) * 5  # the peak at eleven
    assert outlook.mean_rates[0] == pytest.approx(cash(found, log, 120).arrival_rate.mean, rel=0.1)
    evening = found.outlook_inputs(log.at(500), 60)["cash"]
    assert evening.ends_after_min == 10
    assert evening.arrival_rates[2:] == (0.0,) * 10
    assert evening.abandonment_rate == 0


@pytest.mark.parametrize(("horizon", "step"), [(0, 5), (60, 0), (float("nan"), 5), (60, -1)])
def test_an_impossible_horizon_is_refused_in_words(horizon: float, step: float) -> None:
    with pytest.raises(ValueError, match="must be a finite number, more than zero"):
        Measurements(branch()).outlook_inputs(at(0), horizon, step)


def test_without_history_the_outlook_is_the_rate_of_late() -> None:
    found, log = Measurements(branch(arrivals_per_hour=12)), a_day(0, usual=0.5)
    live(found, log, 100)
    outlook, rate = found.outlook_inputs(log.at(100), 60)["cash"], cash(found, log, 100).arrival_rate
    assert outlook.mean_rates == pytest.approx([rate.mean] * 12)
    assert outlook.day_multiplier.alpha == rate.alpha


def test_a_day_to_come_is_foretold_by_its_kind(month: Experience) -> None:
    found, _ = morning_after(month)
    known = found.profile("cash", DAY + timedelta(days=37))
    assert known is not None
    rates, days = known
    assert rates.hours.day.weekday() == 2
    assert rates.expected(rates.hours.opens, rates.hours.closes) == pytest.approx(0.2 * 582, rel=0.15)
    assert days == 19
    assert found.profile("cash", DAY + timedelta(days=5)) is None


def test_a_day_is_learned_once_and_only_after_the_days_before_it() -> None:
    found = Measurements(branch())
    live(found, a_day(1))
    records = found.day_records(at(2040))
    experience = Experience()
    assert experience.learn(DAY + timedelta(days=1), records)
    assert not experience.learn(DAY + timedelta(days=1), records)
    assert not experience.learn(DAY, records)
    assert experience.of("cash").profile.days(DAY) == 1


def calls_for(found: Measurements, events: list[Event]) -> int:
    """How many functions Python calls while these events are counted."""
    calls = 0

    def count(_frame: object, what: str, _argument: object) -> None:
        nonlocal calls
        calls += what == "call"

    sys.setprofile(count)
    for event in events:
        found.apply(event)
    sys.setprofile(None)
    return calls


def test_an_event_costs_the_same_at_the_end_of_a_year_as_in_its_first_weeks() -> None:
    found, seen = Measurements(branch()), []
    for number in weeks(50):
        log = a_day(number, usual=0.03, like=number % 7)  # every week the same, so that only the year differs
        began, *events = log.in_order()
        found.apply(began)
        if number in (28, 336):  # two Mondays
            seen.append((calls_for(found, events) / len(events), len(pickle.dumps(found))))
        for event in events if number not in (28, 336) else ():
            found.apply(event)
        found.stored(log.events[0].day or DAY)
    (calls_early, size_early), (calls_late, size_late) = seen
    assert calls_late == pytest.approx(calls_early, rel=0.05)
    assert size_late < 1.1 * size_early


def test_slots_of_a_kept_day_are_the_whole_day_again() -> None:
    day = ClassDay(first_slot=34, arrivals=(1, 2), open_min=(15.0, 7.5))
    came, open_min = day.whole_day()
    assert len(came) == len(open_min) == SLOTS
    assert came[34:36] == [1, 2]
    assert sum(open_min) == 22.5
