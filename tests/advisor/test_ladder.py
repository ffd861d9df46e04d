"""Which rung of the ladder speaks: each at its own threshold, and what it then says."""

import math
import random
from typing import Any

import pytest

from server.advisor.abandonment import erlang_a
from server.advisor.class_figures import ClassFigures
from server.advisor.gamma_rate import GammaRate
from server.advisor.general_service import general_service_wait
from server.advisor.ladder import Evidence, speak
from server.advisor.mean_load import offered_load_over
from server.advisor.patience import Patience
from server.advisor.priority import priority_waits
from server.advisor.queue_model import mms
from server.advisor.spread import Spread

LAM, MU = 0.25, 0.1
ARRIVALS, SERVICES = GammaRate(15, 60), GammaRate(12, 120)
LEAVE = Patience(GammaRate(20, 1000), 20, 400)  # 5 % of 400, after 50 minutes on average


def seen(**known: Any) -> Evidence:
    return Evidence(ARRIVALS, SERVICES, **known)


def test_with_nothing_else_known_the_plain_model_speaks() -> None:
    found = speak(seen(), 4)
    plain = mms(LAM, MU, 4)
    assert (found.rung, found.reason.code, found.reason.params, found.besides) == (1, "rung_mms", {}, ())
    assert (found.wait_min, found.waiting, found.p_wait) == (plain.wq, plain.lq, plain.p_wait)
    assert speak(seen(), 2).wait_min == math.inf


def test_customers_who_leave_are_reckoned_with() -> None:
    found, formula = speak(seen(patience=LEAVE), 4), erlang_a(LAM, MU, 0.02, 4)
    assert (found.rung, found.reason.code) == (2, "rung_abandonment")
    assert found.reason.params == {"percent": 5, "patience": 50}
    assert (found.wait_min, found.waiting, found.p_wait) == (formula.wq, formula.lq, formula.p_wait)
    assert speak(seen(patience=LEAVE), 2).wait_min < math.inf


@pytest.mark.parametrize(
    ("left", "decided", "rung"),
    [(2.9, 100, 1), (1, 33, 1), (4, 100, 2), (29, 1000, 1), (31, 1000, 2)],
)
def test_few_who_leave_or_few_who_are_known_do_not_count(left: float, decided: float, rung: int) -> None:
    assert speak(seen(patience=Patience(GammaRate(20, 1000), left, decided)), 4).rung == rung


@pytest.mark.parametrize(
    ("cv2", "n", "rung"),
    [(0.3, 30, 3), (0.3, 29, 1), (0.7, 30, 1), (0.7, 200, 3), (1.0, 10_000, 1), (2.5, 60, 3), (1.3, 60, 1)],
)
def test_services_that_are_surely_not_exponential_are_reckoned_with(cv2: float, n: int, rung: int) -> None:
    found = speak(seen(cv2=cv2, cv2_n=n), 4)
    assert found.rung == rung
    if rung == 3:
        assert (found.reason.code, found.reason.params) == ("rung_spread", {"cv2": cv2, "services": n})
        assert found.wait_min == general_service_wait(LAM, MU, 4, cv2).wq


def test_where_more_is_known_of_the_spread_than_two_moments_that_decides() -> None:
    assert speak(seen(cv2=0.3, cv2_n=60, cv2_log_error=1.0), 4).rung == 1
    assert speak(seen(cv2=0.7, cv2_n=60, cv2_log_error=0.1), 4).rung == 3


@pytest.mark.parametrize("shape", [0.5, 1.0, 4.0])
def test_the_interval_holds_the_true_spread_19_times_in_20(shape: float) -> None:
    draw, held = random.Random(3), 0
    for _ in range(400):
        times = Spread()
        for _ in range(40):
            times.add(draw.gammavariate(shape, 1))
        interval = seen(cv2=times.cv2, cv2_n=times.n).cv2_interval()
        assert interval is not None
        held += interval[0] <= 1 / shape <= interval[1]
    assert 0.9 < held / 400 < 0.99


