"""What one ticket on paper says, before anyone thinks of how it looks."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper. `branch` and `service` are keyed by language; `languages` is in the order of printing.

    `ahead` and `wait_min` (minutes, from and to) are None where they are not known. `issued_at` is in the branch's
    zone: it is printed as it stands. An empty `link` prints no QR code. A `copy` is marked as one.
    """

    branch: dict[str, str]
    number: str
    service: dict[str, str]
    ahead: int | None
    wait_min: tuple[int, int] | None
    issued_at: datetime
    link: str
    languages: tuple[str, ...]
    copy: bool = False
    offline: bool = False
