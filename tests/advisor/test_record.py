"""The advisor's record: counts that fit together, honest intervals, and nothing where there is nothing."""

import random
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.advisor.quote_score import QuoteScore
from server.advisor.record import advice_record, share_interval
from server.domain.advice import Advice, AdviceState
from server.domain.branch import CounterClass

TEN = datetime(2026, 3, 2, 2, tzinfo=UTC)


def advice(
    verdict: str | None = None,
    confidence: float | None = 0.8,
    state: AdviceState = AdviceState.WITHDRAWN,
    by: str | None = None,
    **score: Any,
) -> Advice:
    """One that was judged, unless there is no verdict."""
    judged = {"verdict": verdict, "confidence": confidence, "followed": by is not None, **score}
    return Advice(
        id="main.a1",
        branch_id="main",
        counter_class=CounterClass.CASH,
        action="open",
        counter_id="main.4",
        open_now=2,
        advised=3,
        state=state,
        issued_at=TEN,
        figures={},
        answered_by=by,
        score=judged if verdict else None,
    )


def record(*advices: Advice, quotes: QuoteScore | None = None) -> dict[str, Any]:
    return advice_record(advices, quotes or QuoteScore())


def test_every_advice_is_counted_once_whatever_became_of_it() -> None:
    found = record(
        advice("right", by="Zhao Lei"),
        advice("wrong", by="Zhao Lei", state=AdviceState.ACCEPTED),
        advice("right", state=AdviceState.DISMISSED, by="Zhao Lei"),
        advice("unknown"),
        advice(state=AdviceState.ISSUED),
    )["advice"]
    counted = {
        key: found[key] for key in ("given", "accepted", "dismissed", "withdrawn", "judged", "right", "unknown")
    }
    assert list(counted.values()) == [5, 2, 1, 1, 3, 2, 1]
    assert found["from"] < 2 / 3 < found["to"]


def test_confidence_is_compared_tenth_by_tenth_and_only_where_something_was_judged() -> None:
    found = record(
        *[advice("right", 0.81), advice("right", 0.85), advice("wrong", 0.89)],
        *[advice("wrong", 0.3), advice("right", 1.0), advice("unknown", 0.5), advice(None)],
    )["confidence"]
    assert [(row["low"], row["high"], row["n"], row["right"]) for row in found] == [
        (0.3, 0.4, 1, 0),
        (0.8, 0.9, 3, 2),
        (0.9, 1.0, 1, 1),
    ]
    assert found[1]["stated"] == pytest.approx(0.85)


def test_an_advice_without_confidence_is_in_no_tenth() -> None:
    assert record(advice("right", None))["confidence"] == []


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60))
def test_an_interval_holds_the_share_that_was_found(right: int, wrong: int) -> None:
    low, high = share_interval(right, right + wrong)
    assert 0 <= low < high <= 1
    if right + wrong:
        assert low <= right / (right + wrong) <= high


def test_four_of_five_intervals_hold_the_truth() -> None:
    """Over shares drawn from everywhere, as the prior has it."""
    draw = random.Random(3)
    held = 0
    for _ in range(3000):
        share = draw.betavariate(0.5, 0.5)
        low, high = share_interval(sum(draw.random() < share for _ in range(25)), 25)
        held += low <= share <= high
    assert held / 3000 == pytest.approx(0.8, abs=0.035)


@pytest.mark.parametrize(("right", "n", "level"), [(3, 2, 0.8), (-1, 2, 0.8), (1, 2, 1.0), (1, 2, float("nan"))])
def test_an_impossible_share_is_refused(right: int, n: int, level: float) -> None:
    with pytest.raises(ValueError, match=r"must|can succeed"):
        share_interval(right, n, level)


def test_promises_are_those_of_advice_that_was_followed() -> None:
    promised: dict[str, Any] = {"wait_promised_min": 4.0, "wait_found_min": 6.0}
    found = record(
        advice("right", by="Zhao Lei", **promised),
        advice("right", **promised | {"wait_found_min": 60.0}),
        advice("right", by="Zhao Lei", wait_promised_min=4.0, wait_found_min=None),
        advice(None, by="Zhao Lei"),
    )["promises"]
    assert found == {"n": 1, "wait_promised_min": 4.0, "wait_found_min": 6.0}


def test_waits_are_shares_of_those_to_whom_each_end_was_told() -> None:
    quotes = QuoteScore()
    for waited, p10 in ((1.0, 2.0), (5.0, 2.0), (12.0, 2.0), (7.0, None)):
        quotes.add(waited, p10, 6.0, 11.0)
    found = record(quotes=quotes)["waits"]
    assert (found["n"], found["below_p50"], found["below_p90"]) == (4, 0.5, 0.75)
    assert (found["below_p10"], found["inside"]) == (pytest.approx(1 / 3), pytest.approx(1 / 3))
    assert (found["promised_min"], found["found_min"]) == (6.0, 6.25)
    assert found["interval"]["p50"] == share_interval(2, 4)


def test_without_history_everything_is_nothing() -> None:
    found = record()
    assert found["confidence"] == []
    assert found["advice"]["given"] == found["promises"]["n"] == found["waits"]["n"] == 0
    assert (
        found["waits"]["inside"]
        is found["waits"]["interval"]["inside"]
        is found["promises"]["wait_found_min"]
        is None
    )
