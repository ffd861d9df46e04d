"""One device's line to the servers: plain HTTP/1.1, kept open, and light: hundreds of calls a second cost little."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

Json = dict[str, Any]


class CutOff(Exception):
    """The line broke, or stayed silent: whether the server did it, nobody here knows."""


@dataclass(frozen=True, slots=True)
class Reply:
    status: int
    body: Json
    retry_after: str | None = None


class Device:
    """Talks to one server at a time; `go_on` turns to the next."""

    def __init__(self, urls: list[str], turn: int, patience_s: float) -> None:
        self._urls = urls
        self._turn = turn
        self._patience_s = patience_s
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    def go_on(self) -> None:
        self._turn += 1

    def hang_up(self) -> None:
        if self._line is not None:
            self._line[1].transport.abort()
            self._line = None

    async def ask(self, method: str, path: str, headers: dict[str, str], body: Json | None = None) -> Reply:
        """Raises CutOff."""
        said = b"" if body is None else json.dumps(body).encode()
        lines = [f"{method} {path} HTTP/1.1", "Host: hall", f"Content-Length: {len(said)}"]
        lines += ["Content-Type: application/json", *(f"{name}: {value}" for name, value in headers.items())]
        try:
            async with asyncio.timeout(self._patience_s):
                if self._line is None:
                    at = urlsplit(self._urls[self._turn % len(self._urls)])
                    self._line = await asyncio.open_connection(at.hostname, at.port)
                reader, writer = self._line
                writer.write("\r\n".join([*lines, "", ""]).encode() + said)
                return await _reply(reader)
        except (OSError, EOFError, ValueError, TimeoutError) as error:
            self.hang_up()
            raise CutOff(repr(error)) from error
        except asyncio.CancelledError:
            self.hang_up()
            raise


async def _reply(reader: asyncio.StreamReader) -> Reply:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split()[1])
    pairs = (line.partition(":") for line in head[1:] if line)
    named = {name.lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(named["content-length"]))
    return Reply(status, json.loads(body) if body else {}, named.get("retry-after"))


async def until_ready(url: str, patience_s: float = 30.0) -> float:
    """Asks `/readyz` until the server says that it can serve; gives how long that took, in seconds."""
    clock = asyncio.get_running_loop().time
    began = clock()
    device = Device([url], 0, 2.0)
    while True:
        try:
            if (await device.ask("GET", "/readyz", {})).status == 200:
                return clock() - began
        except CutOff:
            pass
        finally:
            device.hang_up()
        assert clock() - began < patience_s, f"{url} was not ready in {patience_s} s"
        await asyncio.sleep(0.03)
