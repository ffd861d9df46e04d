"""A rush: sixteen counters, five hundred people waiting, and every key pressed twice."""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any, Self

import httpx
from sqlalchemy import Engine

from server.domain.counter import Counter
from server.storage.branches import create_token, install_branch
from server.storage.database import open_database
from server.storage.migrate import migrate
from server.storage.server_clock import start_clock
from server.storage.writer import Writer
from tests.domain.floor import NINE, counter, example_branch
from tests.running import PATIENCE_S, Office, fresh_key, headers
from tests.storage.office import take

Json = dict[str, Any]

TELLERS = 16
TICKETS = 500


def counters() -> list[Counter]:
    return [counter(number, "cash") for number in range(1, TELLERS + 1)]


def install_rush(database_url: str) -> Office:
    """A branch of sixteen cash counters at nine in the morning, where five hundred wait; a token for each teller."""
    engine = open_database(database_url, writing=True)
    migrate(engine)
    start_clock(engine, NINE, 1.0)
    install_branch(engine, example_branch(), counters())
    wait_in_line(engine)
    people = {"manager": "manager"} | {f"teller {n}": "teller" for n in range(1, TELLERS + 1)}
    tokens = {name: create_token(engine, kind, "main", name) for name, kind in people.items()}
    engine.dispose()
    return Office(database_url, tokens)


def wait_in_line(engine: Engine) -> None:
    writer = Writer(engine, lambda: NINE, lambda news: None)
    writer.start()
    for answer in [take(writer, number) for number in range(TICKETS)]:
        answer.result(PATIENCE_S)
    writer.stop()


@dataclass(slots=True)
class Rush:
    """What came of it. A pair is the two answers to one key."""

    pairs: list[tuple[Json, Json]] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    took_s: float = 0.0

    @property
    def called(self) -> list[Json]:
        """The answers that called somebody, one for each key."""
        return [first for first, _ in self.pairs if first["ticket"] is not None]

    def summary(self, name: str) -> str:
        numbers = [answer["ticket"]["number"] for answer in self.called]
        return (
            f"{name}: {len(numbers)} calls by {TELLERS} tellers in {self.took_s:.2f} s = "
            f"{len(numbers) / self.took_s:.0f}/s ({2 * len(self.pairs) / self.took_s:.0f} requests/s), "
            f"errors {len(self.errors)}, doubled {len(numbers) - len(set(numbers))}, "
            f"unlike pairs {sum(first != second for first, second in self.pairs)}"
        )


class Hall:
    """The servers of one office, asked in turn."""

    def __init__(self, office: Office, urls: list[str]) -> None:
        self._office = office
        # A line that has been idle is dropped here before the server drops it: a key pressed just then would fail.
        lines = httpx.Limits(keepalive_expiry=1)
        self._clients = [
            httpx.AsyncClient(base_url=f"{url}/api/v1/", trust_env=False, timeout=PATIENCE_S, limits=lines)
            for url in urls
        ]
        self.cut = 0  # lines cut all the same; the key is pressed again, as a console does

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for client in self._clients:
            await client.aclose()

    async def press(self, server: int, who: str, path: str, key: str) -> httpx.Response:
        client, known = self._clients[server % len(self._clients)], headers(self._office.tokens[who], key)
        try:
            return await client.post(path, json={}, headers=known)
        except httpx.ReadError:
            self.cut += 1
            return await client.post(path, json={}, headers=known)

    async def open(self) -> None:
        """Every counter, each by its own teller."""
        for number in range(1, TELLERS + 1):
            opened = await self.press(number, f"teller {number}", f"counters/main.{number}/open", fresh_key())
            assert opened.status_code == 200, opened.text

    async def rush(self) -> Rush:
        """All tellers at once, until nobody waits."""
        found = Rush()
        began = time.monotonic()
        await asyncio.gather(*(self._teller(number, found) for number in range(1, TELLERS + 1)))
        found.took_s = time.monotonic() - began
        return found

    async def _teller(self, number: int, found: Rush) -> None:
        path = f"counters/main.{number}/call-next"
        while True:
            key = fresh_key()
            answers = await asyncio.gather(*(self.press(number + i, f"teller {number}", path, key) for i in (0, 1)))
            wrong = [answer.text for answer in answers if answer.status_code != 200]
            if wrong:
                found.errors += wrong
                return
            first, second = (answer.json() for answer in answers)
            found.pairs.append((first, second))
            if first["ticket"] is None:
                return

    async def log(self, server: int = 0) -> list[Json]:
        events: list[Json] = []
        while True:
            query = {"after": len(events), "limit": 1000}
            known = headers(self._office.tokens["manager"])
            answer = await self._clients[server].get("branches/main/events", params=query, headers=known)
            events += answer.json()["events"]
            if len(answer.json()["events"]) < 1000:
                return events

    async def snapshots(self) -> list[Json]:
        """The hall as each server shows it."""
        known = headers(self._office.tokens["manager"])
        answers = [await client.get("branches/main/snapshot", headers=known) for client in self._clients]
        return [answer.json()["snapshot"] for answer in answers]
