"""One socket: joins the stream, and is read for as long as it lasts, or nobody would learn that its client left."""

import asyncio
import contextlib
from collections.abc import Callable
from time import monotonic

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from server.live.frames import goodbye_frame
from server.live.hub import Hub
from server.live.line import Line, line_of
from server.live.listener import Listener
from server.live.phones import Phone
from server.live.place import Place

MAX_MESSAGE = 1024
GOODBYES = frozenset({"restart", "slow", "revoked", "full"})
RETRY_MS = {"slow": 200, "revoked": 3000}  # by then every server knows it; of the others, each is told another time
CLOSE_CODES = {"restart": 1012, "full": 1013, "slow": 4008, "revoked": 4401, "silent": 4000, "noisy": 1008}


async def serve(
    socket: WebSocket, hub: Hub, branch_id: str, listener: Listener, after: int | None, epoch: str | None
) -> None:
    """Until either side goes. The socket is accepted already."""
    place = await hub.join(branch_id, listener, after, epoch)
    screen = hub.screens.join(branch_id, listener.kind, listener.holder_id, listener.name, place.hall.seq)
    try:
        await _read(socket, listener, lambda said: screen.hear(said, place.hall.seq))
    finally:
        place.listeners.discard(listener)
        hub.screens.leave(screen, listener.ended)
        await _end(socket, listener, place.hall.seq, hub.retry_after_ms())


async def serve_phone(socket: WebSocket, hub: Hub, place: Place, phone: Phone) -> None:
    """As `serve`, for one ticket's page."""
    if not hub.phones.join(place, phone):
        await turn_away(socket, hub, "full")
        return
    if hub.closing:
        phone.end("restart")
    try:
        await _read(socket, phone, lambda said: None)
    finally:
        hub.phones.leave(place, phone)
        await _end(socket, phone, place.hall.seq, hub.retry_after_ms())


async def _read(socket: WebSocket, listener: Listener, hear: Callable[[str], object]) -> None:
    """What a client says is only that it lives; commands never travel on the socket."""
    if listener.ended is not None:
        return
    try:
        async with listener.until_ended():
            while True:
                said = await socket.receive_text()
                listener.heard_at = monotonic()
                if len(said) > MAX_MESSAGE:
                    listener.end("noisy")
                    return
                hear(said)
    except (TimeoutError, WebSocketDisconnect, KeyError):
        return
    finally:
        listener.left()


async def turn_away(socket: WebSocket, hub: Hub, reason: str) -> None:
    """Somebody who cannot listen here and now: told when to come back, and by the close code why."""
    await _goodbye(socket, line_of(socket), reason, 0, hub.retry_after_ms() * (10 if reason == "full" else 1))


async def _end(socket: WebSocket, listener: Listener, seq: int, retry_ms: int) -> None:
    reason = listener.ended or ""
    await _goodbye(socket, listener.line, reason, seq, RETRY_MS.get(reason, retry_ms))


async def _goodbye(socket: WebSocket, line: Line, reason: str, seq: int, retry_ms: int) -> None:
    # The peer may be gone or not reading: a goodbye is worth half a second, not a hung shutdown.
    with contextlib.suppress(Exception):
        async with asyncio.timeout(0.5):
            if socket.client_state is WebSocketState.CONNECTED:
                if reason in GOODBYES:
                    line.write(goodbye_frame(seq, reason, retry_ms))
                await line.close()
                await socket.close(CLOSE_CODES.get(reason, 1000))
    await line.close()
