"""What the server is told: each announcement once and whole, health on change, and nothing for ever."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from display import post as post_module
from display.announcements import Note, Outcome
from display.api import Away, Json, Refused, ServerApi
from display.health import Health
from display.ledger import Announcement, Ledger
from display.memory import recall
from display.place import CallOut, Remembered
from display.post import Letter, Post, key_of

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)


def call_out(seq: int = 1) -> CallOut:
    return CallOut(seq, f"A{seq:03d}", 3, "cash", NINE, repeat=False)


class Server(ServerApi):
    def __init__(self) -> None:
        super().__init__("http://127.0.0.1:9", "main", "x")
        self.heard: list[tuple[str, Json]] = []
        self.away = 0  # so many times
        self.refuses = False

    async def post(self, path: str, body: Json, key: str) -> None:
        if self.away:
            self.away -= 1
            raise Away("the server does not answer")
        if self.refuses:
            raise Refused(409, "call_not_found", "There is no such call.")
        self.heard.append((key, body))


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(post_module, "FIRST_RETRY_S", 0.001)
    monkeypatch.setattr(post_module, "LAST_RETRY_S", 0.005)


@asynccontextmanager
async def running(post: Post) -> AsyncIterator[None]:
    task = asyncio.create_task(post.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_letters_come_in_order_and_once_though_the_server_was_away() -> None:
    server = Server()
    server.away = 7
    post = Post(server)
    async with running(post):
        for number in range(5):
            post.put("announcements", {"n": number}, f"key-{number}")
        assert await post.empty(5)
    assert server.heard == [(f"key-{number}", {"n": number}) for number in range(5)]


async def test_what_the_server_refuses_is_not_told_again() -> None:
    server = Server()
    server.refuses = True
    post = Post(server)
    async with running(post):
        post.put("announcements", {}, "key")
        assert await post.empty(5)
    assert (post.sent, post.refused) == (0, 1)


async def test_what_waits_is_bounded_and_what_is_old_is_let_go() -> None:
    server = Server()
    post = Post(server)
    for number in range(1000):
        post.put("announcements", {"n": number}, f"key-{number}")
    assert len(post.waiting) == 500
    post = Post(server, [Letter("announcements", {"n": -1}, "old", at=time.monotonic() - 601)])
    async with running(post):
        assert await post.empty(5)
    assert server.heard == []
    assert post.lost == 1


async def test_health_is_told_when_it_changes_and_only_the_newest_of_it() -> None:
    server = Server()
    post = Post(server)
    health = Health(post)
    health.set("sound", "voice", "ok")
    health.set("sound", "voice", "ok")
    health.set("board", "board 1", "ok")
    health.set("board", "board 2", "error", "cannot be reached")
    health.set("board", "board 1", "ok")
    assert len(post.waiting) == 1
    async with running(post):
        assert await post.empty(5)
        health.set("board", "board 2", "ok")
        health.say_goodbye()
        assert await post.empty(5)
    assert [body for _, body in server.heard] == [
        {"parts": {"board": "error", "sound": "ok"}, "note": "board 2: cannot be reached"},
        {"offline": True},
    ]


@pytest.mark.parametrize(
    ("voice", "board", "outcome", "by", "note"),
    [
        (("made", ""), ("made", ""), "made", ("voice", "board"), ""),
        (("made", ""), ("failed", "unplugged"), "made", ("voice",), "board: unplugged"),
        (("dropped", "late"), ("made", ""), "made", ("board",), "voice: late"),
        (("dropped", "late"), ("failed", "unplugged"), "failed", ("voice", "board"), "board: unplugged; voice: late"),
        (("dropped", "late"), ("dropped", "late"), "dropped", ("voice", "board"), "board: late; voice: late"),
    ],
)
def test_a_call_is_made_if_any_output_made_it_and_told_once_all_have_answered(
    voice: tuple[Outcome, str], board: tuple[Outcome, str], outcome: Outcome, by: tuple[str, ...], note: str
) -> None:
    ledger, call = Ledger(), call_out()
    ledger.expect(call, ["voice", "board 1"])
    assert ledger.settle("voice", "voice", Note(call, *voice)) is None
    assert ledger.settle("voice", "voice", Note(call, *voice)) is None
    assert ledger.settle("board 1", "board", Note(call, *board)) == Announcement(call, outcome, by, note)
    assert ledger.settle("board 1", "board", Note(call, *board)) is None
    assert len(ledger) == 0


def test_the_same_announcement_has_the_same_key_and_no_other_has() -> None:
    assert key_of("token", "epoch", 7) == key_of("token", "epoch", 7)
    assert len({key_of("token", "epoch", 7), key_of("token", "epoch", 8), key_of("other", "epoch", 7)}) == 3


def test_a_memory_is_found_again_and_a_broken_one_begins_anew(tmp_path: Path) -> None:
    file = tmp_path / "display.json"
    memory = recall(file)
    for seq in (5, 8, 9):
        memory.settle(seq)
    place = Remembered(7, "epoch", {"main.3": 3}, NINE)
    letter = Letter("announcements", {"call_seq": 5}, "key")
    memory.keep(place, [letter])
    found = recall(file)
    assert (found.place, list(found.settled)) == (place, [8, 9])
    assert [(one.path, one.body, one.key) for one in found.letters] == [(letter.path, letter.body, letter.key)]
    file.write_text(file.read_text()[:40])
    assert recall(file).place is None
    file.unlink()
    file.mkdir()
    memory.keep(place, [])  # a disk that takes nothing is lived with
