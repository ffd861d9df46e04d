"""A simulated manager: accepts advice that nobody answers, sends tellers where it says, and begins the next day."""

import asyncio
import logging
from datetime import datetime, timedelta
from random import Random
from typing import Any

from server.demo.api import Api
from server.demo.duty import Roster
from server.demo.floor import Floor
from server.demo.hours import hours, local, next_opening

log = logging.getLogger(__name__)

Json = dict[str, Any]

PATIENCE = timedelta(minutes=10)  # for a visitor to answer first
FOLLOWED_AFTER_S = (60.0, 120.0)
BEFORE_OPENING = timedelta(minutes=5)
TIDY_UP = timedelta(minutes=20)  # for the last teller to close; a visitor's counter is not waited for
LONGEST_EVENING = timedelta(hours=1, minutes=5)  # what is left has expired by then
LOOK_AGAIN = timedelta(minutes=1)
OPEN_STATES = frozenset({"booked", "waiting", "called", "serving", "parked"})


class Manager:
    def __init__(self, floor: Floor, api: Api, token: str, operator: str, roster: Roster, seed: int) -> None:
        self._floor = floor
        self._api = api
        self._token = token
        self._operator = operator
        self._roster = roster
        self._seed = seed
        self._followed: set[str] = set()
        self._day = local(floor.branch, floor.time.now()).date()

    async def work(self) -> None:
        while True:
            now = self._floor.time.now()
            self._begin_day(now)
            today = hours(self._floor.branch, now)
            if today is not None and now < today[1]:
                for advice in list(self._floor.advices.values()):
                    await self._look_at(advice, now)
            await self._go_home(now)
            await self._floor.change(now + LOOK_AGAIN)

    def _begin_day(self, now: datetime) -> None:
        today = local(self._floor.branch, now).date()
        if today != self._day:
            self._day = today
            self._roster.begin_day(now)
            self._floor.rouse()

    async def _look_at(self, advice: Json, now: datetime) -> None:
        if advice["state"] == "issued":
            if now >= datetime.fromisoformat(advice["issued_at"]) + PATIENCE:
                await self._post(f"advice/{advice['id']}/accept")
            return
        delay = Random(f"{self._seed}:{advice['id']}").uniform(*FOLLOWED_AFTER_S)
        due = datetime.fromisoformat(advice["answered_at"]) + timedelta(seconds=delay)
        if now >= due and advice["id"] not in self._followed:
            self._followed.add(advice["id"])
            await self._follow(advice, now)

    async def _follow(self, advice: Json, now: datetime) -> None:
        counter_id, opens = advice["counter_id"], advice["action"] == "open"
        if counter_id is None:
            return
        if self._floor.counters[counter_id]["counter_class"] != "self_service":
            self._roster.assign(counter_id, opens, now)
            self._floor.rouse()
        elif opens:
            await self._post(f"counters/{counter_id}/open", take_over=True)
        else:
            await self._switch_off(counter_id)

    async def _switch_off(self, counter_id: str) -> None:
        """A machine calls whenever it is free, so it is paused until its customer is done, then closed."""
        await self._post(f"counters/{counter_id}/pause", reason="")
        while self._floor.current(counter_id) is not None:
            await self._floor.change(real_s=5)
        await self._post(f"counters/{counter_id}/close")

    async def _go_home(self, now: datetime) -> None:
        """When the hall is empty after hours, nobody wants to watch the night."""
        today = hours(self._floor.branch, now)
        if today is not None and now < today[1] + LOOK_AGAIN:
            return
        if today is not None and now < today[1] + self._evening():
            return
        morning = next_opening(self._floor.branch, now) - BEFORE_OPENING
        answer = await self._api.put(self._operator, "clock", skip_to=morning.isoformat())
        if not answer.done:
            log.warning("the clock was not put forward to the morning: %s", answer.code)
            await asyncio.sleep(10)

    def _evening(self) -> timedelta:
        """How long after closing there is still somebody to wait for."""
        if any(ticket["state"] in OPEN_STATES for ticket in self._floor.tickets.values()):
            return LONGEST_EVENING
        staffed = (c for c in self._floor.counters.values() if c["counter_class"] != "self_service")
        return TIDY_UP if any(counter["status"] != "closed" for counter in staffed) else timedelta()

    async def _post(self, path: str, **body: Any) -> None:
        """A refusal means that somebody else was quicker."""
        answer = await self._api.post(self._token, path, **body)
        if answer.done:
            await self._floor.reached(answer.body["seq"])
