"""The server's time as this kiosk knows it, also while it is away: the device's own date is never believed."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kiosk.journal.rows import Json

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
SAME_S = 2.0  # a clock that is so near to what was expected need not be written down again
WRITE_EVERY_S = 600.0


@dataclass(frozen=True, slots=True)
class Device:
    """What the device itself can tell: seconds since it was started, its wall clock, and which start it was."""

    uptime: Callable[[], float]
    wall: Callable[[], float]
    boot: str


def this_device() -> Device:
    """Time since the start goes on while a device sleeps, where the system can tell."""
    source = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
    boot = BOOT_ID.read_text().strip() if BOOT_ID.exists() else ""
    return Device(lambda: time.clock_gettime(source), time.time, boot)


@dataclass(frozen=True, slots=True)
class Heard:
    """The server's time at one moment of the device's."""

    now: datetime
    speed: float
    uptime: float
    wall: float
    boot: str


class ServerClock:
    """Never goes back while the server is away; the server itself may set it back."""

    def __init__(self, device: Device | None = None, kept: Json | None = None, floor: str | None = None) -> None:
        """`kept` is what `to_keep` gave before a restart; `floor` is when the newest ticket was issued."""
        self._device = device or this_device()
        self._heard = _from_kept(kept) if kept else None
        self._kept = self._heard
        self._floor = datetime.fromisoformat(floor) if floor else datetime.min.replace(tzinfo=UTC)

    @property
    def known(self) -> bool:
        return self._heard is not None

    @property
    def speed(self) -> float:
        """Server seconds in a real one: a simulated day runs faster."""
        return self._heard.speed if self._heard else 1.0

    def hear(self, now: datetime, speed: float) -> None:
        """The server has told its time, just now. It is right, whatever was believed before."""
        self._heard = Heard(now, speed, self._device.uptime(), self._device.wall(), self._device.boot)
        self._floor = now

    def now(self) -> datetime:
        """After a restart of the device all there is to go by is how far its wall clock has moved meanwhile. That
        holds if the clock is wrong by a day, and one that was lost and starts in the past stays at the last time."""
        heard = self._heard
        if heard is None:
            found = datetime.fromtimestamp(self._device.wall(), UTC)
        else:
            same_start = heard.boot == self._device.boot and self._device.uptime() >= heard.uptime
            passed = self._device.uptime() - heard.uptime if same_start else self._device.wall() - heard.wall
            found = heard.now + timedelta(seconds=max(0.0, passed) * heard.speed)
        self._floor = max(self._floor, found)
        return self._floor

    def to_keep(self) -> Json | None:
        """What must be written down to know the time after a restart; None where what is written still holds."""
        heard, kept = self._heard, self._kept
        if heard is None:
            return None
        if kept is not None and heard.boot == kept.boot and heard.speed == kept.speed:
            passed = heard.uptime - kept.uptime
            off = (heard.now - kept.now).total_seconds() - passed * kept.speed
            if passed < WRITE_EVERY_S and abs(off) < SAME_S * max(1.0, heard.speed):
                return None
        self._kept = heard
        return {
            "now": heard.now.isoformat(),
            "speed": heard.speed,
            "uptime": heard.uptime,
            "wall": heard.wall,
            "boot": heard.boot,
        }


def _from_kept(kept: Json) -> Heard:
    return Heard(datetime.fromisoformat(kept["now"]), kept["speed"], kept["uptime"], kept["wall"], kept["boot"])
