"""The display's program on a real server: cut off, half-open, killed or stopped, it says each call once, in time."""

import asyncio
import signal
import time
from array import array
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from display import program as program_module
from display.announcements import Manner
from display.api import ServerApi
from display.boards.emulated import EmulatedBoard
from display.boards.spec import board_spec
from display.clips import Speech
from display.players import EmulatedPlayer
from display.program import Options, Program
from display.sound import read
from tests.display.busy_hall import COUNTERS, BusyHall, Json, Spoken, busy_hall, first_times, heard
from tests.display.display_process import display
from tests.display.listening import until
from tests.faults.proxy import Proxy
from tests.running import PATIENCE_S

BURST_S = 5.0
LIMIT_S = Manner().limit_s
CUTS = {9: 0.6, 20: 0.9}  # after so many calls the line is away for so long
QUICK = 40.0  # the player speaks so many times quicker than people listen


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BusyHall]:
    with busy_hall(tmp_path_factory.mktemp("hall")) as found:
        found.open_all()
        yield found


@asynccontextmanager
async def showing(hall: BusyHall, url: str, data: Path, *boards: str, quick: float = QUICK) -> AsyncIterator[Program]:
    """The program in this process, connected; at the end it is stopped in order."""
    token = hall.ask.tokens["display"]
    player = EmulatedPlayer(data / "heard.jsonl", quick)
    specs = [board_spec(board) for board in boards]
    options = Options(url, "main", token, data, player, specs, manner=Manner(LIMIT_S, 1))
    async with ServerApi(url, "main", token) as api:
        program, stop = Program(options, api), asyncio.Event()
        running = asyncio.create_task(program.run(stop))
        await until(lambda: program.line and program.line.state == "fresh")
        try:
            yield program
        finally:
            stop.set()
            await running


async def burst(hall: BusyHall, proxy: Proxy) -> list[Json]:
    began, called = time.monotonic(), []
    cuts = []
    for counter in range(1, COUNTERS + 1):
        called.append(await asyncio.to_thread(hall.call, counter))
        if counter in CUTS:
            cuts.append(asyncio.create_task(cut(proxy, CUTS[counter])))
        await asyncio.sleep(max(0.0, began + counter * BURST_S / COUNTERS - time.monotonic()))
    await asyncio.gather(*cuts)
    return called


async def cut(proxy: Proxy, seconds: float) -> None:
    with proxy.away():
        await asyncio.sleep(seconds)


@pytest.mark.parametrize("quick", [QUICK, pytest.param(1.0, marks=pytest.mark.long)])
async def test_thirty_calls_in_five_seconds_with_two_cuts_are_spoken_once_in_order_and_in_time(
    hall: BusyHall, tmp_path: Path, quick: float
) -> None:
    await asyncio.to_thread(hall.queue_up, COUNTERS)
    async with (
        Proxy(("127.0.0.1", hall.server.port)) as proxy,
        showing(hall, proxy.url, tmp_path, quick=quick) as program,
    ):
        called = await burst(hall, proxy)
        told = await asyncio.to_thread(hall.announced, called, LIMIT_S + PATIENCE_S)
        assert program.line is not None
        assert program.line.stats.reconnects >= len(CUTS)
    sentences = heard(tmp_path / "heard.jsonl")
    assert [number for sentence in sentences for number in sentence.numbers] == [call["number"] for call in called]
    firsts = first_times(sentences)
    assert all(firsts[call["number"]].began - call["called"] <= LIMIT_S for call in called)
    assert any(len(sentence.numbers) > 1 for sentence in sentences)  # the queue grew long
    assert Counter(a["call_seq"] for a in told) == Counter(call["seq"] for call in called)
    assert {(a["outcome"], tuple(a["by"])) for a in told} == {("made", ("voice",))}
    check_clips(hall, tmp_path / "clips", sentences)


def check_clips(hall: BusyHall, clips: Path, sentences: list[Spoken]) -> None:
    """Each sentence was made of the very clips that the server has for these calls, and they can be heard."""
    counters = {t["number"]: t["counter_id"].split(".")[1] for t in hall.ask.snapshot()["tickets"] if t["counter_id"]}
    for sentence in sentences:
        calls = ",".join(f"{number}:{counters[number]}" for number in sentence.numbers)
        told = hall.ask.get("display", "branches/main/voice/call", calls=calls, langs="zh,en").json()
        # Where there is no time for all of it, the chime and the second language are left out.
        spoken = told["parts"][: len(sentence.words)]
        keys = (told["chime"]["key"], *(part["clip"]["key"] for part in spoken))
        assert sentence.keys in (keys, keys[1:])
        assert sentence.words == tuple(part["text"] for part in spoken) != ()
        for key in sentence.keys:
            _, samples = read((clips / f"{key}.wav").read_bytes())
            assert max(array("h", samples)) > 3000


