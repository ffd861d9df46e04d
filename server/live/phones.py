"""The phones in the hall, each on its own ticket's page: told after the displays, a little at a time."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import islice
from math import ceil
from time import monotonic
from typing import Protocol

import orjson

from server.domain.events import Event
from server.live.frames import Frame
from server.live.line import Line
from server.live.listener import Listener
from server.live.phone_view import Sight, phone_view, sight_of, ticket_of
from server.live.place import Place

log = logging.getLogger(__name__)

EVERY_S = 0.5  # the phones of one branch are told no more often
AFTER_S = 0.03  # behind the displays, and behind whatever else the same event has set going
ROUNDS = 10  # so many until the phones far from their turn have all been looked at
SLICE = 20  # phones, less than a millisecond of them, before others have their turn
NEAR = 10  # people ahead: from there on every step is told at once
SILENCE_S = 45.0  # a phone in a pocket may say nothing for a while
EACH = 3  # sockets of one ticket: the customer's, a friend's, and one that is just dying
ROOM = 4096  # bytes that may wait for one phone: every message tells all, so a second one is of no use to it
ANEW_S = 15.0  # without news the waits are looked at all the same: they are told from now


class Clock(Protocol):
    def now(self) -> datetime: ...

    @property
    def speed(self) -> float: ...


class Phone(Listener):
    """One page of one ticket."""

    silence_s = SILENCE_S

    def __init__(self, line: Line, visit_id: str) -> None:
        super().__init__(line, "phone", visit_id, "phone")
        self.told: Sight | None = None


class Room:
    """The phones of one branch. `touched` are the visits to which something has happened since the last round."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.phones: dict[str, list[Phone]] = {}
        self.touched: set[str] = set()
        self.left = 0  # visits that are still to be looked at since the newest event
        self.turn = 0  # where the next round goes on
        self.looked_at = monotonic()
        self.task: asyncio.Task[None] | None = None


class Phones:
    def __init__(self, clock: Clock, push_key: str | None = None) -> None:
        self._clock = clock
        self.push_key = push_key  # what a browser needs to be told with its page closed
        self.count = 0
        self._rooms: dict[Place, Room] = {}

    def join(self, place: Place, phone: Phone) -> bool:
        """Its first view, and all that follow. False where the ticket is not one of today, or has pages enough."""
        room = self._rooms.get(place) or self._rooms.setdefault(place, Room(place))
        there = room.phones.setdefault(phone.holder_id, [])
        now = self._clock.now()
        ticket = ticket_of(place, phone.holder_id, now)
        if ticket is not None and len(there) < EACH:
            there.append(phone)
            self.count += 1
            self._send(place, phone, sight_of(place, ticket, now), now)
            return True
        self._tidy(room, phone.holder_id)
        return False

    def leave(self, place: Place, phone: Phone) -> None:
        room = self._rooms.get(place)
        there = room.phones.get(phone.holder_id, []) if room else []
        if room is not None and phone in there:
            there.remove(phone)
            self.count -= 1
            self._tidy(room, phone.holder_id)

    def _tidy(self, room: Room, visit_id: str) -> None:
        if not room.phones.get(visit_id):
            room.phones.pop(visit_id, None)
        if not room.phones:
            self._rooms.pop(room.place, None)

    def here(self, place: Place) -> bool:
        """Whether anybody looks at a ticket of that branch."""
        return place in self._rooms

    def end(self, place: Place, reason: str) -> None:
        """For all of a branch."""
        room = self._rooms.get(place)
        for phone in _all(room) if room else ():
            phone.end(reason)

    def end_all(self, reason: str) -> None:
        for place in list(self._rooms):
            self.end(place, reason)

    def news(self, place: Place, events: Sequence[Event]) -> None:
        """Something has happened, and the displays know it already."""
        room = self._rooms.get(place)
        if room is not None:
            room.touched.update(event.ticket.visit_id for event in events if event.ticket is not None)
            self._look_around(room)

    def _look_around(self, room: Room) -> None:
        """One round after the other, until since the newest event everybody has been looked at."""
        room.left = len(room.phones)
        if room.task is None:
            room.task = asyncio.create_task(self._rounds(room))

    async def _rounds(self, room: Room) -> None:
        try:
            await asyncio.sleep(AFTER_S)
            while (room.left > 0 or room.touched) and room.phones:
                began = monotonic()
                await self._round(room)
                await asyncio.sleep(max(0.0, EVERY_S - (monotonic() - began)))
        except Exception:
            log.exception("the phones could not be told; they hear with the next event")
        finally:
            room.task = None

    async def _round(self, room: Room) -> None:
        """Each is told of the hall as it is at that moment, for others have their turn in between."""
        for number, visit_id in enumerate(self._due(room, self._clock.now()), start=1):
            self._look_at(room, visit_id, self._clock.now())
            if number % SLICE == 0:
                await asyncio.sleep(0)

    def _look_at(self, room: Room, visit_id: str, now: datetime) -> None:
        there = room.phones.get(visit_id)
        if not there:
            return  # gone meanwhile
        ticket = ticket_of(room.place, visit_id, now)
        if ticket is None:  # its day is over
            for phone in there:
                phone.end("revoked")
            return
        sight = sight_of(room.place, ticket, now)
        for phone in there:
            if not sight.like(phone.told):
                self._send(room.place, phone, sight, now)

    def _due(self, room: Room, now: datetime) -> Iterable[str]:
        """Whoever something has happened to, whoever is near the turn, and the next of all the others."""
        due = dict.fromkeys(visit for visit in room.touched if visit in room.phones)
        room.touched.clear()
        hall = room.place.hall
        for queue_id in hall.waiting:
            for ticket_id in islice(room.place.prospects.places(hall, queue_id, now), NEAR + 1):
                visit_id = hall.tickets[ticket_id].visit_id
                if visit_id in room.phones:
                    due[visit_id] = None
        size = max(SLICE, ceil(len(room.phones) / ROUNDS))
        if room.turn >= len(room.phones):
            room.turn = 0
        due.update(dict.fromkeys(islice(room.phones, room.turn, room.turn + size)))
        room.turn += size
        room.left -= size
        room.looked_at = monotonic()
        return list(due)

    def _send(self, place: Place, phone: Phone, sight: Sight, now: datetime) -> None:
        if phone.line.unsent > ROOM:
            return  # it is told the newest once it has taken in what it has
        view = phone_view(sight, place.hall.seq, now, self.push_key)
        body = {"type": "phone", "speed": self._clock.speed, "view": view}
        phone.told = sight
        phone.send(Frame(view["seq"], orjson.dumps(body)))

    async def beat(self, place: Place, frame: Frame) -> None:
        """A heartbeat to each of a branch, a few at a time; and a look at the waits where nothing has happened."""
        room = self._rooms.get(place)
        if room is None:
            return
        for number, phone in enumerate(list(_all(room)), start=1):
            phone.beat(frame, monotonic())
            if number % SLICE == 0:
                await asyncio.sleep(0)
        if monotonic() - room.looked_at > ANEW_S:
            self._look_around(room)


def _all(room: Room) -> list[Phone]:
    return [phone for there in room.phones.values() for phone in there]
