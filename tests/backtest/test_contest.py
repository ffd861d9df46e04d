"""One day under every policy: same customers, beliefs that know no more than they may, wrong programs found out."""

from itertools import pairwise
from statistics import fmean

import numpy as np
import pytest

from server.advisor import dynamic_program
from server.advisor.gamma_rate import GammaRate
from server.advisor.policies import Sight
from server.advisor.simulation.class_day import Moment
from server.backtest.belief import served
from server.backtest.contest import (
    KNOWN,
    RAILED,
    SHORT,
    Game,
    Score,
    Truth,
    believed,
    follow,
    on_rails,
    play,
    simulated,
)
from server.backtest.scenario import RATES, SCENARIOS, Day, draw_day

DAYS = [draw_day(SCENARIOS[0], 1, index) for index in range(6)]


def costs(days: list[Day], game: Game, *names: str) -> dict[str, float]:
    played = [play(day, game, names) for day in days]
    return {name: fmean(scores[name].cost for scores in played) for name in names}


def test_the_policies_stand_in_their_order() -> None:
    found = costs(DAYS, Game(opening=4.0), KNOWN, "lookahead", "so_tang", "mms", "7", "all_open")
    assert found["lookahead"] < 1.02 * found[KNOWN]
    assert found[KNOWN] < 1.005 * found["lookahead"]
    assert 1.01 * found["lookahead"] < found["so_tang"] < found["mms"] < found["7"] < found["all_open"]


def test_a_program_that_sees_too_little_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half an hour ahead, blind for what is left then: it never pays back an opening of 30 counter-minutes."""
    game, days = Game(opening=30.0), DAYS[:2]
    right = costs(days, game, "lookahead")["lookahead"]
    monkeypatch.setattr(
        dynamic_program, "remaining", lambda prices, size, lump, most: np.zeros((len(prices), size), np.float32)
    )
    assert costs(days, game, SHORT)[SHORT] > 1.4 * right


def test_everybody_meets_the_same_customers() -> None:
    played = play(DAYS[0], Game(), ["2", "all_open", "so_tang"])
    assert {len(score.waits) for score in played.values()} == {len(DAYS[0].customers.arrivals)}
    assert play(DAYS[0], Game(), ["so_tang"])["so_tang"] == played["so_tang"]
    assert fmean(played["2"].waits) > fmean(played["all_open"].waits)


def test_the_account_is_rent_waiting_and_openings() -> None:
    day, game = DAYS[0], Game(waiting=0.5, opening=30.0)
    result = simulated(day, 6)
    assert result.openings == 5
    assert play(day, game, ["6"])["6"] == Score(
        result.counter_minutes + 0.5 * result.customer_minutes + 150.0, 5, result.waits
    )


def test_the_morning_tells_what_the_afternoon_will_be() -> None:
    with_it: list[float] = []
    without: list[float] = []
    for index in range(16):
        day = draw_day(SCENARIOS[0], 1, index)
        belief = believed(day)
        true = float(Truth(day).at(at(360.0, 0)).expected(90.0))
        for seen, found in (
            (sum(arrival <= 360.0 for arrival in day.customers.arrivals), with_it),
            (round(belief.mean_rate * 360), without),
        ):
            forecast = belief.at(at(360.0, seen))
            expected = float(forecast.expected(90.0)) * forecast.day_multiplier.mean
            found.append(abs(expected / true - 1))
    assert fmean(with_it) < 0.8 * fmean(without)
    assert fmean(with_it) < 0.13


def at(now: float, arrivals: int) -> Moment:
    """An empty hall after so many arrivals."""
    return Moment(now, 0, 0, 1, arrivals, 0, 0.0, 0)


def test_the_truth_knows_rates_and_no_customers() -> None:
    day = DAYS[0]
    forecast = Truth(day).at(at(0.0, 0))
    assert forecast.arrival_rates[:6] == pytest.approx([day.rates[0]] * 6)
    assert forecast.expected(240.0) == pytest.approx(sum(day.rates[:8]) * 30)
    evening = Truth(day).at(at(400.0, 0))
    assert evening.expected(2000.0) == pytest.approx(20 * day.rates[13] + 30 * sum(day.rates[14:]))


def test_leaving_out_the_services_that_run_makes_counters_look_too_fast() -> None:
    """The trap: of the services begun within forty minutes, those that have ended are the short ones."""
    plug_in: list[float] = []
    honest: list[float] = []

    def watch(moment: Moment) -> int:
        if moment.now == 40.0:
            prior = GammaRate(0.5, 5.0)
            honest.append(1 / served(prior, moment).mean)
            ended = [
                service
                for arrival, service in zip(day.customers.arrivals, day.customers.services, strict=True)
                if arrival + service <= 40.0
            ]
            plug_in.append((sum(ended) + 5.0) / (len(ended) + 0.5))
        return 10

    for index in range(60):
        day = draw_day(SCENARIOS[-1], 7, index)
        simulated(day, watch)
    assert fmean(honest) == pytest.approx(10.0, rel=0.12)
    assert fmean(plug_in) < 0.8 * fmean(honest)


def test_on_a_first_day_the_rate_is_what_came_of_late() -> None:
    day = draw_day(SCENARIOS[-1], 1, 0)
    belief = believed(day)
    before = belief.at(at(0.0, 0)).day_multiplier
    assert belief.mean_rate == pytest.approx(fmean(RATES))
    rates = []
    for step in range(1, 25):
        forecast = belief.at(at(5.0 * step, 4 * step))
        rates.append(float(forecast.expected(1.0)) * forecast.day_multiplier.mean)
    assert rates == sorted(rates)
    assert rates[-1] == pytest.approx(0.8, rel=0.1)
    assert forecast.day_multiplier.beta > before.beta


def test_on_rails_counters_change_one_at_a_time_and_close_only_after_a_while() -> None:
    day, game = DAYS[1], Game(opening=4.0)
    seen: list[tuple[float, int]] = []
    decide = on_rails(game, believed(day))

    def watch(moment: Moment) -> int:
        seen.append((moment.now, moment.open_counters))
        return decide(moment)

    simulated(day, watch)
    changes = [(now, after - before) for (_, before), (now, after) in pairwise(seen)]
    assert all(change >= -1 for _, change in changes)
    moved = [now for now, change in changes if change]
    closed = [now for now, change in changes if change < 0]
    assert len(closed) > 3
    assert all(now - max(other for other in moved if other < now) >= 10 for now in closed)
    assert play(day, game, [RAILED])[RAILED].openings < play(day, game, ["lookahead"])["lookahead"].openings


def test_a_policy_is_asked_every_five_minutes_with_what_can_be_seen() -> None:
    asked: list[Sight] = []

    def four(sight: Sight) -> int:
        asked.append(sight)
        return 4

    simulated(DAYS[0], follow(four, Game(), Truth(DAYS[0])))
    assert len(asked) == 102
    assert asked[0].present == 0
    assert asked[1].open_now == 4
    assert asked[5].present >= 0
