"""What may be read: the hall as it is, the log, the waits, the clock."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from server.actions.customer import offers
from server.actions.decision import Actor
from server.domain.audience import LOBBY, STAFF, event_view, snapshot_view
from server.storage.event_log import events_after
from server.web.access import PERMISSIONS, may
from server.web.commands import as_json
from server.web.messages import ClockState, EventsAnswer, QueueWait, SetClock, SnapshotAnswer, Waits
from server.web.problems import Problem
from server.web.services import Services, services

router = APIRouter(tags=["hall"])


def audience_of(kind: str) -> str:
    return STAFF if kind in PERMISSIONS["see_figures"] else LOBBY


@router.get("/branches/{branch}/snapshot", response_model=SnapshotAnswer)
async def snapshot(
    branch: str, actor: Actor = Depends(may("see_hall")), using: Services = Depends(services)
) -> Response:
    """The hall at `seq`; what follows comes on the socket, or from the log after that seq."""
    place = await using.hub.place(branch)
    view = snapshot_view(place.hall, audience_of(actor.kind))
    return as_json({"now": using.clock.now(), "speed": using.clock.speed, "snapshot": view})


@router.get("/branches/{branch}/events", response_model=EventsAnswer)
async def events(
    branch: Annotated[str, Path(max_length=40)],
    after: Annotated[int, Query(ge=0, le=2**53)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 500,
    actor: Actor = Depends(may("see_hall")),
    using: Services = Depends(services),
) -> Response:
    """The log after a place in it, oldest first. `seq` is how far this answer goes."""

    def read() -> list[Any]:
        with using.reader.begin() as connection:
            return events_after(connection, branch, after, limit)

    found = await asyncio.to_thread(read)
    audience = audience_of(actor.kind)
    seen = [view for event in found if (view := event_view(event, audience)) is not None]
    return as_json({"seq": found[-1].seq if found else after, "events": seen})


@router.get("/branches/{branch}/waits", response_model=Waits)
async def waits(
    branch: str, actor: Actor = Depends(may("see_hall")), using: Services = Depends(services)
) -> Response:
    """What somebody who joined a queue now would find."""
    place = await using.hub.place(branch)
    now = using.clock.now()
    found = offers(place.hall, place.outlooks(now))
    queues = [{name: getattr(offer, name) for name in QueueWait.model_fields} for offer in found]
    return as_json({"now": now, "queues": queues})


@router.get("/clock", response_model=ClockState)
async def clock(actor: Actor = Depends(may("see_clock")), using: Services = Depends(services)) -> Response:
    """The server's time, and how fast it runs: simulated days run faster than the wall clock."""
    return as_json({"now": using.clock.now(), "speed": using.clock.speed})


@router.put("/clock", response_model=ClockState)
async def set_clock(
    asked: SetClock, actor: Actor = Depends(may("set_clock")), using: Services = Depends(services)
) -> Response:
    """Another speed, or a jump forward: for simulated days, where the operator's settings allow it."""
    if not using.settings.clock_control:
        raise Problem(403, "clock_fixed")
    try:
        await asyncio.to_thread(lambda: using.clock.set(speed=asked.speed, now=asked.skip_to))
    except ValueError as error:
        raise Problem(409, "clock_forward_only") from error
    return as_json({"now": using.clock.now(), "speed": using.clock.speed})
