"""Who is asking, and whether they may: one table for every route and every kind of token."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace

from starlette.requests import HTTPConnection

from server.actions.decision import Actor
from server.domain.trail import UNKNOWN, Who
from server.live.gone import Gone
from server.live.seen import Seen
from server.storage.branches import Holder, holder_of
from server.storage.database import Database
from server.storage.pairings import KINDS as DEVICE_KINDS
from server.storage.staff import EVERY_BRANCH
from server.web.allowance import Allowance, Proof, address_of, allowances_of, too_many
from server.web.problems import Problem
from server.web.signed_in import PAGE, session_holder
from server.web.ticket_holders import TICKET, ticket_holder

LEADING = frozenset({"manager", "operator"})
SERVING = LEADING | {"teller", "senior_teller", "adviser", "supervisor"}  # who may stand at a counter
AT_COUNTERS = SERVING | {"machine"}
IN_HALL = SERVING | {"lobby_manager"}
STAFF = IN_HALL | {"region"}
EVERYONE = STAFF | {"kiosk", "display", "machine"}

PERMISSIONS: dict[str, frozenset[str]] = {
    "take_ticket": IN_HALL | {"kiosk"},
    "cancel": IN_HALL | {"kiosk"},
    "book_appointment": LEADING | {"adviser", "lobby_manager"},
    "open": SERVING,
    "pause": SERVING,
    "close": SERVING,
    "call_next": SERVING,
    "recall": SERVING,
    "start": AT_COUNTERS,
    "finish": AT_COUNTERS,
    "no_show": AT_COUNTERS,
    "park": SERVING,
    "resume": SERVING,
    "return": IN_HALL,
    "transfer": IN_HALL,
    "answer_advice": LEADING | {"lobby_manager"},
    "set_profile": LEADING | {"supervisor"},
    "set_policy": LEADING | {"region"},
    "set_card_rules": LEADING,
    "see_card_rules": STAFF | {"kiosk"},
    "lease_numbers": frozenset({"kiosk", "operator"}),
    "hand_in": frozenset({"kiosk", "operator"}),
    "return_numbers": frozenset({"kiosk", "operator"}),
    "report_device": frozenset({"kiosk", "display", "machine"}),
    "announce": frozenset({"display"}),
    "see_hall": EVERYONE,
    "see_figures": STAFF,
    "see_plan": STAFF,
    "make_plan": LEADING | {"region"},
    "see_clock": EVERYONE,
    "set_clock": frozenset({"operator"}),
    "see_audit": LEADING | {"region"},
    "see_set_up": LEADING | {"region"},  # what an hour costs and whose cards are known is not for every counter
    "change_set_up": LEADING,
    "make_branch": frozenset({"operator"}),
    "see_people": LEADING | {"region"},
    "manage_people": LEADING | {"region"},
    "see_devices": LEADING | {"region", "supervisor", "lobby_manager"},
    "manage_devices": LEADING,
    "own_account": STAFF,
    "switch_teller": SERVING - {"operator"},
    "note_person": IN_HALL | {"kiosk"},
    "see_person": IN_HALL,
    "find_person": LEADING,
    "hear_voice": frozenset({"kiosk", "display", "manager"}),
    "screen_kiosk": frozenset({"kiosk"}),
    "screen_display": frozenset({"display"}),
    "screen_teller": SERVING - {"operator"},
    "screen_manager": LEADING | {"supervisor", "lobby_manager", "region"},
    "screen_office": STAFF,  # everybody has an account there; the other views ask for more
    "see_own_ticket": frozenset({"phone"}),
    "more_time": frozenset({"phone"}),
    "leave": frozenset({"phone"}),
    "be_told": frozenset({"phone"}),
}

# What reaches past the branch that is asked in: for who has that part in every one. A token is of one branch, and so
# is an administrator whom that branch alone calls so.
EVERYWHERE = frozenset({"make_branch"})

# A badge and a PIN open what stands at a counter, whoever comes by them: not the branch, nor an account.
BY_BADGE = {name for name, kinds in PERMISSIONS.items() if "teller" in kinds} - {"own_account", "screen_office"}

# Sockets say who they are as they open, and look it up themselves: below the API's path.
SOCKETS = {"/branches/{branch}/live": "see_hall", "/phone/live": "see_own_ticket"}
OPERATION = "callboard_operation"  # what a route's dependency asks for, written on it for whoever lists the doors

REMEMBERED_S = 60.0  # those taken back meanwhile are told of at once
UNKNOWN_S = 1.0  # a token that was made a moment ago is known this soon
AT_ONCE = 8  # tokens that are looked up at the same time: a guesser must not take every thread


class Doorman:
    """Knows tokens for a while, so that a press does not cost a query; `gone`: those that were taken back, as far as
    this process has heard."""

    def __init__(self, reader: Database, gone: Gone, guesses: Allowance) -> None:
        self._reader = reader
        self._gone = gone
        self._guesses = guesses
        self._looking = asyncio.Semaphore(AT_ONCE)
        self._known: dict[str, tuple[float, Holder | None]] = {}
        self._asked: dict[str, asyncio.Task[Holder | None]] = {}

    async def holder(self, token: str, address: str = "") -> Holder | None:
        """Problem 429 for a token that is new to us, where too many came from the address that were none."""
        at, known = self._known.get(token, (0.0, None))
        age = time.monotonic() - at
        if known is None:
            if age < UNKNOWN_S:
                return None
        elif age < REMEMBERED_S and known.id not in self._gone.holders:
            return known
        task = self._asked.get(token)
        if task is None:
            task = self._asked[token] = asyncio.create_task(self._find(token, address if known is None else None))
            task.add_done_callback(lambda done: self._found(token, done))
        return await asyncio.shield(task)

    def _found(self, token: str, done: "asyncio.Task[Holder | None]") -> None:
        self._asked.pop(token, None)
        if not done.cancelled():
            done.exception()  # whoever asked may have left: nobody else would look at it

    async def _find(self, token: str, address: str | None) -> Holder | None:
        """Once, however many come with it at the same time: a whole floor after a restart. What was known already
        is no guess, whatever else comes from there."""
        async with self._looking:
            if address is not None and (wait_s := self._guesses.wait_s(address)):
                raise too_many(wait_s)
            found = await asyncio.to_thread(self._look_up, token)
        if found is None and address is not None:
            self._guesses.spend(address)
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
        raise _told(connection, None, operation, Problem(401, "unauthorized"))
    allowances = allowances_of(connection)
    if token.startswith(TICKET):
        holder = await ticket_holder(connection, token)
        allowance = allowances.phones
    elif token.startswith(PAGE):
        holder = await session_holder(connection, token)
        allowance = allowances.tokens
    else:
        holder = await doorman_of(connection).holder(token, address_of(connection.scope))
        allowance = allowances.tokens
    Proof.given(connection, is_good=holder is not None)
    if holder is None:
        raise _told(connection, None, operation, Problem(401, "unauthorized"))
    if wait_s := allowance.take(holder.id):
        raise too_many(wait_s)
    if holder.kind in DEVICE_KINDS:
        agent = connection.headers.get("user-agent", "")
        seen_of(connection).note(holder.id, connection.client.host if connection.client else "", agent)
    if holder.how == "badge" and operation not in BY_BADGE:
        raise _told(connection, holder, operation, Problem(403, "sign_in_fully"))
    if holder.kind not in PERMISSIONS[operation]:
        raise _told(connection, holder, operation, Problem(403, "forbidden", {"kind": holder.kind}))
    return holder


def _told(connection: HTTPConnection, holder: Holder | None, operation: str, refusal: Problem) -> Problem:
    """The refusal, once the audit trail has been told of it: in the branch that was asked for, or is the holder's."""
    address = address_of(connection.scope)
    who = Who(holder.kind, holder.id, holder.name, address) if holder else replace(UNKNOWN, address=address)
    branch_id = branch_in(connection.path_params) or (holder.branch_id if holder else "")
    connection.app.state.auditor.refused(branch_id, who, operation, refusal.code)
    return refusal


