"""Which devices this server has heard of lately, written down once a minute: no press and no frame waits for it."""

import asyncio
import logging
import re
from datetime import UTC, datetime

from server.live.hub import Hub
from server.storage.database import Database, DatabaseError
from server.storage.sightings import Sighting, note

log = logging.getLogger(__name__)

EVERY_S = 60.0
MOST = 20_000  # devices remembered; there are as many as tokens, so only a mistake comes near it
AT_ONCE = 500  # in one statement
# What a browser calls itself last is what it is; our own programs say so first.
OURS = re.compile(r"Callboard-(Kiosk|Display)/[\w.]{1,20}")
BROWSERS = re.compile(r"(Edge?|OPR|SamsungBrowser|Firefox|Chrome|Version)/(\d{1,4})")
NAMES = {"Edg": "Edge", "OPR": "Opera", "SamsungBrowser": "Samsung", "Version": "Safari"}
BEFORE_CHROME = ("Edg", "Edge", "OPR", "SamsungBrowser", "Firefox")  # they all say that they are Chrome too


class Seen:
    """`note` is called for each request of a device; `last` says when and how this server heard of one."""

    def __init__(self, writing: Database, hub: Hub) -> None:
        self._writing = writing
        self._hub = hub
        self._last: dict[str, Sighting] = {}
        self._fresh: set[str] = set()
        self._agents: dict[str, str] = {}
        self._task: asyncio.Task[None] | None = None

    def note(self, token_id: str, address: str, agent: str) -> None:
        if token_id not in self._last and len(self._last) >= MOST:
            return
        self._last[token_id] = Sighting(token_id, datetime.now(UTC), address[:64], self._version(agent))
        self._fresh.add(token_id)

    def last(self, token_id: str) -> Sighting | None:
        return self._last.get(token_id)

    def start(self) -> None:
        self._task = asyncio.create_task(self._keep_on())

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
        await self.write()

    async def write(self) -> None:
        """What is fresh. A device whose socket is open is here now, though it may have asked for nothing."""
        self._look_at_sockets()
        fresh, self._fresh = sorted(self._fresh), set()
        for start in range(0, len(fresh), AT_ONCE):
            page = [self._last[one] for one in fresh[start : start + AT_ONCE]]
            try:
                await asyncio.to_thread(note, self._writing, page)
            except DatabaseError as error:  # a hint, and the next minute has another
                log.warning("when devices were seen cannot be written just now: %s", error)

    def _look_at_sockets(self) -> None:
        now = datetime.now(UTC)
        for place in self._hub.places.values():
            for listener in place.listeners:
                known = self._last.get(listener.holder_id)
                if known is not None:
                    self._last[known.token_id] = Sighting(known.token_id, now, known.address, known.version)
                    self._fresh.add(known.token_id)

    async def _keep_on(self) -> None:
        while True:
            await asyncio.sleep(EVERY_S)
            await self.write()

    def _version(self, agent: str) -> str:
        found = self._agents.get(agent)
        if found is None:
            if len(self._agents) > 1000:
                self._agents.clear()
            found = self._agents[agent] = version_in(agent)
        return found


def version_in(agent: str) -> str:
    """`Chrome 69` or `Callboard-Kiosk/0.1.0` of what a device calls itself; empty where it says nothing known."""
    if ours := OURS.search(agent):
        return ours[0]
    found = dict(BROWSERS.findall(agent[:400]))
    name = next((one for one in (*BEFORE_CHROME, "Chrome", "Version") if one in found), None)
    return f"{NAMES.get(name, name)} {found[name]}" if name else ""
