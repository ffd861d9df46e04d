"""Pure ASGI: counts what is asked and how long it took, and gives every request its id."""

import logging
from collections.abc import Awaitable, Callable, MutableMapping
from time import perf_counter
from typing import Any

from server.watch.histogram import Histogram
from server.watch.hops import HEADER, origin, request_id
from server.watch.traces import Traces

log = logging.getLogger(__name__)

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
TOLD = ("branch", "counter", "ticket", "advice")  # of a path, what it is about
NO_ROUTE = "other"  # files, documents, and what nobody has ever offered: whoever guesses makes no new series


class RequestMeter:
    """(route, method, status) -> how many and how long. Only the event loop counts."""

    def __init__(self) -> None:
        self.cells: dict[tuple[str, str, int], Histogram] = {}

    def count(self, scope: Scope, status: int, seconds: float) -> None:
        route = scope.get("route")
        key = (NO_ROUTE if route is None else route.path, scope["method"], status)
        cell = self.cells.get(key)
        if cell is None:
            cell = self._new(key)
        cell.observe(seconds)

    def _new(self, key: tuple[str, str, int]) -> Histogram:
        route, method, status = key
        known = method if method in METHODS else NO_ROUTE
        return self.cells.setdefault((route, known, status), Histogram())


class Watched:
    def __init__(self, app: App, meter: RequestMeter, traces: Traces | None = None) -> None:
        self._app = app
        self._meter = meter
        self._traces = traces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        asked = request_id(scope["headers"])
        if self._traces:
            asked = self._traces.begin(asked, scope)
        origin.set(asked)
        status = 500  # what the framework answers outside of us where the app breaks

        def told(message: Message) -> Awaitable[None]:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], (HEADER, asked.encode())]
            return send(message)

        try:
            await self._app(scope, receive, told)
        finally:
            took = perf_counter() - began
            self._meter.count(scope, status, took)
            if self._traces:
                self._traces.end(asked, scope, status)
            if log.isEnabledFor(logging.INFO):
                _say(scope, asked, status, took)


def _say(scope: Scope, asked: str, status: int, took: float) -> None:
    """The route, not the path: a path may carry what is nobody's business, as a token in a link."""
    route = scope.get("route")
    known = {
        "request": asked,
        "method": scope["method"],
        "route": NO_ROUTE if route is None else route.path,
        "status": status,
        "ms": round(took * 1000, 2),
    }
    about = scope.get("path_params", {})
    log.info("answered", extra=known | {name: about[name] for name in TOLD if name in about})
