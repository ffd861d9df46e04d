"""From a request to the writer: the key that makes a retry safe, and the answer as it comes back."""

import asyncio
import hashlib
from collections.abc import Mapping
from typing import Annotated, Any

import orjson
from fastapi import Header, Request
from starlette.responses import Response

from server.actions.decision import Action, Actor, Command
from server.web.access import branch_in
from server.web.problems import KEY
from server.web.services import Services

Key = Annotated[
    str,
    Header(
        alias=KEY,
        description="8 to 80 characters, fresh for each intent, the same on each retry of it.",
        examples=["b6f1c0de-9a4e"],
        min_length=8,
        max_length=80,
        pattern=r"^[\x20-\x7e]*$",
    ),
]


def as_json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")


async def perform(
    request: Request,
    services: Services,
    actor: Actor,
    key: str,
    action: Action,
    asked: Mapping[str, Any],
    arguments: Mapping[str, Any],
    status: int = 200,
) -> Response:
    """Runs the action in the branch that the path names. `asked` is what the client said: a key that comes
    again with something else is noticed by it."""
    branch_id = branch_in(request.path_params)
    assert branch_id is not None, "every command's path names its branch"
    said = orjson.dumps([request.url.path, asked], option=orjson.OPT_SORT_KEYS)
    command = Command(branch_id, actor, action, dict(arguments), key, hashlib.sha256(said).hexdigest())
    answer = await asyncio.wrap_future(services.writer.submit(command))
    return as_json(answer, status)
