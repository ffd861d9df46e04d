"""What the device's own browser is given: page, files, and an API that goes on where the server is away."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from kiosk import problems
from kiosk.card_door import card_routes
from kiosk.clerk import RefusedThere
from kiosk.device import Device
from kiosk.guard import Guard
from kiosk.journal.rows import Json, Taken
from kiosk.live_line import pass_live
from kiosk.local import local_routes
from kiosk.page_door import file, page
from kiosk.passing import as_told, body_of, passed
from kiosk.problems import Problem
from kiosk.staff_door import staff_routes
from kiosk.wanted import read_wanted

KEY = "idempotency-key"


def create_app(device: Device) -> Starlette:
    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with device.at_work():
            yield

    async def live(socket: WebSocket) -> None:
        await pass_live(socket, device.upstream, socket.path_params["branch"], device.publisher.hear)

    def door(answer: Callable[[Device, Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            return await answer(device, request)

        return endpoint

    return Starlette(
        routes=[
            Route("/", lambda request: RedirectResponse("/kiosk")),
            Route("/kiosk", door(page)),
            *local_routes(device),
            *card_routes(device.cards),
            *staff_routes(device),
            Route("/api/v1/branches/{branch}/tickets", door(take), methods=["POST"]),
            Route("/api/v1/tickets/{ticket}/cancel", door(cancel), methods=["POST"]),
            WebSocketRoute("/api/v1/branches/{branch}/live", live),
            Route("/api/v1/branches/{branch}/voice/words", door(words)),
            Route("/api/v1/voice/{clip}", door(clip)),
            Route("/api/v1/{rest:path}", door(other), methods=["GET", "POST", "PUT", "DELETE"]),
            Route("/{path:path}", door(file)),
        ],
        middleware=[Middleware(Guard)],
        exception_handlers={Problem: problems.on_problem},
        lifespan=lifespan,
    )


async def take(device: Device, request: Request) -> Response:
    """A number: the server's, or this kiosk's own. Asked again under the same key it is the same one, with what
    has become of its paper."""
    if request.path_params["branch"] != device.settings.branch:
        return await passed(request, device.upstream)
    key, wanted = _key(request), read_wanted(await body_of(request))
    try:
        taken = await device.clerk.take(key, wanted)
    except RefusedThere as refused:
        device.publisher.soon()  # what is offered here and refused there was offered too long
        return as_told(refused.answer)
    finally:
        device.health.soon()
    if taken.state == "offline":
        device.errands.soon()
    return JSONResponse(_told(taken, await device.desk.outcome(key)), 201)


async def cancel(device: Device, request: Request) -> Response:
    """Given back; a number that the server has not heard of yet is given back once it has."""
    taken = await device.clerk.give_back(request.path_params["ticket"], _key(request))
    if taken is None:
        return await passed(request, device.upstream)
    device.errands.soon()
    assert taken.answer is not None
    return JSONResponse({**taken.answer, "ticket": {**taken.ticket, "state": "cancelled"}, "offline": True})


async def words(device: Device, request: Request) -> Response:
    return await device.voice.words(request, server_is_there=device.link.worth_asking)


async def clip(device: Device, request: Request) -> Response:
    return await device.voice.clip(request)


async def other(device: Device, request: Request) -> Response:
    return await passed(request, device.upstream)


def _told(taken: Taken, paper: Json) -> Json:
    assert taken.answer is not None
    return {**taken.answer, "offline": taken.state == "offline", "print": paper}


def _key(request: Request) -> str:
    key = request.headers.get(KEY, "")
    if not (8 <= len(key) <= 80 and key.isascii() and key.isprintable()):
        raise Problem(400, "key_required")
    return key
