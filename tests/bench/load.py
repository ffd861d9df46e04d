"""Many clients in one process of its own: each sends its next request when the answer to the last is there."""

import asyncio
import base64
import gc
import secrets
import sys
import time
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any

import orjson
import uvloop

from tests.bench.bank_floor import Floor
from tests.bench.wire import TICKET, Wire, fresh, request

Request = tuple[str, bytes]  # what it is called in the figures, and its bytes
Script = Generator[Request, bytes, None]  # gives requests, is given the bodies of their answers
Json = dict[str, Any]

ALIVE_S = 2.0
PATIENCE_S = 30.0  # an answer that takes longer will not come


def noop(token: str) -> Script:
    parts = request("/noop", token, TICKET)
    while True:
        yield "noop", fresh(parts)


def life(api: str, branch: str, kiosk: str, counter: str, teller: str) -> Script:
    """A customer comes, the counter calls whoever is next, and serves them: four commands."""
    take = request(f"{api}/branches/{branch}/tickets", kiosk, TICKET)
    following = request(f"{api}/counters/{counter}/call-next", teller, b"{}")
    while True:
        yield "issue", fresh(take)
        answer = yield "call", fresh(following)
        ticket = orjson.loads(answer)["ticket"]["id"]
        for step in ("start", "finish"):
            yield step, fresh(request(f"{api}/tickets/{ticket}/{step}", teller, b"{}"))


def opening(api: str, counter: str, teller: str) -> Script:
    yield "open", fresh(request(f"{api}/counters/{counter}/open", teller, b"{}"))


def taking(api: str, branch: str, kiosk: str, count: int) -> Script:
    """So many customers, one after the other."""
    parts = request(f"{api}/branches/{branch}/tickets", kiosk, TICKET)
    for _ in range(count):
        yield "issue", fresh(parts)


def calling(api: str, counter: str, teller: str, found: list[Json]) -> Script:
    """Presses the one key again and again, until nobody waits; keeps what was answered."""
    parts = request(f"{api}/counters/{counter}/call-next", teller, b"{}")
    while True:
        answer = orjson.loads((yield "call", fresh(parts)))
        if answer["ticket"] is None:
            return
        found.append({"seq": answer["seq"], "counter": counter, "serial": answer["ticket"]["serial"]})


@dataclass
class Round:
    """What one round measures: only what is answered between `begins` and `ends` counts."""

    begins: float
    ends: float
    took: list[float] = field(default_factory=list)
    done: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    last: float = 0.0


class Line(Wire):
    """One client on one kept-alive connection. It stops at the end of its script, or after the round with `until`."""

    def __init__(self, script: Script, round_: Round, until: str) -> None:
        super().__init__()
        self.script, self.round, self.until = script, round_, until
        self.finished: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.name = ""
        self.sent = 0.0
        self.stopped = False

    def begin(self) -> None:
        self._send(next(self.script))

    def _send(self, wanted: Request) -> None:
        self.name = wanted[0]
        self.sent = time.perf_counter()
        self.transport.write(wanted[1])

    def answered(self, status: bytes, body: bytes) -> None:
        now, found = time.perf_counter(), self.round
        if status[0] != 50:  # '2'
            found.errors[f"{self.name} {status.decode()} {body[:300].decode(errors='replace')}"] += 1
            self._stop()
            return
        if found.begins <= now < found.ends:
            found.took.append(now - self.sent)
            found.done[self.name] += 1
            found.last = now
        if now >= found.ends and self.name == self.until:
            self._stop()
            return
        try:
            self._send(self.script.send(body))
        except StopIteration:
            self._stop()

    def _stop(self) -> None:
        self.stopped = True
        self.transport.close()

    def give_up(self) -> None:
        if not self.stopped:
            self.round.errors[f"{self.name}: no answer"] += 1
            self._stop()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.stopped:
            self.round.errors[f"{self.name}: the line was cut: {error}"] += 1
        if not self.finished.done():
            self.finished.set_result(None)


class Display(asyncio.Protocol):
    """A screen that reads all it is sent and looks only at the newest place in the log."""

    def __init__(self, port: int, branch: str, token: str, api: str) -> None:
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        self.hello = (
            f"GET {api}/branches/{branch}/live HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Protocol: callboard.v1, token.{token}\r\n\r\n"
        ).encode()
        self.branch = branch
        self.tail = b""
        self.bytes = 0
        self.lost = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        transport.write(self.hello)

    def data_received(self, data: bytes) -> None:
        self.bytes += len(data)
        self.tail = (self.tail + data)[-100_000:]

    def alive(self) -> None:
        said = b'{"type":"alive"}'
        self.transport.write(bytes((0x81, 0x80 | len(said), 0, 0, 0, 0)) + said)  # a mask of zeros

    def connection_lost(self, error: Exception | None) -> None:
        self.lost = True

    def state(self) -> Json:
        at = self.tail.rfind(b',"seq":')
        seq = int(self.tail[at + 7 :].split(b",", 1)[0]) if at >= 0 else -1
        return {"branch": self.branch, "seq": seq, "bytes": self.bytes, "lost": self.lost}


