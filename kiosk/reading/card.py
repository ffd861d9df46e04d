"""What is known of a card once its number is forgotten."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

LONGEST_NUMBER = 32
# Magnetic stripes bring the holder's name and more: only the number between these marks is ever looked at.
_TRACK = re.compile(r"[;%][A-Z]?(\d{8,32})[=^]")
_PLAIN = re.compile(r"[0-9A-Za-z]{4,32}")


@dataclass(frozen=True, slots=True)
class Card:
    """A card that was recognised. `token_hash` tells it from others of this day, and leads back to no number."""

    kind: str
    token_hash: str
    segment: str
    vip_level: int


def number_of(raw: str) -> str | None:
    """The card's number in what a reader sent: bare, in groups, or on a magnetic stripe; None for anything else."""
    if len(raw) > 256:
        return None
    track = _TRACK.search(raw)
    bare = track[1] if track else raw.strip().replace(" ", "").replace("-", "")
    return bare.upper() if _PLAIN.fullmatch(bare) else None


def _today() -> date:
    return datetime.now(UTC).astimezone().date()


class DaySecret:
    """Makes tokens of numbers. The salt is never written down and new each day: a token cannot be tried out."""

    def __init__(self, today: Callable[[], date] = _today) -> None:
        self._today = today
        self._day: date | None = None
        self._salt = b""

    def token(self, number: str) -> str:
        """The same for the same number on the same day while the program runs."""
        if self._today() != self._day:
            self._day, self._salt = self._today(), secrets.token_bytes(32)
        return hmac.new(self._salt, number.encode(), hashlib.sha256).hexdigest()[:32]


class Once:
    """Tells a new card from one that is still held to the reader."""

    def __init__(self, seconds: float = 10.0) -> None:
        self._seconds = seconds
        self._seen: dict[str, float] = {}

    def is_new(self, token: str, at: float) -> bool:
        """Whether this card was not seen within the seconds before `at`; a card left lying stays one."""
        self._seen = {seen: when for seen, when in self._seen.items() if 0 <= at - when < self._seconds}
        was_seen = token in self._seen
        self._seen[token] = at
        return not was_seen
