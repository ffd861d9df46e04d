"""Makes a branch over HTTP, for whoever administers them all."""

import asyncio
import hashlib

import orjson
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from server.storage.database import DatabaseError
from server.storage.new_branch import make_branch
from server.web.commands import COMMAND, Press, pressing
from server.web.problems import Problem
from server.web.set_up import faultless
from server.web.set_up_messages import AskedDocument, BranchMade

router = APIRouter(tags=["set-up"])


@router.post("/branches", status_code=201, response_model=BranchMade, openapi_extra=COMMAND)
async def make(
    request: Request,
    asked: AskedDocument,
    press: Press = Depends(pressing("make_branch")),
) -> Response:
    """A new branch, open for business as soon as its hours say so; every server knows it within two seconds. For who
    administers every branch, at their page for all of them; no device's or program's token is good for it. 409
    `branch_exists`; 422 `set_up_faulty`."""
    wanted = await asyncio.to_thread(faultless, asked.document)
    said = orjson.dumps([press.path, wanted.document], option=orjson.OPT_SORT_KEYS)
    fingerprint = hashlib.sha256(said).hexdigest()
    engine, now = request.app.state.writing, press.using.clock.now()
    try:
        told = await asyncio.to_thread(
            make_branch, engine, wanted.branch, wanted.counters, press.actor, press.key, fingerprint, now
        )
    except DatabaseError as error:
        raise Problem(503, "unavailable") from error
    return Response(told.body, 201, media_type="application/json")
