"""Where commands come in: found by two words of their path and read in one go, for every press comes this way."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from inspect import signature
from typing import Any, get_type_hints

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send

from server.web.commands import Press, is_pressing

Guard = Callable[[Request], Awaitable[Press]]


@dataclass(frozen=True, slots=True)
class Way:
    """One command: its route as it is documented, who looks at the token and the key, and how its body is read."""

    route: APIRoute
    name: str  # of what the path names: counter, ticket, branch, advice
    guard: Guard
    body: TypeAdapter[Any]
    needs_body: bool

    async def answer(self, request: Request) -> Response:
        body = await request.body()  # first, or a body without end would go on behind a refusal
        press = await self.guard(request)
        asked = self._read(body, request.headers.get("content-type", ""))
        return await self.route.endpoint(asked=asked, press=press, **request.path_params)  # type: ignore[no-any-return]

    def _read(self, body: bytes, content_type: str) -> Any:
        if not body:
            if self.needs_body:
                raise _invalid("missing", "Field required")
            return None
        kind = content_type.split(";", 1)[0].strip().lower()
        if kind != "application/json" and not kind.endswith("+json"):
            raise _invalid("not_json", "The content type should be application/json")
        try:
            return self.body.validate_json(body.decode())
        except UnicodeDecodeError as error:
            raise _invalid("json_invalid", "The body should be UTF-8") from error
        except ValidationError as error:
            found = error.errors(include_url=False, include_context=False, include_input=False)
            raise RequestValidationError([{**one, "loc": ("body", *one["loc"])} for one in found]) from error


def _invalid(kind: str, message: str) -> RequestValidationError:
    return RequestValidationError([{"type": kind, "loc": ("body",), "msg": message}])


class Door(BaseRoute):
    """Goes before the routers: their way of finding a route and filling its arguments costs twice what the command
    does. What it does not know it leaves to them, and they publish what it answers."""

    def __init__(self, api: str, routers: Iterable[APIRouter]) -> None:
        self._before = [part for part in api.split("/") if part]
        self._ways: dict[tuple[str, str], Way] = {}
        for route in (route for router in routers for route in router.routes):
            words = getattr(route, "path", "").split("/")[1:]
            if isinstance(route, APIRoute) and len(words) == 3 and words[1].startswith("{") and "{" not in words[2]:
                guards = [one.call for one in route.dependant.dependencies if is_pressing(one.call)]
                if guards and route.methods == {"POST"}:
                    self._ways[words[0], words[2]] = _way(route, words[1][1:-1], guards[0])

    @property
    def known(self) -> set[str]:
        return {way.route.path for way in self._ways.values()}

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http" or scope["method"] != "POST":
            return Match.NONE, {}
        parts = scope["path"].split("/")[1:]
        if len(parts) != len(self._before) + 3 or parts[: len(self._before)] != self._before or not parts[-2]:
            return Match.NONE, {}
        way = self._ways.get((parts[-3], parts[-1]))
        if way is None:
            return Match.NONE, {}
        return Match.FULL, {"way": way, "route": way.route, "path_params": {way.name: parts[-2]}}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            response = await scope["way"].answer(Request(scope, receive, send))
        except ClientDisconnect:
            return  # gone before it had said what it wanted: nothing was done, and nobody is left to tell
        await response(scope, receive, send)


def _way(route: APIRoute, name: str, guard: Any) -> Way:
    asked = signature(route.endpoint).parameters["asked"]
    body: TypeAdapter[Any] = TypeAdapter(get_type_hints(route.endpoint)["asked"])
    return Way(route, name, guard, body, asked.default is asked.empty)
