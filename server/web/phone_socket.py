"""The door of a phone's socket: one ticket, and room kept for the screens of the hall."""

from fastapi import APIRouter, WebSocket

from server.live.connection import serve_phone, turn_away
from server.live.line import line_of
from server.live.phones import Phone
from server.storage.database import DatabaseError
from server.storage.halls import BranchNotFound
from server.web.access import SOCKETS, admitted
from server.web.live_socket import PROTOCOL, TOKEN_PREFIX, no_room, refuse, same_origin
from server.web.problems import Problem
from server.web.services import Services, services

router = APIRouter()

SHARE = 0.9  # of the sockets: a crowd of phones must not shut out the displays


@router.websocket("/phone/live")
async def phone_live(socket: WebSocket) -> None:
    """Subprotocols: `callboard.v1` and `token.ticket.<ticket id>`. Every message tells all; nothing is resumed."""
    using = await services(socket)
    using.hub.sockets += 1
    try:
        await _live(socket, using)
    finally:
        using.hub.sockets -= 1


async def _live(socket: WebSocket, using: Services) -> None:
    offered = socket.scope.get("subprotocols", [])
    token = next((p.removeprefix(TOKEN_PREFIX) for p in offered if p.startswith(TOKEN_PREFIX)), None)
    await socket.accept(subprotocol=PROTOCOL if PROTOCOL in offered else None)
    if (trouble := no_room(socket, using, SHARE)) is not None:
        await turn_away(socket, using.hub, trouble)
        return
    try:
        holder = await admitted(socket, token, SOCKETS["/phone/live"])
        if not same_origin(socket):
            raise Problem(403, "other_branch")
        place = await using.hub.place(holder.branch_id)
    except (Problem, BranchNotFound) as error:
        await refuse(socket, using, error)
        return
    except DatabaseError:
        await turn_away(socket, using.hub, "restart")
        return
    await serve_phone(socket, using.hub, place, Phone(line_of(socket), holder.id))
