"""Who should help where: found by playing the next hour both ways."""

from copy import deepcopy
from dataclasses import replace

from server.actions.manager import set_profile
from server.advisor.relief import Move, NextHour, best_move, moves
from server.domain.branch import CounterClass, ProfileEntry
from server.domain.counter import Status
from tests.domain.floor import MANAGER, Floor, counter

WAITING = 8
EXPECTED = NextHour(
    rates={"cash": 0.2, "non_cash": 0.02, "vip": 0.01, "self_service": 0.01},
    service_min={CounterClass(key): 10.0 for key in ("cash", "non_cash", "vip", "self_service")},
)


def floor_with(waiting: int = WAITING, minutes: float = 12, *, helps: str = "") -> Floor:
    """One counter for cash, where so many wait; one each for the others, where nobody does."""
    floor = Floor(counter(1, "cash"), counter(2, "non_cash"), counter(3, "vip", helps), counter(4, "self_service"))
    floor.open(1, 2, 3)
    for _ in range(waiting + 1):
        floor.take("exchange")
    floor.next(1)
    floor.wait(minutes)
    return floor


def tried(floor: Floor) -> list[Move]:
    return moves(floor.hall, floor.now)


def test_a_long_queue_may_be_helped_by_every_open_counter_that_does_not_serve_it() -> None:
    found = tried(floor_with())
    assert [(move.counter_id, move.queue_id) for move in found] == [("main.2", "cash"), ("main.3", "cash")]
    own, help_out = found[1].profile
    assert (own, help_out) == (ProfileEntry("vip"), ProfileEntry("cash", helps=True))


def test_who_serves_the_queue_already_need_not_be_asked() -> None:
    assert [move.counter_id for move in tried(floor_with(helps="cash"))] == ["main.2"]


def test_closed_counters_and_machines_do_not_help() -> None:
    floor = floor_with()
    floor.hall.counters["main.4"] = replace(floor.hall.counters["main.4"], status=Status.OPEN)
    for key in ("main.2", "main.3"):
        floor.hall.counters[key] = replace(floor.hall.counters[key], status=Status.CLOSED)
    assert tried(floor) == []


def test_where_queues_are_short_or_young_there_is_nothing_to_try() -> None:
    assert tried(floor_with(waiting=2)) == []
    assert tried(floor_with(minutes=4.9)) == []
    assert tried(floor_with(waiting=3, minutes=5)) != []


def test_the_counter_with_nobody_of_its_own_comes_first() -> None:
    floor = floor_with()
    for _ in range(3):
        floor.take("card")
    assert [move.counter_id for move in tried(floor)] == ["main.3", "main.2"]


def test_a_cash_queue_of_eight_is_relieved_by_the_counter_that_is_idle() -> None:
    """Five wait at the other one."""
    floor = floor_with()
    for _ in range(5):
        floor.take("card")
    found = best_move(floor.hall, floor.now, tried(floor), EXPECTED)
    assert found is not None
    assert found.move.counter_id == "main.3"
    assert found.wait_after < 0.8 * found.wait_now
    assert found.saving > 0
    assert 0.9 < found.confidence <= 1.0


def test_nothing_is_said_where_it_does_not_pay() -> None:
    """Whoever could help is busy with a queue of their own, which is as long."""
    floor = Floor(counter(1, "cash"), counter(2, "non_cash"))
    floor.open(1, 2)
    for _ in range(WAITING):
        floor.take("exchange")
        floor.take("card")
    floor.wait(12)
    alike = NextHour({"cash": 0.2, "non_cash": 0.2, "vip": 0.0, "self_service": 0.0}, EXPECTED.service_min)
    assert tried(floor) != []
    assert best_move(floor.hall, floor.now, tried(floor), alike) is None


def test_with_nothing_to_try_nothing_is_played() -> None:
    assert best_move(floor_with().hall, floor_with().now, [], EXPECTED) is None


def test_the_hall_is_not_changed_and_the_same_seed_says_the_same() -> None:
    floor = floor_with()
    before = deepcopy(floor.hall)
    first, second = (best_move(floor.hall, floor.now, tried(floor), EXPECTED, seed=3) for _ in range(2))
    assert first == second is not None
    assert floor.hall == before


def test_the_move_can_be_made_as_it_is_told() -> None:
    floor = floor_with()
    move = tried(floor)[0]
    floor.do(MANAGER, set_profile, counter_id=move.counter_id, profile=move.profile)
    assert floor.hall.counters[move.counter_id].serves(move.queue_id)
    assert floor.next(2) is not None  # the next one of the queue it helps
