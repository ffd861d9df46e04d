"""Only this device's own browser is served, and only for its own page: the loopback has no other lock."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from kiosk import problems
from kiosk.problems import Problem

LOOPBACK = {"127.0.0.1", "localhost", "[::1]"}


class Guard:
    """A name that somebody else has made to mean this machine is no loopback name, and a page of another origin is
    not the kiosk's: neither may take numbers, print, or listen."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or is_own(Headers(scope=scope)):
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await problems.answer(Problem(403, "foreign_page"))(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})


def is_own(headers: Headers) -> bool:
    host = headers.get("host", "")
    if _name(host) not in LOOPBACK:
        return False
    origin = headers.get("origin")
    # A page without an origin of its own says "null"; programs on this device send none at all.
    if origin is not None:
        return origin == f"http://{host}"
    return headers.get("sec-fetch-site", "none") in ("same-origin", "none")


def _name(host: str) -> str:
    return host.rsplit(":", 1)[0] if not host.endswith("]") else host
