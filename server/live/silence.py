"""A device that died without a word is noted as gone: for so long no server has heard of it, or has a line to it."""

import asyncio
import logging
import secrets
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from server.actions.clock import CLOCK
from server.actions.decision import Actor, Command
from server.actions.device import fall_silent, report
from server.domain.refusals import Refusal
from server.live.hub import Hub
from server.live.look import Submit
from server.storage.answers import heard_since
from server.storage.database import Database, DatabaseError
from server.watch.screens import DEVICES

log = logging.getLogger(__name__)

SILENT_S = 150.0  # two reports missed, of one a minute, and half another
LOOK_EVERY_S = 15.0
WINDOW_S = (
    60.0  # so far back the commands are looked through: one look that fails, or clocks that differ, lose nobody
)
VOUCH_EVERY_S = 60.0

Known = tuple[str, str]  # branch, device


@dataclass(frozen=True, slots=True)
class Heard:
    """What one look found: the commands of the last while, by whoever gave them, each with its newest time."""

    at: float
    now: datetime
    speed: float
    commands: dict[Known, datetime]


class Silence:
    """Told as often as you like which branches are this process's duty; at most one look is under way.

    A device speaks by any command, to any process: the answers that are kept say so. It listens at one process,
    which knows; where the branch is another's duty that process vouches for it, once a minute, in its name. The
    silence is counted by our own monotonic clock from when we began to listen, so that servers that were away, or
    a clock that was moved, are not taken for a dead device.
    """

    def __init__(
        self, reader: Database, hub: Hub, submit: Submit, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._reader = reader
        self._hub = hub
        self._submit = submit
        self._clock = clock
        self._heard: dict[Known, float] = {}
        self._vouched: dict[Known, float] = {}
        self._next = float("-inf")
        self._task: asyncio.Task[None] | None = None

    async def close(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def go_on(self, mine: Collection[str]) -> None:
        """Looks, if it is time."""
        if self._clock() < self._next or (self._task and not self._task.done()):
            return
        self._next = self._clock() + LOOK_EVERY_S
        self._task = asyncio.create_task(self._try(frozenset(mine)))

    async def _try(self, mine: frozenset[str]) -> None:
        try:
            await self.look(mine)
        except DatabaseError as error:
            log.warning("who has been heard of cannot be read just now: %s", error)
        except Refusal:
            pass  # busy: it comes again
        except Exception:
            log.exception("listening for the devices stumbled, and goes on")

    async def look(self, mine: Collection[str]) -> None:
        """Notes those gone who are, in these branches; vouches for those who listen here in all others."""
        self._vouch(mine)
        online = self._online(mine)
        if not online:
            self._heard.clear()
            return
        self._take_in(online, await asyncio.to_thread(self._read))
        gone: dict[str, list[str]] = {}
        for branch_id, device_id in sorted(online):
            if self._clock() - self._heard[branch_id, device_id] > SILENT_S:
                gone.setdefault(branch_id, []).append(device_id)
        for branch_id, device_ids in gone.items():
            command = Command(branch_id, CLOCK, fall_silent, {"device_ids": device_ids, "seconds": round(SILENT_S)})
            await asyncio.wrap_future(self._submit(command))

    def _online(self, branch_ids: Collection[str]) -> set[Known]:
        """Those of today: yesterday's are not known any more, and no day begins because of them."""
        now = self._hub.now()
        found: set[Known] = set()
        for branch_id in branch_ids:
            place = self._hub.places.get(branch_id)
            if place is not None and place.hall.business_day == place.hall.branch.business_day(now):
                found |= {(branch_id, device.id) for device in place.hall.devices.values() if device.online}
        return found

    def _read(self) -> Heard:
        began, now, speed = self._clock(), self._hub.now(), self._hub.speed
        since = now - timedelta(seconds=WINDOW_S * max(speed, 1.0))
        with self._reader.begin() as connection:
            found = heard_since(connection, since)
        named = {(branch, actor.partition(":")[2]): at for (branch, actor), at in found.items()}
        return Heard(began, now, speed, named)

    def _take_in(self, online: set[Known], found: Heard) -> None:
        heard = {known: self._heard.get(known, found.at) for known in online}
        for known in online & found.commands.keys():
            ago = (found.now - found.commands[known]).total_seconds() / found.speed
            heard[known] = max(heard[known], found.at - max(0.0, ago))
        for screen in self._hub.screens.here:
            if (screen.branch_id, screen.holder_id) in heard:
                heard[screen.branch_id, screen.holder_id] = found.at
        self._heard = heard

    def _vouch(self, mine: Collection[str]) -> None:
        """What a device says itself once a minute, said for it: it listens here, and nobody else can know."""
        now = self._clock()
        vouched: dict[Known, float] = {}
        for screen in self._hub.screens.here:
            known = screen.branch_id, screen.holder_id
            if screen.kind not in DEVICES or screen.branch_id in mine or not self._is_online(known):
                continue
            vouched[known] = self._vouched.get(known, float("-inf"))
            if now - vouched[known] >= VOUCH_EVERY_S:
                vouched[known] = now
                actor = Actor(screen.kind, screen.holder_id, screen.name)
                key = f"listens-{secrets.token_hex(8)}"
                self._submit(Command(screen.branch_id, actor, report, {"parts": {}}, key))
        self._vouched = vouched

    def _is_online(self, known: Known) -> bool:
        place = self._hub.places.get(known[0])
        device = place.hall.devices.get(known[1]) if place is not None else None
        return device is not None and device.online
