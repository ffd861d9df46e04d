"""What the lobby's page has beside its board: a plain page for old engines, the notices, and one voice in a hall."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, FastAPI, Request
from pydantic import BaseModel, Field
from starlette.responses import FileResponse, HTMLResponse, Response

from server.actions.customer import offers
from server.storage.branches import Holder
from server.web.access import admitted
from server.web.commands import as_json
from server.web.connected import connected
from server.web.hall_voice import HallVoices, program_speaks
from server.web.notices import files_in, folder_of, items, type_of
from server.web.pages import not_connected
from server.web.plain_display import plain_page, wishes_from
from server.web.problems import Problem
from server.web.services import services

SCREEN = "display"
KEPT_S = 3600  # a film is not fetched anew at every turn of the playlist


@asynccontextmanager
async def _listening(app: FastAPI) -> AsyncIterator[None]:
    app.state.hall_voices = HallVoices()
    yield


router = APIRouter(include_in_schema=False, lifespan=_listening)


class WhoSpeaks(BaseModel):
    """A page asks: it has drawn its own name, says which part of the hall it stands in, and whether it may sound."""

    page: Annotated[str, Field(min_length=8, max_length=64)]
    zone: Annotated[str, Field(max_length=300)] = ""
    can: bool = False
    on: bool = False


async def _holder(request: Request) -> Holder:
    """By the page's own cookie: pictures and plain pages send no header."""
    return await admitted(request, request.cookies.get(f"callboard_{SCREEN}"), f"screen_{SCREEN}")


@router.get("/display/plain")
async def plain(request: Request, token: str | None = None) -> Response:
    """The board as a page without script, which loads itself anew."""
    using = await services(request)
    try:
        holder = await admitted(request, token or request.cookies.get(f"callboard_{SCREEN}"), f"screen_{SCREEN}")
    except Problem as refused:
        return not_connected(SCREEN, refused)
    if token is not None:
        return connected(request, SCREEN, token)
    place = await using.hub.place(holder.branch_id)
    age_s = time.monotonic() - using.hub.watch.polled_at
    now = using.clock.now()
    found = offers(place.hall, place.outlooks(now))
    as_of = now - timedelta(seconds=age_s * using.clock.speed)
    html = plain_page(place.hall, found, as_of, age_s, wishes_from(request.query_params))
    return HTMLResponse(html, headers={"Cache-Control": "no-store"})


@router.get("/display/notices")
async def notices(request: Request) -> Response:
    using = await services(request)
    holder = await _holder(request)
    folder = folder_of(using.settings.media, holder.branch_id)
    return as_json({"items": await asyncio.to_thread(items, folder)})


@router.get("/display/media/{name}")
async def media(request: Request, name: str) -> Response:
    """A picture or film of the branch's folder: by a name that the folder lists, so that no path leads out of it."""
    using = await services(request)
    holder = await _holder(request)
    found = await asyncio.to_thread(files_in, folder_of(using.settings.media, holder.branch_id))
    kind = type_of(name)
    if kind is None or name not in found:
        raise Problem(404, "not_found")
    return FileResponse(found[name], media_type=kind, headers={"Cache-Control": f"private, max-age={KEPT_S}"})


@router.post("/display/voice")
async def voice(request: Request, asked: WhoSpeaks) -> Response:
    """Whether this page is the hall's voice. Nothing is written down: a page that asks no more is forgotten."""
    using = await services(request)
    holder = await _holder(request)
    program = program_speaks((await using.hub.place(holder.branch_id)).hall.devices.values())
    voices = request.app.state.hall_voices
    assert isinstance(voices, HallVoices)
    zone = f"{holder.branch_id}/{asked.zone}"
    return as_json({"speaker": voices.ask(zone, asked.page, can=asked.can, insists=asked.on, program=program)})
