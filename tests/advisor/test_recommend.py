"""When the advisor speaks, what it says, and when it must hold its peace."""

import json
import math
from dataclasses import replace
from string import Formatter
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from server.advisor.class_figures import ClassFigures
from server.advisor.rails import chance_of_waiting
from server.advisor.reckoning import Limits, reckon
from server.advisor.recommend import STANDING, Voice, as_dict, recommend
from server.advisor.recommendation import Reason
from server.domain.words import LANGUAGES, say
from tests.advisor.judged import AHEAD, COSTS, LIMITS, figures, judged, said, sources_branch, told

QUIET = figures(6, 10, 4, busy_counters=3)
BEFORE_CLOSED = figures(3, 10, 0, hours=0.3, completions=0, waiting=2, busy_counters=0)


def test_the_sources_branch_is_advised_to_open_its_fourth_counter() -> None:
    found = told(sources_branch())
    assert (found.action, found.open_now, found.advised, found.optimum) == ("open", 3, 4, 4)
    table = {row["servers"]: row for row in found.as_dict()["table"]}
    assert table[3]["wait_min"] == pytest.approx(15, rel=1e-3)
    assert table[4]["wait_min"] == pytest.approx(2.2, abs=0.05)
    assert found.wait_now == pytest.approx(15, abs=1.5)  # five wait already, and it is the next ninety minutes
    assert found.wait_after is not None
    assert found.wait_after < 5.5
    assert found.reason.code == "advice_open_queue"


def test_three_counters_with_nobody_waiting_are_left_as_they_are_whatever_the_mean_says() -> None:
    quiet_now = judged(sources_branch(waiting=0))
    assert quiet_now.reckoning.optimum == 4
    assert (quiet_now.advised, recommend(quiet_now)) == (3, None)


def test_more_measurements_make_the_same_advice_surer() -> None:
    an_hour, a_day, ten_days = (told(figures(16, 10, 3, hours=h, waiting=2)).confidence for h in (1, 8, 80))
    assert 0.5 <= an_hour < a_day < ten_days
    assert ten_days > 0.95


def test_a_counter_too_many_is_advised_to_close() -> None:
    found = told(QUIET)
    assert (found.action, found.advised, found.reason.code) == ("close", 3, "advice_close_saves")
    assert found.saving is not None
    assert found.saving > 0
    assert found.confidence >= 0.6


def test_overload_is_told_with_what_comes_and_what_can_be_served() -> None:
    found = told(figures(40, 10, 3), limits=Limits(1, 12))
    assert (found.keeps_up_now, found.optimum, found.reason.code) == (False, 9, "advice_open_overload")
    assert found.growth_now == pytest.approx((40 - 18) / 60)
    assert (found.reason.params["arrivals"], found.reason.params["capacity"]) == (40, 18)


def test_one_counter_at_a_time_unless_who_comes_waits_half_an_hour() -> None:
    wide = Limits(1, 12)
    assert told(figures(40, 10, 3), limits=wide).advised == 4
    assert told(figures(40, 10, 3, waiting=30), limits=wide).advised > 8


def test_where_all_counters_are_too_few_it_says_so_of_the_last_one_only() -> None:
    last, one_of_many = told(figures(40, 10, 5)), told(figures(40, 10, 3))
    assert (last.advised, last.keeps_up_after, last.reason.code) == (6, False, "advice_open_all")
    assert last.growth_after == pytest.approx((40 - 36) / 60)
    assert (one_of_many.advised, one_of_many.reason.code) == (4, "advice_open_overload")
    assert said(figures(40, 10, 6)) is None  # nothing is left to open


def test_people_before_closed_counters_need_no_measurements() -> None:
    found = told(BEFORE_CLOSED)
    assert (found.advised, found.confidence, found.reason.code) == (1, 1.0, "advice_open_first")
    assert found.wait_now is None
    assert said(replace(BEFORE_CLOSED, waiting=0)) is None
    assert said(BEFORE_CLOSED, limits=Limits(0, 0)) is None  # this class has no counter at all


@pytest.mark.parametrize("measured", [{"arrivals": 4}, {"completions": 2}])
def test_too_little_measured_gives_silence_unless_there_is_history(measured: dict[str, int]) -> None:
    assert said(sources_branch(**measured)) is None
    assert said(sources_branch(**measured, history_days=2)) is None
    assert told(sources_branch(**measured, history_days=3)).action == "open"


def test_the_legal_minimum_is_never_closed_and_its_lack_is_told() -> None:
    idle = figures(1.5, 5, 3, busy_counters=0)
    assert told(idle).action == "close"
    assert said(idle, limits=Limits(3, 6)) is None
    found = told(figures(1.5, 5, 1, hours=8, arrivals=0), limits=Limits(3, 6))
    assert (found.action, found.advised, found.reason.code) == ("open", 3, "advice_open_minimum")
    assert found.confidence == 1.0