async def test_a_line_that_has_gone_silent_is_left_and_the_call_is_still_spoken(
    hall: BusyHall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("display.api.PATIENCE_S", 1.0)
    await asyncio.to_thread(hall.queue_up, 1)
    async with Proxy(("127.0.0.1", hall.server.port)) as proxy, showing(hall, proxy.url, tmp_path) as program:
        proxy.hush()
        call = await asyncio.to_thread(hall.call, 1)
        await until(lambda: program.line and program.line.state == "stale")
        (told,) = await asyncio.to_thread(hall.announced, [call])
        assert (told["outcome"], told["number"]) == ("made", call["number"])
    assert list(first_times(heard(tmp_path / "heard.jsonl"))) == [call["number"]]


async def test_a_board_that_is_away_holds_up_neither_the_voice_nor_the_other_board(
    hall: BusyHall, tmp_path: Path
) -> None:
    await asyncio.to_thread(hall.queue_up, 1)
    async with EmulatedBoard() as board, EmulatedBoard() as mute:
        mute.mute = True  # it takes what it is told, and never says that it did
        boards = [f"tcp:127.0.0.1:{one.port}" for one in (board, mute)]
        async with showing(hall, hall.server.url, tmp_path, *boards) as program:
            call = await asyncio.to_thread(hall.call, 2)
            await until(lambda: board.text == f"{call['number']} 2")
            await until(lambda: heard(tmp_path / "heard.jsonl"))
            await until(lambda: program.health.parts == {"board": "error", "sound": "ok"})
            await asyncio.to_thread(hall.finish, 2)  # the mute board's call is over: all have said what became of it
            (told,) = await asyncio.to_thread(hall.announced, [call])
    assert (told["outcome"], told["by"]) == ("made", ["voice", "board"])


async def test_a_fault_in_the_voice_costs_a_pause_there_and_nothing_at_the_board(
    hall: BusyHall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    faults = iter([RuntimeError("a fault of ours")])
    whole = EmulatedPlayer.play

    async def play(player: EmulatedPlayer, speech: Speech) -> None:
        for fault in faults:
            raise fault
        await whole(player, speech)

    monkeypatch.setattr(EmulatedPlayer, "play", play)
    monkeypatch.setattr(program_module, "OUTPUT_AGAIN_S", 0.2)
    await asyncio.to_thread(hall.queue_up, 1)
    async with (
        EmulatedBoard() as board,
        showing(hall, hall.server.url, tmp_path, f"tcp:127.0.0.1:{board.port}") as program,
    ):
        call = await asyncio.to_thread(hall.call, 3)
        await until(lambda: program.health.parts == {"board": "ok", "sound": "error"})
        await until(lambda: board.text == f"{call['number']} 3")
        (told,) = await asyncio.to_thread(hall.announced, [call])
        await until(lambda: program.health.parts == {"board": "ok", "sound": "ok"})
    assert (told["outcome"], told["by"]) == ("made", ["voice", "board"])
    assert list(first_times(heard(tmp_path / "heard.jsonl"))) == [call["number"]]


def test_killed_in_the_middle_and_started_again_it_goes_on_where_it_was(hall: BusyHall, tmp_path: Path) -> None:
    log, token = tmp_path / "heard.jsonl", hall.ask.tokens["display"]
    how = ("--voice", f"emulated:{log}@14", "--times", "1", "--limit", "120", "--merge", "99", "--langs", "en")
    with display(hall.server.url, token, tmp_path / "data", *how) as running:
        wait((tmp_path / "data" / "display.json").exists)
        hall.queue_up(6)
        called = [hall.call(counter) for counter in range(1, 7)]
        wait(lambda: len(heard(log)) >= 3)
        running.end(signal.SIGKILL)
    said = heard(log)
    with display(hall.server.url, token, tmp_path / "data", *how):
        told = hall.announced(called)
    again = heard(log)[len(said) :]
    numbers = [call["number"] for call in called]
    finished = [sentence.numbers[0] for sentence in (*said[:-1], *again)]
    assert finished[: len(said) - 1] == numbers[: len(said) - 1]
    # What was cut off by the kill may have been at its very end: it is said again, and nothing else is.
    assert finished[len(said) - 1 :] in (numbers[len(said) - 1 :], numbers[len(said) :])
    assert Counter(a["call_seq"] for a in told) == Counter(call["seq"] for call in called)


def test_told_to_stop_it_ends_its_sentence_says_goodbye_and_the_next_run_goes_on(
    hall: BusyHall, tmp_path: Path
) -> None:
    log, token = tmp_path / "heard.jsonl", hall.ask.tokens["display"]
    how = ("--voice", f"emulated:{log}@10", "--times", "1", "--limit", "120", "--merge", "99", "--langs", "en")
    with display(hall.server.url, token, tmp_path / "data", *how) as running:
        wait((tmp_path / "data" / "display.json").exists)
        hall.queue_up(3)
        called = [hall.call(counter) for counter in range(11, 14)]
        wait(lambda: heard(log))
        assert running.end() == 0
    assert all(sentence.ended for sentence in heard(log))
    assert [e["kind"] for e in hall.ask.log() if e["kind"].startswith("device.")][-1] == "device.offline"
    with display(hall.server.url, token, tmp_path / "data", *how):
        hall.announced(called)
    assert [s.numbers[0] for s in heard(log)] == [call["number"] for call in called]


def wait(true: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
