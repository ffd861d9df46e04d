"""A call-out to the last of 200 displays, with 2,000 phones beside them, against a bare broadcast to as many."""

import json
import os
import signal
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from server.app import API
from tests.bench.clients import Client, Failed, many_clients
from tests.bench.fan_out import CallOut, Process, Teller, message_of, p99, resident, running, times
from tests.bench.report import Row, show
from tests.running import Caller, ServerProcess, free_port, install, server_process

DISPLAYS, PHONES = 200, 2000
ROUNDS, CALLS, PAUSE_S = 5, 30, 0.03
WARMING = 6
# The bare server is stopped while ours is measured, and the other way round: twice this, at most, and a line on which
# nothing is said is let go after fifteen seconds.
WITHIN_S = 5.0
AHEAD = (ROUNDS + 1) * CALLS + WARMING + 50  # these have no phone; whoever has one only moves up
TARGET = 1.5
PHONES_WITHIN_S = 20.0
ROUND_S = 6.0  # after an event, until every phone has been told
LIVE, PHONE = f"{API}/branches/main/live", f"{API}/phone/live"
OURS, BARE, COMMITTED = "Callboard", "broadcast", "broadcast and commit"


@dataclass(slots=True)
class Found:
    """`ms`: from the request to the last display, for all that was measured; by round, so that each is compared
    with what was measured beside it."""

    ms: dict[str, list[list[float]]] = field(default_factory=lambda: {OURS: [], BARE: [], COMMITTED: []})
    last_phone_s: float = 0.0
    bytes_per_phone: float = 0.0
    bytes_per_display: float = 0.0
    opened_s: float = 0.0


@contextmanager
def asleep(*processes: int) -> Iterator[None]:
    """Stopped where they are, so that they take nothing of the machine from what is measured."""
    for pid in processes:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in processes:
            os.kill(pid, signal.SIGCONT)


def main() -> None:
    with tempfile.TemporaryDirectory(dir="/var/tmp") as name:  # /tmp may be memory
        folder, port = Path(name), free_port()
        office = install(f"sqlite:///{folder / 'callboard.db'}")
        with (
            server_process(office, folder) as server,
            running("bare_broadcast", port, folder / "bare.db") as bare,
            running("crowd") as ours,
            running("crowd") as theirs,
            Caller(server.url, office.tokens) as ask,
        ):
            found = _measured(server, bare, port, ours, theirs, ask)
    _show(found)


def _measured(server: ServerProcess, bare: Process, port: int, ours: Process, theirs: Process, ask: Caller) -> Found:
    assert server.process
    found = Found()
    ask.done("teller", "counters/main.1/open")
    with_phone = _queue(server, ask)
    teller = Teller(server)
    bare.tell(json.dumps(message_of(server, teller.call_next)))
    assert bare.hear() == "ready\n"
    _fill(server, ours, with_phone, ask.tokens["display"], found)
    # Few at once: more than the library's server lets wait at its door are turned away.
    everyone = {"port": port, "path": LIVE, "token": "nobody", "count": DISPLAYS + PHONES, "at_once": 50}
    if (opened := theirs.ask({"do": "open", **everyone})["opened"]) != DISPLAYS + PHONES:
        raise Failed({"clients that the bare server did not let in": DISPLAYS + PHONES - opened})
    in_turn: list[tuple[str, Process, CallOut, tuple[int, ...]]] = [
        (OURS, ours, teller.call_next, (bare.pid, theirs.pid)),
        (COMMITTED, theirs, partial(bare.tell, "next"), (server.process.pid, ours.pid)),
        (BARE, theirs, partial(bare.tell, "broadcast"), (server.process.pid, ours.pid)),
    ]
    for turn in range(ROUNDS + 1):
        for name, crowd, call_out, others in in_turn:
            with asleep(*others):
                took = _times(crowd, call_out, CALLS if turn else WARMING)
            if turn:
                found.ms[name].append(took)
    with asleep(bare.pid, theirs.pid):
        time.sleep(ROUND_S)
        found.last_phone_s = _to_the_last_phone(ours, teller)
    return found