def test_a_load_that_rises_takes_the_place_of_the_present_one() -> None:
    ahead = (0.35,) * 6
    found = speak(seen(rates_ahead=ahead, step_min=10), 4)
    loads = [load.mean for load in offered_load_over(ahead, MU, 10, LAM / MU)]
    formula = mms(math.fsum(loads) / 6 * MU, MU, 4)
    assert (found.rung, found.reason.code) == (4, "rung_changing")
    assert found.reason.params == {"now": 15, "ahead": 20, "minutes": 60}
    assert found.wait_min == pytest.approx(formula.wq)
    assert [reason.code for reason in found.besides] == ["rung_mms"]
    assert speak(seen(rates_ahead=(0.26,) * 6, step_min=10), 4).rung == 1


def test_the_load_ahead_goes_into_the_formula_of_the_highest_other_rung() -> None:
    ahead = (0.35,) * 18
    found = speak(seen(rates_ahead=ahead, cv2=0.3, cv2_n=60, patience=LEAVE), 4)
    assert (found.rung, [reason.code for reason in found.besides]) == (4, ["rung_spread"])
    both = speak(seen(rates_ahead=ahead, sharing=((0.05, 0.1), (LAM, MU)), place=1), 5)
    assert (both.rung, [reason.code for reason in both.besides]) == (5, ["rung_changing"])
    assert both.wait_min > speak(seen(sharing=((0.05, 0.1), (LAM, MU)), place=1), 5).wait_min


@pytest.mark.parametrize("place", [0, 1])
def test_classes_that_share_counters_wait_by_their_priority(place: int) -> None:
    sharing = ((0.05, 0.05), (LAM, MU))
    found, formula = speak(seen(sharing=sharing, place=place), 5), priority_waits((0.05, LAM), (0.05, MU), 5)
    assert (found.rung, found.reason.code) == (5, "rung_priority")
    assert found.reason.params == {"classes": 2, "place": place + 1}
    assert (found.wait_min, found.waiting) == (formula.wq[place], formula.lq[place])


def test_a_class_that_shares_its_counters_with_nobody_has_no_priority() -> None:
    assert speak(seen(sharing=((LAM, MU),)), 4).rung == 1
    assert speak(seen(sharing=((0.0, 0.05), (LAM, MU)), place=1), 4).rung == 1


def test_a_queue_that_some_leave_is_finite_where_other_formulas_are_not() -> None:
    known = seen(patience=LEAVE, cv2=0.3, cv2_n=60)
    assert [speak(known, servers).rung for servers in (1, 2, 3, 4)] == [2, 2, 3, 3]
    assert speak(seen(cv2=0.3, cv2_n=60), 2).rung == 3
    assert speak(seen(cv2=0.3, cv2_n=60), 2).wait_min == math.inf


def test_evidence_comes_from_a_class_as_measured() -> None:
    times = Spread()
    for minutes in (9.0, 10.0, 11.0) * 20:
        times.add(minutes)
    measured = ClassFigures(
        "cash", 15, ARRIVALS, 60, 0, 600.0, SERVICES, times.cv2, 60, 0, 3, 3, durations=times, patience=LEAVE
    )
    known = Evidence.of(measured, rates_ahead=(0.35,) * 6)
    assert known.cv2_log_error == times.cv2_log_error
    assert [speak(known, servers).rung for servers in (3, 4)] == [4, 4]
    assert [reason.code for reason in speak(known, 4).besides] == ["rung_spread"]
    assert [reason.code for reason in speak(known, 3).besides] == ["rung_abandonment"]


@pytest.mark.parametrize(
    ("known", "words"),
    [
        ({"cv2": -1.0}, "cv2 must be a finite number, zero or more"),
        ({"rates_ahead": (math.nan,)}, "arrivals must be a finite number"),
        ({"sharing": ((0.1, 0.1),), "place": 1}, "place must be one of the 1 classes; got 1"),
        ({"step_min": 0.0}, "step_min must be a finite number, more than zero"),
    ],
)
def test_impossible_evidence_is_refused_in_words(known: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        seen(**known)


def test_no_counter_at_all_is_refused_in_words() -> None:
    with pytest.raises(ValueError, match="servers must be at least 1; got 0"):
        speak(seen(), 0)
