"""Customers, tellers and displays who go on whichever server is there, and keep what they were told."""

import asyncio
import itertools
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.live.line import Json, listening
from tests.running import Caller, Office, fresh_key

PATIENCE_S = 40
CUSTOMERS = 2
BREATH_S = 0.05  # a busy hall, and yet time left for the servers to start


@dataclass(slots=True)
class Load:
    """`done` are the acknowledged commands as (what the log calls it, ticket id); `unlike` are answers that nobody
    may get; `doors` are the addresses of the servers that are there: where they change, displays go elsewhere."""

    office: Office
    doors: list[str]
    done: "Counter[tuple[str, str]]" = field(default_factory=Counter)
    answered: "Counter[str]" = field(default_factory=Counter)  # by door
    retried: int = 0
    unlike: list[str] = field(default_factory=list)
    lines: "list[DisplayLine]" = field(default_factory=list)
    all_told: threading.Event = field(default_factory=threading.Event)  # the displays may go home
    newest: int = 0  # seq of the newest event that anyone was told of
    _over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _people: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(CUSTOMERS + 4))
    _tasks: list[Any] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.lines = [DisplayLine(self, number) for number in range(2)]
        work = [self._customer] * CUSTOMERS + [
            lambda: self._teller(1, "teller"),
            lambda: self._teller(2, "second teller"),
        ]
        self._tasks = [self._people.submit(each) for each in (*work, *(line.listen for line in self.lines))]
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self.all_told.set()
        self._people.shutdown()

    def finish(self) -> None:
        """Everyone ends what they have begun; the displays hear it to the end. Whoever failed says so."""
        self._over.set()
        for task in self._tasks[: -len(self.lines)]:
            task.result(PATIENCE_S)
        deadline = time.monotonic() + PATIENCE_S
        while min(line.seq or 0 for line in self.lines) < self.newest and time.monotonic() < deadline:
            time.sleep(0.02)
        self.all_told.set()
        for task in self._tasks:
            task.result(PATIENCE_S)

    @property
    def over(self) -> bool:
        return self._over.is_set()

    def more(self, number: int, door: str | None = None) -> None:
        """Waits until so many more commands are answered, by that server or by any."""

        def count() -> int:
            return self.answered[door] if door else sum(self.answered.values())

        until, deadline = count() + number, time.monotonic() + PATIENCE_S
        while count() < until:
            assert time.monotonic() < deadline, f"nobody is answered any more: {self.unlike[-3:]}"
            time.sleep(0.01)

    def _customer(self) -> None:
        with Person(self) as person:
            while not self.over:
                ticket = person.insist("kiosk", "branches/main/tickets", {"services": ["deposit"]})["ticket"]
                self._note("ticket.issued", ticket)
                time.sleep(BREATH_S * 2)

    def _teller(self, number: int, who: str) -> None:
        with Person(self) as person:
            person.insist(who, f"counters/main.{number}/open")
            while not self.over:
                ticket = person.insist(who, f"counters/main.{number}/call-next")["ticket"]
                if ticket is not None:
                    self._note("ticket.called", ticket)
                    for press, kind in (("start", "ticket.started"), ("finish", "ticket.completed")):
                        person.insist(who, f"tickets/{ticket['id']}/{press}")
                        self._note(kind, ticket)
                time.sleep(BREATH_S)

    def _note(self, kind: str, ticket: Json) -> None:
        with self._lock:
            self.done[kind, ticket["id"]] += 1

    def count(self, door: str, answer: Json | None) -> None:
        with self._lock:
            self.retried += answer is None
            self.answered[door] += answer is not None
            self.newest = max(self.newest, answer["seq"] if answer else 0)


class Person:
    """Asks one server after the other, with one key, until one answers; as a device behind a proxy does."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._known: dict[str, Caller] = {}
        self._stack = ExitStack()
        self._turn = itertools.count()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def insist(self, who: str, path: str, body: Any = None) -> Json:
        key, deadline = fresh_key(), time.monotonic() + PATIENCE_S
        while True:
            doors = self._load.doors
            door = doors[next(self._turn) % len(doors)]
            if door not in self._known:
                self._known[door] = self._stack.enter_context(Caller(door, self._load.office.tokens))
            try:
                answer = self._known[door].post(who, path, body, key)
            except httpx.TransportError:
                answer = None
            if answer is not None and answer.is_success:
                told: Json = answer.json()
                self._load.count(door, told)
                return told
            if answer is not None and answer.status_code != 503:
                self._load.unlike.append(f"{door} {path}: {answer.status_code} {answer.text}")
                raise AssertionError(self._load.unlike[-1])
            self._load.count(door, None)
            assert time.monotonic() < deadline, f"{path} is never answered"
            time.sleep(0.05)


class DisplayLine:
    """A display that takes up the thread where it was let go. `calls` are the call-outs it showed, by their seq;
    `told_whole` are the stretches of the log (after, up to) that a snapshot told of instead."""

    def __init__(self, load: Load, number: int) -> None:
        self._load = load
        self._number = number
        self.seq: int | None = None
        self.calls: list[int] = []
        self.told_whole: list[tuple[int, int]] = []
        self.joined = 0

    def listen(self) -> None:
        asyncio.run(self._listen())

    async def _listen(self) -> None:
        epoch: str | None = None
        while not self._load.all_told.is_set():
            doors = self._load.doors
            door = doors[(self._number + self.joined) % len(doors)]
            try:
                async with listening(door, self._load.office.tokens["display"], self.seq, epoch) as line:
                    self.joined += 1
                    while not self._load.all_told.is_set() and doors is self._load.doors:
                        self._take(await line.hear())
                        epoch = line.epoch
            except (OSError, TimeoutError, ConnectionClosed, InvalidHandshake):
                await asyncio.sleep(0.1)

    def _take(self, frame: Json) -> None:
        if frame["type"] == "snapshot":
            self.told_whole.append((self.seq or 0, frame["seq"]))
            self.seq = frame["seq"]
        elif frame["type"] == "events":
            called = [event["seq"] for event in frame["events"] if event["kind"] == "ticket.called"]
            # As the real display: an older server than the one before may begin a little further back.
            shown = self.calls[-1] if self.calls else 0
            self.calls += [seq for seq in called if seq > shown]
            self.seq = frame["seq"]
