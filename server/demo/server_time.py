"""The server's time, kept from what its frames say: simulated people never look at their own watch."""

import asyncio
from datetime import datetime, timedelta


class ServerTime:
    """Runs on between frames at the server's speed."""

    def __init__(self) -> None:
        self.speed = 1.0
        self._shown: datetime | None = None
        self._heard_at = 0.0

    @property
    def known(self) -> bool:
        return self._shown is not None

    def hear(self, now: str, speed: float) -> bool:
        """Takes the time from a frame. True if waiting for a moment must be reckoned anew."""
        shown, before = datetime.fromisoformat(now), self.now() if self.known else None
        changed = speed != self.speed
        self._shown, self._heard_at, self.speed = shown, asyncio.get_running_loop().time(), speed
        return changed or before is None or abs(shown - before) > timedelta(seconds=speed)

    def now(self) -> datetime:
        if self._shown is None:
            raise RuntimeError("the server has not said its time yet")
        return self._shown + timedelta(seconds=(asyncio.get_running_loop().time() - self._heard_at) * self.speed)

    def real_s(self, moment: datetime) -> float:
        """Seconds on the wall until the server's clock shows `moment`; 0 if it has passed."""
        return max(0.0, (moment - self.now()).total_seconds() / self.speed)
