"""Where commands come in: found by two words of their path and read in one go, for every press comes this way."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from inspect import signature
from typing import Any, get_type_hints

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import TypeAdapter, ValidationError
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

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


class Door:
    """Pure ASGI, before the framework: its way of finding a route and filling its arguments costs twice what the
    command does. What the door does not know it leaves to the framework, which publishes what it answers."""

    def __init__(self, app: ASGIApp, api: str, routers: Iterable[APIRouter]) -> None:
        self._app = app
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

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        way = self._way_of(scope)
        if way is None:
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive, send)
        try:
            response = await way.answer(request)
        except ClientDisconnect:
            return  # gone before it had said what it wanted: nothing was done, and nobody is left to tell
        except Exception as error:
            refusal = _who_says(error, scope["app"].exception_handlers)
            if refusal is None:
                raise
            response = await refusal(request, error)
        await response(scope, receive, send)

    def _way_of(self, scope: Scope) -> "Way | None":
        """Which command it is, if any; then the scope says of what, as the framework's own router would."""
        if scope["type"] != "http" or scope["method"] != "POST":
            return None
        parts = scope["path"].split("/")[1:]
        if len(parts) != len(self._before) + 3 or parts[: len(self._before)] != self._before or not parts[-2]:
            return None
        way = self._ways.get((parts[-3], parts[-1]))
        if way is not None:
            scope["route"], scope["path_params"] = way.route, {way.name: parts[-2]}
        return way


def _who_says(error: Exception, handlers: Mapping[Any, Any]) -> Callable[..., Awaitable[Response]] | None:
    """The handler of the framework for such an error. What nobody expected is left to who answers a 500."""
    kinds = (kind for kind in type(error).__mro__ if kind not in (Exception, BaseException, object))
    return next((handlers[kind] for kind in kinds if kind in handlers), None)


def _way(route: APIRoute, name: str, guard: Any) -> Way:
    asked = signature(route.endpoint).parameters["asked"]
    body: TypeAdapter[Any] = TypeAdapter(get_type_hints(route.endpoint)["asked"])
    return Way(route, name, guard, body, asked.default is asked.empty)
