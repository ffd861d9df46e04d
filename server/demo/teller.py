"""A simulated teller: what to do next, and when, follows from what the floor shows."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from server.demo.api import Api
from server.demo.day import TRANSFERS, Fate
from server.demo.duty import Duty
from server.demo.floor import Floor
from server.demo.hours import hours

Json = dict[str, Any]

EARLY = timedelta(minutes=2)  # at the counter before the doors open
TAKE_BACK = timedelta(minutes=5)  # when somebody else has closed the counter
REACTION = timedelta(seconds=4)
RECALL_AFTER = timedelta(seconds=45)
GIVE_UP_AFTER = timedelta(seconds=40)  # after the recall
REFUSED_PAUSE_S = 1.0  # of real time: a teller does not hammer on a key that does nothing

LONG_AGO = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Move:
    """A key that the teller will press at `at`, if nothing changes until then."""

    at: datetime
    path: str
    body: Json


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def service_move(ticket: Json, happened: tuple[str, datetime], fate: Fate) -> Move:
    """What becomes of the customer who was called to a counter, or is being served there."""
    what, since = happened
    path = f"tickets/{ticket['id']}"
    if ticket["state"] == "called":
        if fate.answers == "call" or (fate.answers == "recall" and ticket["calls"] > 1):
            return Move(since + seconds(fate.walk_s), f"{path}/start", {})
        if ticket["calls"] == 1:
            return Move(since + RECALL_AFTER, f"{path}/recall", {})
        return Move(since + GIVE_UP_AFTER, f"{path}/no-show", {})
    if what == "ticket.resumed":
        return Move(since + seconds(fate.service_s - fate.until_s), f"{path}/finish", {})
    started = datetime.fromisoformat(ticket["started_at"])
    if fate.ending == "park":
        return Move(started + seconds(fate.until_s), f"{path}/park", {})
    if fate.ending == "transfer":
        queue_id = TRANSFERS[ticket["queue_id"]]
        return Move(started + seconds(fate.until_s), f"{path}/transfer", {"queue_id": queue_id})
    return Move(started + seconds(fate.service_s), f"{path}/finish", {})


class Teller:
    """Serves one counter while on duty there. A counter that somebody else holds is left alone."""

    def __init__(
        self, floor: Floor, api: Api, token: str, counter_id: str, duty: Duty, fate: Callable[[Json], Fate]
    ) -> None:
        self._floor = floor
        self._api = api
        self._token = token
        self._counter_id = counter_id
        self._duty = duty
        self._fate = fate
        self._me: str | None = None  # as the server calls us; it says so when we open the counter
        self._free_since = LONG_AGO
        self._refused: set[str] = set()  # parked tickets that could not be resumed: not tried again

    async def work(self) -> None:
        while True:
            move = self.plan()
            if move is None or move.at > self._floor.time.now():
                await self._floor.change(move.at if move else None)
            else:
                await self._press(move)

    def plan(self) -> Move | None:
        floor = self._floor
        counter = floor.counters[self._counter_id]
        if counter["status"] == "closed":
            return self._opening(counter)
        if counter["staff_id"] != self._me:
            return None
        current = floor.current(self._counter_id)
        if current is not None:
            return service_move(current, floor.since[current["id"]], self._fate(current))
        if counter["status"] == "paused":
            return None
        return self._closing() or self._resuming() or self._calling(counter)

    def _opening(self, counter: Json) -> Move | None:
        today = hours(self._floor.branch, self._floor.time.now())
        if not self._duty.on or today is None or self._floor.time.now() >= today[1]:
            return None
        begins = max(today[0] - EARLY, self._duty.since)
        closed_at = datetime.fromisoformat(counter["since"]) if counter["since"] else begins
        at = begins if closed_at <= begins else closed_at + TAKE_BACK
        return Move(at, f"counters/{self._counter_id}/open", {"take_over": False})

    def _closing(self) -> Move | None:
        """When sent away; or after hours, once nobody is left whom this counter could serve."""
        close = f"counters/{self._counter_id}/close"
        if not self._duty.on:
            return Move(self._duty.since, close, {})
        today = hours(self._floor.branch, self._floor.time.now())
        if today is not None and self._floor.time.now() < today[1]:
            return None
        busy = any(self._floor.waiting(self._queues())) or any(self._parked())
        return None if busy else Move(self._floor.time.now(), close, {})

    def _resuming(self) -> Move | None:
        """Parked customers come back to their counter, or to another once theirs has closed."""
        back = [
            (self._floor.since[ticket["id"]][1] + seconds(self._fate(ticket).away_s), ticket["id"])
            for ticket in self._parked()
            if ticket["id"] not in self._refused
        ]
        if not back:
            return None
        at, ticket_id = min(back)
        move = Move(at, f"tickets/{ticket_id}/resume", {"counter_id": self._counter_id})
        return move if at <= self._floor.time.now() or not any(self._floor.waiting(self._queues())) else None

    def _calling(self, counter: Json) -> Move | None:
        waiting = [self._floor.since[t["id"]][1] for t in self._floor.waiting(self._queues())]
        if not waiting:
            return None
        opened_at = datetime.fromisoformat(counter["since"])
        at = max(self._free_since, opened_at, min(waiting)) + REACTION
        return Move(at, f"counters/{self._counter_id}/call-next", {})

    def _queues(self) -> set[str]:
        return {entry["queue_id"] for entry in self._floor.counters[self._counter_id]["profile"]}

    def _parked(self) -> Iterator[Json]:
        for ticket in self._floor.parked():
            theirs = self._floor.counters.get(ticket["counter_id"] or "")
            orphan = theirs is None or theirs["status"] == "closed"
            if ticket["counter_id"] == self._counter_id or (orphan and ticket["queue_id"] in self._queues()):
                yield ticket

    async def _press(self, move: Move) -> None:
        answer = await self._api.post(self._token, move.path, **move.body)
        if not answer.done:
            if move.path.endswith("/resume"):
                self._refused.add(move.path.split("/")[1])
            await asyncio.sleep(REFUSED_PAUSE_S)
            return
        if move.path.endswith("/open"):
            self._me = answer.body["counter"]["staff_id"]
        elif not move.path.endswith("/start"):
            self._free_since = self._floor.time.now()
        await self._floor.reached(answer.body["seq"])
