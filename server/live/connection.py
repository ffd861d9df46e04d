"""One socket: sends what the hub has for it, and reads beside it, or it would never learn that it is alone."""

import asyncio
import contextlib

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState

from server.live.frames import goodbye_frame
from server.live.hub import Hub
from server.live.place import Listener

SILENCE_S = 15.0  # a client says `alive` every two seconds
MAX_MESSAGE = 1024
RETRY_MS = {"restart": 500, "slow": 200, "revoked": 60_000}
CLOSE_CODES = {"restart": 1012, "slow": 4008, "revoked": 4401, "silent": 4000, "noisy": 1008}


async def serve(
    socket: WebSocket, hub: Hub, branch_id: str, listener: Listener, after: int | None, epoch: str | None
) -> None:
    """Until either side goes. The socket is accepted already."""
    place = await hub.place(branch_id)
    hub.join(place, listener, after, epoch)
    jobs = {
        asyncio.create_task(_send(socket, listener)),
        asyncio.create_task(_read(socket, listener)),
        asyncio.create_task(listener.on_end.wait()),
    }
    try:
        await asyncio.wait(jobs, return_when=asyncio.FIRST_COMPLETED)
    finally:
        place.listeners.discard(listener)
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
        await _end(socket, listener, place.hall.seq)


async def _send(socket: WebSocket, listener: Listener) -> None:
    while True:
        frame = await listener.frames.get()
        await socket.send_text(frame.text)


async def _read(socket: WebSocket, listener: Listener) -> None:
    """What a client says is only that it lives; commands never travel on the socket."""
    while True:
        try:
            said = await asyncio.wait_for(socket.receive_text(), SILENCE_S)
        except TimeoutError:
            return listener.end("silent")
        except (WebSocketDisconnect, KeyError):
            return None
        if len(said) > MAX_MESSAGE:
            return listener.end("noisy")


async def _end(socket: WebSocket, listener: Listener, seq: int) -> None:
    if socket.client_state is not WebSocketState.CONNECTED:
        return
    reason = listener.ended
    # The peer may be gone or not reading: a goodbye is worth half a second, not a hung shutdown.
    with contextlib.suppress(Exception):
        async with asyncio.timeout(0.5):
            if reason in RETRY_MS:
                await socket.send_text(goodbye_frame(seq, reason, RETRY_MS[reason]).text)
            await socket.close(CLOSE_CODES.get(reason or "", 1000))
