"""From the start of a process to its first answer, and the memory it holds before and after its first advice."""

import http.client
import time
from pathlib import Path

from tests.bench.machine import cpu_s, memory_mb
from tests.bench.office import Backends, backends
from tests.bench.report import Row, megabytes, seconds, show, under
from tests.running import PATIENCE_S, Caller, Office, ServerProcess, install, server_process

STARTS = 4
ADVICE_S = 4.0  # the advisor looks at a hall within a second of its turn
KINDS = ("rss", "anon", "file")

Memory = dict[str, float]  # and the CPU used so far, in seconds, by the name of `cpu`


def main() -> None:
    rows: list[Row] = []
    with backends() as stores:
        offices = {"SQLite": install(stores.new("sqlite")), "PostgreSQL": install(stores.new("postgresql"))}
        found: dict[str, list[tuple[float, Memory]]] = {name: [] for name in offices}
        for _ in range(STARTS):
            for name, office in offices.items():
                found[name].append(_start(office, stores.folder))
        for name, office in offices.items():
            after = _advised(stores, office)
            rows.append(under(f"{name}: start to the first answer", [took for took, _ in found[name]], seconds, 2.0))
            rows.append(Row("  of CPU, for a busy machine", [held["cpu"] for _, held in found[name]], seconds))
            rows += _memory("at the first answer", [held for _, held in found[name]], 120.0)
            rows += _memory("after the first advice", [after], 200.0)
    show("Start and memory", rows, *NOTES)


NOTES = (
    "The first answer is a snapshot of the hall. After the first advice means: four classes judged, forecast and",
    "shown to a manager, the day's plan made. `anon` is the process's own memory; `file` are pages of programs and",
    "libraries, which several processes share.",
)


def _memory(when: str, held: list[Memory], limit: float) -> list[Row]:
    first = under(f"  memory {when}", [one["rss"] for one in held], megabytes, limit)
    return [first, *(Row(f"    of that {kind}", [one[kind] for one in held], megabytes) for kind in KINDS[1:])]


def _start(office: Office, folder: Path) -> tuple[float, Memory]:
    began = time.perf_counter()
    with server_process(office, folder, wait=False) as server:
        _first_answer(server)
        took = time.perf_counter() - began
        assert server.process is not None
        pid = server.process.pid
        return took, memory_mb(pid) | {"cpu": cpu_s(pid)}


def _first_answer(server: ServerProcess) -> None:
    """Asks every two milliseconds, on a bare line, which costs the machine little."""
    known = {"Authorization": f"Bearer {server.office.tokens['manager']}"}
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S)
        try:
            line.request("GET", "/api/v1/branches/main/snapshot", headers=known)
            answer = line.getresponse()
            answer.read()
        except ConnectionError:
            time.sleep(0.002)
            continue
        finally:
            line.close()
        if answer.status == 200:
            return
    raise TimeoutError(f"no answer from {server.url}")


def _advised(stores: Backends, office: Office) -> Memory:
    """After some customers, with counters open, and the manager's screen looked at."""
    with server_process(office, stores.folder) as server, Caller(server.url, office.tokens) as ask:
        for counter in ("main.2", "main.3", "main.4", "main.6"):
            ask.done("manager", f"counters/{counter}/open")
        for _ in range(40):
            ask.ticket()
        for _ in range(5):
            ask.done("manager", "counters/main.2/call-next")
        for path in ("figures", "plan", "advice"):
            answer = ask.get("manager", f"branches/main/{path}")
            assert answer.is_success, answer.text
        time.sleep(ADVICE_S)
        assert ask.get("manager", "branches/main/figures").json()["outlook"]["cash"], "no advice yet"
        assert server.process is not None
        return memory_mb(server.process.pid)


if __name__ == "__main__":
    main()
