"""What may be read: the hall as it is, the log, the waits, the clock."""

import asyncio
import logging
from collections.abc import Callable, Iterable
from datetime import date
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from server.actions.customer import offers
from server.actions.decision import Actor, who_of
from server.domain.audience import LOBBY, STAFF, event_view, snapshot_view
from server.domain.events import Event
from server.domain.hall import Hall
from server.storage.database import Database
from server.storage.day_pack import DamagedDay
from server.storage.days import LoggedDay, events_of, find_day, hall_before
from server.storage.event_log import events_after
from server.web.access import PERMISSIONS, may
from server.web.commands import as_json
from server.web.messages import ClockState, DayAnswer, EventsAnswer, QueueWait, SetClock, SnapshotAnswer, Waits
from server.web.problems import Problem
from server.web.services import Services, services

router = APIRouter(tags=["hall"])
log = logging.getLogger(__name__)

Found = TypeVar("Found")
After = Annotated[int, Query(ge=0, le=2**53)]
Limit = Annotated[int, Query(ge=1, le=1000)]


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
    after: After = 0,
    limit: Limit = 500,
    actor: Actor = Depends(may("see_hall")),
    using: Services = Depends(services),
) -> Response:
    """The log after a place in it, oldest first. `seq` is how far this answer goes."""

    def read() -> list[Event]:
        with using.reader.begin() as connection:
            return events_after(connection, branch, after, limit)

    found = await unless_damaged(read)
    return as_json({"seq": found[-1].seq if found else after, "events": seen(found, audience_of(actor.kind))})


@router.get("/branches/{branch}/days/{day}", response_model=DayAnswer)
async def old_day(
    branch: str,
    day: date,
    after: After = 0,
    limit: Limit = 500,
    actor: Actor = Depends(may("see_figures")),
    using: Services = Depends(services),
) -> Response:
    """One business day, however long ago: the hall just before it, and what happened after that. `after` asks
    for the next page; the last one ends with `last_seq`."""
    place = await using.hub.place(branch)
    if day > place.hall.branch.business_day(using.clock.now()):
        raise Problem(404, "day_to_come", {"day": day.isoformat()})
    found = await unless_damaged(lambda: _day(using.reader, branch, day, after, limit))
    if found is None:
        raise Problem(404, "day_not_found", {"day": day.isoformat()})
    logged, hall, page = found
    return as_json(
        {
            "day": day,
            "first_seq": logged.first_seq,
            "last_seq": logged.last_seq,
            "archived": logged.archived,
            "snapshot": snapshot_view(hall, STAFF),
            "seq": page[-1].seq if page else max(after, hall.seq),
            "events": seen(page, STAFF),
        }
    )


def _day(
    reader: Database, branch: str, day: date, after: int, limit: int
) -> tuple[LoggedDay, Hall, list[Event]] | None:
    with reader.begin() as connection:
        logged = find_day(connection, branch, day)
        if logged is None:
            return None
        return logged, hall_before(connection, branch, logged), events_of(connection, branch, logged, after, limit)


async def unless_damaged(read: Callable[[], Found]) -> Found:
    """What is read; a day that was put away and cannot be read back is said to be so, and nothing in its place."""
    try:
        return await asyncio.to_thread(read)
    except DamagedDay as error:
        log.error("an archived day is damaged, restore it from a backup: %s", error)
        raise Problem(500, "day_damaged", {"day": error.day}) from error


def seen(events: Iterable[Event], audience: str) -> list[Any]:
    return [view for event in events if (view := event_view(event, audience)) is not None]


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
        await asyncio.to_thread(lambda: using.clock.set(speed=asked.speed, now=asked.skip_to, who=who_of(actor)))
    except ValueError as error:
        raise Problem(409, "clock_forward_only") from error
    return as_json({"now": using.clock.now(), "speed": using.clock.speed})
