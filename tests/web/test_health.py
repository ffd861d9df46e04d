"""What a load balancer and a busy client are told: alive, ready, and when to come again."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait

import httpx
import pytest
from sqlalchemy import text

from server.storage.database import open_database
from tests.running import Caller, Served, fresh_key, install, serving
from tests.web.problem import refused

TAKE = "branches/main/tickets"
TICKET = {"services": ["deposit"]}


def look(served: Served, name: str) -> httpx.Response:
    return httpx.get(f"{served.url}/{name}", trust_env=False)


def test_a_server_says_that_it_lives_and_is_ready(served: Served) -> None:
    assert look(served, "healthz").json() == {"status": "alive"}
    assert look(served, "readyz").json() == {"status": "ready"}


def test_without_its_database_a_server_lives_but_is_not_ready(served: Served) -> None:
    engine = open_database(served.office.database_url, writing=True)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE branches RENAME TO lost"))
    try:
        assert look(served, "healthz").status_code == 200
        answer = look(served, "readyz")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    finally:
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE lost RENAME TO branches"))
        engine.dispose()
    assert look(served, "readyz").status_code == 200


@pytest.fixture
def slow(sqlite_url: str) -> Iterator[Served]:
    """A server that lets three commands wait, no more."""
    with serving(install(sqlite_url), queue_limit=3) as served:
        yield served


def test_a_full_queue_says_when_to_come_again_and_loses_nothing(slow: Served) -> None:
    engine = open_database(slow.office.database_url, writing=True)
    keys = [fresh_key() for _ in range(20)]
    with Caller(slow.url, slow.office.tokens) as ask, ThreadPoolExecutor(20) as crowd:
        ask.ticket()
        with engine.begin():  # nobody else can write now
            asked = [crowd.submit(ask.post, "kiosk", TAKE, TICKET, key) for key in keys]
            told_at_once, waiting = wait(asked, timeout=2)
        engine.dispose()
        statuses = [task.result().status_code for task in asked]
        assert {task.result().status_code for task in told_at_once} == {503}
        assert {task.result().status_code for task in waiting} == {201}
        # Three wait, and at least one has been taken from the queue to be written.
        assert 4 <= statuses.count(201) <= 8
        for task in told_at_once:
            refused(task.result(), 503, "busy")
            assert task.result().headers["retry-after"] == "1"
        again = [ask.post("kiosk", TAKE, TICKET, key).json()["ticket"]["number"] for key in keys]
        assert sorted(again) == [f"A{serial:03d}" for serial in range(2, 22)]


def test_a_database_that_cannot_be_written_is_no_silence(slow: Served) -> None:
    engine = open_database(slow.office.database_url, writing=True)
    with Caller(slow.url, slow.office.tokens) as ask:
        ask.ticket()
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE events RENAME TO lost"))
        answer = ask.post("kiosk", TAKE, TICKET)
        refused(answer, 503, "unavailable")
        assert answer.headers["retry-after"] == "1"
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE lost RENAME TO events"))
        assert ask.ticket()["number"] == "A002"
    engine.dispose()
