"""uvicorn's websockets, with the connection handed to us: a frame for a thousand screens is written once."""

import socket
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

from server.live.frames import Frame
from server.live.line import EXTENSION
from server.web.doorway import Doorway

LINGER_S = 5.0  # after a close: for what is still waiting, and for the answer of who may not be there any more
KERNEL_BUFFER = 64 * 1024  # bytes; the system would take in megabytes for a reader that is gone or asleep


class SocketProtocol(WebSocketsSansIOProtocol):
    """Both ways to send end in `transport.write`, each call with whole frames, so they never mix."""

    def __init__(self, *given: Any, doorway: Doorway, **named: Any) -> None:
        super().__init__(*given, **named)
        self.close_timeout = LINGER_S
        self._doorway = doorway
        self._opening: list[bytes] | None = []  # what came before it was let in
        self._received = 0

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
            super().data_received(data)
            return
        self._opening.append(data)
        if len(self._opening) == 1:
            self._doorway.enter(self)

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
            self.loop.call_later(LINGER_S, self.transport.abort)
        await super().send(message)


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
