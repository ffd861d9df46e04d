"""A server that misbehaves when told to, and a lobby that listens to it."""

from collections.abc import AsyncIterator

import pytest

from display import client as lobby_line
from display.client import LobbyClient
from tests.display.listening import until
from tests.display.lobby_server import LobbyServer


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lobby_line, "FIRST_RETRY_S", 0.01)
    monkeypatch.setattr(lobby_line, "LAST_RETRY_S", 0.05)
    monkeypatch.setattr(lobby_line, "SILENCE_S", 1.5)


@pytest.fixture
async def server() -> AsyncIterator[LobbyServer]:
    async with LobbyServer() as server:
        yield server


@pytest.fixture
async def lobby(server: LobbyServer) -> AsyncIterator[LobbyClient]:
    async with LobbyClient(server.url, "main", "secret") as lobby:
        await until(lambda: lobby.stats.snapshots == 1)
        yield lobby
