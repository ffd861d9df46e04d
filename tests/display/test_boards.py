"""A board shows what holds, blinks on a call, and finds its way back after every trouble of its line."""

import asyncio
import os
import pty
import tty
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from display.announcements import Note
from display.boards import board as board_module
from display.boards.board import Board
from display.boards.emulated import EmulatedBoard
from display.boards.framing import Checked, Lines, check_byte
from display.boards.spec import board_spec
from display.output import Output, State
from display.picture import Picture
from display.place import CallOut
from tests.display.listening import until

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


class Hall(Picture):
    """Four counters, and nobody at them yet."""

    def __init__(self) -> None:
        super().__init__()
        self.counters = {f"main.{number}": {"id": f"main.{number}", "number": number} for number in range(1, 5)}

    def call(self, number: str, counter: int) -> CallOut:
        self.tickets[number] = {"number": number, "state": "called", "counter_id": f"main.{counter}"}
        return CallOut(len(self.tickets), number, counter, "cash", NINE, repeat=False)


@dataclass
class Told:
    notes: list[Note] = field(default_factory=list)
    health: list[State] = field(default_factory=list)

    def note(self, output: Output, note: Note) -> None:
        self.notes.append(note)

    def state(self, output: Output, state: State, why: str) -> None:
        self.health.append(state)


@dataclass
class Scene:
    board: Board
    hall: Hall
    told: Told
    silent_s: float = 0.0


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in {
        "ANSWER_S": 0.3,
        "LOOK_EVERY_S": 0.02,
        "ASK_EVERY_S": 0.1,
        "HOLD_S": 0.1,
        "LEAST_HOLD_S": 0.02,
        "FIRST_RETRY_S": 0.02,
        "LAST_RETRY_S": 0.1,
    }.items():
        monkeypatch.setattr(board_module, name, seconds)


@asynccontextmanager
async def running(spec: str, limit_s: float = 30.0) -> AsyncIterator[Scene]:
    hall, told = Hall(), Told()
    scene: list[Scene] = []
    board = Board(board_spec(spec), hall, lambda: scene[0].silent_s, (told.note, told.state), limit_s)
    scene.append(Scene(board, hall, told))
    task = asyncio.create_task(board.run())
    try:
        yield scene[0]
    finally:
        board.stop()
        await asyncio.wait_for(task, 5)


@pytest.mark.parametrize("framing", ["lines", "checked"])
async def test_a_call_is_shown_and_blinks_and_goes_dark_when_the_customer_is_through(framing: str) -> None:
    async with EmulatedBoard() as board, running(f"tcp:127.0.0.1:{board.port}?framing={framing}") as scene:
        scene.board.announce(scene.hall.call("A012", 3))
        await until(lambda: board.text == "A012 3")
        assert board.blinking
        scene.hall.tickets["A012"]["state"] = "serving"
        await asyncio.sleep(0.1)
        assert board.text == "A012 3"
        del scene.hall.tickets["A012"]
        await until(lambda: board.text == "")
    assert [(note.call.number, note.outcome) for note in scene.told.notes] == [("A012", "made")]
    assert scene.told.health == ["ok"]


async def test_a_burst_is_shown_one_after_another_on_the_halls_board() -> None:
    async with EmulatedBoard() as board, running(f"tcp:127.0.0.1:{board.port}") as scene:
        for number in range(1, 13):
            scene.board.announce(scene.hall.call(f"A{number:03d}", number % 4 + 1))
        await until(lambda: len(scene.told.notes) == 12)
        shown = [told for told in board.told if told.text]
        assert [told.text.split()[0] for told in shown] == [f"A{number:03d}" for number in range(1, 13)]
        waits = [after.at - before.at for before, after in pairwise(shown)]
        assert min(waits) >= 0.02


async def test_a_counters_own_board_hears_of_its_own_calls_only() -> None:
    async with EmulatedBoard() as board, running(f"tcp:127.0.0.1:{board.port}?counter=3") as scene:
        assert not scene.board.concerns(scene.hall.call("A001", 2))
        assert scene.board.concerns(scene.hall.call("A002", 3))


async def test_a_board_whose_power_came_back_shows_what_holds_now_without_blinking() -> None:
    async with EmulatedBoard() as board, running(f"tcp:127.0.0.1:{board.port}?counter=3") as scene:
        scene.board.announce(scene.hall.call("A012", 3))
        await until(lambda: scene.told.notes)  # shown, and the board has said so
        await board.unplug()
        await until(lambda: scene.told.health[-1] == "error")
        board.told.clear()
        await board.plug_in()
        await until(lambda: board.text == "A012 3")
        assert not board.blinking
        await until(lambda: scene.told.health[-1] == "ok")


