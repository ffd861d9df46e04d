"""The wire to a board: TCP, or a serial line. It breaks, it goes silent, and it comes back."""

import asyncio
from importlib import import_module
from typing import Any, Protocol

OPEN_S = 3.0
WRITE_S = 2.0
LISTEN_S = 0.2  # a serial line is asked so often whether something came
MOST_AT_ONCE = 256


class WireTrouble(Exception):
    """Unplugged, refused, or silent: in words."""


class Wire(Protocol):
    """Every method raises WireTrouble."""

    async def open(self) -> None: ...

    async def write(self, said: bytes) -> None: ...

    async def read(self) -> bytes:
        """Some bytes, as soon as there are any."""

    async def forget(self) -> None:
        """Throws away what came unasked."""

    async def close(self) -> None:
        """Raises nothing."""


class TcpWire:
    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def open(self) -> None:
        try:
            async with asyncio.timeout(OPEN_S):
                self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        except (OSError, TimeoutError) as error:
            raise WireTrouble(f"{self._host}:{self._port} cannot be reached: {_words(error)}") from error

    async def write(self, said: bytes) -> None:
        assert self._writer is not None
        try:
            self._writer.write(said)
            async with asyncio.timeout(WRITE_S):
                await self._writer.drain()
        except (OSError, TimeoutError) as error:
            raise WireTrouble(f"{self._host}:{self._port} takes nothing: {_words(error)}") from error

    async def read(self) -> bytes:
        assert self._reader is not None
        try:
            found = await self._reader.read(MOST_AT_ONCE)
        except OSError as error:
            raise WireTrouble(f"{self._host}:{self._port} is cut off: {_words(error)}") from error
        if not found:
            raise WireTrouble(f"{self._host}:{self._port} has closed the line")
        return found

    async def forget(self) -> None:
        assert self._reader is not None
        try:
            async with asyncio.timeout(0):
                while await self.read():
                    pass
        except TimeoutError:
            pass

    async def close(self) -> None:
        if self._writer is not None:
            self._writer.transport.abort()
            self._writer = None


class SerialWire:
    """pyserial blocks, so every call of it is made in a thread, and none for long."""

    def __init__(self, device: str, baud: int) -> None:
        self._device, self._baud = device, baud
        self._port: Any = None

    async def open(self) -> None:
        await self._do(self._open, "cannot be opened")

    async def write(self, said: bytes) -> None:
        await self._do(lambda: self._port.write(said), "takes nothing")

    async def read(self) -> bytes:
        while True:
            found = await self._do(lambda: self._port.read(self._port.in_waiting or 1), "is cut off")
            if found:
                return bytes(found)

    async def forget(self) -> None:
        await self._do(lambda: self._port.reset_input_buffer(), "is cut off")

    async def close(self) -> None:
        port, self._port = self._port, None
        if port is not None:
            await asyncio.to_thread(port.close)

    def _open(self) -> None:
        serial = import_module("serial")  # only where there is such a board
        self._port = serial.Serial(self._device, self._baud, timeout=LISTEN_S, write_timeout=WRITE_S)

    async def _do(self, what: Any, trouble: str) -> Any:
        try:
            return await asyncio.to_thread(what)
        except (OSError, ValueError, ImportError) as error:  # pyserial's own errors are OSErrors
            raise WireTrouble(f"{self._device} {trouble}: {_words(error)}") from error


def _words(error: BaseException) -> str:
    return str(error) or type(error).__name__
