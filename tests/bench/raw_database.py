"""The writer's own statements, replayed on the bare driver: as fast as the database alone would take them."""

import time
from collections.abc import Iterator
from concurrent.futures import Future, wait
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from server.actions import customer, teller
from server.actions.decision import Action, Actor, Command
from server.storage.answers import Told
from server.storage.database import open_database
from server.storage.writer import Writer
from tests.bench.office import Backends, install_bank
from tests.running import TEN

BRANCH = "main"
KIOSK = Actor("kiosk", "kiosk-1", "Entrance")
COMMIT = ("COMMIT", None, False)

Statement = tuple[str, Any, bool]  # the words, the values, and whether they are many rows
Answer = Future[Told]


class Lives:
    """Ticket lives at so many counters at once, as commands to a writer."""

    def __init__(self, writer: Writer, counters: range) -> None:
        self._writer, self._counters = writer, counters
        self._keys = 0

    def send(self, counter: int, action: Action, **arguments: Any) -> Answer:
        self._keys += 1
        actor = KIOSK if action is customer.take_ticket else Actor("teller", f"t{counter}", f"t{counter}")
        key = f"{self._counters.start}-{self._keys:012d}"
        return self._writer.submit(Command(BRANCH, actor, action, arguments, key, f"{key:0>64}"))

    def waves(self) -> Iterator[list[Answer]]:
        """One wave of commands, then the next, which needs the answers to the last; without end."""
        yield [self.send(n, teller.open_counter, counter_id=f"{BRANCH}.{n}") for n in self._counters]
        while True:
            start = self._keys
            taken = [
                self.send(n, customer.take_ticket, ticket_id=f"{BRANCH}.{start}-{n:04d}", services=["deposit"])
                for n in self._counters
            ]
            yield taken
            called = [self.send(n, teller.call_next, counter_id=f"{BRANCH}.{n}") for n in self._counters]
            yield called
            for action in (teller.start, teller.finish):
                yield [
                    self.send(n, action, ticket_id=answer.result()["ticket"]["id"])
                    for n, answer in zip(self._counters, called, strict=True)
                ]


@contextmanager
def listening(engine: Engine) -> Iterator[list[Statement]]:
    """Everything the engine says to its database, transaction by transaction."""
    heard: list[Statement] = []

    def said(_: Any, __: Any, words: str, values: Any, ___: Any, many: bool) -> None:
        heard.append((words, values, many))

    def committed(_: Any) -> None:
        heard.append(COMMIT)

    event.listen(engine, "before_cursor_execute", said)
    event.listen(engine, "commit", committed)
    yield heard
    event.remove(engine, "before_cursor_execute", said)
    event.remove(engine, "commit", committed)


def captured(url: str, clients: int, commands: int) -> tuple[list[Statement], int]:
    """The statements of about so many commands, and how many there were.

    Twice as many customers as `clients` take turns by halves: while one half is being written the other gathers,
    so that every batch has `clients` commands in it.
    """
    install_bank(url, [BRANCH], 2 * clients)
    engine = open_database(url, writing=True)
    writer = Writer(engine, lambda: TEN, lambda _: None, batch_size=clients)
    halves = [
        Lives(writer, range(1, clients + 1)).waves(),
        Lives(writer, range(clients + 1, 2 * clients + 1)).waves(),
    ]
    sent = 2 * clients
    with listening(engine) as heard:
        asked = [next(half) for half in halves]
        writer.start()
        while sent < commands:
            for at, half in enumerate(halves):
                _all(asked[at])
                asked[at] = next(half)
                sent += clients
        for answers in asked:
            _all(answers)
        writer.stop()
    engine.dispose()
    if not any("INSERT INTO events" in words for words, *_ in heard):
        raise RuntimeError("the writer's statements were not heard: it does not speak through its engine")
    return heard, sent


def _all(answers: list[Answer]) -> None:
    wait(answers)
    for answer in answers:
        answer.result()


class Replay:
    """The same words to a database that is as it was before them, on the driver's own connection."""

    def __init__(self, stores: Backends, database: str, clients: int, commands: int, rounds: int) -> None:
        statements, self._commands = captured(stores.new(database), clients, commands)
        url = stores.new(database)
        install_bank(url, [BRANCH], 2 * clients)
        self._engine = open_database(url, writing=True)
        self._line: Any = self._engine.raw_connection().driver_connection
        self._left = iter(statements)
        self._commits = sum(one is COMMIT for one in statements)
        self._share = self._commits // rounds  # so that there is something left to say in the last of them

    def rate(self, seconds: float) -> float:
        """Commands a second, for so long or until this round's share of them is written."""
        cursor, commits = self._line.cursor(), 0
        began = time.perf_counter()
        for words, values, many in self._left:
            if words == "COMMIT":
                self._line.commit()
                commits += 1
                if commits == self._share or time.perf_counter() - began > seconds:
                    break
            elif many:
                cursor.executemany(words, values)
            else:
                cursor.execute(words, values)
                if cursor.description:
                    cursor.fetchall()
        took = time.perf_counter() - began
        return commits / self._commits * self._commands / took

    def close(self) -> None:
        self._line.close()
        self._engine.dispose()
