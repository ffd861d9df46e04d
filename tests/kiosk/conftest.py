"""What the kiosk's tests ask for: kiosks on a bench, and an office with two of them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from server.storage.branches import create_token
from server.storage.database import open_database
from tests.kiosk.bench import Bench
from tests.kiosk.stand_in import StandIn
from tests.running import Office, ServerProcess, install, server_process

OnBench = Callable[..., Bench]


@pytest.fixture
def stand_in() -> StandIn:
    return StandIn()


@pytest.fixture
def on_bench(stand_in: StandIn, tmp_path: Path) -> Iterator[OnBench]:
    """Each call puts another kiosk on the bench, which has met the server unless it is told not to."""
    benches: list[Bench] = []

    def put(name: str = "kiosk-1", *, met: bool = True, **settings: Any) -> Bench:
        bench = Bench(stand_in, tmp_path / name, name, **settings)
        benches.append(bench)
        if met:
            bench.meet()
        return bench

    yield put
    for bench in benches:
        bench.close()


@pytest.fixture
def bench(on_bench: OnBench) -> Bench:
    return on_bench()


@dataclass(frozen=True, slots=True)
class Branch:
    """A real server with tokens for two kiosks: "kiosk" and "second kiosk"."""

    server: ServerProcess
    office: Office


@pytest.fixture(scope="module")
def branch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Branch]:
    """The tests of a module share it: each looks only at the tickets of its own."""
    folder = tmp_path_factory.mktemp("branch")
    url = f"sqlite:///{folder / 'callboard.db'}"
    office = install(url)
    engine = open_database(url, writing=True)
    office.tokens["second kiosk"] = create_token(engine, "kiosk", "main", "Side door", "kiosk-2")
    engine.dispose()
    with server_process(office, folder) as server:
        yield Branch(server, office)
