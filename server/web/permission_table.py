"""Who may do what, as people read it: every route, socket and screen beside every role and kind of device."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from server.domain.roles import ROLES
from server.web.access import EVERYWHERE, OPERATION, PERMISSIONS, SOCKETS

COLUMNS = ("kiosk", "display", "machine", *ROLES, "phone")
WAYS = ("POST", "PUT", "DELETE", "GET", "SOCKET")


class Row(NamedTuple):
    """One door: `way` is a method or SOCKET, `may` the kinds of token that it opens for."""

    way: str
    path: str
    operation: str
    may: frozenset[str]


def permission_rows(app: FastAPI, api: str) -> list[Row]:
    """Every door that asks who is there. What asks nobody is listed with its reason in tests/web/test_permissions.py,
    which tries each cell."""
    found = [Row(way, path, name, PERMISSIONS[name]) for way, path, name in _guarded(app)]
    found += [Row("SOCKET", f"{api}{path}", name, PERMISSIONS[name]) for path, name in SOCKETS.items()]
    for name, may in PERMISSIONS.items():
        if name.startswith("screen_"):
            found.append(Row("GET", f"/{name.removeprefix('screen_')}", name, may))
    return sorted(found, key=lambda row: (not row.path.startswith(api), row.path, WAYS.index(row.way)))


def _guarded(app: FastAPI) -> Iterator[tuple[str, str, str]]:
    for route in iter_route_contexts(app.routes):
        named = (operation_of(d.call) for d in getattr(getattr(route, "dependant", None), "dependencies", []))
        operation = next((name for name in named if name), None)
        if operation is not None:
            for way in sorted((route.methods or set()) - {"HEAD"}):
                yield way, str(route.path), operation


def operation_of(guard: Any) -> str | None:
    """What a route's dependency asks for, if it is one that asks who is there."""
    found: str | None = getattr(guard, OPERATION, None)
    return found


def as_markdown(rows: list[Row]) -> str:
    head = f"| Door | {' | '.join(name.replace('_', ' ') for name in COLUMNS)} |"
    lines = [head, "| --- |" + " :-: |" * len(COLUMNS)]
    for row in rows:
        mark = "all" if row.operation in EVERYWHERE else "x"
        marks = " | ".join(mark if name in row.may else " " for name in COLUMNS)
        lines.append(f"| `{row.way} {row.path}` | {marks} |")
    return "\n".join(lines) + "\n"