def test_the_last_counter_never_closes_on_people() -> None:
    alone = figures(0.7, 1, 1, hours=8, busy_counters=0)
    assert told(alone, limits=Limits(0, 6)).advised == 0
    for somebody in (replace(alone, waiting=1), replace(alone, busy_counters=1)):
        assert said(somebody, limits=Limits(0, 6)) is None


def test_no_counter_closes_on_a_hall_full_of_people() -> None:
    found = said(replace(QUIET, waiting=7))
    assert found is None or found.action == "open"


def test_nothing_closes_within_ten_minutes_of_a_change() -> None:
    assert judged(QUIET, since_change=9.9).advised == 4
    assert judged(QUIET, since_change=10.0).advised == 3


def test_what_stands_is_judged_more_mildly_than_what_is_to_be_given() -> None:
    found = judged(figures(16, 10, 3, hours=1, waiting=2))
    sure, saving = found.sure.same_direction, found.saving_per_hour
    assert recommend(found, Voice(to_open=sure + 0.01)) is None
    assert recommend(found, Voice(to_open=sure)) is not None
    assert recommend(found, Voice(saving_per_hour=saving + 0.01)) is None
    strict, mild = Voice(), STANDING
    assert (mild.to_open, mild.to_close) < (strict.to_open, strict.to_close)
    assert mild.saving_per_hour < strict.saving_per_hour


def test_closing_needs_more_confidence_than_opening() -> None:
    found = judged(figures(6, 10, 4, hours=1, busy_counters=3))
    sure = found.sure.same_direction
    assert recommend(found, Voice(to_open=1.01, to_close=sure)) is not None
    assert recommend(found, Voice(to_open=0.0, to_close=sure + 0.01)) is None
    assert Voice().to_close > Voice().to_open


@pytest.mark.parametrize("policy", ["mms", "so_tang", "day_plan", "static"])
def test_another_policy_may_speak_and_keeps_within_the_same_rails(policy: str) -> None:
    own = replace(COSTS, policy=policy)
    calm = judged(sources_branch(waiting=0), costs=own, planned=6)
    assert calm.advised == {"mms": 4, "so_tang": 3, "day_plan": 4, "static": 4}[policy]
    assert judged(figures(6, 10, 5, busy_counters=0), costs=own, planned=1).advised == 4
    assert judged(sources_branch(waiting=0), costs=own, limits=Limits(1, 3), planned=6).advised == 3


def test_a_day_plan_that_there_is_none_of_leaves_it_to_the_program() -> None:
    unplanned = judged(sources_branch(), costs=replace(COSTS, policy="day_plan"))
    assert unplanned.others["day_plan"] is None
    assert unplanned.advised == judged(sources_branch()).advised


def test_free_counters_and_free_waiting_are_reckoned_too() -> None:
    free_counters, free_waiting = replace(COSTS, counter_cost=0.0), replace(COSTS, waiting_cost=0.0)
    assert told(sources_branch(), costs=free_counters).optimum == 6
    assert told(sources_branch(waiting=0), costs=free_waiting).action == "close"


def test_the_advice_is_plain_json_with_the_cost_of_every_number_of_counters() -> None:
    for found in (told(sources_branch()), told(figures(40, 10, 3)), told(BEFORE_CLOSED), told(QUIET)):
        view = found.as_dict()
        assert json.loads(json.dumps(view, allow_nan=False)) == view
        assert [row["servers"] for row in view["table"]] == [1, 2, 3, 4, 5, 6]
        assert view["rates"]["arrivals_per_min_low"] < view["rates"]["arrivals_per_min_high"]
        assert view["plan"]["advised"] == view["advised"]
        assert view["plan"]["forecast"]["counted"]["arrivals"] == view["rates"]["arrivals"]


def test_the_forecast_is_shown_for_ninety_minutes_with_its_range() -> None:
    shown = as_dict(judged(sources_branch()), bands=True)
    assert json.dumps(shown, allow_nan=False)
    for side in ("stay", "change"):
        steps = shown["bands"][side]
        assert [step["minute"] for step in steps] == [5.0 * n for n in range(1, 19)]
        assert all(step["waiting_low"] <= step["waiting"] <= step["waiting_high"] for step in steps)
        assert all(step["arrivals_per_hour"] == pytest.approx(15.138) for step in steps)
    assert shown["bands"]["change"][-1]["waiting"] < shown["bands"]["stay"][-1]["waiting"]
    assert as_dict(judged(sources_branch(), limits=Limits(3, 3)), bands=True)["bands"]["change"] is None


