"""Looking an hour ahead from the hall as it stands: it begins where the hall is, and compares like with like."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from server.actions import teller
from server.advisor.simulation.crowd import Crowd
from server.advisor.simulation.hall_day import CounterChange
from server.advisor.simulation.look_ahead import Outlook, from_hall, look_ahead
from server.advisor.simulation.present import Expected, Present, draw_future, present_in
from server.domain.branch import CounterClass, ProfileEntry, Rules
from tests.advisor.simulation.halls import CHANGES, DESKS, crowd_like
from tests.advisor.simulation.real_day import RealDay
from tests.domain.floor import NINE, Floor, counter, essence, teller_of

RATES = {"cash": 0.3, "vip": 0.08, "non_cash": 0.1}
MEANS = dict.fromkeys(CounterClass, 9.0)
OPEN_SIX = [CounterChange(0.0, "main.6", True)]


def busy_floor() -> Floor:
    """Five of eight counters open, all busy, and people waiting in three queues."""
    desks = [counter(k, "cash vip", "non_cash") for k in range(1, 5)]
    floor = Floor(*desks, *(counter(k, "non_cash", "cash vip") for k in range(5, 9)))
    floor.open(1, 2, 3, 4, 5)
    for number in range(20):
        floor.take("deposit" if number % 3 else "card", segment="vip" if number % 5 == 0 else "ordinary")
        floor.wait(0.7)
    for number in range(1, 6):
        floor.next(number)
    floor.wait(3)
    return floor


def ahead(floor: Floor, changes: Sequence[CounterChange] = (), **options: Any) -> Outlook:
    return look_ahead(floor.hall, floor.now, changes, RATES, MEANS, **options)


def rest_of_day(real: RealDay, present: Present, now: float) -> Crowd:
    """What is still to come of a real day, for the simulation: who is there first."""
    whole = real.crowd
    numbers = [int(ticket.id[-4:]) - 1 for ticket in present.tickets]
    numbers += [number for number, arrival in enumerate(whole.arrivals) if arrival > now]
    ends = {f"main.{whom}": at - now for at, _, what, whom in real.agenda if what == "end"}
    services = [whole.services[number] for number in numbers]
    for place in present.at_counter:
        services[place] = ends[present.tickets[place].counter_id or ""]
    patience = list(whole.patience) if whole.patience is not None else [float("inf")] * len(whole.arrivals)
    missed = None
    if whole.missed_calls is not None:
        so_far = [real.missed.get(f"main.t{number + 1:04d}", 0) for number in numbers]
        missed = [max(0, whole.missed_calls[one] - done) for one, done in zip(numbers, so_far, strict=True)]
        patience = [float("inf") if calls else own for own, calls in zip(patience, whole.missed_calls, strict=True)]
    return Crowd(
        [whole.arrivals[number] - now for number in numbers],
        services,
        [whole.kinds[number] for number in numbers],
        whole.places,
        [patience[number] for number in numbers],
        missed,
    )


@pytest.mark.parametrize("kind", ["plain", "misses", "leaving", "leaving and misses"])
@pytest.mark.parametrize("seed", [1, 2])
def test_from_any_moment_on_the_calls_are_those_of_the_real_system(seed: int, kind: str) -> None:
    """Promises, misses, the turn and the running services are taken over, and nobody is forgotten."""
    real = RealDay(Floor(*DESKS, rules=Rules(wait_cap_s=900)), crowd_like(seed, kind))
    real.expect([change for change in CHANGES if change.at < 150])
    now = 150.0
    real.run_until(now)
    while not all(real.answers(ticket) for ticket in real.hall.at_counter.values()):
        real.run_until(now := now + 0.5)  # a call in vain is the one thing that is not known to be one
    called = len(real.calls)
    present = present_in(real.hall, NINE + timedelta(seconds=60 * now))
    floor = from_hall(real.hall, present, rest_of_day(real, present, now))
    real.run_until(float("inf"))
    floor.run_until(float("inf"))
    ids = [int(ticket.id[-4:]) - 1 for ticket in present.tickets]
    ids += [number for number, arrival in enumerate(real.crowd.arrivals) if arrival > now]
    simulated = [(round(at + now, 6), floor.counters[k].id, ids[one]) for at, k, one, _ in floor.calls]
    assert simulated == [(round(call.at, 6), *call[1:]) for call in real.calls[called:]]
    assert len(simulated) > 50
    assert kind != "misses" or any(t.due_call is not None for t in present.tickets)


def test_looking_ahead_changes_nothing_in_the_hall() -> None:
    floor = busy_floor()
    before = essence(floor.hall)
    ahead(floor, OPEN_SIX, no_show_share=0.2, patience=20.0, runs=3)
    assert essence(floor.hall) == before


def test_the_same_seed_gives_the_same_outlook_and_another_another() -> None:
    floor = busy_floor()
    assert ahead(floor, seed=4, runs=5) == ahead(floor, seed=4, runs=5) != ahead(floor, seed=5, runs=5)


def test_a_change_that_changes_nothing_costs_exactly_the_same() -> None:
    floor = busy_floor()
    idle_talk = [CounterChange(0.0, "main.8", profile=(ProfileEntry("cash"),)), CounterChange(5.0, "main.1", True)]
    assert ahead(floor, idle_talk, runs=10).costs == ahead(floor, runs=10).costs


def test_one_counter_more_shortens_the_waits_and_is_paid_for() -> None:
    floor = busy_floor()
    stays, opens = ahead(floor), ahead(floor, OPEN_SIX)
    assert all(opens.mean_wait[queue] < stays.mean_wait[queue] for queue in RATES)
    assert all(opens.wait_p50[queue] <= opens.wait_p90[queue] for queue in RATES)
    assert opens.counter_minutes[CounterClass.NON_CASH] == stays.counter_minutes[CounterClass.NON_CASH] + 60.0
    assert sum(opens.waiting_minutes.values()) < sum(stays.waiting_minutes.values())
    assert opens.cost == pytest.approx(sum(opens.costs) / 40)
    # 60 an hour for a counter and 90 for a customer present, as the branch has it.
    assert opens.cost == pytest.approx(
        1.5 * sum(opens.customer_minutes.values()) + sum(opens.counter_minutes.values())
    )


def test_profiles_can_be_compared() -> None:
    """A counter that helps where the crowd is saves more there than one that sees to the others."""
    floor = busy_floor()
    cash = ahead(floor, [CounterChange(0.0, "main.6", True, (ProfileEntry("cash"),))])
    non_cash = ahead(floor, [CounterChange(0.0, "main.6", True, (ProfileEntry("non_cash"),))])
    assert cash.mean_wait["cash"] < non_cash.mean_wait["cash"]
    assert non_cash.mean_wait["non_cash"] < cash.mean_wait["non_cash"]


def test_impatience_and_no_shows_shorten_the_queue() -> None:
    floor = busy_floor()
    stays = ahead(floor)
    for other in (ahead(floor, patience=10.0), ahead(floor, no_show_share=0.4)):
        assert other.waiting_minutes[CounterClass.CASH] < stays.waiting_minutes[CounterClass.CASH]


def test_an_empty_hall_with_nobody_to_come_costs_its_counters() -> None:
    floor = Floor(counter(1, "cash"))
    floor.open(1)
    outlook = look_ahead(floor.hall, floor.now, [CounterChange(30.0, "main.1", False)], {}, MEANS)
    assert (outlook.cost, outlook.mean_wait) == (30.0, {})


def test_a_closing_counter_with_a_customer_is_paid_to_the_horizon_and_no_further() -> None:
    floor = Floor(counter(1, "cash"))
    floor.open(1)
    floor.take()
    floor.next()
    outlook = look_ahead(floor.hall, floor.now, [CounterChange(1.0, "main.1", False)], {}, {CounterClass.CASH: 1e9})
    assert outlook.counter_minutes[CounterClass.CASH] == pytest.approx(60.0)
    assert outlook.customer_minutes[CounterClass.CASH] == pytest.approx(60.0)


def test_a_paused_counter_serves_its_customer_to_the_end_and_calls_nobody() -> None:
    floor = Floor(counter(1, "cash"), counter(2, "cash"))
    floor.open(1, 2)
    floor.take()
    floor.next(1)
    floor.do(teller_of(1), teller.pause_counter, counter_id="main.1")
    floor.take()
    present = present_in(floor.hall, floor.now)
    crowd = draw_future(Random(1), present, Expected({}, MEANS), 60.0)
    played = from_hall(floor.hall, present, replace(crowd, services=[5.0, 5.0]))
    played.run_until(60.0)
    assert [(at, played.counters[k].id) for at, k, _, _ in played.calls] == [(0.0, "main.2")]


def test_what_is_left_of_a_service_depends_on_its_spread() -> None:
    floor = Floor(counter(1, "cash"))
    floor.open(1)
    floor.take()
    floor.next()
    floor.wait(9)
    present = present_in(floor.hall, floor.now)

    def left(cv2: float) -> float:
        expected = Expected({}, MEANS, {CounterClass.CASH: cv2})
        return sum(draw_future(Random(seed), present, expected, 60.0).services[0] for seed in range(400)) / 400

    assert left(0.05) < 4.0
    assert left(1.0) == pytest.approx(9.0, rel=0.15)
    assert left(0.0) == pytest.approx(9.0, rel=0.15)  # longer than anything expected: as if it began anew


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"horizon_min": 0.0}, "horizon_min must be"),
        ({"runs": 0}, "runs must be at least 1"),
        ({"patience": -1.0}, "must be a finite number"),
    ],
)
def test_impossible_questions_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        ahead(busy_floor(), **options)
