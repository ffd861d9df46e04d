"""A branch that is set up anew while the program runs: its words, its languages and its counters are followed."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from display.announcements import Manner
from display.api import ServerApi
from display.clips import Clips
from display.picture import Picture
from display.place import LineStats, Place
from display.players import EmulatedPlayer
from display.program import Options, Program
from tests.display.busy_hall import heard
from tests.display.listening import until
from tests.display.test_clips import Mouth, call_out
from tests.running import Caller, Served, install, serving
from tests.set_up_anew import WORDING, grouped, set_up

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC).isoformat()
QUICK = 40.0


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    office = install(f"sqlite:///{tmp_path / 'callboard.db'}", branch=grouped())
    with serving(office, voice_folder=str(tmp_path / "voice")) as served:
        yield served


async def test_the_next_call_is_said_in_the_words_and_the_order_that_the_branch_now_has(
    served: Served, tmp_path: Path
) -> None:
    token = served.office.tokens["display"]
    player = EmulatedPlayer(tmp_path / "heard.jsonl", QUICK)
    options = Options(served.url, "main", token, tmp_path / "data", player, manner=Manner(times=1))
    stop = asyncio.Event()
    async with ServerApi(served.url, "main", token) as api:
        program = Program(options, api)
        running = asyncio.create_task(program.run(stop))
        await until(lambda: program.line and program.line.state == "fresh")
        await asyncio.to_thread(called, served)
        await until(lambda: len(heard(tmp_path / "heard.jsonl")) == 1)
        await asyncio.to_thread(set_up, served, lambda b: replace(b, wording=WORDING, languages=("en", "zh")))
        await until(lambda: program.picture.branch["wording"] == WORDING)
        await asyncio.to_thread(called, served, "recall")
        await until(lambda: len(heard(tmp_path / "heard.jsonl")) == 2)
        stop.set()
        await running
    said = [list(one.words) for one in heard(tmp_path / "heard.jsonl")]
    assert said[0] == ["请A001号到1号窗口", "Number A001, please go to counter 1"]
    assert said[1] == ["Number A001, please go to counter 1, thank you", "请A001号顾客到1号窗口办理业务"]


def called(served: Served, how: str = "call") -> None:
    with Caller(served.url, served.office.tokens) as ask:
        if how == "recall":
            (ticket,) = ask.snapshot()["tickets"]
            ask.done("teller", f"tickets/{ticket['id']}/recall")
            return
        ask.done("teller", "counters/main.1/open")
        ask.ticket()
        ask.done("teller", "counters/main.1/call-next")


async def test_a_sentence_known_by_other_words_is_asked_for_anew(tmp_path: Path) -> None:
    mouth = Mouth()
    clips = Clips(mouth, tmp_path, ("zh",))
    for wording in ("", "", "other", "other"):
        clips.adopt(("zh",), wording)
        await clips.speech([call_out()], 1.0, ("zh",))
    assert mouth.langs == ["zh", "zh"]


def test_a_counter_that_was_not_there_in_the_morning_is_called_by_its_number() -> None:
    place, picture = Place(LineStats()), Picture()
    counters = [{"id": "main.1", "number": 1}, {"id": "main.9", "number": 9}]
    queues = {"cash": {"retired": True}, "vip": {}}
    hall = {"branch": {}, "counters": counters[:1], "recent_calls": [], "tickets": [], "seq": 1, "epoch": "one"}
    ticket = {"number": "A001", "counter_id": "main.9", "queue_id": "cash", "state": "called"}
    waits = {"number": "A002", "counter_id": None, "queue_id": "cash", "state": "waiting"}
    events = [
        {"seq": 2, "kind": "branch.set_up", "at": NOON, "counters": counters, "branch": {"queues": queues}},
        {"seq": 3, "kind": "ticket.called", "at": NOON, "ticket": ticket},
        {"seq": 4, "kind": "ticket.issued", "at": NOON, "ticket": waits},
    ]
    place.take({"type": "snapshot", "seq": 1, "epoch": "one", "now": NOON, "snapshot": hall})
    picture.take({"type": "snapshot", "snapshot": hall})
    frame = {"type": "events", "after": 1, "seq": 4, "now": NOON, "events": events}
    calls = place.take(frame) or []
    picture.take(frame)
    assert [(call.number, call.counter_number) for call in calls] == [("A001", 9)]
    assert picture.called_at() == {9: "A001"}
    assert picture.waiting() == {"cash": 1, "vip": 0}
    picture.take(
        {**frame, "after": 4, "seq": 5, "events": [events[2] | {"seq": 5, "ticket": waits | {"state": "expired"}}]}
    )
    assert picture.waiting() == {"vip": 0}, "nobody waits where nobody is called from"
