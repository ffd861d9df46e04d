"""Connecting a device: it asks for a code and waits, somebody types the code, and it fetches its token."""

import asyncio
from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from server.actions.decision import Actor, who_of
from server.storage.database import Database
from server.storage.pairings import LASTS, Over, TooMany, approve, ask, collect, is_approved
from server.web.access import may
from server.web.allowance import address_of, allowances_of, too_many
from server.web.commands import as_json
from server.web.connected import keep_token
from server.web.messages import Asked, Line
from server.web.problems import Problem
from server.web.services import Services, now, services, writing_of
from server.web.sign_in import same_site

router = APIRouter(tags=["devices"])

POLL_S = 2
NO_TOKEN: dict[str, Any] = {"security": []}  # who asks is to have the first one
DeviceKind = Literal["kiosk", "display", "machine"]
Name = Annotated[Line, Field(min_length=1, max_length=80)]


class AskToPair(Asked):
    kind: DeviceKind = Field(examples=["display"])


class PairingCode(BaseModel):
    """`code` is for people's eyes, `secret` for the device alone: it asks with it every `poll_s` seconds."""

    code: str = Field(examples=["K7M-4QPX"])
    secret: str
    ends_at: datetime
    lasts_s: int = Field(description="Until then, for who has no right time of its own.")
    poll_s: int


class Collect(Asked):
    secret: Annotated[str, Field(min_length=20, max_length=100, pattern=r"^[A-Za-z0-9_\-]+$", repr=False)] = Field(
        examples=["c1Jh0pRkx8m5vB2nQyTzLwKe4aGsUdXf"]
    )
    browser: bool = Field(
        False,
        examples=[True],
        description="The token goes into a cookie of the device's own page, and is not in the answer.",
    )


class Collected(BaseModel):
    """`waiting` as long as nobody has typed the code; then `connected`, once."""

    state: Literal["waiting", "connected"]
    token: str | None = None
    branch: str | None = None
    kind: DeviceKind | None = None
    name: str | None = None


class ApprovePairing(Asked):
    code: Annotated[Line, Field(min_length=4, max_length=20)] = Field(
        examples=["K7M-4QPX"], description="As the device shows it; small letters and no dash will do."
    )
    name: Name = Field(examples=["Display in the lobby"])


class DeviceNamed(BaseModel):
    device: str


@router.post("/pairings", status_code=201, response_model=PairingCode, openapi_extra=NO_TOKEN)
async def ask_to_pair(asked: AskToPair, request: Request) -> Response:
    """A device without a token asks to be connected. It shows the code, which counts for ten minutes."""
    same_site(request)
    agent, address = request.headers.get("user-agent", ""), address_of(request.scope)
    try:
        found = await asyncio.to_thread(ask, writing_of(request), asked.kind, address, agent, now())
    except TooMany as many:
        raise Problem(429, "too_many_pairings", {"seconds": 60}) from many
    told: dict[str, Any] = {"code": found.code, "secret": found.secret, "ends_at": found.ends_at}
    told |= {"lasts_s": int(LASTS.total_seconds()), "poll_s": POLL_S}
    return no_store(as_json(told, 201))


@router.post("/pairings/collect", response_model=Collected, response_model_exclude_none=True, openapi_extra=NO_TOKEN)
async def collect_token(asked: Collect, request: Request, using: Services = Depends(services)) -> Response:
    """Whether somebody has said yes; then the token, once. 410 when the code has run out."""
    same_site(request)
    try:
        if not await asyncio.to_thread(_is_approved, using.reader, asked.secret):
            return no_store(as_json({"state": "waiting"}))
        address = address_of(request.scope)
        device, token = await asyncio.to_thread(collect, writing_of(request), asked.secret, address, now())
    except Over as over:
        raise Problem(410, "pairing_over") from over
    told = {"state": "connected", "branch": device.branch_id, "kind": device.kind, "name": device.name}
    if not asked.browser:
        return no_store(as_json(told | {"token": token}))
    return keep_token(no_store(as_json(told)), request, device.kind, token)


@router.post("/branches/{branch}/pairings/approve", response_model=DeviceNamed)
async def approve_pairing(
    branch: str, asked: ApprovePairing, request: Request, actor: Actor = Depends(may("manage_devices"))
) -> Response:
    """The device that shows this code belongs to the branch from now on. A code that is none counts as a guess."""
    guesses = allowances_of(request).guesses
    if wait_s := guesses.wait_s(actor.id):
        raise too_many(wait_s)
    arguments = asked.code, branch, asked.name.strip() or asked.code, now(), who_of(actor)
    try:
        device = await asyncio.to_thread(approve, writing_of(request), *arguments)
    except Over as over:
        guesses.spend(actor.id)
        raise Problem(404, "code_unknown") from over
    return as_json({"device": device})


def _is_approved(reader: Database, secret: str) -> bool:
    with reader.begin() as connection:
        return is_approved(connection, secret, now())


def no_store(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