def doorman_of(connection: HTTPConnection) -> Doorman:
    found = connection.app.state.doorman
    assert isinstance(found, Doorman)
    return found


def seen_of(connection: HTTPConnection) -> Seen:
    found = connection.app.state.seen
    assert isinstance(found, Seen)
    return found


def rights_of(kind: str, how: str = "") -> list[str]:
    """The operations of such a token, for a page that shows no key that may not be pressed; `how` its holder came."""
    mine = {operation for operation, kinds in PERMISSIONS.items() if kind in kinds}
    return sorted(mine & BY_BADGE if how == "badge" else mine)


def may(operation: str) -> Callable[..., Awaitable[Actor]]:
    """A route's dependency: the actor, if their token allows the operation in the branch that is named, or in every
    one where it reaches past it."""
    if operation not in PERMISSIONS:
        raise ValueError(f"nobody has said who may {operation}")

    async def check(connection: HTTPConnection) -> Actor:
        holder = await admitted(connection, bearer(connection), operation)
        branch_id = EVERY_BRANCH if operation in EVERYWHERE else branch_in(connection.path_params)
        if branch_id is not None and branch_id != holder.branch_id:
            raise _told(connection, holder, operation, Problem(403, "other_branch"))
        return Actor(holder.kind, holder.id, holder.name, address_of(connection.scope))

    setattr(check, OPERATION, operation)
    return check


def branch_in(path: dict[str, str]) -> str | None:
    """The branch that a path is about: ids of counters, tickets, advice and blocks begin with it."""
    for name in ("branch", "counter", "ticket", "advice", "block"):
        if name in path:
            return path[name].split(".", 1)[0]
    return None
