"""uvicorn's websockets, with the connection handed to us: a frame for a thousand screens is written once."""

import socket
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame as Heard
from websockets.http11 import Request

from server.live.frames import Frame
from server.live.line import EXTENSION
from server.web.doorway import Doorway

LINGER_S = 5.0  # after a close: for what is still waiting, and for the answer of who may not be there any more
MOST_OPENING = 16 * 1024  # bytes of a handshake
SAID_AT_ONCE = 16 * 1024  # bytes; a screen says fifty every two seconds
SAID_A_SECOND = 1024
KERNEL_BUFFER = 64 * 1024  # bytes; the system would take in megabytes for a reader that is gone or asleep


class SocketProtocol(WebSocketsSansIOProtocol):
    """Both ways to send end in `transport.write`, each call with whole frames, so they never mix."""

    def __init__(self, *given: Any, doorway: Doorway, **named: Any) -> None:
        super().__init__(*given, **named)
        self.close_timeout = LINGER_S
        self._doorway = doorway
        self._opening: list[bytes] | None = []  # what came before it was let in
        self._received = 0
        self._said_until = 0.0  # when it will have been silent for long enough

    @property
    def gone(self) -> bool:
        return self.transport.is_closing()

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        connected = transport.get_extra_info("socket")
        if connected is not None:
            connected.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, KERNEL_BUFFER)

    def data_received(self, data: bytes) -> None:
        if self._opening is None:
            if self._floods(len(data)):
                self._drop(1008, "noisy")
            else:
                super().data_received(data)
            return
        self._opening.append(data)
        if len(self._opening) == 1:
            self._doorway.enter(self)
        elif sum(map(len, self._opening)) > MOST_OPENING:
            self.transport.abort()

    def _floods(self, size: int) -> bool:
        """By bytes: each frame costs us something, pings and pieces of a message as well as whole ones."""
        now = self.loop.time()
        self._said_until = max(self._said_until, now) + size / SAID_A_SECOND
        return self._said_until > now + SAID_AT_ONCE / SAID_A_SECOND

    def _drop(self, code: int, reason: str) -> None:
        if not self.handshake_complete or self.close_sent:
            self.transport.abort()
            return
        self.conn.fail(code, reason)
        self.handle_parser_exception()

    def send_receive_event_to_app(self) -> None:
        """Text that is none is told so here: uvicorn would write a page into the log for each."""
        if self.curr_msg_data_type == "text" and not _is_text(b"".join(self.frames)):
            self.frames = []
            self._drop(1007, "")
            return
        super().send_receive_event_to_app()

    def handle_parser_exception(self) -> None:
        super().handle_parser_exception()
        self._end_soon()

    def handle_close(self, event: Heard) -> None:
        super().handle_close(event)
        self._end_soon()

    def _end_soon(self) -> None:
        """A close waits for what has not been read yet, and who does not read would stay for ever."""
        self.loop.call_later(LINGER_S, self.transport.abort)

    def come_in(self) -> None:
        data, self._opening = b"".join(self._opening or ()), None
        super().data_received(data)

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if self.handshake_complete:  # it was refused as no handshake at all
            self._doorway.through(self)
            return
        extensions: dict[str, Any] = self.scope["extensions"]
        extensions[EXTENSION] = TransportLine(self)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._doorway.through(self)

    async def receive(self) -> Any:
        self._received += 1
        if self._received == 2:  # the first is the handshake; who waits for what the client says, is through
            self._doorway.through(self)
        return await super().receive()

    async def send(self, message: Any) -> None:
        if message["type"] == "websocket.close":
            # The close goes behind whatever waits; who does not read it is not waited for, nor kept for ever.
            self._doorway.through(self)
            self.writable.set()
            self._end_soon()
        await super().send(message)


def _is_text(said: bytes) -> bool:
    try:
        said.decode()
    except UnicodeDecodeError:
        return False
    return True


class TransportLine:
    """Straight to the transport, whose own buffer is all that is ever kept for one reader."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: SocketProtocol) -> None:
        self._protocol = protocol

    @property
    def unsent(self) -> int:
        return self._protocol.transport.get_write_buffer_size()

    def write(self, frame: Frame) -> None:
        protocol = self._protocol
        # Before the handshake's end it would break it, and after a close frame nothing may follow.
        if protocol.handshake_complete and not protocol.close_sent and not protocol.transport.is_closing():
            protocol.transport.write(frame.wire)

    async def drained(self) -> None:
        await self._protocol.writable.wait()

    async def close(self) -> None:
        """The protocol closes it."""
