"""Numbers that a kiosk was given ahead of time, so that it can go on printing while the server is away."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import count, groupby
from typing import Any


@dataclass(frozen=True, slots=True)
class Block:
    """The serials from `first_serial` to `last_serial` of one queue and business day: nobody else gives them.

    `used` are those handed in, in order of handing in. Once it is `returned` no more will be.
    """

    id: str
    branch_id: str
    business_day: date
    queue_id: str
    prefix: str
    first_serial: int
    last_serial: int
    device_id: str
    leased_at: datetime
    used: tuple[int, ...] = ()
    returned: bool = False

    def __contains__(self, serial: int) -> bool:
        return self.first_serial <= serial <= self.last_serial

    @property
    def unused(self) -> list[int]:
        """The serials that have not been handed in, in order."""
        used = set(self.used)
        return [serial for serial in range(self.first_serial, self.last_serial + 1) if serial not in used]


def printed(prefix: str, serial: int) -> str:
    """The number as it stands on paper. Past 999 it grows a digit rather than start again."""
    return f"{prefix}{serial:03d}"


def told(prefix: str, serials: list[int]) -> str:
    """Serials in order as people say them: A003, A007–A030."""
    return ", ".join(_runs(prefix, serials))


def _runs(prefix: str, serials: list[int]) -> Iterator[str]:
    steps = count()
    for _, run in groupby(serials, lambda serial: serial - next(steps)):
        found = [printed(prefix, serial) for serial in run]
        yield found[0] if len(found) == 1 else f"{found[0]}–{found[-1]}"


def block_from(data: dict[str, Any]) -> Block:
    """A block from its stored or transmitted form."""
    day, at = date.fromisoformat(data["business_day"]), datetime.fromisoformat(data["leased_at"])
    return Block(**{**data, "business_day": day, "leased_at": at, "used": tuple(data["used"])})
