"""Who is asking, and whether they may: one table for every route and every kind of token."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection

from starlette.requests import HTTPConnection

from server.actions.decision import Actor
from server.storage.branches import Holder, holder_of
from server.storage.database import Database
from server.web.problems import Problem

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
    "lease_numbers": frozenset({"kiosk", "operator"}),
    "hand_in": frozenset({"kiosk", "operator"}),
    "return_numbers": frozenset({"kiosk", "operator"}),
    "report_device": frozenset({"kiosk", "display", "machine"}),
    "announce": frozenset({"display"}),
    "see_hall": EVERYONE,
    "see_figures": STAFF,
    "see_plan": STAFF,
    "make_plan": frozenset({"manager", "operator"}),
    "see_clock": EVERYONE,
    "set_clock": frozenset({"operator"}),
    "hear_voice": frozenset({"kiosk", "display", "manager"}),
    "screen_kiosk": frozenset({"kiosk"}),
    "screen_display": frozenset({"display"}),
    "screen_teller": frozenset({"teller", "manager"}),
    "screen_manager": frozenset({"manager"}),
}

REMEMBERED_S = 60.0  # those taken back meanwhile are told of once a second
UNKNOWN_S = 1.0  # a token that was made a moment ago is known this soon


class Doorman:
    """Knows tokens for a while, so that a press does not cost a query; `revoked` are the holders of those that were
    taken back, as far as this process has heard."""

    def __init__(self, reader: Database, revoked: Callable[[], Collection[str]] = tuple) -> None:
        self._reader = reader
        self._revoked = revoked
        self._known: dict[str, tuple[float, Holder | None]] = {}
        self._asked: dict[str, asyncio.Task[Holder | None]] = {}

    async def holder(self, token: str) -> Holder | None:
        at, known = self._known.get(token, (0.0, None))
        age = time.monotonic() - at
        if known is None:
            if age < UNKNOWN_S:
                return None
        elif age < REMEMBERED_S and known.id not in self._revoked():
            return known
        task = self._asked.get(token)
        if task is None:
            task = self._asked[token] = asyncio.create_task(self._find(token))
            task.add_done_callback(lambda _: self._asked.pop(token, None))
        return await asyncio.shield(task)

    async def _find(self, token: str) -> Holder | None:
        """Once, however many come with it at the same time: a whole floor after a restart."""
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

    async def check(connection: HTTPConnection) -> Actor:
        holder = await admitted(connection, bearer(connection), operation)
        branch_id = branch_in(connection.path_params)
        if branch_id is not None and branch_id != holder.branch_id:
            raise Problem(403, "other_branch")
        return Actor(holder.kind, holder.id, holder.name)

    return check


def branch_in(path: dict[str, str]) -> str | None:
    """The branch that a path is about: ids of counters, tickets, advice and blocks begin with it."""
    for name in ("branch", "counter", "ticket", "advice", "block"):
        if name in path:
            return path[name].split(".", 1)[0]
    return None