def reasons() -> dict[str, Reason]:
    """One of every kind that there is."""
    busier, quieter = (0.2,) * 3 + (0.4,) * (AHEAD - 3), (0.15,) * 3 + (0.01,) * (AHEAD - 3)
    wide, asked = Limits(1, 12), sources_branch
    found: list[tuple[ClassFigures, dict[str, Any]]] = [
        (BEFORE_CLOSED, {}),
        (figures(1.5, 5, 1, hours=8), {"limits": Limits(3, 6)}),
        (asked(), {}),
        (asked(waiting=3), {"arrival_rates": busier}),
        (figures(40, 10, 3), {"limits": wide}),
        (figures(40, 10, 5), {}),
        (asked(waiting=3), {}),
        (asked(waiting=0, busy_counters=1), {"arrival_rates": quieter}),
        (QUIET, {}),
    ]
    said = [told(measured, **changes).reason for measured, changes in found]
    return {reason.code: reason for reason in said}


CODES = (
    "advice_open_first", "advice_open_minimum", "advice_open_queue", "advice_open_ahead", "advice_open_overload",
    "advice_open_all", "advice_open_saves", "advice_close_quiet", "advice_close_saves",
)  # fmt: skip


def test_every_reason_is_told_in_every_language() -> None:
    found = reasons()
    assert tuple(found) == CODES
    for reason in found.values():
        words = say(f"reason.{reason.code}", reason.params)
        assert set(words) == set(LANGUAGES)
        for language, sentence in words.items():
            assert "{" not in sentence
            named = {
                name for _, name, _, _ in Formatter().parse(LANGUAGES[language][f"reason.{reason.code}"]) if name
            }
            assert named <= reason.params.keys()


def test_words_never_tell_of_a_longer_wait_with_more_counters() -> None:
    """The program would open a sixth counter for the seven who wait, and soon close down to two."""
    params = told(figures(6, 10, 5, waiting=7)).reason.params
    assert params["advised"] == 6
    assert params["wait_after"] < params["wait_now"]


@settings(max_examples=40, deadline=None)
@given(
    st.floats(0.5, 120), st.floats(0.5, 30), st.integers(0, 8), st.integers(0, 30), st.integers(0, 4),
    st.integers(0, 8), st.floats(0.5, 40), st.floats(0, 500), st.floats(0, 500), st.floats(0, 20), st.integers(0, 8),
)  # fmt: skip
def test_whatever_the_figures_an_advice_keeps_within_its_rails(
    per_hour: float, service_min: float, here: int, waiting: int, least: int, most: int, hours: float,
    counter_cost: float, waiting_cost: float, since_change: float, busy: int,
) -> None:  # fmt: skip
    assume(least <= most and here <= most)
    measured = figures(per_hour, service_min, here, hours=hours, waiting=waiting, busy_counters=min(here, busy))
    costs = replace(COSTS, counter_cost=counter_cost, waiting_cost=waiting_cost)
    found = judged(measured, costs=costs, limits=Limits(least, most), since_change=since_change)
    assert json.dumps(as_dict(found, bands=True), allow_nan=False)
    advice = recommend(found)
    if advice is None:
        return
    assert least <= advice.advised <= most
    assert (advice.advised > here) == (advice.action == "open")
    assert advice.advised != here
    if advice.action == "close":
        assert advice.advised == here - 1
        assert advice.advised > 0 or found.question.present == 0
        assert since_change >= 10
        assert advice.confidence >= 0.6
    elif chance_of_waiting(found.question.present, here, measured.service_rate.mean, 30) <= 0.5:
        assert advice.advised == max(here + 1, least)
    assert 0 <= advice.confidence <= 1
    assert json.dumps(advice.as_dict(), allow_nan=False)
    assert "{" not in "".join(say(f"reason.{advice.reason.code}", advice.reason.params).values())


@settings(max_examples=25, deadline=None)
@given(st.floats(1, 60), st.floats(1, 20), st.integers(1, 6), st.integers(0, 12), st.floats(1, 500), st.floats(1, 10))
def test_a_dearer_counter_never_makes_opening_likelier(
    per_hour: float, service_min: float, here: int, waiting: int, counter_cost: float, dearer: float
) -> None:
    measured = figures(per_hour, service_min, here, waiting=waiting)
    prices = [replace(COSTS, counter_cost=counter_cost * times, opening_cost=20.0) for times in (1, dearer)]
    cheap, dear = (reckon(measured, costs, LIMITS) for costs in prices)
    assert dear.chance_of_more_than(here) <= cheap.chance_of_more_than(here) + 1e-12
    assert dear.optimum <= cheap.optimum
    assert math.fsum(dear.chances) <= 1 + 1e-12
    assert judged(measured, costs=prices[1]).plan.advised <= judged(measured, costs=prices[0]).plan.advised
