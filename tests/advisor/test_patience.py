"""Patience measured on simulated days whose customers leave at a known rate, some of them unseen."""

import random
from statistics import mean

import pytest

from server.advisor.patience import Patience, PatienceCount
from server.advisor.rates import Measurements
from tests.advisor.day import Log, at, branch


def day(draw: random.Random, hazard: float, unseen: float, customers: int = 400) -> Log:
    """M/M/3+M: whoever loses patience is found gone at the call with probability `unseen`, else says so."""
    log, free, now = Log(), [0.0] * 3, 0.0
    for number in (1, 2, 3):
        log.counter(0.0, number)
    for index in range(customers):
        now += draw.expovariate(0.8)
        name, patience = f"A{index}", draw.expovariate(hazard)
        log.issue(now, name)
        place = min(range(3), key=free.__getitem__)
        start = max(now, free[place])
        if now + patience >= start:
            service = draw.expovariate(0.25)
            log.serve(start, service, name, place + 1)
            free[place] = start + service
        elif draw.random() < unseen:
            log.call(start, name, place + 1)
            log.move(start + 0.5, name, "no_show", ended_at=at(start + 0.5))
            free[place] = start + 0.5
        else:
            log.move(now + patience, name, "cancelled", ended_at=at(now + patience))
    return log


def measured(log: Log, minute: float = 1e4) -> Patience:
    found = Measurements(branch())
    for event in log.in_order():
        if event.at <= at(minute):
            found.apply(event)
    patience = found.figures(at(min(minute, 900)))["cash"].patience
    assert patience is not None
    return patience


@pytest.mark.parametrize(("hazard", "unseen"), [(0.02, 1.0), (0.06, 1.0), (0.06, 0.5), (0.02, 0.0)])
def test_the_rate_of_leaving_is_found_though_leavers_go_unseen(hazard: float, unseen: float) -> None:
    draw = random.Random(3)
    found = [measured(day(draw, hazard, unseen)) for _ in range(6)]
    # Each day's estimate is 12 % off, so the mean of six 5 %.
    assert mean(one.hazard.mean for one in found) == pytest.approx(hazard, rel=0.1)
    covered = sum(low <= hazard <= high for low, high in (one.hazard.interval(0.8) for one in found))
    assert covered >= 3


def test_counting_unseen_leavers_as_waiting_until_their_call_would_be_visibly_wrong() -> None:
    """What the approximation is for: their time from leaving to the call is no time that anyone waited."""
    draw = random.Random(4)
    logs = [day(draw, 0.06, 1.0) for _ in range(4)]
    plain = []
    for log in logs:
        since = {e.ticket.id: e.at for e in log.events if e.kind == "ticket.issued" and e.ticket}
        calls = [(e.at, since[e.ticket.id]) for e in log.events if e.kind == "ticket.called" and e.ticket]
        waited = sum((now - then).total_seconds() / 60 for now, then in calls)
        plain.append(sum(e.kind == "ticket.no_show" for e in log.events) / waited)
    assert mean(plain) < 0.88 * mean(measured(log).hazard.mean for log in logs)


def test_a_missed_number_that_comes_back_had_not_left() -> None:
    log = Log()
    log.counter(0, 1)
    log.issue(0, "A1")
    log.call(5, "A1")
    log.miss(6, "A1")
    log.serve(20, 3, "A1")
    found = measured(log, 30)
    assert (found.left, found.decided) == (0, 1)
    assert found.hazard.beta == pytest.approx(25)  # they waited five minutes; what came later is not known


def test_whoever_waits_now_counts_while_they_wait() -> None:
    log = Log()
    log.issue(0, "A1")
    log.issue(10, "A2")
    assert measured(log, 30).hazard.beta == pytest.approx(20 + 30 + 20)


def test_a_transfer_ends_the_wait_in_one_class_and_begins_it_in_another() -> None:
    log = Log()
    log.issue(0, "A1")
    log.move(8, "A1", "transferred", queue_id="vip", arrived_at=at(8))
    log.move(11, "A1", "cancelled", ended_at=at(11))
    found = Measurements(branch())
    for event in log.in_order():
        found.apply(event)
    patience = {key: figures.patience for key, figures in found.figures(at(20)).items()}
    cash, vip = patience["cash"], patience["vip"]
    assert cash is not None
    assert vip is not None
    assert (cash.left, cash.decided, cash.hazard.beta) == pytest.approx((0, 1, 28))
    assert (vip.left, vip.decided, vip.hazard.beta) == pytest.approx((1, 1, 23))


def test_who_expires_with_the_day_counts_as_nothing() -> None:
    log = Log()
    log.issue(0, "A1")
    log.move(570, "A1", "expired", ended_at=at(570))
    found = measured(log, 580)
    assert (found.left, found.decided, found.hazard.beta) == pytest.approx((0, 0, 20))


def test_who_is_called_at_once_and_is_not_there_never_meant_to_wait() -> None:
    count = PatienceCount(0.0)
    count.join(0.0)
    count.quit_line(0.0)
    count.had_gone(0.5, 1.0)
    assert count.at(1.0).decided == 0


@pytest.mark.parametrize(
    ("left", "decided", "matters"), [(0, 0, False), (3, 60, True), (1, 20, False), (2, 100, False), (0, 500, False)]
)
def test_abandonment_matters_from_three_in_a_hundred_if_that_is_no_chance(
    left: int, decided: int, matters: bool
) -> None:
    count = PatienceCount(0.0, prior_left=left, prior_decided=decided)
    found = count.at(0.0)
    assert found.matters is matters
    assert found.as_dict()["matters"] is matters
    assert 0 <= found.share_interval()[0] <= found.share_interval()[1] <= 1


def test_half_the_wait_where_patience_is_long_and_less_where_it_is_short() -> None:
    long, short = PatienceCount(0.0), PatienceCount(0.0)
    short.prior = type(short.prior)(100.0, 10.0)
    for count in (long, short):
        count.had_gone(10.0, 0.0)
    assert long.minutes == pytest.approx(5, rel=0.05)
    assert short.minutes == pytest.approx(0.1, rel=0.01)
    short.had_gone(1e6, 0.0)  # no overflow however long a number was not called
