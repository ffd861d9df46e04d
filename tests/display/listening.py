"""How the tests listen: with patience, but not for ever."""

import asyncio
from collections.abc import Callable

import pytest

from display.client import CallOut, LobbyClient


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(15):
        while not true():  # noqa: ASYNC110 - what is watched has no event of its own
            await asyncio.sleep(0.005)


async def next_calls(lobby: LobbyClient, count: int) -> list[CallOut]:
    async with asyncio.timeout(5):
        return [await anext(lobby) for _ in range(count)]


async def no_more_calls(lobby: LobbyClient) -> bool:
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await anext(lobby)
    return True
