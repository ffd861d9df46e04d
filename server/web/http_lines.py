"""uvicorn's HTTP, with a patience that ends: who is slow to ask, or to take an answer, holds no line for long."""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol, RequestResponseCycle

from server.web.dress import HEADERS

REQUEST_S = 20.0  # from the first byte to the last: a body of 64 KiB comes at 3 KiB a second
STUCK_S = 30.0  # nothing of an answer is taken: whoever reads at 2 KiB a second is waited for
MOST_ASKING = 2000  # lines that have not said what they want; the one that has been at it for longest goes
MOST_URL = 8 * 1024
MOST_HEAD = 16 * 1024
MOST_HEADERS = 100
EVERY_S = 1.0


class Patience:
    """Whom we wait for, and no longer than that; oldest first, for all are given the same time."""

    def __init__(self, seconds: float, most: int | None = None) -> None:
        self.seconds = seconds
        self.most = most
        self._since: dict[HttpLine, float] = {}
        self._timer: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._since)

    def begin(self, line: "HttpLine") -> None:
        """From now on, unless it is waited for already."""
        if line in self._since:
            return
        self._since[line] = line.loop.time()
        if self.most is not None and len(self._since) > self.most:
            self._cut(next(iter(self._since)))
        if self._timer is None:
            self._timer = line.loop.call_later(EVERY_S, self._look, line.loop)

    def end(self, line: "HttpLine") -> None:
        self._since.pop(line, None)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        latest = loop.time() - self.seconds
        while self._since and next(iter(self._since.values())) < latest:
            self._cut(next(iter(self._since)))
        self._timer = loop.call_later(EVERY_S, self._look, loop) if self._since else None

    def _cut(self, line: "HttpLine") -> None:
        self.end(line)
        line.cut()


class TooMuch(Exception):
    """Of the address or the headers: the parser stops at it."""


class HttpLine(HttpToolsProtocol):
    """A request that comes whole, as almost all do, costs no timer."""

    def __init__(self, *given: Any, asking: Patience, stuck: Patience, **named: Any) -> None:
        super().__init__(*given, **named)
        self._asking, self._stuck = asking, stuck
        self._midway = self._in_head = False
        self._head = 0  # bytes of headers so far
        self._refusal = 400

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._asking.begin(self)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._asking.end(self)
        self._stuck.end(self)

    def data_received(self, data: bytes) -> None:
        if getattr(self, "parser", None) is None:  # it is being closed
            return
        self._head = self._head + len(data) if self._in_head else len(data)
        super().data_received(data)
        if self._in_head and self._head > MOST_HEAD:
            self._refusal = 431
            self.send_400_response("Too much before the end of the headers.")
        if self._midway and not self.transport.is_closing():
            self._asking.begin(self)
        else:
            self._asking.end(self)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._midway = self._in_head = True

    def on_headers_complete(self) -> None:
        self._in_head = False
        if len(self.url) > MOST_URL:
            self._refusal = 414
            raise TooMuch
        large = self._head > MOST_HEAD and sum(len(name) + len(value) for name, value in self.headers) > MOST_HEAD
        if large or len(self.headers) > MOST_HEADERS:
            self._refusal = 431
            raise TooMuch
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._midway = False

    def handle_websocket_upgrade(self) -> None:
        self._asking.end(self)
        super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:
        """What is no HTTP is told so by the bare protocol, dressed like everything else."""
        if not self.transport.is_closing():
            self._say(self._refusal, msg)
            self.transport.close()
        self._asking.end(self)

    def cut(self) -> None:
        """Whoever has begun to ask is told; a browser that opened a line for later, and did not use it, is not."""
        cycle: RequestResponseCycle | None = self.cycle
        nothing_said = cycle is None or cycle.response_complete or not cycle.response_started
        if self._midway and nothing_said:
            self._say(408, "Too slow.")
        self.transport.abort() if self.flow.write_paused else self.transport.close()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stuck.begin(self)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._stuck.end(self)

    def _say(self, status: int, text: str) -> None:
        headers = [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"content-length", b"%d" % len(text)),
            (b"connection", b"close"),
            (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
            *HEADERS,
        ]
        lines = b"".join(b"%s: %s\r\n" % header for header in headers)
        self.transport.write(STATUS_LINE[status] + lines + b"\r\n" + text.encode())
