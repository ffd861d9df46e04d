"""Pure ASGI: no body larger than a command can be, and the headers that keep a page to itself."""

import re
from contextlib import suppress
from functools import lru_cache

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from server.web.problems import problem

MAX_BODY = 64 * 1024
DRAINED = 4 * 1024 * 1024

HEADERS = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
]


HOST = re.compile(r"[A-Za-z0-9.:\[\]-]+")


def policy(host: str) -> bytes:
    """Everything from here. Chrome 69 does not take a socket to this host for `self`: it is named."""
    sockets = f" ws://{host} wss://{host}" if HOST.fullmatch(host) else ""
    return f"default-src 'self'; connect-src 'self'{sockets}; frame-ancestors 'self'; base-uri 'none'".encode()


@lru_cache(maxsize=64)  # a server has few names; whoever makes up more pays for them
def dressed_for(host: bytes) -> list[tuple[bytes, bytes]]:
    return [(b"content-security-policy", policy(host.decode("latin-1"))), *HEADERS]


class TooLarge(Exception):
    """The body is larger than any command."""


class Limits:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        known = dict(scope["headers"])
        length = known.get(b"content-length", b"")
        dressing = dressed_for(known.get(b"host", b""))

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *dressing]
            await send(message)

        if length.isdigit() and int(length) <= MAX_BODY:
            await self._app(scope, receive, dressed)  # the protocol lets no more through than was announced
            return
        body = Body(receive)

        async def unless_too_large(message: Message) -> None:
            # The framework takes TooLarge for a body that it cannot read, and would say so.
            if not body.too_large:
                await dressed(message)

        if not length.isdigit():
            with suppress(TooLarge):
                await self._app(scope, body.receive, unless_too_large)
            if not body.too_large:
                return
        end = {} if await body.drained() else {"Connection": "close"}
        params = {"limit": MAX_BODY // 1024}
        answer = problem(413, "too_large", params, Request(scope).headers.get("accept-language", ""), end)
        await answer(scope, receive, dressed)


class Body:
    """A request's body, counted as it comes in."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._taken = 0
        self._more = True

    @property
    def too_large(self) -> bool:
        return self._taken > MAX_BODY

    async def receive(self) -> Message:
        message = await self._next()
        if self.too_large:
            raise TooLarge
        return message

    async def drained(self) -> bool:
        """Reads on and throws away, so that the client gets its answer and not a cut line. False for a client
        that does not come to an end: it is cut off all the same."""
        end = self._taken + DRAINED
        while self._more and self._taken < end:
            await self._next()
        return not self._more

    async def _next(self) -> Message:
        message = await self._receive()
        self._taken += len(message.get("body", b""))
        self._more = message.get("more_body", False)
        return message
