"""Customers called within the wait that the branch has set itself: days reckoned by hand, and any by the formula."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from server.advisor.rates import Measurements
from server.advisor.target_record import TargetFigures, TargetRecord
from server.domain.branch import Branch, CounterClass, Service
from tests.advisor.day import Log, at, branch

T, CHANGED, SHUT, OVER = 10.0, 199.5, 510.0, 570.0  # minutes; the last three after opening


def aiming(cash: float | None = T, **services: float | None) -> Branch:
    """Cash counters with this target, and services there with their own."""
    here = branch()
    own = {key: Service(key, {"en": key}, "cash", target_min=target) for key, target in services.items()}
    policies = here.policies | {"cash": replace(here.policies["cash"], target_wait_min=cash)}
    return replace(here, services={**here.services, **own}, policies=policies)


def measured(log: Log, here: Branch) -> Measurements:
    found = Measurements(here)
    for event in log.in_order():
        found.apply(event)
    return found


def target(log: Log, here: Branch, minute: float, key: str = "cash") -> TargetFigures | None:
    return measured(log, here).figures(at(minute))[key].target


def told(log: Log, here: Branch, minute: float = 100.0, key: str = "cash") -> tuple[int, int, int, int]:
    """within, called, left, late"""
    found = target(log, here, minute, key)
    assert found is not None
    return found.within, found.called, found.left, found.late


def gone(log: Log, minute: float, name: str, how: str = "cancelled") -> None:
    log.move(minute, name, how, ended_at=at(minute))


def set_anew(log: Log, minute: float, here: Branch) -> None:
    log.events.append(log._event(minute, "branch.set_up", branch=here))


def called(log: Log, came: float, waited: float, name: str, **more: Any) -> None:
    log.issue(came, name, **more)
    log.call(came + waited, name)


def test_a_morning_by_hand() -> None:
    log = Log()
    called(log, 0, 2, "A1")
    called(log, 1, 10, "A2")  # just the target: in time
    called(log, 2, 10.5, "A3")
    log.issue(3, "A4")
    gone(log, 3 + 12, "A4")  # gave up after it
    log.issue(4, "A5")
    gone(log, 4 + 6, "A5", "abandoned")  # gave up before it: says nothing
    log.issue(5, "A6")  # has waited 11 minutes at 16
    log.issue(7, "A7")  # and this one 9
    found = target(log, aiming(), 16)
    assert found == TargetFigures(low=T, high=T, within=2, called=3, left=1, late=1)
    assert (found.counted, found.share) == (4, 0.5)
    assert found.as_dict() == {
        "low_min": 10.0, "high_min": 10.0, "share": 0.5, "within": 2, "called": 3, "left": 1, "counted": 4, "late": 1,
    }  # fmt: skip
    assert measured(log, aiming()).figures(at(16))["vip"].target is None


def test_with_a_target_and_nobody_called_there_is_no_share() -> None:
    found = target(Log(), aiming(), 0)
    assert found is not None
    assert (found.counted, found.share, found.late) == (0, None, 0)


def test_without_a_target_nothing_is_said_whatever_happens() -> None:
    log = Log()
    called(log, 0, 30, "A1")
    log.issue(0, "A2")
    assert target(log, aiming(None), 100) is None
    assert measured(log, aiming(None)).figures(at(100))["cash"].as_dict()["target"] is None


def test_a_service_with_a_target_of_its_own_is_judged_by_it() -> None:
    log, here = Log(), aiming(quick=3.0, plain=None)
    for name, service, waited in (("A1", "quick", 4), ("A2", "quick", 2), ("A3", "plain", 4), ("A4", "cash", 11)):
        called(log, 0, waited, name, service_id=service)
    assert told(log, here) == (2, 4, 0, 0)
    found = target(log, here, 100)
    assert found is not None
    assert (found.low, found.high) == (3, 10)


def test_a_customer_without_any_target_does_not_count() -> None:
    log, here = Log(), aiming(None, quick=3.0)
    called(log, 0, 50, "A1")
    called(log, 0, 2, "A2", service_id="quick")
    log.issue(0, "A3")
    gone(log, 40, "A3")
    log.issue(0, "A4")
    assert told(log, here) == (1, 1, 0, 0)
    found = target(log, here, 100)
    assert found is not None
    assert (found.low, found.high) == (3, 3)


def test_a_segment_with_a_queue_of_its_own_brings_every_services_target_there() -> None:
    here = replace(aiming(None, quick=3.0), segment_queues={"vip": "vip"})
    log = Log()
    log.issue(0, "V1", "vip", service_id="quick")
    assert told(log, here, 4, "vip") == (0, 0, 0, 1)


def test_each_customer_counts_once_whatever_happens_after_the_first_call() -> None:
    log = Log()
    called(log, 0, 5, "A1")
    log.move(6, "A1", "recalled", calls=2)
    log.miss(7, "A1")
    log.call(40, "A1")
    log.move(41, "A1", "no_show", ended_at=at(41))
    called(log, 0, 20, "A2")
    log.move(21, "A2", "started", started_at=at(21))
    log.move(22, "A2", "parked")
    log.move(60, "A2", "resumed")
    log.move(61, "A2", "returned", counter_id=None)
    log.call(90, "A2")
    called(log, 0, 5, "A3")
    gone(log, 30, "A3")
    assert told(log, aiming()) == (2, 3, 0, 0)


def test_who_asked_for_more_time_is_not_held_against_the_branch() -> None:
    log = Log()
    for name in ("A1", "A2", "A3"):
        log.issue(0, name)
        log.move(8, name, "deferred", deferred_to=4)
    log.call(30, "A1")
    gone(log, 30, "A2")
    assert told(log, aiming()) == (0, 0, 0, 0)


def test_who_is_sent_on_waits_anew_and_counts_where_they_are_called() -> None:
    here = aiming()
    here = replace(here, policies=here.policies | {"vip": replace(here.policies["vip"], target_wait_min=5.0)})
    log = Log()
    called(log, 0, 4, "A1")
    log.move(20, "A1", "transferred", queue_id="vip", counter_id=None, arrived_at=at(20))
    log.call(26, "A1", 7)
    log.issue(0, "A2")
    log.move(25, "A2", "transferred", queue_id="vip", arrived_at=at(25))  # nobody had called them
    assert told(log, here, 28, "cash") == (1, 1, 0, 0)
    assert told(log, here, 28, "vip") == (0, 1, 0, 0)
    assert told(log, here, 31, "vip") == (0, 1, 0, 1)


def test_whoever_is_left_when_the_day_expires_was_not_called_in_time() -> None:
    log = Log()
    log.issue(SHUT - 5, "A1")
    assert told(log, aiming(), OVER - 1) == (0, 0, 0, 1)
    log.move(OVER, "A1", "expired", ended_at=at(OVER))
    assert told(log, aiming(), OVER) == (0, 0, 1, 0)


def test_at_noon_another_target_counts_for_who_waits_and_for_nobody_who_was_called() -> None:
    log, here = Log(), aiming()
    called(log, 0, 8, "A1")
    called(log, 0, 12, "A2")
    log.issue(194, "A3")
    log.issue(194, "A4")
    set_anew(log, CHANGED, aiming(5.0))
    log.call(201, "A3")
    found = target(log, here, 201)
    assert found == TargetFigures(low=5, high=10, within=1, called=3, left=0, late=1)
    set_anew(log, 202, aiming(None))
    assert target(log, here, 203) is None
    set_anew(log, 204, aiming(15.0))
    assert target(log, here, 205) == TargetFigures(low=5, high=15, within=1, called=3, left=0, late=0)


def test_a_class_that_comes_at_noon_has_a_target_from_then_on() -> None:
    here = aiming()
    queues = {key: queue for key, queue in here.queues.items() if key != "vip"}
    log = Log()
    set_anew(log, CHANGED, here)
    called(log, 300, 8, "V1", queue_id="vip")
    less = replace(here, queues=queues, policies={"cash": here.policies["cash"]})
    aimed = replace(here.policies["cash"], target_wait_min=6.0)
    log.events[1] = replace(log.events[1], branch=replace(here, policies=here.policies | {"vip": aimed}))
    assert told(log, less, 400, CounterClass.VIP) == (0, 1, 0, 0)


def test_a_new_day_begins_with_nobody() -> None:
    log, here = Log(), aiming()
    called(log, 0, 30, "A1")
    log.issue(400, "A2")
    found = measured(log, here)
    tomorrow = Log(day=1)
    before = found.figures(tomorrow.at(0))["cash"].target  # nothing has told of the day yet
    for event in tomorrow.in_order():
        found.apply(event)
    after = found.figures(tomorrow.at(0))["cash"].target
    assert before == after == TargetFigures(low=T, high=T, within=0, called=0, left=0, late=0)


def test_who_is_told_of_late_has_waited_since_they_came() -> None:
    log = Log()
    for name in ("A1", "A2"):
        log.issue(0, name)
    log.events = [replace(event, at=at(30)) if event.ticket else event for event in log.events]
    log.call(31, "A1")
    assert told(log, aiming(), 31) == (0, 1, 0, 1)


def test_a_call_of_somebody_never_seen_before_is_taken_as_it_comes() -> None:
    log = Log()
    called(log, 0, 12, "A1")
    log.events = [event for event in log.events if event.kind != "ticket.issued"]
    assert told(log, aiming()) == (0, 1, 0, 0)


def test_just_the_target_is_in_time_at_any_time_of_day() -> None:
    """Minutes since the epoch are rounded: of two that lie 7.3 minutes apart, the difference is hardly ever 7.3."""
    for seconds in range(0, 30_000, 97):
        came, record = at(seconds / 60).timestamp() / 60, TargetRecord()
        for waited in (7.3, 7.301):
            now = at(seconds / 60 + waited).timestamp() / 60
            record.call(now - came, 7.3)
            record.leave(now - came, 7.3)
        assert (record.within, record.called, record.left) == (1, 2, 1)


CUSTOMERS = st.lists(
    st.tuples(
        st.integers(0, 300),  # came
        st.integers(1, 40),  # waited
        st.sampled_from(["called", "cancelled", "abandoned", "waits"]),
        st.sampled_from(["cash", "quick"]),
    ),
    max_size=30,
)


@given(CUSTOMERS, st.one_of(st.none(), st.integers(1, 30)), st.integers(1, 30), st.integers(0, 350))
def test_on_any_day_it_is_the_formula(
    customers: Sequence[tuple[int, int, str, str]], first: float | None, then: float, asked: int
) -> None:
    """SL(T) of what has happened by then, each wait by the target in force when it ended."""
    log = Log()
    for number, (came, waited, how, service) in enumerate(customers):
        log.issue(came, f"A{number}", service_id=service)
        if how == "called":
            log.call(came + waited, f"A{number}")
        elif how != "waits":
            gone(log, came + waited, f"A{number}", how)
    set_anew(log, CHANGED, aiming(then, quick=7.0))
    log.events = [event for event in log.events if event.at <= at(asked)]
    within = called = left = late = 0
    for came, waited, how, service in customers:
        done = how != "waits" and came + waited <= asked
        wanted = 7.0 if service == "quick" else then if (came + waited if done else asked) > CHANGED else first
        if came > asked or wanted is None:
            continue
        called += done and how == "called"
        within += done and how == "called" and waited <= wanted
        left += done and how != "called" and waited > wanted
        late += not done and asked - came > wanted
    assert told(log, aiming(first, quick=7.0), asked) == (within, called, left, late)
