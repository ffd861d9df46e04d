"""The socket's door: who may listen, from which place in the log."""

from contextlib import suppress
from time import monotonic

from fastapi import APIRouter, WebSocket
from starlette.datastructures import QueryParams

from server.live.connection import serve, turn_away
from server.live.line import line_of
from server.live.listener import Listener
from server.storage.branches import Holder
from server.storage.database import DatabaseError
from server.storage.halls import BranchNotFound
from server.web.access import SOCKETS, admitted
from server.web.problems import Problem
from server.web.reads import audience_of
from server.web.services import Services, services

router = APIRouter()

PROTOCOL = "callboard.v1"
TOKEN_PREFIX = "token."
REFUSED = 4401  # the handshake is completed first: a browser shows a page no other reason


@router.websocket("/branches/{branch}/live")
async def live(socket: WebSocket, branch: str) -> None:
    """Subprotocols: `callboard.v1` and `token.<token>`. Query: `after`, `epoch`."""
    using = await services(socket)
    using.hub.sockets += 1
    try:
        await _live(socket, branch, using)
    finally:
        using.hub.sockets -= 1


async def _live(socket: WebSocket, branch: str, using: Services) -> None:
    offered = socket.scope.get("subprotocols", [])
    token = next((p.removeprefix(TOKEN_PREFIX) for p in offered if p.startswith(TOKEN_PREFIX)), None)
    await socket.accept(subprotocol=PROTOCOL if PROTOCOL in offered else None)
    if (trouble := no_room(socket, using)) is not None:
        await turn_away(socket, using.hub, trouble)
        return
    asked_at = monotonic()
    try:
        holder = await _who(socket, token, branch)
        await using.hub.place(branch)
    except (Problem, BranchNotFound) as error:
        await refuse(socket, using, error)
        return
    except DatabaseError:
        await turn_away(socket, using.hub, "restart")  # another process may reach the database, or this one soon
        return
    known_as = holder.session or holder.id  # whichever of the two is taken back
    listener = Listener(line_of(socket), audience_of(holder.kind), known_as, holder.kind, holder.name)
    listener.person, listener.let_in_at = holder.id if holder.session else "", asked_at
    after, epoch = _place_in_log(socket.query_params)
    await serve(socket, using.hub, branch, listener, after, epoch)


async def refuse(socket: WebSocket, using: Services, error: Problem | BranchNotFound) -> None:
    """For good, but for whoever has only asked too often: they come back later."""
    if isinstance(error, Problem) and error.status == 429:
        await turn_away(socket, using.hub, "full")
        return
    code = error.code if isinstance(error, Problem) else "branch_not_found"
    with suppress(RuntimeError):  # it has left already
        await socket.close(REFUSED, code)


def no_room(socket: WebSocket, using: Services, share: float = 1.0) -> str | None:
    """Why nobody else can come in now, if so: a goodbye says it better than a line that hangs. `share` is that of
    all sockets which may be open when one of this kind comes."""
    if getattr(socket.app.state, "draining", False):
        return "restart"
    return "full" if using.hub.sockets > share * using.settings.max_sockets else None


async def _who(socket: WebSocket, token: str | None, branch: str) -> Holder:
    holder = await admitted(socket, token, SOCKETS["/branches/{branch}/live"])
    if holder.branch_id != branch or not same_origin(socket):
        raise Problem(403, "other_branch")
    return holder


def same_origin(socket: WebSocket) -> bool:
    """A page of another site must not listen with this browser; programs send no Origin."""
    origin = socket.headers.get("origin")
    return origin is None or origin.split("://", 1)[-1] == socket.headers.get("host")


def _place_in_log(query: QueryParams) -> tuple[int | None, str | None]:
    after = query.get("after", "")
    known = after.isdigit() and len(after) < 16
    return (int(after) if known else None), query.get("epoch")
