"""The devices of a branch for whoever looks after them: which there are, how each is, and taking one away."""

import asyncio
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request
from pydantic import BaseModel, Field
from starlette.responses import Response

from server.actions.decision import Actor, who_of
from server.domain.device import Device
from server.storage.database import Database
from server.storage.pairings import Waiting, waiting
from server.storage.sightings import Known, devices_of, rename, revoke
from server.web.access import may, seen_of
from server.web.commands import as_json
from server.web.messages import Asked
from server.web.pairings import DeviceKind, DeviceNamed, Name
from server.web.problems import Problem
from server.web.services import Services, now, services, writing_of

router = APIRouter(tags=["devices"])

Json = dict[str, Any]
DeviceId = Annotated[str, Path(max_length=40, pattern=r"^[A-Za-z0-9_.\-]+$")]


class DeviceOfBranch(BaseModel):
    """`seen_at`, `address`, `version`: when and how any server last heard of it, a minute old at most. `sockets`:
    open ones on the server that answers. `parts`, `online`, `wrong_since` and `note` are what it told
    of itself today."""

    id: str
    kind: DeviceKind
    name: str
    made_at: datetime
    revoked_at: datetime | None = Field(description="When it was taken away; listed for thirty days.")
    seen_at: datetime | None
    address: str
    version: str = Field(examples=["Chrome 69"])
    sockets: int
    parts: dict[str, str] = Field(examples=[{"printer": "ok"}])
    online: bool
    wrong_since: datetime | None
    note: str


class DeviceThatAsks(BaseModel):
    """It shows a code, which only who stands before it can read."""

    id: str
    kind: DeviceKind
    address: str
    agent: str
    made_at: datetime


class DevicesAnswer(BaseModel):
    devices: list[DeviceOfBranch]
    waiting: list[DeviceThatAsks]


class RenameDevice(Asked):
    name: Name = Field(examples=["Kiosk at the door"])


class Revoked(BaseModel):
    device: str


@router.get("/branches/{branch}/devices", response_model=DevicesAnswer)
async def devices(
    branch: str,
    request: Request,
    _: Actor = Depends(may("see_devices")),
    using: Services = Depends(services),
) -> Response:
    """By kind and name, those that were taken away last; and who asks to be connected, of whatever branch."""
    place = await using.hub.place(branch)
    known, asking = await asyncio.to_thread(_read, using.reader, branch)
    sockets: dict[str, int] = {}
    for listener in place.listeners:
        sockets[listener.holder_id] = sockets.get(listener.holder_id, 0) + 1
    found = [
        {**_told(one, place.hall.devices.get(one.id)), **_seen(one, request), "sockets": sockets.get(one.id, 0)}
        for one in known
    ]
    return as_json({"devices": found, "waiting": [_asks(one) for one in asking]})


@router.post("/branches/{branch}/devices/{device}/rename", response_model=DeviceNamed)
async def rename_device(
    branch: str,
    device: DeviceId,
    asked: RenameDevice,
    request: Request,
    actor: Actor = Depends(may("manage_devices")),
) -> Response:
    """What people call it from now on."""
    arguments = branch, device, asked.name.strip() or device, who_of(actor)
    if not await asyncio.to_thread(rename, writing_of(request), *arguments):
        raise Problem(404, "device_not_found")
    return as_json({"device": device})


@router.post("/branches/{branch}/devices/{device}/revoke", response_model=DeviceNamed)
async def revoke_device(
    branch: str, device: DeviceId, request: Request, actor: Actor = Depends(may("manage_devices"))
) -> Response:
    """Its token is worth nothing any more, on every server within two seconds. It can be connected anew."""
    if not await asyncio.to_thread(revoke, writing_of(request), branch, device, who_of(actor)):
        raise Problem(404, "device_not_found")
    request.app.state.access_changed()
    return as_json({"device": device})


def _read(reader: Database, branch: str) -> tuple[list[Known], list[Waiting]]:
    with reader.begin() as connection:
        return devices_of(connection, branch, now()), waiting(connection, now())


def _told(one: Known, said: Device | None) -> Json:
    live = said is not None and one.revoked_at is None
    assert said is not None or not live
    return {
        "id": one.id,
        "kind": one.kind,
        "name": one.name,
        "made_at": one.created_at,
        "revoked_at": one.revoked_at,
        "parts": said.parts if live and said else {},
        "online": bool(live and said and said.online),
        "wrong_since": said.wrong_since if live and said else None,
        "note": said.note if live and said else "",
    }


def _seen(one: Known, request: Request) -> Json:
    """What this server knows itself is fresher than what was written down, if it has heard of it at all."""
    here = seen_of(request).last(one.id)
    if here is not None and (one.seen_at is None or here.seen_at > one.seen_at):
        return {"seen_at": here.seen_at, "address": here.address, "version": here.version}
    return {"seen_at": one.seen_at, "address": one.address or "", "version": one.version or ""}


def _asks(one: Waiting) -> Json:
    return {name: getattr(one, name) for name in Waiting.__slots__}
