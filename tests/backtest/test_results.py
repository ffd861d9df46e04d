"""From days to rows: pairs are compared as pairs, and a claim that fails says so."""

import math
from random import Random
from statistics import stdev

import pytest

from server.backtest.contest import KNOWN, Game, Score
from server.backtest.picture import picture
from server.backtest.report import cells, claim_cells
from server.backtest.results import STATIC, claims, sheet_of
from server.backtest.scenario import FIRST_DAY


def scores(extra: float, days: int = 40) -> list[dict[str, Score]]:
    """Days that differ much more from each other than policies do on the same day."""
    rng = Random(3)
    found = []
    for _ in range(days):
        day = rng.gauss(4000, 800)
        costs = {
            KNOWN: day,
            "lookahead": day + rng.gauss(extra * 4000, 40),
            "mms": 1.13 * day,
            "all_open": 1.5 * day,
            "6": 1.5 * day,
            "7": 1.3 * day,
        }
        found.append({name: Score(cost, 3, (1.0, 2.0, 30.0)) for name, cost in costs.items()})
    return found


def test_the_interval_is_that_of_differences_day_by_day() -> None:
    days = scores(0.005)
    row = sheet_of("base", Game(), days).row("lookahead")
    differences = [day["lookahead"].cost - day[KNOWN].cost for day in days]
    mean = sum(day[KNOWN].cost for day in days) / 40
    assert row.extra == pytest.approx(sum(differences) / 40 / mean)
    assert row.margin == pytest.approx(1.96 * stdev(differences) / math.sqrt(40) / mean, rel=1e-3)
    assert row.margin < 0.01 < 1.96 * stdev([day["lookahead"].cost for day in days]) / math.sqrt(40) / mean


def test_of_the_constant_numbers_the_best_over_all_days_is_shown() -> None:
    sheet = sheet_of("base", Game(), scores(0.005))
    assert sheet.static == 7
    assert [row.policy for row in sheet.rows] == [KNOWN, "lookahead", "mms", STATIC, "all_open"]
    assert "7 counters" in sheet.row(STATIC).title
    assert sheet.row("mms").wait == pytest.approx(11.0)


@pytest.mark.parametrize(("extra", "holds"), [(0.002, True), (0.04, False)])
def test_a_claim_holds_or_fails_by_its_figure(extra: float, holds: bool) -> None:
    found = claims(sheet_of("base", Game(), scores(extra)))
    assert found[0].holds is holds
    assert claim_cells(found[0])[-1] == ("holds" if holds else "FAILS")
    assert {claim.text.split(": ")[1].split(" ")[0] for claim in found} == {"lookahead", STATIC, "all_open", "mms"}
    assert claims(sheet_of(FIRST_DAY, Game(), scores(extra))) == []
    other = claims(sheet_of("10 % no-shows", Game(), scores(extra)))
    assert [claim.bound for claim in other] == [0.03]


def test_one_day_has_no_interval() -> None:
    row = sheet_of("base", Game(), scores(0.005, 1)).row("mms")
    assert math.isnan(row.margin)
    assert cells(row)[2] == "+13.00 %"


def test_the_picture_shows_every_policy_and_is_well_formed() -> None:
    from xml.etree import ElementTree

    from server.backtest.scenario import SCENARIOS, draw_day

    days = [day | {"so_tang": day["mms"], "day_plan": day["mms"]} for day in scores(0.005)]
    sheets = [sheet_of("base", Game(opening=opening), days) for opening in (4.0, 30.0)]
    drawn = picture(draw_day(SCENARIOS[0], 1, 0), sheets)
    words = [found.text for found in ElementTree.fromstring(drawn).iter() if found.text and found.text.strip()]
    assert {"lookahead", "so_tang", "mms", "day_plan", "static", "all_open"} <= set(words)
    assert words.count("+13.0 %") == 6
