"""The teller's keys: a counter is opened, paused, closed, and calls the next number."""

from typing import Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from server.actions import manager, teller
from server.actions.decision import Actor
from server.domain.branch import ProfileEntry
from server.web.access import may
from server.web.commands import Key, perform
from server.web.messages import Answer, Nothing, OpenCounter, PauseCounter, SetProfile
from server.web.services import Services, services

router = APIRouter(tags=["counters"], prefix="/counters/{counter}")


@router.post("/open", response_model=Answer)
async def open_counter(
    request: Request,
    key: Key,
    counter: str,
    asked: OpenCounter | None = None,
    actor: Actor = Depends(may("open")),
    using: Services = Depends(services),
) -> Response:
    """Open the counter in your own name, or go on after a pause."""
    said = (asked or OpenCounter()).model_dump()
    arguments = {"counter_id": counter, **said}
    return await perform(request, using, actor, key, teller.open_counter, said, arguments)


@router.post("/pause", response_model=Answer)
async def pause_counter(
    request: Request,
    key: Key,
    counter: str,
    asked: PauseCounter | None = None,
    actor: Actor = Depends(may("pause")),
    using: Services = Depends(services),
) -> Response:
    """No more calls until it is opened again; the customer at the counter is served to the end."""
    said = (asked or PauseCounter()).model_dump()
    arguments = {"counter_id": counter, **said}
    return await perform(request, using, actor, key, teller.pause_counter, said, arguments)


@router.post("/close", response_model=Answer)
async def close_counter(
    request: Request,
    key: Key,
    counter: str,
    asked: Nothing | None = None,
    actor: Actor = Depends(may("close")),
    using: Services = Depends(services),
) -> Response:
    """Close the counter; refused while a customer is still there."""
    return await perform(request, using, actor, key, teller.close_counter, {}, _of(counter))


@router.post("/call-next", response_model=Answer)
async def call_next(
    request: Request,
    key: Key,
    counter: str,
    asked: Nothing | None = None,
    actor: Actor = Depends(may("call_next")),
    using: Services = Depends(services),
) -> Response:
    """The one key: finishes whoever is at the counter and calls who is next, with the rule that chose them.

    Nobody waiting is no error: `ticket` is null then. Losing a race gives the next ticket, never an error.
    """
    return await perform(request, using, actor, key, teller.call_next, {}, _of(counter))


@router.post("/profile", response_model=Answer)
async def set_profile(
    request: Request,
    key: Key,
    counter: str,
    asked: SetProfile,
    actor: Actor = Depends(may("set_profile")),
    using: Services = Depends(services),
) -> Response:
    """Which queues the counter serves from now on; whoever is at the counter is served to the end."""
    profile = tuple(ProfileEntry(entry.queue_id, entry.helps) for entry in asked.profile)
    arguments = {**_of(counter), "profile": profile}
    return await perform(request, using, actor, key, manager.set_profile, asked.model_dump(), arguments)


def _of(counter: str) -> dict[str, Any]:
    return {"counter_id": counter}
