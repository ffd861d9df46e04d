"""A branch on a real database, with a writer whose clock the test sets."""

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, select

from server.actions import customer, teller
from server.actions.decision import Action, Actor, Command
from server.domain.events import Event
from server.domain.hall import Hall
from server.storage.answers import Told
from server.storage.branches import install_branch
from server.storage.database import open_database
from server.storage.event_log import events_after
from server.storage.halls import load_hall
from server.storage.migrate import migrate
from server.storage.tables import branches
from server.storage.writer import News, Writer
from tests.domain.floor import KIOSK, NINE, example_branch, example_counters, teller_of

Json = dict[str, Any]
PATIENCE_S = 20


class Office:
    """`news` is what the writers said after their commits, one entry for each."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.now = NINE
        self.engine = open_database(url, writing=True)
        self.reader = open_database(url, writing=False)
        self.news: list[dict[str, int]] = []
        self.writers: list[Writer] = []
        self._engines: list[Engine] = [self.engine, self.reader]

    def clock(self) -> datetime:
        return self.now

    def writer(self, *, engine: Engine | None = None, limit: int = 2000) -> Writer:
        """Another writer on the same database, as another process has it."""
        writer = self.idle_writer(engine=engine, limit=limit)
        writer.start()
        return writer

    def idle_writer(self, *, engine: Engine | None = None, limit: int = 2000, batch_size: int = 256) -> Writer:
        """One that has not begun: what it is sent waits, and makes one batch."""
        if engine is None:
            engine = open_database(self.url, writing=True)
            self._engines.append(engine)
        writer = Writer(engine, self.clock, self._hear, limit=limit, batch_size=batch_size)
        self.writers.append(writer)
        return writer

    def _hear(self, news: News) -> None:
        self.news.append({branch_id: happened[-1].seq for branch_id, happened in news.items()})

    def close(self) -> None:
        for writer in self.writers:
            if writer_thread(writer).ident is not None:
                writer.stop()
        for engine in self._engines:
            engine.dispose()

    def hall(self) -> Hall:
        with self.reader.begin() as connection:
            return load_hall(connection, "main")

    def log(self) -> list[Event]:
        with self.reader.begin() as connection:
            return events_after(connection, "main", 0, 100_000)

    def last_seq(self) -> int:
        with self.reader.begin() as connection:
            return int(connection.execute(select(branches.c.last_seq)).scalar_one())


def writer_thread(writer: Writer) -> threading.Thread:
    thread = writer._thread
    assert isinstance(thread, threading.Thread)
    return thread


def send(
    writer: Writer, actor: Actor, action: Action, key: str | None = None, fingerprint: str = "", **arguments: Any
) -> Future[Told]:
    return writer.submit(Command("main", actor, action, arguments, key, fingerprint))


def done(
    writer: Writer, actor: Actor, action: Action, key: str | None = None, fingerprint: str = "", **arguments: Any
) -> Json:
    return dict(send(writer, actor, action, key, fingerprint, **arguments).result(PATIENCE_S))


def take(writer: Writer, number: int, service: str = "deposit", **asked: Any) -> Future[Told]:
    """A ticket whose id tells it from others: the number is the test's own."""
    return send(writer, KIOSK, customer.take_ticket, ticket_id=f"main.t{number}", services=[service], **asked)


def open_counter(writer: Writer, number: int) -> Future[Told]:
    return send(writer, teller_of(number), teller.open_counter, counter_id=f"main.{number}")


def next_at(writer: Writer, number: int, key: str | None = None) -> Future[Told]:
    return send(writer, teller_of(number), teller.call_next, key, counter_id=f"main.{number}")


@contextmanager
def office(url: str) -> Iterator[Office]:
    """The example branch, installed on an empty database."""
    found = Office(url)
    migrate(found.engine)
    install_branch(found.engine, example_branch(), example_counters())
    try:
        yield found
    finally:
        found.close()
