"""What a browser carries between two steps of a sign-in, sealed, so that any server can go on with it."""

import asyncio
import json
import time
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from server.storage.seal import Seal, SealBroken
from server.web.sign_in import is_private

LASTS_S = 600.0
PATH = "/api/v1"

Json = dict[str, Any]


async def remember(
    request: Request, response: Response, name: str, about: str, what: Json, *, comes_back: bool = False
) -> None:
    """`about`: whose step it is; for nobody else it opens. `comes_back`: another site leads back to the next step.
    Raises NoDataKey."""
    text = json.dumps({**what, "at": time.time()})
    sealed = await asyncio.to_thread(seal_of(request).seal, text, f"{name}:{about}")
    response.set_cookie(
        _cookie(name),
        sealed,
        max_age=int(LASTS_S),
        path=PATH,
        httponly=True,
        secure=is_private(request),
        samesite="lax" if comes_back else "strict",
    )


async def recall(request: Request, name: str, about: str) -> Json | None:
    """What was remembered, with `at`, when that was; None where nothing was, or it is too long ago."""
    sealed = request.cookies.get(_cookie(name), "")
    if not sealed:
        return None
    try:
        found: Json = json.loads(await asyncio.to_thread(seal_of(request).open, sealed, f"{name}:{about}"))
    except SealBroken:
        return None
    return found if 0 <= time.time() - found["at"] < LASTS_S else None


def forget(response: Response, name: str) -> None:
    response.delete_cookie(_cookie(name), path=PATH, httponly=True)


def seal_of(request: Request) -> Seal:
    found = request.app.state.seal
    assert isinstance(found, Seal)
    return found


def _cookie(name: str) -> str:
    return f"callboard_{name}"
