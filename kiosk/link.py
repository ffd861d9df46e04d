"""Whether the server is here: looked at every second or two, and told to whoever waits for it."""

import asyncio
import logging
import random
from collections.abc import Callable
from datetime import datetime
from typing import Literal

from kiosk.clock import ServerClock
from kiosk.upstream import Away, Upstream

log = logging.getLogger(__name__)

LOOK_EVERY_S = 2.0
LOOK_WITHIN_S = 1.5
REFUSED_EVERY_S = 15.0  # a token that is wrong will be wrong in a second as well
AWAY_LONGEST_S = 3.0

State = Literal["unknown", "here", "away", "refused"]


class Link:
    """`refused`: the server is there, and does not accept this device: then nothing is given out at all."""

    def __init__(self, upstream: Upstream, clock: ServerClock) -> None:
        self._upstream = upstream
        self._clock = clock
        self._changed = asyncio.Event()
        self._on_change: list[Callable[[], None]] = []
        self._failures = 0
        self.accepted = True  # what the server said last of this device's token, also when it is away since
        self.state: State = "unknown"
        self.since: datetime = clock.now()

    def on_change(self, listener: Callable[[], None]) -> None:
        self._on_change.append(listener)

    @property
    def worth_asking(self) -> bool:
        """Until it is known to be away, a customer waits a moment for the server's own number."""
        return self.state != "away"

    def found(self) -> None:
        self._failures = 0
        self.accepted = True
        self._set("here")

    def lost(self, why: object) -> None:
        if self.state != "away":
            log.warning("the server is away: %s", why)
        self._set("away")

    def refused(self) -> None:
        if self.state != "refused":
            log.error("the server does not accept this kiosk's token")
        self.accepted = False
        self._set("refused")

    def _set(self, state: State) -> None:
        if state == self.state:
            return
        self.state = state
        self.since = self._clock.now()
        self._changed.set()
        for listener in self._on_change:
            listener()

    async def watch(self) -> None:
        """For as long as the program runs."""
        while True:
            await self.look()
            self._changed.clear()
            try:
                async with asyncio.timeout(self._pause()):
                    await self._changed.wait()
                if self.state == "away":  # just lost: it may be a moment's stutter
                    await asyncio.sleep(0.2 + random.random() / 2)
            except TimeoutError:
                continue

    def _pause(self) -> float:
        if self.state == "refused":
            return REFUSED_EVERY_S
        if self.state == "away":
            return min(AWAY_LONGEST_S, 0.5 * 2.0 ** min(self._failures, 4)) * random.uniform(0.5, 1.0)
        return LOOK_EVERY_S

    async def look(self) -> None:
        """Whether it takes commands, not only whether it answers: a server without its database does not."""
        try:
            told = await self._upstream.pass_on("GET", "/api/v1/clock", within_s=LOOK_WITHIN_S)
            if told.status_code in (401, 403):
                self.refused()
                return
            ready = await self._upstream.pass_on("GET", "/readyz", within_s=LOOK_WITHIN_S)
            if told.status_code != 200 or ready.status_code >= 500:
                raise Away(f"clock {told.status_code}, ready {ready.status_code}", certain=True)
            known = told.json()
            self._clock.hear(datetime.fromisoformat(known["now"]), float(known["speed"]))
        except (Away, ValueError, KeyError) as error:
            self._failures += 1
            self.lost(error)
            return
        self.found()
