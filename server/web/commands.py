"""From a request to the writer: the key that makes a retry safe, and the answer as it comes back."""

import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import Request
from starlette.responses import Response

from server.actions.decision import Action, Actor, Command
from server.watch.hops import asking
from server.web.access import OPERATION, branch_in, may
from server.web.problems import KEY, Problem
from server.web.services import Services

KEY_SHAPE = re.compile(r"[\x20-\x7e]{8,80}")

# Read by hand below, for every press does it; this is for the document.
COMMAND: dict[str, Any] = {
    "parameters": [
        {
            "name": KEY,
            "in": "header",
            "required": True,
            "description": "8 to 80 characters, fresh for each intent, the same on each retry of it.",
            "schema": {
                "type": "string",
                "minLength": 8,
                "maxLength": 80,
                "pattern": r"^[\x20-\x7e]*$",
                "examples": ["b6f1c0de-9a4e"],
            },
        }
    ],
}


def as_json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")


@dataclass(frozen=True, slots=True)
class Press:
    """A command as it comes in: who presses, where, and the key that makes a retry of it safe."""

    path: str
    branch_id: str
    actor: Actor
    key: str
    using: Services


def pressing(operation: str) -> Callable[[Request], Awaitable[Press]]:
    """A command's one dependency, for each further one costs as much as the command itself."""
    acting = may(operation)

    async def check(request: Request) -> Press:
        actor = await acting(request)
        key = request.headers.get(KEY, "")
        if not KEY_SHAPE.fullmatch(key):
            raise Problem(400, "key_required")
        branch_id = branch_in(request.path_params) or actor.id.split(".", 1)[0]  # a phone's is its ticket's
        return Press(request.scope["path"], branch_id, actor, key, request.app.state.services)

    setattr(check, OPERATION, operation)
    return check


def is_pressing(guard: Any) -> bool:
    return getattr(guard, "__qualname__", "") == "pressing.<locals>.check"


async def perform(
    press: Press, action: Action, asked: Mapping[str, Any], arguments: dict[str, Any], status: int = 200
) -> Response:
    """Runs the action in the branch that the path names. `asked` is what the client said: a key that comes
    again with something else is noticed by it."""
    said = orjson.dumps([press.path, asked], option=orjson.OPT_SORT_KEYS)
    command = Command(press.branch_id, press.actor, action, arguments, press.key, hashlib.sha256(said).hexdigest())
    told = await press.using.writer.ask(command, asking())
    return Response(told.body, status, media_type="application/json")
