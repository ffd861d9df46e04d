"""Passes the page's questions on to the server, with this device's token in the place of the page's."""

import httpx
from starlette.requests import Request
from starlette.responses import Response

from kiosk.problems import Problem
from kiosk.upstream import Away, Upstream

ASKED = ("content-type", "idempotency-key", "accept-language", "if-none-match", "range")
TOLD = ("content-type", "retry-after", "etag", "cache-control", "accept-ranges", "content-range", "last-modified")
LARGEST_BODY = 64 * 1024


async def body_of(request: Request) -> bytes:
    """What the page sent; nothing that it says is long."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_BODY:
            raise Problem(413, "invalid")
    return bytes(body)


async def pass_on(request: Request, upstream: Upstream, body: bytes) -> Response:
    """The server's own answer; raises Away without one."""
    path = request.scope.get("raw_path", b"").split(b"?")[0].decode("ascii") or request.url.path
    if ".." in path:
        raise Problem(404, "not_found")
    headers = {name: request.headers[name] for name in ASKED if name in request.headers}
    query = request.url.query
    told = await upstream.pass_on(
        request.method, f"{path}?{query}" if query else path, headers=headers, content=body or None
    )
    return as_told(told)


def as_told(told: httpx.Response) -> Response:
    headers = {name: told.headers[name] for name in TOLD if name in told.headers}
    return Response(told.content, told.status_code, headers)


async def passed(request: Request, upstream: Upstream) -> Response:
    """The server's answer, or that it does not answer, which the page says in its own way."""
    try:
        return await pass_on(request, upstream, await body_of(request))
    except Away as away:
        raise Problem(503, "unreachable") from away
