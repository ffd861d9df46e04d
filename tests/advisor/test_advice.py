"""When the advisor speaks, what it says, and when it must hold its peace."""

import json
import math
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from server.advisor.advice import Limits, Rails, Recommendation, advise
from server.advisor.class_record import ClassFigures
from server.advisor.gamma_rate import GammaRate
from server.advisor.queue_model import mms
from server.advisor.reckoning import reckon
from server.domain.branch import ClassPolicy
from server.domain.words import LANGUAGES, say
from tests.advisor.day import at

NOW = at(120)
COSTS = ClassPolicy(counter_cost=60, waiting_cost=60, expected_service_min=10, expected_arrivals_per_hour=12)
LIMITS = Limits(least=1, most=6)


def figures(
    per_hour: float, service_min: float, open_counters: int, *, hours: float = 4.0, **changes: Any
) -> ClassFigures:
    """Measured for `hours`: the longer, the surer."""
    services = max(per_hour * hours, 1)
    found = ClassFigures(
        counter_class="cash",
        arrivals=round(per_hour * hours),
        arrival_rate=GammaRate(per_hour * hours, 60 * hours),
        completions=round(services),
        no_shows=0,
        busy_minutes=services * service_min,
        service_rate=GammaRate(services, services * service_min),
        cv2=1.0,
        cv2_n=round(services),
        waiting=0,
        busy_counters=open_counters,
        open_counters=open_counters,
    )
    return replace(found, **changes)


def asked(**changes: Any) -> Recommendation | None:
    question: dict[str, Any] = {"figures": figures(15.138, 10, 3), "costs": COSTS, "limits": LIMITS, "now": NOW}
    return advise(**question | changes)


def told(**changes: Any) -> Recommendation:
    found = asked(**changes)
    assert found is not None
    return found


def silent(**changes: Any) -> bool:
    return asked(**changes) is None


def test_the_sources_branch_is_advised_to_open_its_fourth_counter() -> None:
    found = told()
    assert (found.action, found.open_now, found.advised, found.optimum) == ("open", 3, 4, 4)
    assert found.wait_now == pytest.approx(15, rel=1e-3)
    assert found.wait_after == pytest.approx(2.2, abs=0.05)
    assert found.saving == pytest.approx(60 * (mms(0.2523, 0.1, 3).l - mms(0.2523, 0.1, 4).l - 1))
    assert 0.5 < found.confidence < 1
    assert found.reason.code == "advice_open_saves"
    assert found.reason.params == {
        "open": 3, "advised": 4, "wait_now": 15.0, "wait_after": 2.2, "saving": round(found.saving or 0),
    }  # fmt: skip


def test_more_measurements_make_the_same_advice_surer() -> None:
    one_day, ten_days = (told(figures=figures(15.138, 10, 3, hours=hours)) for hours in (8, 80))
    assert one_day.confidence < ten_days.confidence
    assert ten_days.confidence > 0.99


def test_a_counter_too_many_is_advised_to_close() -> None:
    found = told(figures=figures(6, 10, 5))
    assert (found.action, found.advised, found.reason.code) == ("close", 4, "advice_close_saves")
    assert found.saving is not None
    assert found.saving > 0
    assert found.confidence >= 0.6


def test_nothing_is_said_where_nothing_is_to_be_gained() -> None:
    assert silent(figures=figures(15.138, 10, 4))


def test_overload_is_advised_at_once_by_as_many_counters_as_it_takes() -> None:
    found = told(figures=figures(40, 10, 3), limits=Limits(1, 12))
    assert (found.keeps_up_now, found.cost_now, found.wait_now, found.saving) == (False, None, None, None)
    assert found.growth_now == pytest.approx((40 - 18) / 60)
    assert found.advised == found.optimum == 9
    assert found.keeps_up_after
    assert found.reason.code == "advice_open_overload"
    assert (found.reason.params["arrivals"], found.reason.params["capacity"]) == (40, 18)


def test_where_all_counters_are_too_few_all_are_advised_and_it_says_so() -> None:
    found = told(figures=figures(40, 10, 3), limits=Limits(1, 6))
    assert (found.advised, found.keeps_up_after, found.reason.code) == (6, False, "advice_open_all")
    assert found.growth_after == pytest.approx((40 - 36) / 60)
    assert silent(figures=figures(40, 10, 6), limits=Limits(1, 6))  # nothing is left to open


def test_people_before_closed_counters_need_no_measurements() -> None:
    nobody_serves = figures(3, 10, 0, hours=0.3, completions=0, waiting=2)
    found = told(figures=nobody_serves)
    assert (found.advised, found.confidence, found.reason.code) == (1, 1.0, "advice_open_first")
    assert silent(figures=replace(nobody_serves, waiting=0))
    assert silent(figures=nobody_serves, limits=Limits(0, 0))  # this class has no counter at all


@pytest.mark.parametrize("measured", [{"arrivals": 4}, {"completions": 2}])
def test_too_little_measured_gives_no_advice(measured: dict[str, int]) -> None:
    assert silent(figures=figures(15.138, 10, 3, **measured))


def test_no_advice_follows_a_change_or_a_dismissal_for_ten_minutes() -> None:
    assert silent(settled_at=NOW - timedelta(minutes=9.9))
    assert told(settled_at=NOW - timedelta(minutes=10)).action == "open"
    assert silent(settled_at=NOW - timedelta(minutes=10), rails=Rails(dwell=timedelta(minutes=20)))


