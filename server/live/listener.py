"""One socket's place in the stream: what it may hear, whether it keeps up, and why it ends."""

import asyncio
from time import monotonic

from server.live.frames import Frame
from server.live.line import Line

SILENCE_S = 15.0  # a client says `alive` every two seconds
ROOM = 256 * 1024  # bytes that may wait for one reader; who has more waiting is let go, and resumes
BEHIND_BEATS = 30  # heartbeats in a row that find something waiting: it reads, but never gets to the end


class Listener:
    """Whoever does not keep up is let go and resumes. Made on the event loop."""

    def __init__(self, line: Line, audience: str, holder_id: str, kind: str = "", name: str = "") -> None:
        self.line = line
        self.audience = audience
        self.holder_id = holder_id
        self.kind = kind
        self.name = name
        self.person = ""  # of staff: whose session it is
        self.let_in_at = monotonic()  # who they are was known then
        self.room = ROOM
        self.heard_at = monotonic()
        self.ended: str | None = None  # why: slow | restart | revoked | silent | noisy
        self._behind = 0
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Timeout | None = None

    @property
    def silence_s(self) -> float:
        """So long a client may say nothing."""
        return SILENCE_S

    def send(self, frame: Frame) -> None:
        """Never waits. What is sent after the end goes nowhere."""
        if self.ended is not None:
            return
        if self.line.unsent > self.room:
            self.end("slow")
        else:
            self.line.write(frame)

    def send_first(self, frame: Frame) -> None:
        """What it starts from, which may be larger than the room there is for what follows."""
        self.room = ROOM + len(frame.payload)
        self.send(frame)

    def beat(self, frame: Frame, now: float) -> None:
        """A heartbeat, and a look at whether anybody is there. `now` is of the monotonic clock."""
        if now - self.heard_at > self.silence_s:
            self.end("silent")
        self._behind = self._behind + 1 if self.line.unsent else 0
        if self._behind > BEHIND_BEATS:
            self.end("slow")
        self.send(frame)

    def end(self, reason: str) -> None:
        """From any thread; the first reason counts."""
        if self.ended is None:
            self.ended = reason
            self._loop.call_soon_threadsafe(self._wake)

    def until_ended(self) -> asyncio.Timeout:
        """To read in, as long as the listener has not ended: then the block is left with TimeoutError. It costs
        neither a task nor a timer, and there is one for every socket."""
        self._waiting = asyncio.timeout(None)
        return self._waiting

    def left(self) -> None:
        """Nobody reads any more."""
        self._waiting = None

    def _wake(self) -> None:
        if self._waiting is not None:
            self._waiting.reschedule(0)
            self._waiting = None
