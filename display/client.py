"""The lobby's line to the server: stays connected, knows when it is stale, and yields every call-out once."""

import asyncio
import json
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from types import TracebackType
from typing import Any, Literal, Self
from urllib.parse import quote, urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.typing import Subprotocol

from display.place import CallOut, Gap, LineStats, Place, Remembered

__all__ = ["CallOut", "LineStats", "LobbyClient", "Remembered"]

PROTOCOL = "callboard.v1"
SILENCE_S = 3.0  # the server speaks every second; a line silent for so long is dead, whatever TCP believes
ALIVE_EVERY_S = 2.0
FIRST_RETRY_S = 0.25
LAST_RETRY_S = 5.0
REFUSED = 4401  # the server's close code for a token it does not take; the reason is a code of its refusals
REFUSED_RETRY_S = 30.0  # a wrong token does not come right by asking quickly
MOST_UNTAKEN = 1000  # call-outs that wait for a program which does not take them
LARGEST_FRAME = 16 * 2**20

Json = dict[str, Any]


class _Goodbye(Exception):
    """The server closes the line and says when to come back."""

    def __init__(self, frame: Json) -> None:
        super().__init__(f"goodbye: {frame.get('reason')}")
        self.retry_s = float(frame.get("retry_after_ms", 1000)) / 1000


