"""What the server is to be told: each thing once, in order, tried again while it is away, not for ever."""

import asyncio
import hashlib
import logging
import random
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from display.api import Away, Refused, ServerApi

log = logging.getLogger(__name__)

Json = dict[str, Any]

MOST_WAITING = 500
TOO_OLD_S = 600.0  # who pressed the call has long seen whether the customer came
FIRST_RETRY_S, LAST_RETRY_S = 0.3, 20.0


@dataclass(frozen=True, slots=True)
class Letter:
    path: str  # below the branch
    body: Json
    key: str
    at: float = field(default_factory=time.monotonic)  # in this run: the machine's own clock may be set meanwhile


def key_of(*parts: object) -> str:
    """The same for the same thing, after a restart too: the server takes it once, however often it comes."""
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()[:40]


class Post:
    """Sends letters one after another. `waiting` may be kept over a restart, and given back."""

    def __init__(self, api: ServerApi, waiting: list[Letter] | None = None) -> None:
        self._api = api
        self._waiting: deque[Letter] = deque(waiting or [], maxlen=MOST_WAITING)
        self._some = asyncio.Event()
        self.sent = self.refused = self.lost = 0
        if self._waiting:
            self._some.set()

    @property
    def waiting(self) -> list[Letter]:
        return list(self._waiting)

    def put(self, path: str, body: Json, key: str, *, newest: bool = False) -> None:
        """`newest`: what was to be told there before no longer matters."""
        if newest:
            self._waiting = deque((old for old in self._waiting if old.path != path), maxlen=MOST_WAITING)
        if len(self._waiting) == MOST_WAITING:
            self.lost += 1
        self._waiting.append(Letter(path, body, key))
        self._some.set()

    async def run(self) -> None:
        attempt = 0
        while True:
            await self._some.wait()
            letter = self._waiting[0]
            try:
                await self._send(letter)
            except Away as away:
                if attempt == 0:
                    log.info("the server is told later: %s", away)
                attempt += 1
                await asyncio.sleep(
                    min(LAST_RETRY_S, FIRST_RETRY_S * 2.0 ** min(attempt, 10)) * random.uniform(0.5, 1.0)
                )
                continue
            attempt = 0
            if self._waiting and self._waiting[0] is letter:
                self._waiting.popleft()
            if not self._waiting:
                self._some.clear()

    async def empty(self, at_most_s: float) -> bool:
        """Waits until all is sent, but not for long."""
        until = time.monotonic() + at_most_s
        while self._waiting and time.monotonic() < until:  # noqa: ASYNC110 - `run` has no event for this
            await asyncio.sleep(0.02)
        return not self._waiting

    async def _send(self, letter: Letter) -> None:
        if time.monotonic() - letter.at > TOO_OLD_S:
            self.lost += 1
            return
        try:
            await self._api.post(self._api.of_branch(letter.path), letter.body, letter.key)
            self.sent += 1
        except Refused as refused:
            self.refused += 1
            level = logging.WARNING if refused.status in {401, 403} else logging.INFO
            log.log(level, "the server does not take %s: %s", letter.body, refused)
