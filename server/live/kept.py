"""The newest events of all branches together: who was away for a moment is answered without a look at the log."""

from collections import deque
from itertools import islice

from server.domain.events import Event

MOST = 4000  # of all branches: some ten megabytes. What is older is read from the log


class Kept:
    """Bounded over all branches, or a thousand quiet ones would hold what only a busy one needs."""

    def __init__(self) -> None:
        self._order: deque[deque[Event]] = deque()

    def keep(self, recent: deque[Event], event: Event) -> None:
        """At the end of its branch's own; the oldest of all makes room for it."""
        recent.append(event)
        self._order.append(recent)
        while len(self._order) > MOST:
            self._order.popleft().popleft()


def after(recent: deque[Event], seq: int) -> list[Event] | None:
    """Those that follow `seq`, of a branch's newest; None where the next one is no longer there."""
    if not recent or recent[0].seq > seq + 1:
        return None
    return list(islice(recent, seq + 1 - recent[0].seq, None))
