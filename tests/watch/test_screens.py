"""Since when a screen is behind: a quiet hall, a busy one, a screen that falls silent, and one that goes."""

import json

import pytest

from server.watch import screens
from server.watch.screens import Screen, Screens


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(screens, "monotonic", clock)
    return clock


@pytest.fixture
def watched() -> Screens:
    return Screens()


def display(watched: Screens, clock: Clock, seq: int = 10) -> Screen:
    screen = watched.join("west", "display", "d1", "Lobby", seq)
    screen.current_at = screen.marked_at = clock.now
    return screen


def says(screen: Screen, seq: object, newest: int) -> None:
    screen.hear(json.dumps({"type": "alive", "seq": seq}), newest)


def behind(screen: Screen, clock: Clock) -> float:
    return clock.now - screen.current_at


def test_in_a_quiet_hall_it_is_current_whenever_it_speaks(watched: Screens, clock: Clock) -> None:
    screen = display(watched, clock)
    for _ in range(30):
        clock.now += 2
        says(screen, 10, newest=10)
        assert behind(screen, clock) == 0


def test_in_a_busy_hall_one_event_is_always_on_its_way_and_that_is_not_behind(watched: Screens, clock: Clock) -> None:
    screen = display(watched, clock)
    for newest in range(20, 620, 10):
        clock.now += 2
        says(screen, newest - 1, newest)
        assert behind(screen, clock) <= 2


def test_a_screen_that_speaks_and_stays_where_it_was_falls_behind(watched: Screens, clock: Clock) -> None:
    screen = display(watched, clock)
    for newest in range(11, 26):
        clock.now += 2
        says(screen, 10, newest)
    assert 26 <= behind(screen, clock) <= 30


def test_a_screen_that_catches_up_is_current_again(watched: Screens, clock: Clock) -> None:
    screen = display(watched, clock)
    for newest in range(11, 26):
        clock.now += 2
        says(screen, 10, newest)
    says(screen, 25, newest=25)
    assert behind(screen, clock) == 0


def test_a_screen_that_is_silent_or_gone_falls_behind_until_it_is_heard_again(watched: Screens, clock: Clock) -> None:
    screen = display(watched, clock)
    clock.now += 15
    watched.leave(screen, "silent")
    clock.now += 15
    assert watched.here == set()
    assert behind(watched.devices["west", "d1"], clock) == 30
    again = display(watched, clock)
    assert watched.devices["west", "d1"] is again
    assert behind(again, clock) == 0


def test_nobody_misses_a_screen_whose_token_was_taken_back(watched: Screens, clock: Clock) -> None:
    watched.leave(display(watched, clock), "revoked")
    assert watched.devices == {}
    assert watched.ended == {"revoked": 1}


def test_people_are_counted_and_never_named(watched: Screens) -> None:
    watched.join("west", "teller", "t1", "Li Wei", 3)
    assert len(watched.here) == 1
    assert watched.devices == {}


@pytest.mark.parametrize(
    "said", ["", "alive", "[]", "3", "null", '{"seq": "9"}', '{"seq": -1}', '{"seq": true}', "{}"]
)
def test_what_says_no_place_moves_nothing(watched: Screens, clock: Clock, said: str) -> None:
    screen = display(watched, clock)
    clock.now += 2
    screen.hear(said, 10)
    assert (screen.seq, behind(screen, clock)) == (10, 2)