class LobbyClient:
    """Stays connected to one branch and yields its call-outs in order, each exactly once.

    async with LobbyClient("http://callboard.example:8000", "main", token) as lobby:
        async for call in lobby:
            print(call.number, "->", call.counter_number)

    Calls made before the first connection are history and are not yielded. Calls made while the line was cut
    come with the resume; if the server no longer has our place, from its snapshot, and are marked `late`.
    `CallOut.age_s` says how old a call was when the server told of it: announce what is fresh, list the rest.

    `place` is a `remembered` place of an earlier run: then the calls made since come first, and are yielded.
    `on_frame` is given every snapshot, events and heartbeat frame that is accepted, for programs that show
    more than calls; a frame is given there before the first of its calls is yielded. An error in `on_frame`
    ends the iteration with that error.

    A lost line or a refusal raises nothing: it is tried again with back-off, and `state`, `silent_s`, `refused`
    and `stats` say how it stands. Use it from one task of one event loop.
    """

    def __init__(
        self,
        url: str,
        branch_id: str,
        token: str,
        *,
        on_frame: Callable[[Json], None] | None = None,
        place: Remembered | None = None,
    ) -> None:
        self._url = f"ws{url.rstrip('/').removeprefix('http')}/api/v1/branches/{quote(branch_id, safe='')}/live"
        self._protocols = [Subprotocol(PROTOCOL), Subprotocol(f"token.{token}")]
        self._on_frame = on_frame or (lambda frame: None)
        self._calls: asyncio.Queue[CallOut | None] = asyncio.Queue()
        self._task: asyncio.Task[None] | None = None
        self._heard_at = float("-inf")
        self._attempt = 0
        self._connected_before = False
        self.stats = LineStats()
        self.refused: str | None = None  # why the server turned us away ("unauthorized", "other_branch", ...)
        self._place = Place(self.stats)
        self._speed = 1.0
        self._untaken = 0
        if place is not None:
            self._place.go_on_from(place)

    @property
    def seq(self) -> int | None:
        """The newest event of the log that this client knows; None before the first snapshot."""
        return self._place.seq

    @property
    def state(self) -> Literal["fresh", "stale"]:
        """Stale once nothing was heard for 3 s: then the screen must say so."""
        return "fresh" if self.silent_s < SILENCE_S else "stale"

    @property
    def silent_s(self) -> float:
        """Seconds since the server was last heard; infinite before the first frame."""
        return asyncio.get_running_loop().time() - self._heard_at

    @property
    def untaken(self) -> int:
        """Call-outs that `seq` has passed already, and that were not yielded yet."""
        return self._untaken

    @property
    def now(self) -> datetime | None:
        """The server's time, UTC, counted on from its newest frame; None before the first."""
        if self._place.now is None or self.silent_s == float("inf"):
            return None
        return self._place.now + timedelta(seconds=self.silent_s * self._speed)

    def remembered(self, seq: int | None = None) -> Remembered | None:
        """The place to keep for a next run: here, or at an earlier `seq`. None before the first snapshot."""
        return self._place.remembered(seq)

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._stay_connected(), name="lobby line")
        self._task.add_done_callback(lambda task: self._calls.put_nowait(None))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> CallOut:
        call = await self._calls.get()
        if call is None:
            self._calls.put_nowait(None)  # for who asks again
            if self._task and not self._task.cancelled() and (error := self._task.exception()):
                raise error
            raise StopAsyncIteration
        self._untaken -= 1
        return call

    async def _stay_connected(self) -> None:
        while True:
            pause = None
            try:
                await self._connect_and_listen()
            except _Goodbye as goodbye:
                self.stats.last_error = str(goodbye)
                pause = goodbye.retry_s * random.uniform(1.0, 1.5)
            except Gap as gap:
                self.stats.gaps += 1
                self.stats.last_error = str(gap)
            except ConnectionClosed as closed:
                self.stats.last_error = f"{type(closed).__name__}: {closed}"
                if closed.rcvd is not None and closed.rcvd.code == REFUSED:
                    self.refused = closed.rcvd.reason or "unauthorized"
                    pause = REFUSED_RETRY_S * random.uniform(0.5, 1.0)
            except (OSError, TimeoutError, WebSocketException) as error:
                self.stats.last_error = f"{type(error).__name__}: {error}"
            await asyncio.sleep(self._back_off() if pause is None else pause)

    def _back_off(self) -> float:
        """Longer each time, and never in step with the other displays of a branch whose server came back."""
        self._attempt += 1
        longest = min(LAST_RETRY_S, FIRST_RETRY_S * 2.0 ** min(self._attempt, 10))
        return longest * random.uniform(0.5, 1.0)

    async def _connect_and_listen(self) -> None:
        seq, epoch = self._place.seq, self._place.epoch
        line = connect(
            self._url if seq is None else f"{self._url}?{urlencode({'after': seq, 'epoch': epoch})}",
            subprotocols=self._protocols,
            proxy=None,  # a branch is a closed network
            compression=None,
            open_timeout=SILENCE_S,
            close_timeout=0.5,
            ping_interval=None,  # the heartbeats do this
            max_size=LARGEST_FRAME,
        )
        async with line as socket:
            self.stats.reconnects += self._connected_before
            self._connected_before = True
            alive = asyncio.create_task(self._say_alive(socket))
            try:
                while True:
                    async with asyncio.timeout(SILENCE_S):
                        text = await socket.recv()
                    self._hear(text)
            finally:
                alive.cancel()

    async def _say_alive(self, socket: ClientConnection) -> None:
        with suppress(WebSocketException, OSError):
            while True:
                await asyncio.sleep(ALIVE_EVERY_S)
                await socket.send(json.dumps({"type": "alive", "seq": self.seq or 0}))

    def _hear(self, text: str | bytes) -> None:
        frame = _frame_of(text)
        if frame["type"] == "goodbye":
            raise _Goodbye(frame)
        calls = self._place.take(frame)
        self._heard_at = asyncio.get_running_loop().time()
        self._speed = float(frame.get("speed") or 1.0)
        self._attempt = 0
        self.refused = None
        self.stats.frames += 1
        if calls is None:
            return
        self._on_frame(frame)
        for call in calls:
            if self._untaken >= MOST_UNTAKEN:
                self._calls.get_nowait()
                self._untaken -= 1
                self.stats.untaken += 1
            self._calls.put_nowait(call)
            self._untaken += 1


def _frame_of(text: str | bytes) -> Json:
    try:
        frame: Json = json.loads(text)
        frame["type"]
    except (ValueError, KeyError, TypeError) as error:
        raise Gap(f"unreadable frame: {error!r}") from error
    return frame