async def test_calls_for_a_board_that_is_not_there_are_told_as_failed_when_their_time_is_up() -> None:
    async with EmulatedBoard() as board:
        pass  # its port is free again, and nobody listens there
    async with running(f"tcp:127.0.0.1:{board.port}", limit_s=0.2) as scene:
        scene.board.announce(scene.hall.call("A012", 3))
        await until(lambda: scene.told.notes)
    assert scene.told.notes[0].outcome == "failed"
    assert "cannot be reached" in scene.told.notes[0].why
    assert scene.told.health[0] == "error"


async def test_a_board_that_takes_everything_and_answers_nothing_is_noticed_though_nobody_is_called() -> None:
    async with EmulatedBoard() as board, running(f"tcp:127.0.0.1:{board.port}") as scene:
        await until(lambda: board.asked)
        board.mute = True
        await until(lambda: scene.told.health[-1] == "error")
        board.mute = False
        await until(lambda: scene.told.health[-1] == "ok")


async def test_a_frame_that_was_garbled_on_the_way_is_sent_again() -> None:
    async with EmulatedBoard() as board, running(f"tcp:127.0.0.1:{board.port}?framing=checked") as scene:
        await until(lambda: scene.told.health == ["ok"])
        board.garble = 2
        scene.board.announce(scene.hall.call("A012", 3))
        await until(lambda: board.text == "A012 3")
    assert scene.told.health == ["ok"]


async def test_without_word_from_the_server_a_board_goes_dark_rather_than_say_what_may_be_wrong() -> None:
    async with EmulatedBoard() as board, running(f"tcp:127.0.0.1:{board.port}") as scene:
        scene.board.announce(scene.hall.call("A012", 3))
        await until(lambda: board.text == "A012 3")
        scene.silent_s = 60.0
        await until(lambda: board.text == "")


async def test_a_board_on_a_serial_line_is_told_the_same() -> None:
    master, slave = pty.openpty()
    tty.setraw(master)
    tty.setraw(slave)
    try:
        async with running(f"serial:{os.ttyname(slave)}:9600?answers=no&blink=5") as scene:
            scene.board.announce(scene.hall.call("A012", 3))
            await until(lambda: scene.told.notes)
        os.set_blocking(master, False)
        assert b"SHOW 1 A012 3 5\r\n" in os.read(master, 4096)
    finally:
        os.close(master)
        os.close(slave)


async def test_a_serial_line_that_is_not_there_is_a_trouble_in_words() -> None:
    async with running("serial:/dev/ttyNOWHERE:9600") as scene:
        await until(lambda: scene.told.health == ["error"])


@given(st.text(max_size=20), st.integers(0, 99), st.integers(0, 999), st.integers(0, 999))
def test_whatever_a_number_is_a_frame_stays_a_frame(number: str, address: int, counter: int, blink_s: int) -> None:
    line = Lines().show(address, number, counter, blink_s)
    assert len(line.split()) == 5
    assert line.endswith(b"\r\n")
    frame = Checked().show(address, number, counter, blink_s)
    assert len(frame) == 1 + 2 + 1 + 14 + 1 + 1
    assert frame[-1] == check_byte(frame[1:-1])
    assert frame[1:-2].isascii()


@pytest.mark.parametrize(
    ("framing", "answer", "expected"),
    [
        (Lines(), b"", None),
        (Lines(), b"OK\r", None),
        (Lines(), b"OK\r\n", "ok"),
        (Lines(), b"NO number\r\n", "no"),
        (Lines(), b"\xff" * 300, "no"),
        (Checked(), b"", None),
        (Checked(), b"\x06", "ok"),
        (Checked(), b"\x15", "no"),
        (Checked(), b"\xff", "no"),
    ],
)
def test_a_boards_answer_is_read(framing: Lines | Checked, answer: bytes, expected: str | None) -> None:
    assert framing.verdict(answer) == expected


@pytest.mark.parametrize(
    "text",
    ["", "tcp:board", "tcp:board:99999", "usb:1", "tcp:board:1?colour=red", "tcp:b:1?framing=x", "tcp:b:1?counter=x"],
)
def test_what_is_no_board_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValueError, match=r"board|framings|counter"):
        board_spec(text)


def test_a_board_is_named_as_the_help_says() -> None:
    spec = board_spec("serial:/dev/ttyUSB0:19200?counter=3,4&framing=checked&address=7&blink=0&answers=no")
    assert (spec.name, spec.counters, spec.address) == ("serial:/dev/ttyUSB0:19200", frozenset({3, 4}), 7)
    assert (spec.blink_s, spec.answers, type(spec.framing)) == (0, False, Checked)
