"""A board made of software, at the far end of a TCP line: for tests, the demo, and who writes a new framing."""

import argparse
import asyncio
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Self

from display.boards.framing import ACK, ENQ, ETX, NAK, STX, check_byte


@dataclass(frozen=True, slots=True)
class Shown:
    """What the board was told: `text` is "A012 3", or empty where it was made dark."""

    at: float  # Unix time
    address: int
    text: str
    blink_s: int = 0


class EmulatedBoard:
    """Understands both framings, told apart by the first byte. Use with `async with`."""

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.told: list[Shown] = []
        self.asked = 0
        self.mute = False  # True: it takes everything and answers nothing
        self.garble = 0  # so many frames are answered with no
        self._lines: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        await self.plug_in()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.unplug()

    @property
    def text(self) -> str:
        """What can be read on it now."""
        return self.told[-1].text if self.told else ""

    @property
    def blinking(self) -> bool:
        return bool(self.told) and time.time() - self.told[-1].at < self.told[-1].blink_s

    async def plug_in(self) -> None:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def unplug(self) -> None:
        """The power goes: lines break, and nothing is shown."""
        if self._server is not None:
            self._server.close()
        for line in list(self._lines):
            line.transport.abort()
        await asyncio.sleep(0)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._lines.add(writer)
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError):
            while True:
                answer = await self._hear(reader)
                if not self.mute:
                    writer.write(answer)
                    await writer.drain()
        self._lines.discard(writer)
        writer.transport.abort()

    async def _hear(self, reader: asyncio.StreamReader) -> bytes:
        first = await reader.readexactly(1)
        if first == ENQ:
            self.asked += 1
            return ACK
        if first == STX:
            checked = await reader.readuntil(ETX)
            sum_is_right = (await reader.readexactly(1))[0] == check_byte(checked)
            return ACK if sum_is_right and self._obey_frame(checked[:-1].decode("ascii")) else NAK
        line = first + await reader.readuntil(b"\n")
        return b"OK\r\n" if self._obey_line(line.decode("ascii").split()) else b"NO understanding\r\n"

    def _obey_frame(self, text: str) -> bool:
        address, command, data = int(text[:2]), text[2:3], text[3:]
        if command == "W" and len(data) == 14:
            return self._show(address, f"{data[:8].strip()} {data[8:11].strip()}", int(data[11:]))
        return command == "E" and self._show(address, "", 0)

    def _obey_line(self, words: list[str]) -> bool:
        match words:
            case ["SHOW", address, number, counter, blink]:
                return self._show(int(address), f"{number} {counter}", int(blink))
            case ["CLEAR", address]:
                return self._show(int(address), "", 0)
            case ["PING", _]:
                self.asked += 1
                return True
        return False

    def _show(self, address: int, text: str, blink_s: int) -> bool:
        if self.garble:
            self.garble -= 1
            return False
        self.told.append(Shown(time.time(), address, text, blink_s))
        del self.told[:-1000]
        return True


async def watch(port: int) -> None:
    """Prints what the board shows, until it is interrupted."""
    async with EmulatedBoard(port) as board:
        print(f"A board listens: --board tcp:127.0.0.1:{board.port}", flush=True)
        said = None
        while True:
            now = f"[{board.text:^14}]{' *' if board.blinking else ''}"
            if now != said:
                print(now, flush=True)
                said = now
            await asyncio.sleep(0.1)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m display.boards.emulated", description=__doc__)
    parser.add_argument("--port", type=int, default=4001, help="where it listens (default: 4001)")
    with suppress(KeyboardInterrupt):
        asyncio.run(watch(parser.parse_args().port))


if __name__ == "__main__":
    main()