def test_the_legal_minimum_is_never_closed_and_its_lack_is_told() -> None:
    assert silent(figures=figures(1.5, 5, 3), limits=Limits(3, 6))
    found = told(figures=figures(1.5, 5, 1, hours=8), limits=Limits(3, 6))
    assert (found.action, found.advised, found.reason.code) == ("open", 3, "advice_open_minimum")
    assert found.confidence == 1.0


def test_the_last_counter_is_never_closed() -> None:
    assert silent(figures=figures(0.7, 1, 1, hours=8), limits=Limits(0, 6))


def test_no_counter_closes_on_a_queue_longer_than_the_fewer_would_have() -> None:
    calm = figures(6, 10, 5)
    assert told(figures=calm).action == "close"
    assert silent(figures=replace(calm, waiting=7))


def test_closing_needs_more_confidence_than_opening() -> None:
    unsure = figures(6, 10, 5, hours=1)
    confidence = told(figures=unsure, rails=Rails(confidence_to_close=0.0)).confidence
    assert silent(figures=unsure, rails=Rails(confidence_to_close=confidence + 1e-9))
    assert told(figures=unsure, rails=Rails(confidence_to_close=confidence - 1e-9)).action == "close"


def test_free_counters_and_free_waiting_are_reckoned_too() -> None:
    free_counters, free_waiting = replace(COSTS, counter_cost=0.0), replace(COSTS, waiting_cost=0.0)
    assert told(costs=free_counters).optimum == 6
    assert reckon(figures(15.138, 10, 3), free_waiting, LIMITS).optimum == 3


def test_the_advice_is_plain_json_with_the_cost_of_every_number_of_counters() -> None:
    for found in (told(), told(figures=figures(40, 10, 3)), told(figures=figures(3, 10, 0, waiting=1))):
        view = found.as_dict()
        assert json.loads(json.dumps(view, allow_nan=False)) == view
        assert [row["servers"] for row in view["table"]] == [1, 2, 3, 4, 5, 6]
        assert view["rates"]["arrivals_per_min_low"] < view["rates"]["arrivals_per_min_high"]
    table = {row["servers"]: row for row in told().as_dict()["table"]}
    assert (table[2]["keeps_up"], table[2]["cost"], table[2]["wait_min"]) == (False, None, None)
    assert table[3]["cost"] - table[4]["cost"] == pytest.approx(told().saving)


CODES = (
    "advice_open_first", "advice_open_overload", "advice_open_all", "advice_open_minimum",
    "advice_open_saves", "advice_close_saves",
)  # fmt: skip


def test_every_reason_is_told_in_every_language() -> None:
    reasons = [
        told(figures=figures(3, 10, 0, waiting=2)).reason,
        told(figures=figures(40, 10, 3), limits=Limits(1, 12)).reason,
        told(figures=figures(40, 10, 3)).reason,
        told(figures=figures(1.5, 5, 2, hours=8), limits=Limits(3, 6)).reason,
        told().reason,
        told(figures=figures(6, 10, 5)).reason,
    ]
    assert tuple(reason.code for reason in reasons) == CODES
    for reason in reasons:
        words = say(f"reason.{reason.code}", reason.params)
        assert set(words) == set(LANGUAGES)
        assert all("{" not in sentence for sentence in words.values())


@settings(max_examples=80, deadline=None)
@given(
    st.floats(0.5, 120), st.floats(0.5, 30), st.integers(0, 8), st.integers(0, 30),
    st.integers(0, 4), st.integers(0, 8), st.floats(0.5, 40), st.floats(1, 500), st.floats(1, 500),
)  # fmt: skip
def test_whatever_the_figures_an_advice_keeps_within_its_rails(
    per_hour: float, service_min: float, here: int, waiting: int,
    least: int, most: int, hours: float, counter_cost: float, waiting_cost: float,
) -> None:  # fmt: skip
    assume(least <= most and here <= most)
    measured = figures(per_hour, service_min, here, hours=hours, waiting=waiting)
    costs = replace(COSTS, counter_cost=counter_cost, waiting_cost=waiting_cost)
    found = advise(measured, costs, Limits(least, most), NOW)
    if found is None:
        return
    assert max(least, 1) <= found.advised <= most
    assert (found.advised > here) == (found.action == "open")
    assert found.advised != here
    if found.action == "close":
        assert found.advised == here - 1
        assert found.keeps_up_after
        assert found.confidence >= 0.6
    elif found.keeps_up_now:
        assert found.advised == max(here + 1, least)
        assert found.confidence >= 0.5
    if found.saving is not None and here >= least:
        assert found.saving >= -1e-9 * abs(found.cost_now or 0)
    assert 0 <= found.confidence <= 1 + 1e-12
    assert json.dumps(found.as_dict(), allow_nan=False)


@settings(max_examples=60, deadline=None)
@given(st.floats(1, 100), st.floats(1, 20), st.integers(1, 8), st.floats(1, 500), st.floats(1, 10))
def test_a_dearer_counter_never_makes_opening_surer(
    per_hour: float, service_min: float, here: int, counter_cost: float, dearer: float
) -> None:
    measured, limits = figures(per_hour, service_min, here), Limits(1, 8)
    cheap = reckon(measured, replace(COSTS, counter_cost=counter_cost), limits)
    dear = reckon(measured, replace(COSTS, counter_cost=counter_cost * dearer), limits)
    assert dear.chance_of_more_than(here) <= cheap.chance_of_more_than(here) + 1e-12
    assert dear.optimum <= cheap.optimum
    assert math.fsum(dear.chances) <= 1 + 1e-12
