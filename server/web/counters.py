"""The teller's keys: a counter is opened, paused, closed, and calls the next number."""

from typing import Any

from fastapi import APIRouter, Depends
from starlette.responses import Response

from server.actions import manager, teller
from server.domain.branch import ProfileEntry
from server.web.commands import COMMAND, Press, perform, pressing
from server.web.messages import Answer, Nothing, OpenCounter, PauseCounter, SetProfile
from server.web.skills import skills

router = APIRouter(tags=["counters"], prefix="/counters/{counter}")


@router.post("/open", response_model=Answer, openapi_extra=COMMAND)
async def open_counter(
    counter: str,
    asked: OpenCounter | None = None,
    press: Press = Depends(pressing("open")),
) -> Response:
    """Open the counter in your own name, or go on after a pause."""
    said = (asked or OpenCounter()).model_dump()
    mine = await skills(press.using.reader, press.actor.id, press.branch_id)
    arguments = {"counter_id": counter, **said, "services": mine}
    return await perform(press, teller.open_counter, said, arguments)


@router.post("/pause", response_model=Answer, openapi_extra=COMMAND)
async def pause_counter(
    counter: str,
    asked: PauseCounter | None = None,
    press: Press = Depends(pressing("pause")),
) -> Response:
    """No more calls until it is opened again; the customer at the counter is served to the end."""
    said = (asked or PauseCounter()).model_dump()
    arguments = {"counter_id": counter, **said}
    return await perform(press, teller.pause_counter, said, arguments)


@router.post("/close", response_model=Answer, openapi_extra=COMMAND)
async def close_counter(
    counter: str,
    asked: Nothing | None = None,
    press: Press = Depends(pressing("close")),
) -> Response:
    """Close the counter; refused while a customer is still there."""
    return await perform(press, teller.close_counter, {}, _of(counter))


@router.post("/call-next", response_model=Answer, openapi_extra=COMMAND)
async def call_next(
    counter: str,
    asked: Nothing | None = None,
    press: Press = Depends(pressing("call_next")),
) -> Response:
    """The one key: finishes whoever is at the counter and calls who is next, with the rule that chose them.

    Nobody waiting is no error: `ticket` is null then. Losing a race gives the next ticket, never an error.
    """
    return await perform(press, teller.call_next, {}, _of(counter))


@router.post("/profile", response_model=Answer, openapi_extra=COMMAND)
async def set_profile(
    counter: str,
    asked: SetProfile,
    press: Press = Depends(pressing("set_profile")),
) -> Response:
    """Which queues the counter serves from now on; whoever is at the counter is served to the end."""
    profile = tuple(ProfileEntry(entry.queue_id, entry.helps) for entry in asked.profile)
    arguments = {**_of(counter), "profile": profile}
    return await perform(press, manager.set_profile, asked.model_dump(), arguments)


def _of(counter: str) -> dict[str, Any]:
    return {"counter_id": counter}
