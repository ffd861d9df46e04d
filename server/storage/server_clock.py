"""The server's clock: the real time, or a simulated day that runs faster and goes on after a restart."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Engine, delete, insert, select

from server.domain.trail import INSTALLATION, SERVER, Who
from server.storage.tables import clock
from server.storage.trail import telling


@dataclass(frozen=True, slots=True)
class Anchor:
    """At `real_at` the server's clock showed `server_at` and ran at `speed`."""

    real_at: datetime
    server_at: datetime
    speed: float

    def at(self, real: datetime) -> datetime:
        return self.server_at + (real - self.real_at) * self.speed


class ServerClock:
    """Shared by all processes through the database. Without an anchor it is the real time."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._anchor: Anchor | None = None
        self.refresh()

    @property
    def speed(self) -> float:
        return self._anchor.speed if self._anchor else 1.0

    @property
    def is_set(self) -> bool:
        return self._anchor is not None

    def now(self) -> datetime:
        real = datetime.now(UTC)
        return self._anchor.at(real) if self._anchor else real

    def refresh(self) -> None:
        """Sees what another process has set."""
        with self._engine.connect() as connection:
            row = connection.execute(select(clock)).one_or_none()
        self._anchor = Anchor(row.real_at, row.server_at, row.speed) if row else None

    def set(self, *, speed: float | None = None, now: datetime | None = None, who: Who = SERVER) -> None:
        """Another speed from now on, or a jump forward. ValueError for a jump back: events are in order."""
        self.refresh()  # what another process has set a moment ago must not be undone
        current = self.now()
        if now is not None and now < current:
            raise ValueError("the clock only goes forward")
        anchor = Anchor(datetime.now(UTC), (now or current).astimezone(UTC), self.speed if speed is None else speed)
        _put(self._engine, anchor, who)
        self._anchor = anchor


def start_clock(engine: Engine, now: datetime, speed: float, who: Who = SERVER) -> None:
    """Sets the clock of a server that has not run yet, forward or back."""
    _put(engine, Anchor(datetime.now(UTC), now, speed), who)


def _put(engine: Engine, anchor: Anchor, who: Who) -> None:
    with engine.begin() as connection, telling(connection, who, "clock.set", clock, INSTALLATION, id=1):
        connection.execute(delete(clock))
        connection.execute(
            insert(clock).values(id=1, real_at=anchor.real_at, server_at=anchor.server_at, speed=anchor.speed)
        )
