"""The time on a ticket is the server's, also while it is away, and whatever the device's own clock says."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from kiosk.clock import ServerClock
from tests.kiosk.bench import Bench, Times
from tests.kiosk.stand_in import StandIn
from tests.running import TEN

DAY = 24 * 3600.0
NEVER = datetime.min.replace(tzinfo=UTC).isoformat()


def heard(times: Times, speed: float = 1.0) -> ServerClock:
    clock = ServerClock(times.clockwork())
    clock.hear(TEN, speed)
    return clock


@pytest.mark.parametrize("jump", [-DAY, DAY, 3600.0])
def test_a_wall_clock_that_jumps_changes_nothing(jump: float) -> None:
    times = Times()
    clock = heard(times)
    times.pass_by(60)
    times.wall += jump
    assert clock.now() == TEN + timedelta(seconds=60)


def test_a_simulated_day_goes_on_at_its_speed() -> None:
    times = Times()
    clock = heard(times, speed=30)
    times.pass_by(60)
    assert clock.now() == TEN + timedelta(minutes=30)


def restarted(times: Times, clock: ServerClock, floor: str = NEVER) -> ServerClock:
    return ServerClock(times.clockwork(), clock.to_keep(), floor)


def test_after_a_restart_of_the_program_the_time_is_as_good_as_before() -> None:
    times = Times()
    clock = heard(times)
    times.uptime += 60
    times.wall -= DAY
    assert restarted(times, clock).now() == TEN + timedelta(seconds=60)


@pytest.mark.parametrize(("wall", "expected"), [(90.0, 90.0), (-DAY, 0.0)])
def test_after_a_restart_of_the_device_the_wall_clock_moves_it_on_and_never_back(
    wall: float, expected: float
) -> None:
    times = Times(wall=1_000_000_000.0 - DAY)  # wrong by a day all the time
    clock = heard(times)
    times.uptime, times.boot = 5.0, "second"
    times.wall += wall
    assert restarted(times, clock).now() == TEN + timedelta(seconds=expected)


def test_it_is_never_earlier_than_the_newest_ticket() -> None:
    times = Times()
    clock = heard(times)
    times.boot, times.wall = "second", 0.0
    newest = TEN + timedelta(minutes=3)
    assert restarted(times, clock, newest.isoformat()).now() == newest


def test_the_server_may_set_it_back() -> None:
    times = Times()
    clock = heard(times)
    times.pass_by(60)
    clock.now()
    clock.hear(TEN, 1.0)
    assert clock.now() == TEN


def test_it_is_written_down_seldom() -> None:
    times = Times()
    clock = heard(times)
    assert clock.to_keep() is not None
    for _ in range(10):
        times.pass_by(2)
        clock.hear(clock.now(), 1.0)
        assert clock.to_keep() is None
    clock.hear(TEN + timedelta(hours=1), 1.0)
    assert clock.to_keep() is not None


def test_a_device_a_day_wrong_hands_in_the_true_time(bench: Bench, stand_in: StandIn, tmp_path: Path) -> None:
    stand_in.mood = "away"
    bench.times.pass_by(60)
    bench.times.wall += DAY
    bench.restart()
    taken = bench.press("key-00001")
    stand_in.mood = "here"
    bench.meet()
    assert stand_in.tickets[taken.ticket["id"]]["issued_at"] == (TEN + timedelta(seconds=60)).isoformat()
