"""A bank's customers and tellers: people come when they come, wait for a free counter, and are served in time."""

import asyncio
import time
from collections import Counter
from random import Random
from typing import Any

import orjson

from tests.bench.wire import TICKET, Wire, fresh, request

WALK_S = 1.0  # from the call to the counter
SERVICE_S = 5.0  # on average; a real one takes ten minutes, but every customer's four commands must fit
Json = dict[str, Any]


class Asking(Wire):
    """A line that one person uses at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.answer: asyncio.Future[tuple[bytes, bytes]] | None = None

    def ask(self, wanted: bytes) -> "asyncio.Future[tuple[bytes, bytes]]":
        self.answer = asyncio.get_running_loop().create_future()
        self.transport.write(wanted)
        return self.answer

    def answered(self, status: bytes, body: bytes) -> None:
        if self.answer is not None and not self.answer.done():
            self.answer.set_result((status, body))

    def connection_lost(self, error: Exception | None) -> None:
        self.answered(b"cut", str(error).encode())


class Hall:
    """One branch: who waits, and which counters are free."""

    def __init__(self, known: Json) -> None:
        self.branch: str = known["branch"]
        self.kiosk: str = known["kiosk"]
        self.ports: list[int] = known["ports"]
        self.free: list[tuple[str, str]] = [(counter, token) for counter, token in known["tellers"]]
        self.waiting = 0


class Floor:
    def __init__(self, api: str, branches: list[Json]) -> None:
        self._api = api
        self._halls = [Hall(known) for known in branches]
        self._idle: dict[int, list[Asking]] = {}
        self._rng = Random(2026)
        self._serving: set[asyncio.Task[None]] = set()
        self.took: list[float] = []
        self.done: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()

    async def day(self, arrivals: list[float]) -> None:
        """A customer at a branch by chance at each of these seconds; returns when all have been served."""
        began = time.perf_counter()
        for at in sorted(arrivals):
            await asyncio.sleep(max(began + at - time.perf_counter(), 0.0))
            self._begin(self._comes(self._rng.choice(self._halls)))
        while self._serving:
            await asyncio.wait(self._serving)
        for lines in self._idle.values():
            for line in lines:
                line.transport.close()

    def _begin(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)

    async def _comes(self, hall: Hall) -> None:
        await self._ask(hall, "issue", f"/branches/{hall.branch}/tickets", hall.kiosk, TICKET)
        hall.waiting += 1
        if hall.free:
            self._begin(self._serves(hall, *hall.free.pop()))

    async def _serves(self, hall: Hall, counter: str, teller: str) -> None:
        """One counter, until nobody waits."""
        while hall.waiting:
            hall.waiting -= 1
            answer = await self._ask(hall, "call", f"/counters/{counter}/call-next", teller)
            if not answer.get("ticket"):
                self.errors["call: nobody was called, though somebody waits"] += 1
                break
            await asyncio.sleep(WALK_S)
            await self._ask(hall, "start", f"/tickets/{answer['ticket']['id']}/start", teller)
            await asyncio.sleep(self._rng.expovariate(1 / SERVICE_S))
            await self._ask(hall, "finish", f"/tickets/{answer['ticket']['id']}/finish", teller)
        hall.free.append((counter, teller))

    async def _ask(self, hall: Hall, name: str, path: str, token: str, body: bytes = b"{}") -> Json:
        """Through either server, as a proxy would choose."""
        port = self._rng.choice(hall.ports)
        line = await self._line(port)
        began = time.perf_counter()
        status, said = await line.ask(fresh(request(self._api + path, token, body)))
        self.took.append(time.perf_counter() - began)
        self.done[name] += 1
        if not status.startswith(b"2"):
            self.errors[f"{name} {status.decode()} {said[:300].decode(errors='replace')}"] += 1
            return {}
        self._idle[port].append(line)
        answer: Json = orjson.loads(said)
        return answer

    async def _line(self, port: int) -> Asking:
        idle = self._idle.setdefault(port, [])
        if idle:
            return idle.pop()
        _, line = await asyncio.get_running_loop().create_connection(Asking, "127.0.0.1", port)
        return line
