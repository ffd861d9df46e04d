"""Who is asking, and whether they may: one table for every route and every kind of token."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from fastapi import Depends
from fastapi.security import HTTPBearer
from starlette.requests import HTTPConnection

from server.actions.decision import Actor
from server.storage.branches import Holder, holder_of
from server.storage.database import Database
from server.web.problems import Problem
from server.web.services import Services, services

EVERYONE = frozenset({"kiosk", "display", "machine", "teller", "manager", "operator"})
STAFF = frozenset({"teller", "manager", "operator"})
AT_COUNTERS = STAFF | {"machine"}

PERMISSIONS: dict[str, frozenset[str]] = {
    "take_ticket": STAFF | {"kiosk"},
    "cancel": STAFF | {"kiosk"},
    "book_appointment": frozenset({"manager", "operator"}),
    "open": STAFF,
    "pause": STAFF,
    "close": STAFF,
    "call_next": STAFF,
    "recall": STAFF,
    "start": AT_COUNTERS,
    "finish": AT_COUNTERS,
    "no_show": AT_COUNTERS,
    "park": STAFF,
    "resume": STAFF,
    "return": STAFF,
    "transfer": STAFF,
    "answer_advice": frozenset({"manager", "operator"}),
    "set_profile": frozenset({"manager", "operator"}),
    "set_policy": frozenset({"manager", "operator"}),
    "see_hall": EVERYONE,
    "see_figures": STAFF,
    "see_plan": STAFF,
    "make_plan": frozenset({"manager", "operator"}),
    "see_clock": EVERYONE,
    "set_clock": frozenset({"operator"}),
    "screen_kiosk": frozenset({"kiosk"}),
    "screen_display": frozenset({"display"}),
    "screen_teller": frozenset({"teller", "manager"}),
    "screen_manager": frozenset({"manager"}),
}

# Only says in the documents that there is a token; `bearer` reads it, from sockets too.
BEARER = HTTPBearer(auto_error=False, description="The token of a device or a person: `python -m server token`.")

REMEMBERED_S = 1.0  # a token that was taken back stops working within this time


class Doorman:
    """Knows tokens for a moment, so that a busy kiosk does not cost a query a request."""

    def __init__(self, reader: Database) -> None:
        self._reader = reader
        self._known: dict[str, tuple[float, Holder | None]] = {}

    async def holder(self, token: str) -> Holder | None:
        at, known = self._known.get(token, (0.0, None))
        if time.monotonic() - at < REMEMBERED_S:
            return known
        found = await asyncio.to_thread(self._look_up, token)
        if len(self._known) > 10_000:  # a guesser must not fill the memory
            self._known.clear()
        self._known[token] = (time.monotonic(), found)
        return found

    def _look_up(self, token: str) -> Holder | None:
        with self._reader.begin() as connection:
            return holder_of(connection, token)


def bearer(connection: HTTPConnection) -> str | None:
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token.strip() else None


async def admitted(connection: HTTPConnection, token: str | None, operation: str) -> Holder:
    """The holder of the token, or the Problem that says why not."""
    if token is None:
        raise Problem(401, "unauthorized")
    holder = await doorman_of(connection).holder(token)
    if holder is None:
        raise Problem(401, "unauthorized")
    if holder.kind not in PERMISSIONS[operation]:
        raise Problem(403, "forbidden", {"kind": holder.kind})
    return holder


def doorman_of(connection: HTTPConnection) -> Doorman:
    found = connection.app.state.doorman
    assert isinstance(found, Doorman)
    return found


def may(operation: str) -> Callable[..., Awaitable[Actor]]:
    """A route's dependency: the actor, if their token allows the operation in the branch that is named."""
    if operation not in PERMISSIONS:
        raise ValueError(f"nobody has said who may {operation}")

    async def check(
        connection: HTTPConnection, _: Services = Depends(services), __: object = Depends(BEARER)
    ) -> Actor:
        holder = await admitted(connection, bearer(connection), operation)
        branch_id = branch_in(connection.path_params)
        if branch_id is not None and branch_id != holder.branch_id:
            raise Problem(403, "other_branch")
        return Actor(holder.kind, holder.id, holder.name)

    return check


def branch_in(path: dict[str, str]) -> str | None:
    """The branch that a path is about: ids of counters, tickets and advice begin with it."""
    for name in ("branch", "counter", "ticket", "advice"):
        if name in path:
            return path[name].split(".", 1)[0]
    return None
