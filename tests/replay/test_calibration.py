"""Whether what was said came true, counted from a log."""

import pytest
from rich.console import Console

from server.replay.calibration import Calibration
from server.replay.report import calibration_tables
from tests.replay.log import Json, event, minute, visit


def scored(confidence: float | None, verdict: str, seq: int = 1) -> Json:
    figures = {} if confidence is None else {"confidence": confidence}
    advice = {"id": f"main.a{seq}", "figures": figures, "score": {"verdict": verdict}}
    return {"seq": seq, "kind": "advice.scored", "at": minute(60), "ticket": None, "advice": advice}


def called(
    waited: float, p10: float | None = 5, p50: float | None = 10, p90: float | None = 20, **more: object
) -> Json:
    """Called so many minutes after nine, with the range of minutes that was on the ticket."""
    promised = {"quote_p10_s": p10, "quote_p50_s": p50, "quote_p90_s": p90}
    seconds = {name: None if value is None else 60 * value for name, value in promised.items()}
    return event(1, "ticket.called", "A001", waited, **seconds, **more)


def of(*events: Json) -> Calibration:
    found = Calibration()
    found.read(events)
    return found


def test_advice_is_counted_by_what_was_stated() -> None:
    found = of(scored(0.55, "right"), scored(0.72, "right"), scored(0.78, "wrong"), scored(1.0, "right"))
    assert found.agreeing(0.5, 0.6) == (1, 1)
    assert found.agreeing(0.7, 0.8) == (2, 1)
    assert found.agreeing(0.9, 1.0) == (1, 1)
    assert found.agreeing(0.0, 1.0) == (4, 3)
    assert found.agreeing(0.6, 0.7) == (0, 0)


def test_a_bound_belongs_to_the_higher_place_but_for_the_last() -> None:
    found = of(scored(0.7, "right"))
    assert (found.agreeing(0.6, 0.7), found.agreeing(0.7, 0.8)) == ((0, 0), (1, 1))


def test_what_could_not_be_judged_counts_neither_way() -> None:
    found = of(scored(0.8, "unknown"), scored(None, "right"), scored(0.8, "wrong"))
    assert (found.unknown, found.verdicts) == (2, [(0.8, False)])


def test_waits_are_compared_with_what_was_on_the_ticket() -> None:
    found = of(called(4), called(10), called(15), called(21))
    assert [found.share(place) for place in range(3)] == [0.25, 0.5, 0.75]
    assert found.inside == 0.5


@pytest.mark.parametrize(
    "call",
    [
        called(4, p50=None),
        called(0, p10=0, p50=0, p90=0),
        called(9, misses=1),
        event(1, "ticket.recalled", "A001", 9, quote_p10_s=1, quote_p50_s=2, quote_p90_s=3),
    ],
    ids=["nothing promised", "at once", "called again after a miss", "recalled"],
)
def test_only_first_calls_of_those_who_were_told_to_wait_count(call: Json) -> None:
    assert of(call).waits == []


def test_days_add_up() -> None:
    found = of(scored(0.8, "right"), called(10))
    found.add(of(scored(0.9, "wrong"), scored(0.9, "unknown"), called(30)))
    assert (found.agreeing(0.0, 1.0), found.unknown) == ((2, 1), 1)
    assert (len(found.waits), found.inside) == (2, 0.5)


def test_a_day_without_advice_or_waits_has_its_tables_too() -> None:
    console = Console(record=True, width=100)
    for found in (Calibration(), of(*visit("A001", 1)[:1], scored(0.8, "right"), called(10))):
        for table in calibration_tables(found):
            console.print(table)
    said = console.export_text()
    assert "around 0.8 (0.7 to 0.9)" in said
    assert "1.00" in said
    assert "1.000" in said
