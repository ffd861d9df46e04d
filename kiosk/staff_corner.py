"""Who may see behind the page: whoever knows the PIN, for a few minutes; guessing is slowed down."""

import hmac
import secrets
import time
from collections.abc import Callable

from kiosk.problems import Problem

OPEN_S = 300.0  # since the last touch
WRONG_ALLOWED = 5
LOCKED_S = 60.0


class StaffCorner:
    """`now` in seconds, of any beginning. An empty PIN: there is no corner."""

    def __init__(self, pin: str, now: Callable[[], float] = time.monotonic) -> None:
        self._pin = pin
        self._now = now
        self._wrong = 0
        self._locked_until = float("-inf")
        self._key = ""
        self._until = float("-inf")

    @property
    def is_there(self) -> bool:
        return bool(self._pin)

    def enter(self, pin: str) -> str:
        """The key for what is done in the corner. Raises Problem: wrong_pin, or pin_locked after several of them."""
        if self._now() < self._locked_until:
            raise Problem(429, "pin_locked")
        if not hmac.compare_digest(pin.encode(), self._pin.encode()):
            self._wrong += 1
            if self._wrong >= WRONG_ALLOWED:
                self._wrong, self._locked_until = 0, self._now() + LOCKED_S
            raise Problem(403, "wrong_pin")
        self._wrong = 0
        self._key = secrets.token_urlsafe(16)
        self._until = self._now() + OPEN_S
        return self._key

    def check(self, key: str) -> None:
        """Raises Problem where this is not the key, or nobody has touched anything for a while."""
        if not self._key or self._now() > self._until or not hmac.compare_digest(key.encode(), self._key.encode()):
            raise Problem(403, "staff_only")
        self._until = self._now() + OPEN_S

    def leave(self) -> None:
        self._key = ""