class Load:
    """Carries out what it is told, one order after another."""

    def __init__(self) -> None:
        self.displays: list[Display] = []
        self.tasks: list[asyncio.Task[None]] = []

    async def obey(self, order: Json) -> Json:
        kind = order.pop("kind")
        found: Json = await getattr(self, f"_{kind}")(**order)
        return found

    async def _watch(self, api: str, displays: list[Json]) -> Json:
        loop = asyncio.get_running_loop()
        for wanted in displays:
            display = Display(wanted["port"], wanted["branch"], wanted["token"], api)
            await loop.create_connection(lambda shown=display: shown, "127.0.0.1", wanted["port"])  # type: ignore[misc]
            self.displays.append(display)
        if not self.tasks:
            self.tasks.append(asyncio.create_task(self._stay_alive()))
        return {}

    async def _stay_alive(self) -> None:
        while True:
            for display in self.displays:
                if not display.lost:
                    display.alive()
            await asyncio.sleep(ALIVE_S)

    async def _watched(self) -> Json:
        return {"displays": [display.state() for display in self.displays]}

    async def _noop(self, seconds: float, warm: float, port: int, clients: int) -> Json:
        return await self._run([(port, noop("noop")) for _ in range(clients)], seconds, warm, "noop")

    async def _lives(self, seconds: float, warm: float, api: str, clients: list[Json]) -> Json:
        scripts = [(c["port"], life(api, c["branch"], c["kiosk"], c["counter"], c["teller"])) for c in clients]
        return await self._run(scripts, seconds, warm, "finish")

    async def _open(self, api: str, clients: list[Json]) -> Json:
        return await self._run([(c["port"], opening(api, c["counter"], c["teller"])) for c in clients])

    async def _take(self, api: str, clients: list[Json], count: int) -> Json:
        share = [count // len(clients) + (at < count % len(clients)) for at in range(len(clients))]
        scripts = [(c["port"], taking(api, c["branch"], c["kiosk"], n)) for c, n in zip(clients, share, strict=True)]
        return await self._run(scripts)

    async def _call(self, api: str, clients: list[Json]) -> Json:
        found: list[Json] = []
        scripts = [(c["port"], calling(api, c["counter"], c["teller"], found)) for c in clients]
        return {**await self._run(scripts), "calls": found}

    async def _bank(self, api: str, arrivals: list[float], branches: list[Json]) -> Json:
        found = Round(0.0, 0.0)
        floor = Floor(api, branches)
        await floor.day(arrivals)
        found.took, found.done, found.errors = floor.took, floor.done, floor.errors
        return figures(found, max(arrivals))

    async def _run(
        self, scripts: list[tuple[int, Script]], seconds: float = 1e6, warm: float = 0.0, until: str = ""
    ) -> Json:
        loop = asyncio.get_running_loop()
        round_ = Round(0.0, 0.0)
        made: list[Callable[[], Line]] = [lambda s=script: Line(s, round_, until) for _, script in scripts]  # type: ignore[misc]
        lines: list[Line] = []
        for (port, _), make in zip(scripts, made, strict=True):
            _, line = await loop.create_connection(make, "127.0.0.1", port)
            lines.append(line)
        gc.collect()
        gc.freeze()
        began = time.perf_counter()
        round_.begins, round_.ends = began + warm, began + warm + seconds
        for line in lines:
            line.begin()
        await asyncio.wait([line.finished for line in lines], timeout=warm + min(seconds, 60.0) + PATIENCE_S)
        for line in lines:
            line.give_up()
        return figures(round_, min(seconds, round_.last - began))


def figures(found: Round, seconds: float) -> Json:
    took = sorted(found.took)
    share = {name: took[min(int(len(took) * at), len(took) - 1)] * 1e3 for name, at in SHARES} if took else {}
    rate = len(took) / seconds if seconds else 0.0
    return {"rate": rate, "done": found.done, "errors": found.errors, "seconds": seconds, **share}


SHARES = (("p50_ms", 0.5), ("p99_ms", 0.99), ("max_ms", 1.0))


async def main() -> None:
    load, loop = Load(), asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=2**26)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        found = await load.obey(orjson.loads(line))
        sys.stdout.buffer.write(orjson.dumps(found) + b"\n")
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    gc.disable()
    uvloop.run(main())
