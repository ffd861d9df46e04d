"""The same four commands as one would first write them: an ORM, and a transaction for every request."""

import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import orjson
from fastapi import FastAPI, Header
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from starlette.concurrency import run_in_threadpool

from server.settings import Settings
from server.storage import tables
from server.storage.database import open_database
from server.web.serving import make_server
from tests.bench.nothing import Asked, until_answered
from tests.running import ROOT, TEN, free_port

Json = dict[str, Any]
Key = Annotated[str, Header(alias="Idempotency-Key")]
Work = Callable[..., Json]
AHEAD = TEN - datetime.now(UTC)
POOL = 40  # connections: PostgreSQL allows a hundred in all, and those that wait for one row gain nothing


class Mapped(DeclarativeBase):
    __allow_unmapped__ = True


class Branch(Mapped):
    __table__ = tables.branches
    last_seq: Any


class Ticket(Mapped):
    __table__ = tables.tickets
    id: Any
    branch_id: Any
    number: Any
    serial: Any
    state: Any
    order_at: Any
    counter_id: Any
    called_at: Any
    started_at: Any
    ended_at: Any


class Happened(Mapped):
    __table__ = tables.events


class Stored(Mapped):
    __table__ = tables.answers
    body: Any


def take(session: Session, branch_id: str, key: str) -> Json:
    branch, known = _taken(session, branch_id, key)
    if known is not None:
        return known
    now = datetime.now(UTC) + AHEAD
    day = now.date()
    newest = select(func.max(Ticket.serial)).where(Ticket.branch_id == branch_id)
    serial = (session.scalars(newest.where(tables.tickets.c.business_day == day)).one() or 0) + 1
    ticket = Ticket(
        id=f"{branch_id}.{key}",
        visit_id=f"{branch_id}.{key}",
        branch_id=branch_id,
        business_day=day,
        prefix="A",
        serial=serial,
        step=1,
        number=f"A{serial:03}",
        service_id="deposit",
        later_services=[],
        queue_id="cash",
        segment="ordinary",
        state="waiting",
        issued_at=now,
        arrived_at=now,
        order_at=now,
        calls=0,
        misses=0,
    )
    session.add(ticket)
    return _written(session, branch, ticket, key, "ticket.issued", now)


def call(session: Session, counter_id: str, key: str) -> Json:
    branch_id = counter_id.split(".")[0]
    branch, known = _taken(session, branch_id, key)
    if known is not None:
        return known
    now = datetime.now(UTC) + AHEAD
    waiting = select(Ticket).where(Ticket.branch_id == branch_id, Ticket.state == "waiting")
    ticket = session.scalars(waiting.order_by(Ticket.order_at).limit(1).with_for_update()).one()
    ticket.state, ticket.counter_id, ticket.called_at = "called", counter_id, now
    return _written(session, branch, ticket, key, "ticket.called", now)


def start(session: Session, ticket_id: str, key: str) -> Json:
    return _moved(session, ticket_id, key, "serving", "ticket.started")


def finish(session: Session, ticket_id: str, key: str) -> Json:
    return _moved(session, ticket_id, key, "completed", "ticket.completed")


def _moved(session: Session, ticket_id: str, key: str, state: str, kind: str) -> Json:
    branch, known = _taken(session, ticket_id.split(".")[0], key)
    if known is not None:
        return known
    now = datetime.now(UTC) + AHEAD
    ticket = session.scalars(select(Ticket).where(Ticket.id == ticket_id).with_for_update()).one()
    ticket.state = state
    if state == "serving":
        ticket.started_at = now
    else:
        ticket.ended_at = now
    return _written(session, branch, ticket, key, kind, now)


def _taken(session: Session, branch_id: str, key: str) -> tuple[Branch, Json | None]:
    """The branch, locked, and the answer if the key came before."""
    branch = session.get_one(Branch, branch_id, with_for_update=True)
    stored = session.get(Stored, (branch_id, "anyone", key))
    return branch, None if stored is None else stored.body


def _written(session: Session, branch: Any, ticket: Any, key: str, kind: str, now: datetime) -> Json:
    branch.last_seq += 1
    session.flush()
    values = {str(column.name): getattr(ticket, column.name) for column in tables.tickets.c}
    body = orjson.loads(orjson.dumps({"seq": branch.last_seq, "ticket": values}))
    known = {"branch_id": branch.id, "at": now, "body": body}
    session.add(Happened(**known, seq=branch.last_seq, kind=kind, actor="anyone", ticket_id=ticket.id))
    session.add(Stored(**known, actor="anyone", key=key, fingerprint=key))
    return dict(body)


def app(url: str) -> FastAPI:
    """The routes of the server's own API that a ticket's life needs. It pushes nothing and asks for no token."""
    made = FastAPI(openapi_url=None)
    run = _on_sqlite(url) if url.startswith("sqlite") else _on_postgresql(url)

    @made.post("/api/v1/branches/{branch}/tickets", status_code=201)
    async def take_ticket(branch: str, asked: Asked, key: Key) -> Json:
        return await run(take, branch, key)

    @made.post("/api/v1/counters/{counter}/call-next")
    async def call_next(counter: str, key: Key) -> Json:
        return await run(call, counter, key)

    @made.post("/api/v1/tickets/{ticket}/start")
    async def start_ticket(ticket: str, key: Key) -> Json:
        return await run(start, ticket, key)

    @made.post("/api/v1/tickets/{ticket}/finish")
    async def finish_ticket(ticket: str, key: Key) -> Json:
        return await run(finish, ticket, key)

    return made


def _on_postgresql(url: str) -> Callable[[Work, str, str], Awaitable[Json]]:
    make = async_sessionmaker(create_async_engine(url, pool_size=POOL, max_overflow=0), expire_on_commit=False)

    async def run(work: Work, which: str, key: str) -> Json:
        async with make.begin() as session:
            return await session.run_sync(work, which, key)

    return run


def _on_sqlite(url: str) -> Callable[[Work, str, str], Awaitable[Json]]:
    """There is no asynchronous SQLite driver here: each request has a thread of Starlette's pool."""
    make = sessionmaker(open_database(url, writing=True), expire_on_commit=False)

    def in_thread(work: Work, which: str, key: str) -> Json:
        with make.begin() as session:
            return work(session, which, key)

    async def run(work: Work, which: str, key: str) -> Json:
        return await run_in_threadpool(in_thread, work, which, key)

    return run


@contextmanager
def orm_baseline(url: str) -> Iterator[int]:
    """The port of a process of its own, over a database with its branches in it."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.bench.orm_baseline", str(port), url], cwd=ROOT)
    try:
        until_answered(process, f"http://127.0.0.1:{port}/")
        yield port
    finally:
        process.terminate()
        process.wait(10)


if __name__ == "__main__":
    make_server(app(sys.argv[2]), Settings(port=int(sys.argv[1]))).run()
