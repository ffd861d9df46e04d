"""The hall as somebody sees it who looks at a staff screen: state from a snapshot, kept up by events."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any

from server.demo.server_time import ServerTime

Json = dict[str, Any]

HELD = frozenset({"booked", "waiting", "called", "serving", "parked", "no_show"})
STANDING = frozenset({"issued", "accepted"})


class Floor:
    """Give `hear` every frame of a staff socket. `since` is (what happened last to a ticket, when)."""

    def __init__(self) -> None:
        self.time = ServerTime()
        self.seq = -1
        self.branch: Json = {}
        self.tickets: dict[str, Json] = {}
        self.counters: dict[str, Json] = {}
        self.advices: dict[str, Json] = {}  # by counter class
        self.since: dict[str, tuple[str, datetime]] = {}
        self._news = asyncio.Event()

    def hear(self, frame: Json) -> None:
        news = self.time.hear(frame["now"], frame["speed"])
        if frame["type"] == "snapshot":
            self._begin(frame["snapshot"])
        for event in frame.get("events", ()):
            self._apply(event)
        self.seq = frame["seq"]
        if news or frame["type"] != "heartbeat":
            self.rouse()

    def rouse(self) -> None:
        """Everybody looks up."""
        self._news.set()
        self._news = asyncio.Event()

    async def change(self, until: datetime | None = None, real_s: float | None = None) -> None:
        """Returns at the next news, at `until` on the server's clock, or after `real_s` on the wall."""
        limits = [s for s in (self.time.real_s(until) if until else None, real_s) if s is not None]
        with suppress(TimeoutError):
            async with asyncio.timeout(min(limits, default=None)):
                await self._news.wait()

    async def wait_until(self, moment: datetime) -> None:
        """At any speed, also one that changes."""
        while self.time.now() < moment:
            await self.change(moment)

    async def reached(self, seq: int, real_s: float = 60.0) -> None:
        """Returns once the floor shows what an answer has told us: who acts before that acts on the past."""
        with suppress(TimeoutError):
            async with asyncio.timeout(real_s):
                while self.seq < seq:
                    await self._news.wait()

    async def known(self) -> None:
        while not self.branch:
            await self._news.wait()

    def current(self, counter_id: str) -> Json | None:
        """The ticket that is called or served at this counter."""
        at_counter = (t for t in self.tickets.values() if t["counter_id"] == counter_id)
        return next((t for t in at_counter if t["state"] in {"called", "serving"}), None)

    def waiting(self, queue_ids: set[str]) -> Iterator[Json]:
        return (t for t in self.tickets.values() if t["state"] == "waiting" and t["queue_id"] in queue_ids)

    def parked(self) -> Iterator[Json]:
        return (t for t in self.tickets.values() if t["state"] == "parked")

    def _begin(self, snapshot: Json) -> None:
        self.branch = snapshot["branch"]
        self.tickets = {t["id"]: t for t in snapshot["tickets"]}
        self.counters = {c["id"]: c for c in snapshot["counters"]}
        self.advices = {a["counter_class"]: a for a in snapshot["advices"]}
        now = self.time.now()
        self.since = {key: self.since.get(key, ("", now)) for key in self.tickets}

    def _apply(self, event: Json) -> None:
        if event["kind"] == "branch.day_started":
            self.tickets = {k: t for k, t in self.tickets.items() if t["state"] != "no_show"}
        if (ticket := event["ticket"]) is not None:
            self.tickets.pop(ticket["id"], None)
            self.since.pop(ticket["id"], None)
            if ticket["state"] in HELD:
                self.tickets[ticket["id"]] = ticket
                self.since[ticket["id"]] = event["kind"], datetime.fromisoformat(event["at"])
        if event.get("branch") is not None:
            self.branch = event["branch"]
        if event.get("counters") is not None:  # the branch was set up anew
            self.counters = {one["id"]: one for one in event["counters"]}
        if (counter := event["counter"]) is not None:
            self.counters[counter["id"]] = counter
        if (advice := event["advice"]) is not None:
            self._advise(event["kind"], advice)

    def _advise(self, kind: str, advice: Json) -> None:
        key = advice["counter_class"]
        if kind == "advice.scored" and self.advices.get(key, {}).get("id") != advice["id"]:
            return  # an earlier one was judged: what stands goes on standing
        self.advices.pop(key, None)
        if advice["state"] in STANDING:
            self.advices[key] = advice