def _times(crowd: Process, call_out: CallOut, count: int) -> list[float]:
    """Of so many call-outs in ms, or of as many as there is time for."""
    found: list[float] = []
    ends = time.monotonic() + WITHIN_S
    while len(found) < count and time.monotonic() < ends:
        found += times(crowd, call_out, 1, PAUSE_S)
    return found


def _queue(server: ServerProcess, ask: Caller) -> list[str]:
    """Everyone takes a ticket; gives those of the people with phones, who came last."""
    with many_clients() as clients:
        tokens = ask.tokens
        kiosks = [Client(server.port, "main", "main.1", tokens["teller"], tokens["kiosk"])] * 16
        clients.take(kiosks, AHEAD + PHONES)
    tickets = sorted(ask.snapshot()["tickets"], key=lambda ticket: int(ticket["serial"]))
    return [ticket["id"] for ticket in tickets[-PHONES:]]


def _fill(server: ServerProcess, crowd: Process, with_phone: list[str], display: str, found: Found) -> None:
    """Everyone listens; what each costs in memory is measured on the way, with nobody called."""
    before = resident(server)
    asked = {"do": "phones", "port": server.port, "path": PHONE, "tokens": [f"ticket.{one}" for one in with_phone]}
    told = crowd.ask(asked)
    if told["opened"] != PHONES:
        raise Failed({"phones that were not let in": PHONES - told["opened"]})
    time.sleep(1.0)
    between = resident(server)
    asked = {"do": "open", "port": server.port, "path": LIVE, "token": display, "count": DISPLAYS}
    if crowd.ask(asked)["opened"] != DISPLAYS:
        raise Failed({"displays that were not let in": 1})
    time.sleep(1.0)
    found.bytes_per_phone = (between - before) / PHONES
    found.bytes_per_display = (resident(server) - between) / DISPLAYS
    found.opened_s = told["took_s"]


def _to_the_last_phone(crowd: Process, teller: Teller) -> float:
    """From the request until every phone has been told of its new place."""
    crowd.ask({"do": "views"})
    began, views = time.monotonic_ns(), 0
    teller.call_next()
    crowd.answer()  # the displays
    while True:
        time.sleep(0.1)
        told = crowd.ask({"do": "views"})
        views += told["views"]
        if views >= PHONES:
            return float((told["newest_ns"] - began) / 1e9)
        if time.monotonic_ns() - began > PHONES_WITHIN_S * 1e9:
            raise Failed({"phones that were not told": PHONES - views})


def _show(found: Found) -> None:
    rows = [_row(found, COMMITTED, None), _row(found, BARE, TARGET)]
    for name, rounds in found.ms.items():
        to = "display" if name == OURS else "client"
        rows.append(Row(f"{name}: to the last {to}, median", [statistics.median(one) for one in rounds], _ms))
        rows.append(Row("  P99 of all", [p99(_all(rounds))], _ms))
    rows += [
        Row("Callboard: to the last phone", [found.last_phone_s], "{:.1f} s".format),
        Row("letting the phones in", [found.opened_s], "{:.1f} s".format),
        Row("memory per idle phone", [found.bytes_per_phone], "{:,.0f} bytes".format),
        Row("memory per idle display", [found.bytes_per_display], "{:,.0f} bytes".format),
    ]
    show(f"One branch, {DISPLAYS} displays and {PHONES:,} phones on one process", rows, *NOTES)


def _row(found: Found, other: str, asked: float | None) -> Row:
    """Our P99 as a multiple of theirs, over all call-outs."""
    ratio = p99(_all(found.ms[OURS])) / p99(_all(found.ms[other]))
    shown = "" if asked is None else f"< {asked:.1f}x"
    return Row(f"P99 against a {other}", [ratio], "{:.2f}x".format, shown, None if asked is None else ratio < asked)


def _all(rounds: list[list[float]]) -> list[float]:
    return [one for round_ in rounds for one in round_]


def _ms(value: float) -> str:
    return f"{value:.1f} ms"


NOTES = (
    "From the teller's request, written and committed, to the last display's receipt. The broadcast is that of the",
    f"library, of the same message to {DISPLAYS + PHONES:,} clients alike, until the last of them has it. Every call",
    "moves every phone: after the displays, those near their turn are told at once, all others within seconds.",
)

if __name__ == "__main__":
    main()
