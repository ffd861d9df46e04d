"""The live hall, passed through: the page's socket ends here, the device's own goes on to the server."""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import quote

from starlette.websockets import WebSocket, WebSocketDisconnect, WebSocketState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from kiosk.upstream import CONNECT_S, Upstream

log = logging.getLogger(__name__)

PROTOCOL = "callboard.v1"
TRY_AGAIN = 1013
LARGEST_FRAME = 16 * 2**20
LARGEST_SAID = 4096  # a page says nothing but that it is alive


async def pass_live(socket: WebSocket, upstream: Upstream, branch: str, heard: Callable[[str], None]) -> None:
    """Until either side goes; the other is told with the same code. `heard` is given each frame of the server's."""
    await socket.accept(subprotocol=PROTOCOL)
    try:
        async with connect(
            _address(socket, upstream, branch),
            subprotocols=[Subprotocol(PROTOCOL), Subprotocol(f"token.{upstream.token}")],
            proxy=None,
            compression=None,
            open_timeout=CONNECT_S * 3,
            close_timeout=0.5,
            ping_interval=None,  # its heartbeats do this, and the page watches for them
            max_size=LARGEST_FRAME,
        ) as line:
            code, reason = await _both_ways(socket, line, heard)
    except (OSError, TimeoutError, WebSocketException) as error:
        log.debug("no live line: %s", error)
        code, reason = TRY_AGAIN, "away"
    with suppress(RuntimeError, WebSocketDisconnect):  # it may have gone first
        if socket.client_state is WebSocketState.CONNECTED:
            await socket.close(code, reason)


def _address(socket: WebSocket, upstream: Upstream, branch: str) -> str:
    query = socket.url.query
    path = f"/api/v1/branches/{quote(branch, safe='')}/live"
    return f"ws{upstream.url.removeprefix('http')}{path}" + (f"?{query}" if query else "")


async def _both_ways(socket: WebSocket, line: ClientConnection, heard: Callable[[str], None]) -> tuple[int, str]:
    hearing = asyncio.create_task(_hear(socket, line, heard))
    saying = asyncio.create_task(_say(socket, line))
    try:
        await asyncio.wait({hearing, saying}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (hearing, saying):
            task.cancel()
        await asyncio.gather(hearing, saying, return_exceptions=True)
    code = line.close_code
    # 1005 and 1006 say that there was no code: they may not be sent.
    return (code, line.close_reason or "") if code not in (None, 1005, 1006) else (TRY_AGAIN, "away")


async def _hear(socket: WebSocket, line: ClientConnection, heard: Callable[[str], None]) -> None:
    with suppress(ConnectionClosed, WebSocketDisconnect, RuntimeError):
        async for frame in line:
            text = frame if isinstance(frame, str) else frame.decode()
            heard(text)
            await socket.send_text(text)


async def _say(socket: WebSocket, line: ClientConnection) -> None:
    with suppress(ConnectionClosed, WebSocketDisconnect, RuntimeError, KeyError):
        while True:
            said = await socket.receive_text()
            if len(said) > LARGEST_SAID:
                return
            await line.send(said)
