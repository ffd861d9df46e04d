"""How a listener comes into the stream: what it has missed, from memory or the log, and then live, with no gap."""

import asyncio
import logging
from typing import TYPE_CHECKING

from server.domain.events import Event
from server.live.frames import events_frame, snapshot_frame
from server.live.listener import Listener
from server.live.place import Place
from server.storage.database import DatabaseError
from server.storage.day_pack import DamagedDay

if TYPE_CHECKING:
    from server.live.hub import Hub

log = logging.getLogger(__name__)

MOST_MISSED = 5000  # who has missed more starts anew from the hall as it is
AT_ONCE = 500  # events in one frame, and in memory for one listener who comes back
PATIENCE_S = 10.0  # for a reader to take in a frame of what it has missed


async def join(hub: "Hub", branch_id: str, listener: Listener, after: int | None, epoch: str | None) -> Place:
    """Nothing is missed and nothing comes twice: between the last look at the hall and listening, nothing waits."""
    seq, looked = after, False
    while listener.ended is None:
        place = await hub.place(branch_id)
        hall = place.hall
        if not looked and epoch == hall.epoch and (seq or 0) > hall.seq:
            looked = True
            await _catch_up(hub, branch_id)
            continue
        if seq is None or epoch != hall.epoch or not 0 <= hall.seq - seq <= MOST_MISSED:
            _show_hall(hub, place, listener)
            break
        missed = place.since(seq)
        if missed is not None and len(missed) <= AT_ONCE:
            if missed:
                _tell(hub, place, listener, seq, missed)
            break
        found = missed[:AT_ONCE] if missed is not None else await _read(hub, place, seq)
        if hub.places.get(branch_id) is not place:
            continue  # the log was replaced while it was read
        if not found or found[0].seq != seq + 1:
            seq = None  # the log does not go back so far
            continue
        seq = _tell(hub, place, listener, seq, found)
        await _taken_in(listener)
    else:
        return await hub.place(branch_id)
    place.listeners.add(listener)
    return place


async def _catch_up(hub: "Hub", branch_id: str) -> None:
    """Whoever comes from another process may know more than this one, which may have stood still: a screen that
    went back in time would show who was called as waiting again."""
    try:
        await hub.catch_up(branch_id)
    except (DatabaseError, DamagedDay) as error:
        log.warning("what a screen knows and we do not cannot be read just now: %s", error)


def _show_hall(hub: "Hub", place: Place, listener: Listener) -> None:
    audience, now = listener.audience, hub.now()
    frame = place.first_frame(None, audience, lambda: snapshot_frame(place.hall, audience, now, hub.speed))
    listener.send_first(frame)


def _tell(hub: "Hub", place: Place, listener: Listener, seq: int, missed: list[Event]) -> int:
    """Gives how far it is told."""
    audience, now, end = listener.audience, hub.now(), missed[-1].seq
    frame = place.first_frame(seq, audience, lambda: events_frame(seq, end, missed, audience, now, hub.speed))
    listener.send_first(frame)
    return frame.seq


async def _read(hub: "Hub", place: Place, seq: int) -> list[Event]:
    """The next events from the log, no further than the hall here has come: what follows comes live."""
    try:
        found = await asyncio.to_thread(hub.read_log, place.hall.branch.id, seq, AT_ONCE)
    except (DatabaseError, DamagedDay) as error:
        log.warning("what a screen has missed cannot be read just now, it is shown the hall: %s", error)
        return []
    return [event for event in found if event.seq <= place.hall.seq]


async def _taken_in(listener: Listener) -> None:
    try:
        async with asyncio.timeout(PATIENCE_S):
            await listener.line.drained()
    except TimeoutError:
        listener.end("slow")
