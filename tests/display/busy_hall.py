"""A branch with as many counters as a burst has calls, and what its displays were heard to say."""

import json
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.demo.branch import source_branch
from server.domain.branch import CounterClass, ProfileEntry
from server.domain.counter import Counter
from server.storage.branches import create_token, install_branch
from server.storage.database import open_database
from server.storage.migrate import migrate
from server.storage.server_clock import start_clock
from tests.running import KINDS, PATIENCE_S, TEN, Caller, Office, ServerProcess, server_process

Json = dict[str, Any]

COUNTERS = 30
NUMBER = re.compile(r"A\d{3}")


def busy_office(database_url: str) -> Office:
    """The example branch at ten o'clock, with thirty counters for cash."""
    engine = open_database(database_url, writing=True)
    migrate(engine)
    start_clock(engine, TEN, 1.0)
    counters = [
        Counter(f"main.{number}", "main", number, CounterClass.CASH, (ProfileEntry("cash"),))
        for number in range(1, COUNTERS + 1)
    ]
    install_branch(engine, source_branch(), counters)
    tokens = {kind: create_token(engine, kind, "main", kind.title(), f"{kind}-1") for kind in KINDS}
    engine.dispose()
    return Office(database_url, tokens)


@dataclass(frozen=True, slots=True)
class BusyHall:
    server: ServerProcess
    ask: Caller

    def open_all(self) -> None:
        for number in range(1, COUNTERS + 1):
            self.ask.done("manager", f"counters/main.{number}/open")

    def queue_up(self, customers: int) -> None:
        for _ in range(customers):
            self.ask.ticket()

    def call(self, counter: int) -> Json:
        """The next customer to this counter: the ticket, with `called` in Unix time and `seq` in the log."""
        began = time.time()
        ticket = self.ask.done("manager", f"counters/main.{counter}/call-next")["ticket"]
        calls = [call for call in self.ask.snapshot()["recent_calls"] if call["number"] == ticket["number"]]
        return {**ticket, "seq": calls[0]["seq"], "called": began}

    def finish(self, counter: int) -> None:
        (ticket,) = [t for t in self.ask.snapshot()["tickets"] if t["counter_id"] == f"main.{counter}"]
        self.ask.done("manager", f"tickets/{ticket['id']}/finish")

    def announced(self, calls: list[Json], patience_s: float = PATIENCE_S) -> list[Json]:
        """What displays have told of these calls, as soon as they told of all."""
        wanted = {call["seq"] for call in calls}
        deadline = time.monotonic() + patience_s
        while True:
            events = self.ask.log()
            told = [e["announcement"] for e in events if e["kind"].startswith("announcement.")]
            told = [announcement for announcement in told if announcement["call_seq"] in wanted]
            if {announcement["call_seq"] for announcement in told} == wanted:
                return told
            assert time.monotonic() < deadline, f"{len(told)} of {len(calls)} calls were told of"
            time.sleep(0.1)


@contextmanager
def busy_hall(folder: Path) -> Iterator[BusyHall]:
    office = busy_office(f"sqlite:///{folder / 'callboard.db'}")
    kept = str(folder / "voice")
    with server_process(office, folder, voice_folder=kept) as server, Caller(server.url, office.tokens) as ask:
        yield BusyHall(server, ask)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One sentence, as the emulated player was given it."""

    began: float
    numbers: tuple[str, ...]  # in the order they are said
    keys: tuple[str, ...]
    words: tuple[str, ...]
    ended: bool


def heard(log: Path) -> list[Spoken]:
    """All that was played. A sentence that was cut off has not ended."""
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()] if log.exists() else []
    found = []
    for line, after in zip(lines, [*lines[1:], {}], strict=False):
        if "began" in line:
            numbers = tuple(NUMBER.findall(line["words"][-1]))
            told = tuple(line["keys"]), tuple(line["words"])
            found.append(Spoken(line["began"], numbers, *told, ended="ended" in after))
    return found


def first_times(sentences: list[Spoken]) -> dict[str, Spoken]:
    """Number -> the sentence that first said it, in the order of time."""
    found: dict[str, Spoken] = {}
    for sentence in sentences:
        for number in sentence.numbers:
            found.setdefault(number, sentence)
    return found
