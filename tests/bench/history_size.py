"""Whether a long history is felt: calls and tickets through the writer, a thousand tickets in, and a million."""

import itertools
import secrets
import statistics
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Self

from rich.console import Console
from rich.progress import Progress

from server.actions import customer, teller
from server.actions.decision import Action, Actor, Command
from server.storage.database import open_database
from server.storage.writer import Writer
from tests.bench.office import Backends, backends, install_bank
from tests.bench.report import Row, show
from tests.running import TEN
from tests.storage.long_history import load

KIOSK, TELLER = Actor("kiosk", "kiosk-1", "Entrance"), Actor("teller", "teller-1", "Li Wei")
SIZES = (1_000, 100_000, 1_000_000)
BANKS = (1, 10, 1_000)
PER_DAY = 1000
PAIRS, CROWD, ROUNDS = 40, 128, 7
LIMIT = 1.2
Times = dict[str, list[float]]
MEASURES = ("call-next", "ticket", "together")


@dataclass(slots=True)
class Hall:
    """A branch, or many in turn, with its past and the writer that ships. `found`: a median in ms for each round."""

    url: str
    names: list[str]
    writer: Writer
    found: Times = field(default_factory=lambda: {what: [] for what in MEASURES})

    @classmethod
    def open(cls, url: str, names: list[str]) -> Self:
        began = time.monotonic()

        def now() -> datetime:
            return TEN + timedelta(seconds=time.monotonic() - began)

        found = cls(url, names, Writer(open_database(url, writing=True), now, lambda _: None))
        found.writer.start()
        found.all_of(teller.open_counter, TELLER, [{"counter_id": f"{name}.1"} for name in names])
        return found

    def send(self, action: Action, actor: Actor, arguments: dict[str, Any]) -> Future[Any]:
        branch_id = next(iter(arguments.values())).split(".")[0]
        return self.writer.submit(Command(branch_id, actor, action, arguments, secrets.token_hex(8), "f" * 64))

    def all_of(self, action: Action, actor: Actor, asked: Iterable[dict[str, Any]]) -> None:
        for answer in [self.send(action, actor, one) for one in asked]:
            answer.result(30)

    def _answered(self, action: Action, actor: Actor, arguments: dict[str, Any]) -> None:
        self.send(action, actor, arguments).result(30)

    def measure(self) -> None:
        """One round: somebody comes and is called, again and again; then many at once."""
        took: Times = {what: [] for what in MEASURES[:2]}
        names = itertools.islice(itertools.cycle(self.names), secrets.randbelow(len(self.names)), None)
        for name in itertools.islice(names, PAIRS):
            for what, asked in (("ticket", _ticket(name)), ("call-next", _call(name))):
                took[what].append(_ms(partial(self._answered, *asked)))
        for what, times in took.items():
            self.found[what].append(statistics.median(times))
        crowd = list(itertools.islice(names, CROWD))

        def together() -> None:
            self.all_of(customer.take_ticket, KIOSK, [_ticket(name)[2] for name in crowd])
            self.all_of(teller.call_next, TELLER, [_call(name)[2] for name in crowd])

        self.found["together"].append(_ms(together) / CROWD)

    def close(self) -> None:
        self.writer.stop()
        self.writer._engine.dispose()


def _ticket(name: str) -> tuple[Action, Actor, dict[str, Any]]:
    return customer.take_ticket, KIOSK, {"ticket_id": f"{name}.{secrets.token_urlsafe(12)}", "services": ["deposit"]}


def _call(name: str) -> tuple[Action, Actor, dict[str, Any]]:
    return teller.call_next, TELLER, {"counter_id": f"{name}.1"}


def _ms(do: Callable[[], Any]) -> float:
    began = time.perf_counter()
    do()
    return (time.perf_counter() - began) * 1e3


def branch_names(number: int) -> list[str]:
    return [f"b{at:04}" for at in range(number)]


def grown(stores: Backends, database: str, number: int, branches: int = 1, per_day: int = PER_DAY) -> Hall:
    """A fresh database with so many tickets behind it."""
    url, names = stores.new(database), branch_names(branches)
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(f"{number:,} tickets on {database}, {branches} branches", total=number)
        write_past(url, branches, number, per_day, told=lambda done: progress.update(task, completed=done))
    return Hall.open(url, names)


def write_past(
    url: str, branches: int, number: int, per_day: int = PER_DAY, told: Callable[[int], object] = id
) -> None:
    """Installs so many branches in an empty database, and writes so many tickets behind them."""
    names = branch_names(branches)
    install_bank(url, names, 1)
    engine = open_database(url, writing=True)
    load(engine, names, number, per_day=per_day, until=TEN.date() - timedelta(days=1), told=told)
    engine.dispose()


def compare(halls: Mapping[str, Hall], rounds: int = ROUNDS) -> None:
    """In turns, so that whatever else the machine does falls on all of them; the first round only warms up."""
    for at in range(rounds + 1):
        for hall in halls.values():
            hall.measure()
            if at == 0:
                hall.found = {what: [] for what in MEASURES}


def rows(halls: Mapping[str, Hall], least: str, asked: float | None = LIMIT) -> list[Row]:
    """What each takes, as a multiple of what `least` took in the same round."""
    told = []
    for name, hall in halls.items():
        if name == least:
            continue
        for what in MEASURES:
            ratios = [one / other for one, other in zip(hall.found[what], halls[least].found[what], strict=True)]
            reached = None if asked is None else statistics.median(ratios) <= asked
            shown = "" if asked is None else f"<= {asked:.2f}x"
            told.append(Row(f"{what}, {name} : {least}", ratios, "{:.2f}x".format, shown, reached))
    told += [
        Row(f"{what}, {name}", hall.found[what], "{:.2f} ms".format)
        for name, hall in halls.items()
        for what in MEASURES
    ]
    return told


NOTES = (
    "One command at a time, each committed (synchronous=FULL) before the next; `together`: 128 tickets at once, then",
    "128 calls, per ticket. No day is put away: all history is in the log. `make bench-growth` has ten times more.",
)


@dataclass(frozen=True, slots=True)
class Past:
    """A database that is to be filled."""

    url: str
    number: int
    branches: int
    per_day: int

    def write(self) -> None:
        write_past(self.url, self.branches, self.number, self.per_day)


def main() -> list[dict[str, str]] | None:
    with backends() as stores:
        sizes = {f"{size:,} tickets": Past(stores.new("sqlite"), size, 1, PER_DAY) for size in SIZES}
        banks = {
            f"{number:,} branches": Past(stores.new("sqlite"), 20_000, number, 20_000 // number // 2)
            for number in BANKS
        }
        with ProcessPoolExecutor(2) as pool:  # the years go by on every core; what is measured comes after
            largest_first = sorted([*sizes.values(), *banks.values()], key=lambda past: -past.number)
            list(pool.map(Past.write, largest_first))
        found = _measured("History behind a branch, SQLite", sizes)
        return found + _measured("Branches in a database with 20,000 tickets, SQLite", banks, None)


def _measured(title: str, pasts: Mapping[str, Past], asked: float | None = LIMIT) -> list[dict[str, str]]:
    halls = {name: Hall.open(past.url, branch_names(past.branches)) for name, past in pasts.items()}
    compare(halls)
    told = rows(halls, next(iter(halls)), asked)
    show(title, told, *NOTES)
    for hall in halls.values():
        hall.close()
    return [
        {"measured": row.name, "median": row.form(statistics.median(row.values)), "asked": row.asked} for row in told
    ]


if __name__ == "__main__":
    main()
