"""Whose word counts no more on this server, for the doors that remember it: tokens, sessions, and roles."""

from collections.abc import Collection
from time import monotonic

from server.storage.taken_back import EVERYBODY, LATELY, TakenBack


class Gone:
    """Times are of the monotonic clock."""

    def __init__(self) -> None:
        self.holders: Collection[str] = ()  # of tokens and sessions that were taken back lately
        self._changed: dict[str, float] = {}  # when we heard that a person is something else

    @property
    def nobody(self) -> bool:
        return not self.holders and not self._changed

    def hear(self, found: TakenBack) -> None:
        self.holders = found.holders
        now = monotonic()
        old = now - LATELY.total_seconds()
        self._changed = {one: at for one, at in self._changed.items() if at > old} | dict.fromkeys(found.people, now)

    def changed_since(self, staff_id: str, at: float) -> bool:
        """Whether what was known of this person then may not be so any more."""
        return max(self._changed.get(staff_id, 0.0), self._changed.get(EVERYBODY, 0.0)) > at
