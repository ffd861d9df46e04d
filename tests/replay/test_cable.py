"""The cable carries, breaks and goes dead as real cables do."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Self

import pytest

from server.replay.cable import Cable


@pytest.fixture
async def cable() -> AsyncIterator[Cable]:
    """To a server that says everything back."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(100):
            writer.write(data)
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server, Cable("127.0.0.1", server.sockets[0].getsockname()[1]) as cable:
        yield cable


class Phone:
    """One end of the cable, on a line of its own."""

    def __init__(self, cable: Cable) -> None:
        self._port = int(cable.url.rsplit(":", 1)[1])

    async def __aenter__(self) -> Self:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._writer.close()
        with suppress(ConnectionError):
            await self._writer.wait_closed()

    async def said_back(self) -> bytes:
        self._writer.write(b"hello")
        try:
            return await asyncio.wait_for(self._reader.read(100), 0.3)
        except ConnectionError:
            return b""


async def test_it_carries_both_ways(cable: Cable) -> None:
    async with Phone(cable) as phone:
        assert await phone.said_back() == b"hello"


async def test_pulled_out_it_breaks_what_there_is_and_refuses_what_comes(cable: Cable) -> None:
    async with Phone(cable) as phone:
        await phone.said_back()
        pulling = asyncio.create_task(cable.pull(0.2))
        await asyncio.sleep(0.05)
        assert await phone.said_back() == b""
    async with Phone(cable) as phone:
        assert await phone.said_back() == b""
    await pulling
    async with Phone(cable) as phone:
        assert await phone.said_back() == b"hello"


async def test_dead_it_says_nothing_and_loses_what_was_under_way(cable: Cable) -> None:
    async with Phone(cable) as phone:
        await phone.said_back()
        dying = asyncio.create_task(cable.go_dead(0.6))
        await asyncio.sleep(0.05)
        with pytest.raises(TimeoutError):
            await phone.said_back()
        await dying
        assert await phone.said_back() == b""
    async with Phone(cable) as phone:
        assert await phone.said_back() == b"hello"
